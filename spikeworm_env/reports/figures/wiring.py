"""Which component of a brain excites, inhibits or is coupled to which: a graph from senses to muscles."""

from __future__ import annotations

import itertools
import math
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np

from spikeworm_env.reports.figure_style import new_figure
from spikeworm_env.reports.figures._columns import Columns, columns_of, place
from spikeworm_env.reports.figures._figure import FigureKind, Needs
from spikeworm_env.reports.figures._kinds import STYLES, Arrow, add_legend, arrows

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from spikeworm_env.compiler import CompiledBrain

COLUMN_IN, ROW_IN = 3.1, 0.78  # inches from column to column and from row to row
BOX, BOX_HEIGHT = 0.6, 0.74  # width of a box, of a column; its height, of a row
TIP_GAP = 0.012  # between the tip of an arrow and its box, of a column
LANES = 0.1, 0.4  # bows of arrows within a column, the shortest arrow and the longest, of a column
LINE, LONG = 0.21, 26  # from line to line of text, of a row; characters from which it is smaller
FEW = 16  # connections up to which each has its number of synapses beside it


def wiring_figure(compiled: CompiledBrain) -> Figure:
    """Components as boxes with what is wired within them; arrows between, the thicker the more synapses."""
    found = arrows(compiled)
    between = [each for each in found if each.source != each.target]
    edges = [(each.source, each.target) for each in between]
    muscles = set(compiled.component[compiled.muscle_map.neuron].tolist())
    senses = set(compiled.component[compiled.sensor_map.neuron].tolist())
    layout = place(columns_of(len(compiled.components), edges, sorted(senses - muscles), muscles), edges)
    y = [*layout.y, *(each for bends in layout.bends.values() for each in bends)]
    left, right, top, bottom = -0.65, max(layout.column, default=0) + 0.65, min(y) - 0.8, max(y) + 0.8
    figure = new_figure(max(COLUMN_IN * (right - left), 7.0), max(ROW_IN * (bottom - top) + 1.1, 3.0))
    axes = figure.add_subplot()
    axes.set_axis_off()
    axes.set_xlim(left, right)
    axes.set_ylim(bottom, top)
    figure.suptitle(f"{compiled.meta.recipe_name}: connections between components, from senses to muscles")
    longest = max((abs(path[0][1] - path[-1][1]) for _, path in _routes(between, layout)), default=1.0)
    for each, path in _routes(between, layout):
        _draw_arrow(axes, each, path, longest, len(between) <= FEW)
    within = {k: [each for each in found if each.source == each.target == k] for k in range(len(layout.y))}
    for k, part in enumerate(compiled.components):
        _draw_box(axes, layout.column[k], layout.y[k], part.name, part.count * part.size, within[k])
    joints = set(compiled.component[compiled.proprioception_map.neuron].tolist())
    for k in range(len(layout.y)):
        inputs = " and ".join(word for word, to in (("senses", senses), ("joints", joints)) if k in to)
        output = "→ muscles" if k in muscles else ""
        _write_ends(axes, layout.column[k], layout.y[k], inputs and f"{inputs} →", output)
    add_legend(figure, found, as_lines=True)
    return figure


Points = list[tuple[float, float]]


def _routes(between: Sequence[Arrow], layout: Columns) -> Iterator[tuple[Arrow, Points]]:
    """Each arrow with the points that it runs through; those at one side of a box have their own ports."""
    side: dict[tuple[int, int], list[tuple[float, int, int]]] = defaultdict(list)  # (node, ±1) → arrows
    for number, each in enumerate(between):
        a, b = each.source, each.target
        step = int(np.sign(layout.column[b] - layout.column[a]))
        bends = layout.bends.get((a, b), ())
        towards = (bends[0] if bends else layout.y[b]), (bends[-1] if bends else layout.y[a])
        side[a, step or 1].append((towards[0], number, 0))
        side[b, -step or 1].append((towards[1], number, 1))
    ends: dict[tuple[int, int], tuple[float, float]] = {}
    for (node, direction), meeting in side.items():
        for port, (_, number, end) in enumerate(sorted(meeting)):
            share = (port + 1) / (len(meeting) + 1) - 0.5
            x = layout.column[node] + direction * (BOX / 2 + TIP_GAP)
            ends[number, end] = x, layout.y[node] + BOX_HEIGHT * share
    for number, each in enumerate(between):
        step = int(np.sign(layout.column[each.target] - layout.column[each.source]))
        middle: Points = []
        for k, bend in enumerate(layout.bends.get((each.source, each.target), ())):
            at = layout.column[each.source] + step * (k + 1)
            middle += [(at - step * BOX / 2, bend), (at + step * BOX / 2, bend)]
        yield each, [ends[number, 0], *middle, ends[number, 1]]


