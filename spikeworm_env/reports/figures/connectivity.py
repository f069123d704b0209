"""What connects to what in a brain."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from spikeworm_env.reports.figure_style import new_figure
from spikeworm_env.reports.figures._figure import FigureKind, Needs

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from spikeworm_env.compiler import CompiledBrain


def connectivity(compiled: CompiledBrain) -> NDArray[np.int64]:
    """(components, components) synapses from the row's component to the column's, gap junctions included."""
    size, network = len(compiled.components), compiled.network
    pair = compiled.component[network.source] * size + compiled.component[network.target]
    return np.bincount(pair, minlength=size * size).reshape(size, size).astype(np.int64)


def connectivity_figure(compiled: CompiledBrain) -> Figure:
    """How many synapses lead from each component to each, the colour in logarithm."""
    names = [part.name for part in compiled.components]
    side = 3.6 + 0.5 * len(names)
    figure = new_figure(side + 1.2, side)
    from matplotlib.colors import LogNorm

    counts = connectivity(compiled)
    axes = figure.add_subplot()
    top = max(2, int(counts.max(initial=0)))
    picture = axes.imshow(np.ma.masked_equal(counts, 0), norm=LogNorm(1, top), cmap="viridis")
    for (row, column), count in np.ndenumerate(counts):
        if count and len(names) <= 16:
            dark = np.log(count) / np.log(top) < 0.6
            ink = "white" if dark else "black"
            axes.text(column, row, str(count), ha="center", va="center", color=ink, fontsize=9)
    axes.set_xticks(range(len(names)), names, rotation=45, ha="right")
    axes.set_yticks(range(len(names)), names)
    axes.set_xlabel("to")
    axes.set_ylabel("from")
    axes.set_title(f"{compiled.meta.recipe_name}: {compiled.network.n_synapses} synapses")
    figure.colorbar(picture, ax=axes, label="synapses", shrink=0.8)
    return figure


FIGURE = FigureKind(
    name="connectivity",
    file="connectivity.png",
    needs=Needs.BRAIN,
    about="number of synapses from each component to each",
    draw=connectivity_figure,
    order=30,
)
