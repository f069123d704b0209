"""A brain that has lived: its learning curve, its weights at birth and now, and what was pruned."""

from __future__ import annotations

from itertools import cycle
from typing import TYPE_CHECKING

import numpy as np

from spikeworm_env.compiler.brain import PROJECTION_ORIGIN
from spikeworm_env.compiler.training_record import evaluation_series
from spikeworm_env.experiments.learning.weight_changes import changes_by_origin
from spikeworm_env.lesions.pruning import PRUNABLE_TYPE, prunable, pruned
from spikeworm_env.reports.figures.style import EXCITATORY, GAP, INHIBITORY, new_figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from spikeworm_env.compiler import CompiledBrain

ARROW = " → "
IN_A_ROW = 4
MARKERS = ("-o", "--s", ":^")  # of what one training after the other measured
MOST_DOTS = 4000  # of one origin; more would show nothing more
MOST_PANELS = 24


def curve_figure(compiled: CompiledBrain) -> Figure:
    """``ci_net`` in each life and with learning off, and below it the reward and the change of weights.

    What each training measured with learning off is a line of its own.
    """
    figure = new_figure(8.0, 6.0)
    from matplotlib.ticker import MaxNLocator

    index, reward = figure.subplots(2, 1, sharex=True, height_ratios=[2, 1])
    episodes = compiled.episodes
    numbers = [episode.number for episode in episodes]
    index.axhline(0, color="#cccccc", linewidth=0.8, zorder=0)
    index.plot(
        numbers, [episode.ci_net for episode in episodes], "o", mfc="white", color=GAP, label="in the life"
    )
    every = evaluation_series(compiled.evaluations)
    for series, marker in zip(every, cycle(MARKERS)):
        for episode, found in series.by_episode.items():
            index.plot([episode] * len(found), found, ".", ms=5, alpha=0.5, color=EXCITATORY)
        on = "" if len(every) == 1 else f", training {series.training}, {series.trial}"
        label = f"with learning off{on}: mean, and each trial"
        tested = list(series.by_episode)
        index.plot(
            tested, [series.index(episode) for episode in tested], marker, color=EXCITATORY, label=label
        )
    index.set_ylabel("ci_net")
    index.set_title(f"{compiled.meta.recipe_name}, brain {compiled.meta.seed}: {_conditions(compiled)}")
    index.legend(loc="best", frameon=False)
    reward.bar(numbers, [episode.rpe_sum for episode in episodes], width=0.6, color=GAP)
    reward.axhline(0, color="#cccccc", linewidth=0.8)
    reward.set_ylabel("reward")
    reward.set_xlabel("lives lived")
    change = reward.twinx()
    change.plot(numbers, [episode.largest_change for episode in episodes], "-o", ms=4, color=INHIBITORY)
    change.set_ylabel("largest change of a weight", color=INHIBITORY)
    change.set_ylim(bottom=0)
    reward.xaxis.set_major_locator(MaxNLocator(integer=True))
    index.spines[["top", "right"]].set_visible(False)
    return figure


def weights_figure(compiled: CompiledBrain) -> Figure:
    """A dot a synapse that learns: its weight at birth and now, a panel an origin.

    Of many origins the `MOST_PANELS` whose weights have changed most are shown.

    Raises:
        ValueError: the brain has not lived, or nothing in it learns.
    """
    network, experience = compiled.network, compiled.network.experience
    every = changes_by_origin(compiled)
    changed_most = sorted(every, key=lambda part: -part.largest_change)[:MOST_PANELS]
    parts = [part for part in every if part in changed_most]
    if experience is None or not parts:
        raise ValueError("no weights to draw; expected a brain that has lived and learns")
    columns = min(IN_A_ROW, len(parts))
    rows = -(-len(parts) // columns)
    figure = new_figure(3.2 * columns + 0.4, 3.2 * rows + 0.4)
    learns, gone = compiled.can_change, pruned(network)
    panels = figure.subplots(rows, columns, squeeze=False).ravel()
    for part, axes in zip(parts, panels, strict=False):
        own = learns & (compiled.origin == compiled.origins.index(part.origin))
        born, now = experience.initial_weight[own], network.weight[own]
        low, high = min(born.min(), now.min()), max(born.max(), now.max())
        margin = 0.05 * (high - low) or 1.0
        ends = [low - margin, high + margin]
        axes.plot(ends, ends, color="#cccccc", linewidth=0.8, zorder=0)
        shown = slice(None, None, max(1, part.synapses // MOST_DOTS))
        for mask, ink, label in ((~gone[own], EXCITATORY, "alive"), (gone[own], INHIBITORY, "pruned")):
            if mask.any():
                axes.plot(born[mask][shown], now[mask][shown], ".", ms=4, alpha=0.5, color=ink, label=label)
        axes.set_title(_short(part.origin).replace(ARROW, f"\n{ARROW.lstrip()}"), fontsize=8)
        axes.set_xlim(ends)
        axes.set_ylim(ends)
        if part.pruned:
            axes.legend(frameon=False, fontsize=7)
    for axes in panels[len(parts) :]:
        axes.set_visible(False)
    figure.supxlabel("weight at birth")
    figure.supylabel("weight now")
    shown_of = "" if len(parts) == len(every) else f"; {len(parts)} of {len(every)} origins, the most changed"
    figure.suptitle(f"{compiled.meta.recipe_name}, lives lived: {len(compiled.episodes)}{shown_of}")
    return figure


def pruned_figure(compiled: CompiledBrain) -> Figure:
    """By origin how many developmental synapses live and were pruned, and the rates that decided it.

    Raises:
        ValueError: the brain has not lived, or has no such synapses.
    """
    network, experience = compiled.network, compiled.network.experience
    own = prunable(network)
    if experience is None or own.size == 0:
        raise ValueError("nothing could be pruned; expected a brain that has lived, with such synapses")
    gone, origin = pruned(network)[own], compiled.origin[own]
    present = np.unique(origin)
    figure = new_figure(11.0, 2.5 + 0.28 * present.size)
    bars, rates = figure.subplots(1, 2, width_ratios=[2, 1])
    rows = np.arange(present.size)
    alive = np.array([(~gone[origin == index]).sum() for index in present])
    lost = np.array([gone[origin == index].sum() for index in present])
    bars.barh(rows, alive, color=EXCITATORY, label=f"alive: {alive.sum()}")
    bars.barh(rows, lost, left=alive, color=INHIBITORY, label=f"pruned: {lost.sum()}")
    bars.set_yticks(rows, [_short(compiled.origins[index]) for index in present], fontsize=7)
    bars.invert_yaxis()
    bars.set_xlabel("developmental synapses")
    bars.legend(frameon=False)
    states = experience.persistent[PRUNABLE_TYPE]
    fired = states["source_spikes"] > 0
    rate = states["coincidences"][fired] / states["source_spikes"][fired]
    _compare(rates, rate[~gone[fired]], rate[gone[fired]])
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


def _conditions(compiled: CompiledBrain) -> str:
    names = list(dict.fromkeys(episode.condition for episode in compiled.episodes))
    return ", ".join(names) or "unborn"


def _short(origin: str) -> str:
    """``3: a.out → b.in`` for a projection; others as they are."""
    number, bracket, ends = origin.removeprefix(PROJECTION_ORIGIN).partition("] ")
    if not (origin.startswith(PROJECTION_ORIGIN) and bracket):
        return origin
    return f"{number}: {ends.replace(' -> ', ARROW)}"
