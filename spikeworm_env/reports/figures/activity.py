"""Activity of a brain: a raster of its spikes and the mean rate of each component."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from spikeworm_env.reports.figure_style import colour, new_figure
from spikeworm_env.reports.figures._figure import FigureKind, Needs
from spikeworm_env.world.scale import TICK_S

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from spikeworm_env.compiler import CompiledBrain
    from spikeworm_env.trials.activity import Spikes

GRID = 2000  # distinct positions along either axis of a raster, twice as many as it has dots


def activity_figure(compiled: CompiledBrain, spikes: Spikes) -> Figure:
    """Spikes by component over time, and beside them the mean rates."""
    found = spikes.activity(compiled)
    shown = _distinct(spikes, compiled.network.n_neurons)
    times, ids = spikes.times_s[shown], spikes.neurons[shown]
    figure = new_figure(11.0, 6.0)
    raster, bars = figure.subplots(1, 2, width_ratios=[3, 1])
    for index, part in enumerate(compiled.components):
        own = compiled.component[ids] == index
        raster.plot(times[own], ids[own], ls="", marker="|", ms=2.5, color=colour(index), rasterized=True)
        if part.first:
            raster.axhline(part.first - 0.5, color="#cccccc", linewidth=0.6)
    raster.set_xlim(0, spikes.seconds)
    raster.set_ylim(compiled.network.n_neurons - 0.5, -0.5)
    raster.set_xlabel("time, s")
    raster.set_ylabel("neuron")
    raster.set_title(f"{compiled.meta.recipe_name}: {spikes.neurons.size} spikes")
    rows = range(len(found))
    bars.barh(rows, [part.mean_rate_hz for part in found], color=[colour(k) for k in rows])
    bars.set_yticks(rows, [part.component for part in found])
    bars.set_ylim(len(found) - 0.5, -0.5)
    bars.set_xlabel("mean rate, Hz")
    bars.spines[["top", "right"]].set_visible(False)
    return figure


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
    about="raster of all spikes, and the mean rate of each component",
    draw=activity_figure,
    order=50,
)
