"""Colour and marker of each condition of a study, the same in every figure."""

from __future__ import annotations

from typing import NamedTuple

from spikeworm_env.experiments.learning.conditions import CONDITIONS, TREATMENT
from spikeworm_env.reports.figure_style import PALETTE

COLOURS = (*PALETTE, "#222222")
MARKERS = "osD^vP*Xh"


class ConditionStyle(NamedTuple):
    """Colour and marker of one condition, and how it is called."""

    colour: str
    marker: str
    label: str
    width: float


def style_of(condition: str) -> ConditionStyle:
    """The style of a condition; the treatment has the widest line."""
    index = list(CONDITIONS).index(condition)
    return ConditionStyle(
        colour=COLOURS[index % len(COLOURS)],
        marker=MARKERS[index % len(MARKERS)],
        label=condition.replace("_", " "),
        width=2.4 if condition == TREATMENT else 1.2,
    )
