"""What connects to what in a brain."""

from __future__ import annotations

import math
from collections import defaultdict
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from spikeworm_env.reports.figure_style import new_figure
from spikeworm_env.reports.figures._figure import FigureKind, Needs
from spikeworm_env.reports.figures._kinds import STYLES, Arrow, add_legend, arrows

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from spikeworm_env.compiler import CompiledBrain

CELL_IN = 0.5  # side of a cell, inches
DARKEST = 10_000  # synapses from which a cell is not darker
MANY = 16  # components from which on names are at all four sides


def connectivity(compiled: CompiledBrain) -> NDArray[np.int64]:
    """(components, components) synapses from the row's component to the column's, gap junctions included."""
    size, network = len(compiled.components), compiled.network
    pair = compiled.component[network.source] * size + compiled.component[network.target]
    return np.bincount(pair, minlength=size * size).reshape(size, size).astype(np.int64)


def connectivity_figure(compiled: CompiledBrain) -> Figure:
    """How many synapses of which kind lead from each component to each: a stripe of a cell for each kind."""
    names = [part.name for part in compiled.components]
    side = 2.8 + CELL_IN * len(names)
    figure = new_figure(max(side + 0.6, 6.5), max(side, 4.5))
    axes = figure.add_subplot()
    found = draw_connectivity(axes, compiled)
    if len(names) > MANY:  # names at all four sides
        axes.tick_params(which="major", top=True, right=True, labeltop=True, labelright=True)
    axes.set_title("")
    figure.suptitle(_title(compiled))
    add_legend(figure, found, as_lines=False)
    return figure


def draw_connectivity(axes: Axes, compiled: CompiledBrain, cell_in: float = CELL_IN) -> list[Arrow]:
    """Draw the cells with names of rows and columns and a title; the side of a cell is about ``cell_in``."""
    names, found = [part.name for part in compiled.components], arrows(compiled)
    cells: dict[tuple[int, int], list[Arrow]] = defaultdict(list)
    for each in found:
        cells[each.source, each.target].append(each)
    for stripes in cells.values():
        for k, each in enumerate(stripes):
            _draw_stripe(axes, each, k / len(stripes), 1 / len(stripes), cell_in)
    many, ticks = len(names) > MANY, range(len(names))
    axes.set_xlim(-0.5, len(names) - 0.5)
    axes.set_ylim(len(names) - 0.5, -0.5)
    axes.set_aspect("equal")
    axes.set_xticks(ticks, names, rotation=45 if not many else 90, ha="right" if not many else "center")
    axes.set_yticks(ticks, names)
    axes.set_xticks([k - 0.5 for k in ticks], minor=True)
    axes.set_yticks([k - 0.5 for k in ticks], minor=True)
    axes.grid(which="minor", color="#d5d8dc", linewidth=0.6)
    axes.tick_params(which="minor", length=0)
    axes.set_axisbelow(True)
    axes.set_xlabel("to")
    axes.set_ylabel("from")
    axes.set_title(_title(compiled))
    return found


def _title(compiled: CompiledBrain) -> str:
    return f"{compiled.meta.recipe_name}: {compiled.network.n_synapses} synapses between components"


def _draw_stripe(axes: Axes, each: Arrow, top: float, height: float, cell_in: float) -> None:
    """A part of the cell of a source and a target, with sign and number; the darker the more synapses."""
    from matplotlib.patches import Rectangle

    style, share = STYLES[each.kind], min(math.log10(each.synapses) / math.log10(DARKEST), 1.0)
    corner = each.target - 0.5, each.source - 0.5 + top
    tint = 0.12 + 0.38 * share
    axes.add_patch(Rectangle(corner, 1.0, height, facecolor=style.ink, alpha=tint, linewidth=0))
    text, middle = f"{style.mark}{each.synapses}", corner[1] + height / 2
    size = min(9.0, cell_in * 72 * 0.8 * height, cell_in * 72 * 1.5 / len(text))
    axes.text(each.target, middle, text, ha="center", va="center", fontsize=size)


FIGURE = FigureKind(
    name="connectivity",
    file="connectivity.png",
    needs=Needs.BRAIN,
    about="numbers of excitatory, inhibitory, learning and electrical synapses from each component to each",
    draw=connectivity_figure,
    order=30,
)
