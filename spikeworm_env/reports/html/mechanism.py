"""Mechanisms of chemotaxis: the weathervane curve, and turns while the concentration rises and falls."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from markupsafe import Markup

from spikeworm_env.reports.comparison_columns import mechanism_columns
from spikeworm_env.reports.html.rows import Row
from spikeworm_env.reports.html.scale import ticks
from spikeworm_env.reports.html.templates import fragment
from spikeworm_env.reports.html.words import NUMBERS
from spikeworm_env.statistics import MIN_TRIALS, Estimate

WIDTH, HEIGHT = 360, 220
LEFT, RIGHT, TOP, BOTTOM = 44, 12, 22, 42  # margins
LEAST_RATE = 0.1  # rad/s; the axis spans no less, so that noise does not look like steering
CURVE = "mechanism.weathervane"


def mechanism_figures(rows: Sequence[Row]) -> Markup:
    """A weathervane curve for each row, all to one scale."""
    known = [found for row in rows for found in row.summary[CURVE].estimates if found is not None]
    extent = max([LEAST_RATE, *(abs(bound) for found in known for bound in _span(found))])
    marks = ticks(-extent, extent, 4)
    columns = mechanism_columns([row.summary for row in rows], NUMBERS)
    return fragment(
        "mechanisms.html",
        figures=[_figure(row, marks) for row in rows] if known else [],
        headings=["agent", *(column.heading for column in columns)],
        lines=[(row.key, [column.cell(row.summary) for column in columns]) for row in rows],
    )


def _figure(row: Row, marks: Sequence[float]) -> Markup:
    low, high = marks[0], marks[-1]

    def x(bearing: float) -> float:
        return LEFT + (WIDTH - LEFT - RIGHT) * (0.5 + bearing / (2 * np.pi))

    def y(rate: float) -> float:
        return TOP + (HEIGHT - TOP - BOTTOM) * (high - rate) / (high - low)

    curve = row.summary[CURVE]
    points: list[dict[str, Any]] = []
    pieces: list[list[str]] = [[]]  # of the line, which has a gap where nothing was measured
    for bearing, found, n in zip(curve.points, curve.estimates, curve.n, strict=True):
        if found is None:
            pieces.append([])
            continue
        least, most = _span(found)
        place = {"x": x(bearing), "mean": y(found.mean)}
        points.append({**place, "low": y(least), "high": y(most), "enough": n >= MIN_TRIALS})
        pieces[-1].append(f"{place['x']:.1f},{place['mean']:.1f}")
    words = ((-np.pi / 2, "right"), (0.0, "ahead"), (np.pi / 2, "left"))
    return fragment(
        "mechanism.svg",
        row=row,
        label=f"{row.key}: mean turning rate by where the food is, in {len(points)} directions",
        width=WIDTH,
        height=HEIGHT,
        left=LEFT,
        right=WIDTH - RIGHT,
        bottom=HEIGHT - BOTTOM,
        middle=x(0),
        rows=[(mark, y(mark)) for mark in marks],
        columns=[(word, x(bearing)) for bearing, word in words],
        points=points,
        pieces=[" ".join(piece) for piece in pieces if piece],
    )


def _span(found: Estimate) -> tuple[float, float]:
    """The interval, or the mean where there is none."""
    if found.low is None or found.high is None:
        return found.mean, found.mean
    return found.low, found.high
