"""Kinds of connections between components, and how figures tell them apart: by line, tip, sign and colour."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from spikeworm_env.compiler.connections import Connection, Sign, connections
from spikeworm_env.reports.figure_style import EXCITATORY, GAP, INHIBITORY

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.figure import Figure

    from spikeworm_env.compiler import CompiledBrain

PLASTIC = "#00805c"
EXCITES, INHIBITS = "-|>,head_length=0.5,head_width=0.22", "|-|,widthA=0,widthB=0.28"


class Style(NamedTuple):
    """How a connection is drawn: each kind has its own line or tip, besides its colour."""

    ink: str
    line: Any
    tip: str
    mark: str


STYLES = {
    "excites": Style(EXCITATORY, "-", EXCITES, "+"),
    "inhibits": Style(INHIBITORY, "-", INHIBITS, "−"),
    "excites, learns": Style(PLASTIC, (0, (5, 1.6)), EXCITES, "+*"),
    "inhibits, learns": Style(PLASTIC, (0, (5, 1.6)), INHIBITS, "−*"),
    "electrical": Style(GAP, (0, (1, 1)), "-", "≈"),
}


@dataclass(frozen=True)
class Arrow:
    """All synapses of one kind, a key of `STYLES`, between two components."""

    source: int
    target: int
    kind: str
    synapses: int


def kind_of(connection: Connection) -> str:
    """How a connection is drawn: a key of `STYLES`."""
    if connection.sign is Sign.ELECTRICAL:
        return "electrical"
    verb = "excites" if connection.sign is Sign.EXCITATORY else "inhibits"
    return f"{verb}, learns" if connection.learns else verb


def arrows(compiled: CompiledBrain) -> list[Arrow]:
    """The connections between components and within them, those of one kind together."""
    index = {part.name: k for k, part in enumerate(compiled.components)}
    count: dict[tuple[int, int, str], int] = defaultdict(int)
    for each in connections(compiled):
        count[index[each.source], index[each.target], kind_of(each)] += each.synapses
    return [Arrow(*key, synapses) for key, synapses in count.items()]


def _words(kind: str) -> str:
    tip = {"e": "arrow head", "i": "bar"}[kind[0]] if kind != "electrical" else "no tip"
    line = {"electrical": "dotted", "excites": "full line", "inhibits": "full line"}.get(kind, "dashed")
    return f"{kind} ({line}, {tip})"


def add_legend(figure: Figure, shown: Iterable[Arrow], *, as_lines: bool) -> None:
    """Add the kinds that are shown, below the axes: as lines with their tips, or as coloured areas."""
    handles = legend_handles(shown, as_lines=as_lines)
    if handles:
        figure.legend(handles=handles, loc="outside lower center", ncols=3, frameon=False)


def legend_handles(shown: Iterable[Arrow], *, as_lines: bool) -> list[Artist]:
    """The kinds that are shown: as lines with their tips, or as coloured areas."""
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    used = {each.kind for each in shown}
    handles: list[Artist] = []
    for name, style in STYLES.items():
        if name in used and as_lines:
            label = f"{style.mark} {_words(name)}"
            handles.append(Line2D([], [], color=style.ink, ls=style.line, lw=2, label=label))
        elif name in used:
            handles.append(Patch(facecolor=style.ink, alpha=0.4, label=f"{style.mark} {name}"))
    return handles
