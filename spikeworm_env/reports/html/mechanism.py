"""Mechanisms of chemotaxis: the weathervane curve, and turns while the concentration rises and falls."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import numpy as np

from spikeworm_env.reports.comparison_columns import mechanism_columns
from spikeworm_env.reports.html.rows import Row
from spikeworm_env.reports.html.scale import ticks
from spikeworm_env.reports.html.words import NUMBERS, number
from spikeworm_env.statistics import MIN_TRIALS, Estimate

WIDTH, HEIGHT = 360, 220
LEFT, RIGHT, TOP, BOTTOM = 44, 12, 22, 42  # margins
LEAST_RATE = 0.1  # rad/s; the axis spans no less, so that noise does not look like steering
CURVE = "mechanism.weathervane"


def mechanism_figures(rows: Sequence[Row]) -> str:
    """A weathervane curve for each row, all to one scale."""
    known = [found for row in rows for found in row.summary[CURVE].estimates if found is not None]
    if not known:
        return '<p class="note">The trials were too short to measure any.</p>'
    extent = max(LEAST_RATE, *(abs(bound) for found in known for bound in _span(found)))
    marks = ticks(-extent, extent, 4)
    return f'<div class="grid">{"".join(_figure(row, marks) for row in rows)}</div>{_table(rows)}'


def _figure(row: Row, marks: Sequence[float]) -> str:
    low, high = marks[0], marks[-1]

    def x(bearing: float) -> float:
        return LEFT + (WIDTH - LEFT - RIGHT) * (0.5 + bearing / (2 * np.pi))

    def y(rate: float) -> float:
        return TOP + (HEIGHT - TOP - BOTTOM) * (high - rate) / (high - low)

    parts = [
        f'<line class="{"zero" if mark == 0 else "grid"}" x1="{LEFT}" x2="{WIDTH - RIGHT}" '
        f'y1="{y(mark):.1f}" y2="{y(mark):.1f}"/>'
        f'<text x="{LEFT - 6}" y="{y(mark) + 4:.1f}" text-anchor="end">{number(mark, 1)}</text>'
        for mark in marks
    ]
    words = ((-np.pi / 2, "right"), (0.0, "ahead"), (np.pi / 2, "left"))
    parts += [
        f'<text x="{x(bearing):.1f}" y="{HEIGHT - BOTTOM + 18}" text-anchor="middle">{word}</text>'
        for bearing, word in words
    ]
    parts.append(
        f'<text x="4" y="10">rad/s</text><text x="{x(0):.1f}" y="{HEIGHT - 6}" '
        'text-anchor="middle">where the food is</text>'
    )
    pieces: list[list[str]] = [[]]  # of the line, which has a gap where nothing was measured
    curve = row.summary[CURVE]
    for bearing, found, n in zip(curve.points, curve.estimates, curve.n, strict=True):
        if found is None:
            pieces.append([])
            continue
        least, most = _span(found)
        pieces[-1].append(f"{x(bearing):.1f},{y(found.mean):.1f}")
        parts.append(
            f'<g style="{row.style}"><line class="whisker" x1="{x(bearing):.1f}" x2="{x(bearing):.1f}" '
            f'y1="{y(least):.1f}" y2="{y(most):.1f}"/>'
            f'<circle class="{"mean" if n >= MIN_TRIALS else "few"}" '
            f'cx="{x(bearing):.1f}" cy="{y(found.mean):.1f}" r="3.5"/></g>'
        )
    parts += [
        f'<polyline class="curve" style="{row.style}" stroke-dasharray="{row.dash}" '
        f'points="{" ".join(piece)}"/>'
        for piece in pieces
        if piece
    ]
    label = f"{row.key}: mean turning rate by where the food is, in {sum(map(len, pieces))} directions"
    return (
        f'<figure><figcaption>{escape(row.key)}</figcaption><svg role="img" aria-label="{escape(label)}" '
        f'viewBox="0 0 {WIDTH} {HEIGHT}">{"".join(parts)}</svg></figure>'
    )


def _span(found: Estimate) -> tuple[float, float]:
    """The interval, or the mean where there is none."""
    if found.low is None or found.high is None:
        return found.mean, found.mean
    return found.low, found.high


def _table(rows: Sequence[Row]) -> str:
    columns = mechanism_columns([row.summary for row in rows], NUMBERS)
    headings = ["agent", *(column.heading for column in columns)]
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in headings)
    lines = []
    for row in rows:
        cells = "".join(f"<td>{escape(column.cell(row.summary))}</td>" for column in columns)
        lines.append(f'<tr><th scope="row">{escape(row.key)}</th>{cells}</tr>')
    return (
        '<div class="scroller" role="region" aria-label="Turns, speed and path" tabindex="0">'
        f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(lines)}</tbody></table></div>"
    )
