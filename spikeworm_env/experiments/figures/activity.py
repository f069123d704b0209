"""What a brain did: a raster of its spikes and the mean rate of each component."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spikeworm_env.experiments.figures.pen import colour, new_figure

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from spikeworm_env.compiler import CompiledBrain
    from spikeworm_env.experiments.activity import Spikes


def activity_figure(compiled: CompiledBrain, spikes: Spikes) -> Figure:
    """Spikes by component over time, and beside them the mean rates."""
    times, ids, seconds = spikes.times_s, spikes.neurons, spikes.seconds
    found = spikes.activity(compiled)
    figure = new_figure(11.0, 6.0)
    raster, bars = figure.subplots(1, 2, width_ratios=[3, 1])
    for index, part in enumerate(compiled.components):
        own = compiled.component[ids] == index
        raster.plot(times[own], ids[own], ls="", marker="|", ms=2.5, color=colour(index), rasterized=True)
        if part.first:
            raster.axhline(part.first - 0.5, color="#cccccc", linewidth=0.6)
    raster.set_xlim(0, seconds)
    raster.set_ylim(compiled.network.n_neurons - 0.5, -0.5)
    raster.set_xlabel("time, s")
    raster.set_ylabel("neuron")
    raster.set_title(f"{compiled.meta.recipe_name}: {ids.size} spikes")
    rows = range(len(found))
    bars.barh(rows, [part.mean_rate_hz for part in found], color=[colour(k) for k in rows])
    bars.set_yticks(rows, [part.component for part in found])
    bars.set_ylim(len(found) - 0.5, -0.5)
    bars.set_xlabel("mean rate, Hz")
    bars.spines[["top", "right"]].set_visible(False)
    return figure
