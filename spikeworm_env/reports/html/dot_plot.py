"""Every trial as a point, with mean and interval of each row."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from spikeworm_env.reports.html.rows import Row
from spikeworm_env.reports.html.scale import ticks
from spikeworm_env.reports.html.templates import fragment
from spikeworm_env.reports.html.words import estimate

HEIGHT, MIDDLE = 44, 15  # of a row, px; of its points
SPREAD = (0, 5, -5, 2.5, -2.5, 7.5, -7.5)  # points of one value side by side


def dot_plot(rows: Sequence[Row]) -> Markup:
    """Lines of points over one axis; the width is the reader's, so that words keep their size."""
    values = [result.ci_time for row in rows for result in row.results]
    marks = ticks(min([0.0, *values]), max([0.1, *values]), about=8)
    low, high = marks[0], marks[-1]

    def at(value: float) -> str:
        return f"{100 * (value - low) / (high - low):.2f}%"

    def line(row: Row) -> dict[str, object]:
        found = row.summary.ci_time
        interval = None if found.low is None or found.high is None else (at(found.low), at(found.high))
        return {
            "style": row.style,
            "key": row.key,
            "label": f"{row.key}: {len(row.results)} trials, ci_time {estimate(found)}",
            "points": [
                (at(result.ci_time), MIDDLE + SPREAD[place % len(SPREAD)])
                for place, result in enumerate(row.results)
            ],
            "interval": interval,
            "mean": at(found.mean),
        }

    return fragment(
        "dot_plot.html",
        rows=[line(row) for row in rows],
        marks=[{"value": mark, "x": at(mark)} for mark in marks],
        height=HEIGHT,
        below=HEIGHT - 11,
        digits=1 if high - low > 0.4 else 2,
    )
