"""Activity of a brain: a raster of its spikes and the mean rate of each component."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from spikeworm_env.reports.figure_style import colour, new_figure
from spikeworm_env.reports.figures._figure import FigureKind, Needs
from spikeworm_env.world.scale import TICK_S

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from spikeworm_env.compiler import CompiledBrain
    from spikeworm_env.trials.activity import Spikes

BAND_IN = 0.27  # height of the band of a component, inches, on average at least
MANY = 16  # components from which on names are smaller
GRID = 2000  # distinct positions along either axis of a raster, twice as many as it has dots


def activity_figure(compiled: CompiledBrain, spikes: Spikes) -> Figure:
    """Spikes in a band for each component, its name beside the band, and the mean rates."""
    found = spikes.activity(compiled)
    figure = new_figure(12.0, max(6.0, 1.3 + BAND_IN * len(found)))
    raster, bars = figure.subplots(1, 2, width_ratios=[4, 1], sharey=True)
    middles = draw_raster(raster, compiled, spikes)
    edges = _edges(compiled)
    rates, inks = [part.mean_rate_hz for part in found], [colour(k) for k in range(len(found))]
    bars.barh(edges[:-1], rates, np.diff(edges), align="edge", color=inks, edgecolor="white")
    for middle, rate in zip(middles, rates, strict=True):
        bars.annotate(f" {rate:.1f}", (rate, middle), va="center", fontsize=7)
    bars.set_xlim(0, max(1.2 * max(rates, default=0.0), 1.0))
    bars.tick_params(axis="y", length=0)
    bars.set_xlabel("mean rate, Hz")
    bars.spines[["top", "right"]].set_visible(False)
    return figure


def draw_raster(raster: Axes, compiled: CompiledBrain, spikes: Spikes) -> NDArray[np.float64]:
    """Draw spikes in a band for each component, its name beside the band; the middles of the bands."""
    shown = _distinct(spikes, compiled.network.n_neurons)
    times, ids = spikes.times_s[shown], spikes.neurons[shown]
    edges, parts = _edges(compiled), compiled.components
    to_bands, from_bands = _bands(edges)
    raster.set_yscale("function", functions=(to_bands, from_bands))
    for index in range(len(parts)):
        own = compiled.component[ids] == index
        raster.plot(times[own], ids[own], ls="", marker="|", ms=2.5, color=colour(index), rasterized=True)
        if index:
            raster.axhline(edges[index], color="#cccccc", linewidth=0.6)
    middles = from_bands((to_bands(edges[:-1]) + to_bands(edges[1:])) / 2)
    raster.set_yticks(middles, [f"{part.name} ({part.count * part.size})" for part in parts])
    raster.set_yticks([], minor=True)
    raster.tick_params(axis="y", length=0, labelsize=10.0 if len(parts) < MANY else 8.5)
    for index, label in enumerate(raster.get_yticklabels()):
        label.set_color(colour(index))
    raster.set_xlim(0, spikes.seconds)
    raster.set_ylim(compiled.network.n_neurons - 0.5, -0.5)
    raster.set_xlabel("time, s")
    raster.set_ylabel("component (neurons)")
    raster.set_title(f"{compiled.meta.recipe_name}: {spikes.neurons.size} spikes")
    return middles


def _edges(compiled: CompiledBrain) -> NDArray[np.float64]:
    return np.array([*(part.first for part in compiled.components), compiled.network.n_neurons]) - 0.5


def _bands(edges: NDArray[np.float64]) -> tuple[Callable, Callable]:
    """From neuron ids to heights and back: half of the height by neurons, half the same for every band."""
    sizes = np.diff(edges)
    heights = np.concatenate(([0.0], np.cumsum(0.5 * sizes / sizes.sum() + 0.5 / sizes.size)))
    below, above = edges[0] - 1.0, edges[-1] + 1.0  # a scale has no ends
    ids, places = np.array([below, *edges, above]), np.array([-0.01, *heights, 1.01])
    return lambda values: np.interp(values, ids, places), lambda values: np.interp(values, places, ids)


def _distinct(spikes: Spikes, n_neurons: int) -> NDArray[np.int64]:
    """The last spike of every dot of the raster; those beneath it would be hidden."""
    row = spikes.neurons.astype(np.int64) * GRID // max(n_neurons, GRID)
    column = (spikes.times_s * (GRID / max(spikes.seconds, GRID * TICK_S))).astype(np.int64)
    last = np.full((GRID, GRID + 1), -1)
    last[row, column] = np.arange(spikes.neurons.size)
    return last[last >= 0]


FIGURE = FigureKind(
    name="activity",
    file="activity.png",
    needs=Needs.SPIKES,
    about="raster of all spikes by component, and the mean rate of each component",
    draw=activity_figure,
    order=50,
)