def _draw_arrow(axes: Axes, each: Arrow, points: Points, longest: float, with_number: bool) -> None:
    from matplotlib.patches import FancyArrowPatch
    from matplotlib.path import Path

    style = STYLES[each.kind]
    vertices, codes = [points[0]], [Path.MOVETO]
    same_column = len(points) == 2 and points[0][0] == points[1][0]
    for (x0, y0), (x1, y1) in itertools.pairwise(points):
        span = min(abs(y1 - y0) / max(longest, 1.0), 1.0)
        bow = LANES[0] + (LANES[1] - LANES[0]) * math.sqrt(span) if same_column else (x1 - x0) / 2
        vertices += [(x0 + bow, y0), (x1 + bow if same_column else x1 - bow, y1), (x1, y1)]
        codes += [Path.CURVE4] * 3
    axes.add_patch(
        FancyArrowPatch(
            path=Path(vertices, codes),
            arrowstyle=style.tip,
            mutation_scale=13,
            linewidth=0.8 + 0.35 * math.log10(each.synapses),
            linestyle=style.line,
            color=style.ink,
            zorder=2,
        )
    )
    if with_number:
        (x0, y0), (x1, y1) = points[0], points[1]
        at = (x0 + 0.75 * bow, (y0 + y1) / 2) if same_column else ((x0 + x1) / 2, (y0 + y1) / 2)
        axes.text(
            *at,
            str(each.synapses),
            fontsize=8,
            color=style.ink,
            ha="center",
            va="center",
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 1},
            zorder=3,
        )


def _draw_box(axes: Axes, x: float, y: float, name: str, neurons: int, within: Sequence[Arrow]) -> None:
    from matplotlib.patches import Rectangle

    corner = x - BOX / 2, y - BOX_HEIGHT / 2
    axes.add_patch(
        Rectangle(corner, BOX, BOX_HEIGHT, facecolor="#f4f5f7", edgecolor="#333333", linewidth=1.0, zorder=4)
    )
    inside = "  ".join(f"{STYLES[each.kind].mark}{each.synapses}" for each in within)
    lines = [(name, 10.0, "bold"), (f"{neurons} neurons", 7.5, "normal")]
    if inside:
        lines.append((f"within {inside}", 7.5 if len(inside) < LONG else 6.0, "normal"))
    for k, (text, size, weight) in enumerate(lines):
        middle = y + LINE * (k - (len(lines) - 1) / 2)
        axes.text(x, middle, text, ha="center", va="center", fontsize=size, fontweight=weight, zorder=5)


def _write_ends(axes: Axes, x: float, y: float, inputs: str, output: str) -> None:
    """What leads into a box from the body and out of it, above its corners."""
    above = y - BOX_HEIGHT / 2 - 0.03
    for text, side, align in ((inputs, -1, "left"), (output, 1, "right")):
        axes.text(
            x + side * BOX / 2, above, text, fontsize=7, color="#555555", ha=align, va="bottom", zorder=5
        )


FIGURE = FigureKind(
    name="wiring",
    file="wiring.png",
    needs=Needs.BRAIN,
    about="which component excites, inhibits or is electrically coupled to which, and what learns",
    draw=wiring_figure,
    order=25,
)
