"""A block as a graph: its neurons in two columns, its synapses as arrows, its terminals beside them."""

from __future__ import annotations

import math
from collections import defaultdict
from typing import TYPE_CHECKING

from spikeworm_env.engine.synapses import SYNAPSE_TYPES
from spikeworm_env.reports.figure_style import EXCITATORY, GAP, INHIBITORY, colour, new_figure
from spikeworm_env.reports.figures._figure import FigureKind, Needs

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from spikeworm_env.compiler.block_schema import Block, BlockNeuron, BlockSynapse

Places = dict[str, tuple[float, float]]

KINDS = {"excites": EXCITATORY, "inhibits": INHIBITORY, "gap junction": GAP}

NODE_RADIUS = 0.17
LINE = 0.13  # from one line of text to the next


def circuit_figure(block: Block) -> Figure:
    """Neuron ids as nodes coloured by type; arrows excite (pointed) or inhibit (blunt), gaps are dashed."""
    places = _places(block)
    top = max(y for _, y in places.values()) + 0.5
    figure = new_figure(10.0, min(200.0, 1.0 + 10.0 / 5.2 * 2 * top))  # a PNG has its limits
    from matplotlib.lines import Line2D

    axes = figure.add_subplot()
    axes.set_axis_off()
    axes.set_aspect("equal")
    axes.set_xlim(-2.6, 2.6)
    axes.set_ylim(-top, top)
    figure.suptitle(f"block {block.name}")
    for synapse in block.synapses:
        _draw_synapse(axes, synapse, places)
    types = sorted({neuron.type for neuron in block.neurons})
    for neuron in block.neurons:
        x, y = places[neuron.id]
        _draw_node(axes, x, y, colour(types.index(neuron.type)))
        _write_beside(axes, x, y, [_name(neuron), *_ports(block, neuron.id)])
    marks = [
        Line2D([], [], marker="o", ls="", ms=10, color=colour(k), label=name) for k, name in enumerate(types)
    ]
    used = {_kind(synapse) for synapse in block.synapses}
    marks += [
        Line2D([], [], color=ink, ls="--" if ink == GAP else "-", label=name)
        for name, ink in KINDS.items()
        if name in used
    ]
    figure.legend(handles=marks, loc="outside lower center", ncols=len(marks), frameon=False)
    return figure


def _places(block: Block) -> Places:
    """Two columns bent outwards, the first half of the neurons on the left, with room for their text."""
    names = [neuron.id for neuron in block.neurons]
    if len(names) == 1:
        return {names[0]: (0.0, 0.0)}
    step = LINE * (2 + max(len(_ports(block, name)) for name in names))
    half = (len(names) + 1) // 2
    places: Places = {}
    for side, column in ((-1, names[:half]), (1, names[half:])):
        for k, name in enumerate(column):
            y = max(step, 0.55) * ((len(column) - 1) / 2 - k)
            bend = math.sqrt(1 - (2 * k / max(1, len(column) - 1) - 1) ** 2) if len(column) > 2 else 1.0
            places[name] = (side * (0.75 + 0.4 * bend), y)
    return places


def _bow(start: tuple[float, float], end: tuple[float, float]) -> float:
    """How far an arrow bends; within a column inwards, past the neurons between, upward ones further."""
    (x0, y0), (x1, y1) = start, end
    if x0 * x1 <= 0:
        return 0.12
    return (0.34 if y1 > y0 else 0.2) * math.copysign(1.0, (y1 - y0) * -x0)


def _name(neuron: BlockNeuron) -> tuple[str, str]:
    return f"{neuron.id} ×{neuron.count}" if neuron.count > 1 else neuron.id, "black"


def _write_beside(axes: Axes, x: float, y: float, lines: list[tuple[str, str]]) -> None:
    """Lines of text on the node's far side from the centre, each with its ink; the first is a name."""
    side = -1 if x < 0 else 1
    for k, (text, ink) in enumerate(lines):
        axes.text(
            x + side * (NODE_RADIUS + 0.06),
            y + LINE * ((len(lines) - 1) / 2 - k),
            text,
            ha="right" if side < 0 else "left",
            va="center",
            color=ink,
            fontsize=9.5,
            fontweight="normal" if k else "bold",
            zorder=5,
        )


def _kind(synapse: BlockSynapse) -> str:
    if SYNAPSE_TYPES[synapse.type].symmetric:
        return "gap junction"
    return "inhibits" if synapse.weight < 0 else "excites"


def _draw_node(axes: Axes, x: float, y: float, ink: str) -> None:
    from matplotlib.patches import Circle

    axes.add_patch(Circle((x, y), NODE_RADIUS, facecolor=ink, edgecolor="white", linewidth=1.5, zorder=4))


def _draw_synapse(axes: Axes, synapse: BlockSynapse, places: Places) -> None:
    from matplotlib.patches import FancyArrowPatch

    kind = _kind(synapse)
    both_ways = kind == "gap junction"
    tip = {"gap junction": "-", "inhibits": "|-|,widthA=0,widthB=0.3", "excites": "-|>"}[kind]
    (x0, y0), (x1, y1) = _ends(synapse, places)
    own = synapse.source == synapse.target
    bow = -1.6 if own else 0.0 if both_ways else _bow((x0, y0), (x1, y1))
    arrow = FancyArrowPatch(
        (x0, y0),
        (x1, y1),
        arrowstyle=tip,
        connectionstyle=f"arc3,rad={bow}",
        mutation_scale=16,
        linewidth=1.8,
        linestyle="--" if both_ways else "-",
        color=KINDS[kind],
        zorder=2,
    )
    axes.add_patch(arrow)


def _ends(synapse: BlockSynapse, places: Places) -> tuple[tuple[float, float], tuple[float, float]]:
    """Where an arrow begins and ends, at the rim of its nodes; a loop lies above its node or below."""
    (x0, y0), (x1, y1) = places[synapse.source], places[synapse.target]
    reach = NODE_RADIUS + 0.03
    if synapse.source == synapse.target:
        out = math.pi / 2 if y0 >= 0 else -math.pi / 2
        first, last = out + 0.5, out - 0.5
        return (
            (x0 + reach * math.cos(first), y0 + reach * math.sin(first)),
            (x0 + reach * math.cos(last), y0 + reach * math.sin(last)),
        )
    length = math.hypot(x1 - x0, y1 - y0)
    dx, dy = reach * (x1 - x0) / length, reach * (y1 - y0) / length
    return (x0 + dx, y0 + dy), (x1 - dx, y1 - dy)


def _ports(block: Block, neuron: str) -> list[tuple[str, str]]:
    """Terminals that a neuron belongs to, each with its ink."""
    found: dict[str, list[str]] = defaultdict(list)
    for mark, ports in (("in", block.terminals.inputs), ("out", block.terminals.outputs)):
        found[mark] += [name for name, neurons in ports.items() if neuron in neurons]
    return [(f"→ {name}", "#27704a") for name in found["in"]] + [
        (f"{name} →", "#7a4a00") for name in found["out"]
    ]


FIGURE = FigureKind(
    name="circuit",
    file="circuit.png",
    needs=Needs.BLOCK,
    about="neurons, synapses and terminals of a block as a graph",
    draw=circuit_figure,
    order=10,
)
