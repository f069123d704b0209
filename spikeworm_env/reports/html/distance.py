"""Distance to the food over time: an agent beside its controls and the oracle."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from markupsafe import Markup
from numpy.typing import NDArray

from spikeworm_env.batch.participants import ORACLE
from spikeworm_env.reports.html.rows import Row
from spikeworm_env.reports.html.samples import distances_at
from spikeworm_env.reports.html.scale import ticks
from spikeworm_env.reports.html.templates import fragment
from spikeworm_env.reports.html.words import number

WIDTH, HEIGHT = 360, 220
LEFT, RIGHT, TOP, BOTTOM = 30, 92, 22, 30  # margins; words stand at the lines' ends on the right
MOMENTS = 91
LABEL_PX = 13

Curves = tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]


def distance_figures(rows: Sequence[Row], duration_s: float) -> Markup:
    """A figure for each agent."""
    times = np.linspace(0.0, duration_s, MOMENTS)
    curves: dict[str, Curves] = {}
    for row in rows:
        low, middle, high = np.percentile(distances_at(row.results, times), (25, 50, 75), axis=0)
        curves[row.key] = (low, middle, high)
    highest = ticks(0.0, max(float(high.max()) for *_, high in curves.values()), 4)
    oracle = next(row for row in rows if row.key == ORACLE)
    agents = [row for row in rows if row.control is None and row.key != ORACLE] or [oracle]
    return Markup().join(_figure(agent, rows, oracle, curves, times, highest) for agent in agents)


def _figure(
    agent: Row,
    rows: Sequence[Row],
    oracle: Row,
    curves: Mapping[str, Curves],
    times: NDArray[np.float64],
    marks: Sequence[float],
) -> str:
    shown = [row for row in rows if row.agent == agent.agent]
    if agent.key != ORACLE:
        shown.append(oracle)

    def x(values: NDArray | float) -> NDArray:
        return LEFT + (WIDTH - LEFT - RIGHT) * np.asarray(values) / times[-1]

    def y(values: NDArray | float) -> NDArray:
        return TOP + (HEIGHT - TOP - BOTTOM) * (1 - np.asarray(values) / marks[-1])

    ends = _apart([float(y(curves[row.key][1][-1])) for row in shown])
    drawn, ends_of_curves = [], []
    for row, end in zip(shown, ends, strict=True):
        low, middle, high = curves[row.key]
        band = np.column_stack((x(np.append(times, times[::-1])), y(np.append(high, low[::-1]))))
        drawn.append(
            {
                "style": row.style,
                "dash": row.dash,
                "band": _points(band) if row.key != ORACLE or agent.key == ORACLE else "",
                "line": _points(np.column_stack((x(times), y(middle)))),
                "end": end,
                "name": _short(row.control or row.key),
            }
        )
        ends_of_curves.append(f"{row.key} from {number(middle[0], 1)} to {number(middle[-1], 1)} BL")
    return fragment(
        "distance.svg",
        caption=agent.key,
        label=f"Median distance to the food over time: {'; '.join(ends_of_curves)}",
        width=WIDTH,
        height=HEIGHT,
        left=LEFT,
        right=WIDTH - RIGHT,
        bottom=HEIGHT - BOTTOM,
        rows=[(mark, y(mark)) for mark in marks],
        columns=[(mark, x(mark)) for mark in ticks(0.0, float(times[-1]), 3) if mark <= times[-1]],
        curves=drawn,
    )


def _apart(ends: Sequence[float]) -> list[float]:
    """Where the words go, so that none lies on another, in the order given."""
    placed = [0.0] * len(ends)
    lowest = -np.inf
    for place in np.argsort(ends, kind="stable").tolist():
        lowest = placed[place] = max(ends[place], lowest + LABEL_PX)
    beyond = max(0.0, max(placed) - (HEIGHT - BOTTOM))
    return [max(each - beyond, 4.0) for each in placed]


def _short(name: str, longest: int = 13) -> str:
    return name if len(name) <= longest else name[: longest - 1] + "…"


def _points(places: NDArray) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in places.tolist())
