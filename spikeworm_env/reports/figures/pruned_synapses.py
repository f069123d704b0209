"""The synapses that the critical period of one trained brain pruned, and those that it kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from spikeworm_env.lesions.pruning import coincidence_information, coincidence_rate, prunable, pruned
from spikeworm_env.reports.figure_style import EXCITATORY, INHIBITORY, new_figure
from spikeworm_env.reports.figures._figure import FigureKind, Needs
from spikeworm_env.reports.figures._origins import short_origin

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from spikeworm_env.compiler import CompiledBrain


def pruned_figure(compiled: CompiledBrain) -> Figure:
    """By origin, how many prunable synapses are alive and were pruned, and the rates that decided it.

    Raises:
        ValueError: the brain is untrained, or has no such synapses.
    """
    network, experience = compiled.network, compiled.network.experience
    own = prunable(network)
    if experience is None or own.size == 0:
        raise ValueError("no synapse could be pruned; expected a trained brain with prunable synapses")
    gone, origin = pruned(network)[own], compiled.origin[own]
    present = np.unique(origin)
    figure = new_figure(11.0, 2.5 + 0.28 * present.size)
    bars, rates = figure.subplots(1, 2, width_ratios=[2, 1])
    rows = np.arange(present.size)
    alive = np.array([(~gone[origin == index]).sum() for index in present])
    lost = np.array([gone[origin == index].sum() for index in present])
    bars.barh(rows, alive, color=EXCITATORY, label=f"alive: {alive.sum()}")
    bars.barh(rows, lost, left=alive, color=INHIBITORY, label=f"pruned: {lost.sum()}")
    bars.set_yticks(rows, [short_origin(compiled.origins[index]) for index in present], fontsize=7)
    bars.invert_yaxis()
    bars.set_xlabel("prunable synapses")
    bars.legend(frameon=False)
    rate, information = coincidence_rate(network)[own], coincidence_information(network)[own]
    counted = np.isfinite(rate)
    _compare(rates, rate[counted & ~gone], rate[counted & gone])
    rates.set_title(
        "mean Fisher information p (1 − p):\n"
        f"alive {_mean(information[~gone])}, pruned {_mean(information[gone])}",
        fontsize=9,
    )
    for axes in (bars, rates):
        axes.spines[["top", "right"]].set_visible(False)
    return figure


def _compare(axes: Axes, alive: np.ndarray, lost: np.ndarray) -> None:
    edges = np.linspace(0, 1, 31).tolist()
    axes.hist(alive, edges, histtype="step", color=EXCITATORY, label="alive")
    axes.hist(lost, edges, histtype="step", color=INHIBITORY, label="pruned")
    axes.set_xlabel("coincidence rate p")
    axes.set_yscale("log")
    axes.set_ylim(bottom=0.8)
    axes.set_ylabel("synapses")


def _mean(values: np.ndarray) -> str:
    known = values[np.isfinite(values)]
    return f"{known.mean():.3f}" if known.size else "–"


FIGURE = FigureKind(
    name="pruned_synapses",
    file="pruned.png",
    needs=Needs.TRAINED,
    about="prunable synapses alive and pruned, by origin, and their coincidence rates",
    draw=pruned_figure,
    order=80,
    fits=lambda compiled: prunable(compiled.network).size > 0,
)
