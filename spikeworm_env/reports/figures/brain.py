"""A compiled brain: where its neurons lie, what connects to what, how many synapses a neuron has."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import numpy as np
from numpy.typing import NDArray

from spikeworm_env.reports.figures.style import PALETTE, colour, new_figure

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from spikeworm_env.compiler import CompiledBrain


def layer_figure(compiled: CompiledBrain) -> Figure:
    """The neurons in space, in micrometres, coloured by component; by layer if components are many."""
    figure = new_figure(9.0, 6.5)
    axes = cast(Any, figure.add_subplot(projection="3d"))  # matplotlib's 3-D has no types
    by_layer = len(compiled.components) > len(PALETTE)
    groups: dict[str, list[int]] = {}
    for index, part in enumerate(compiled.components):
        layer = f" ({part.layer})" if part.layer else ""
        label = (part.layer or "no layer") if by_layer else f"{part.name}{layer}"
        groups.setdefault(label, []).append(index)
    for index, (label, members) in enumerate(groups.items()):
        x, y, z = compiled.position[np.isin(compiled.component, members)].T
        axes.scatter(x, y, z, s=14, color=colour(index), label=label, depthshade=False)
    axes.set_xlabel("x, µm")
    axes.set_ylabel("y, µm")
    axes.set_zlabel("z, µm")
    axes.set_title(f"{compiled.meta.recipe_name}: {compiled.network.n_neurons} neurons")
    figure.legend(loc="outside right upper", frameon=False)
    return figure


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


def degree_figure(compiled: CompiledBrain) -> Figure:
    """How many neurons receive and make how many synapses; a gap junction counts at both ends for both."""
    figure = new_figure(9.0, 4.0)
    from matplotlib.ticker import MaxNLocator

    source, target = compiled.directed_ends
    for index, (title, ends) in enumerate((("incoming", target), ("outgoing", source))):
        degree = np.bincount(ends, minlength=compiled.network.n_neurons)
        axes = figure.add_subplot(1, 2, index + 1)
        most = int(degree.max(initial=0))
        edges = np.arange(-0.5, most + 1 + most // 40, 1 + most // 40)  # whole numbers in the middle of bins
        axes.hist(degree, bins=edges.tolist(), color=colour(index), edgecolor="white", linewidth=0.5)
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        axes.set_yscale("log")
        axes.set_ylim(bottom=0.8)
        axes.set_xlabel(f"{title} synapses")
        axes.set_ylabel("neurons")
        axes.set_title(f"{title}: mean {degree.mean():.1f}, most {most}")
        axes.spines[["top", "right"]].set_visible(False)
    return figure
