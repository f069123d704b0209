"""Paths of the head over the field of the food, with all arenas aligned."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from markupsafe import Markup
from numpy.typing import NDArray

from spikeworm_env.rendering.field import CONTOURS
from spikeworm_env.rendering.marks import nice_length
from spikeworm_env.reports.html.rows import Row
from spikeworm_env.reports.html.samples import aligned, times_s
from spikeworm_env.reports.html.templates import fragment
from spikeworm_env.reports.html.words import number, percent
from spikeworm_env.trials.result import TrialResult

SIZE = 600  # of a picture in units; half of them a pixel
MOST_POINTS = 120_000  # of all paths together, which keeps the page small
LEAST_LENGTH_BL = 2.0  # so that a worm that begins at the food can be seen to move
POINTS = (16, 90)  # of one path, fewest and most


class View(NamedTuple):
    """The part of the plane that a picture shows.

    Attributes:
        scale: units of the picture per BL.
        left, top: of the picture, BL.
    """

    scale: float
    left: float
    top: float

    def place(self, positions: NDArray) -> NDArray[np.float64]:
        """(..., 2) positions, BL, in units of the picture from its upper left corner."""
        return np.stack((positions[..., 0] - self.left, self.top - positions[..., 1]), axis=-1) * self.scale


def path_figures(rows: Sequence[Row], sigma: float) -> Markup:
    """A picture for each row, all to one scale.

    Args:
        rows: of trials.
        sigma: of the field around a food, BL.
    """
    n_ways = sum(len(row.results) for row in rows)
    points = int(np.clip(MOST_POINTS // n_ways, *POINTS))
    paths = {row.key: [_thinned(result, points) for result in row.results] for row in rows}
    start = float(np.mean([-path[0, 0] for each in paths.values() for path in each]))
    everywhere = np.concatenate([path for each in paths.values() for path in each])
    reach = np.abs(everywhere - (-start / 2, 0.0)).max(axis=1)
    length = max(start, LEAST_LENGTH_BL)
    half = float(np.clip(np.percentile(reach, 98), 0.75 * length, 1.6 * length))
    view = View(SIZE / (2 * half), -start / 2 - half, half)
    return Markup().join(_figure(row, paths[row.key], view, sigma) for row in rows)


def _thinned(result: TrialResult, points: int) -> NDArray[np.float64]:
    path, times = aligned(result), times_s(result)
    moments = np.linspace(0.0, times[-1], points)
    return np.column_stack([np.interp(moments, times, path[:, axis]) for axis in (0, 1)])


def _figure(row: Row, paths: Sequence[NDArray], view: View, sigma: float) -> Markup:
    return fragment(
        "paths.svg",
        row=row,
        success=percent(row.summary["success"]),
        label=f"{row.key}: {len(paths)} paths; ci_time {number(row.summary.ci_time.mean)}",
        size=SIZE,
        scale=view.scale,
        bar=nice_length(0.3 * SIZE / view.scale),
        food=view.place(np.zeros(2)),
        # where a Gaussian has fallen to a contour's share of its peak
        contours=[sigma * np.sqrt(-2 * np.log(level)) * view.scale for level in CONTOURS],
        start=view.place(paths[0][0]),
        paths=[_path(path, view) for path in paths],
    )


def _path(path: NDArray, view: View) -> str:
    """An SVG path in whole units, each step from the last."""
    places = np.round(view.place(path)).astype(int)
    steps = np.diff(places, axis=0)
    first, rest = places[0].tolist(), steps[np.any(steps != 0, axis=1)].tolist()
    return f"M{first[0]} {first[1]}l" + " ".join(f"{x} {y}" for x, y in rest or [(0, 0)])
