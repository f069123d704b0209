"""Every trial as a point, with mean and interval of each row."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape

from spikeworm_env.reports.html.rows import Row
from spikeworm_env.reports.html.scale import ticks
from spikeworm_env.reports.html.words import estimate, number

HEIGHT, MIDDLE = 44, 15  # of a row, px; of its points
SPREAD = (0, 5, -5, 2.5, -2.5, 7.5, -7.5)  # points of one value side by side


def dot_plot(rows: Sequence[Row]) -> str:
    """Lines of points over one axis; the width is the reader's, so that words keep their size."""
    values = [result.ci_time for row in rows for result in row.results]
    marks = ticks(min([0.0, *values]), max([0.1, *values]), about=8)
    low, high = marks[0], marks[-1]

    def at(value: float) -> str:
        return f"{100 * (value - low) / (high - low):.2f}%"

    grid = "".join(
        f'<line class="{"zero" if mark == 0 else "grid"}" x1="{at(mark)}" x2="{at(mark)}" y1="0" y2="100%"/>'
        for mark in marks
    )
    lines = [_line(row, grid, at) for row in rows]
    words = "".join(
        f'<span style="left:{at(mark)}">{number(mark, 1 if high - low > 0.4 else 2)}</span>' for mark in marks
    )
    return (
        f'{"".join(lines)}<div class="dot-plot axis" aria-hidden="true"><span></span><div>{words}</div></div>'
    )


def _line(row: Row, grid: str, at: Callable[[float], str]) -> str:
    points = "".join(
        f'<circle cx="{at(result.ci_time)}" cy="{MIDDLE + SPREAD[place % len(SPREAD)]:g}" r="3"/>'
        for place, result in enumerate(row.results)
    )
    found, below = row.summary.ci_time, HEIGHT - 11
    bar = ""
    if found.low is not None and found.high is not None:
        bar = f'<line class="bar" x1="{at(found.low)}" x2="{at(found.high)}" y1="{below}" y2="{below}"/>'
    mean = f'<circle class="mean" cx="{at(found.mean)}" cy="{below}" r="4.5"/>'
    label = f"{row.key}: {len(row.results)} trials, ci_time {estimate(found)}"
    return (
        f'<div class="dot-plot" style="{row.style}"><span>{escape(row.key)}</span>'
        f'<svg role="img" aria-label="{escape(label)}" width="100%" height="{HEIGHT}">{grid}'
        f'<g class="points">{points}</g>{bar}{mean}</svg></div>'
    )
