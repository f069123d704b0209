"""Paths of the head over the field of the food, with all arenas aligned."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import numpy as np
from numpy.typing import NDArray

from spikeworm_env.rendering.field import CONTOURS
from spikeworm_env.rendering.marks import nice_length
from spikeworm_env.reports.html.rows import Row
from spikeworm_env.reports.html.samples import aligned, times_s
from spikeworm_env.reports.html.words import number, percent
from spikeworm_env.trials.result import TrialResult

SIZE = 600  # of a picture in units; half of them a pixel
MOST_POINTS = 120_000  # of all paths together, which keeps the page small
LEAST_LENGTH_BL = 2.0  # so that a worm that begins at the food can be seen to move
POINTS = (16, 90)  # of one path, fewest and most


def path_figures(rows: Sequence[Row], sigma: float) -> str:
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
    scale, left, top = SIZE / (2 * half), -start / 2 - half, half
    ground = _ground(scale, left, top, sigma)
    return "".join(_figure(row, paths[row.key], ground, scale, left, top) for row in rows)


def _thinned(result: TrialResult, points: int) -> NDArray[np.float64]:
    path, times = aligned(result), times_s(result)
    moments = np.linspace(0.0, times[-1], points)
    return np.column_stack([np.interp(moments, times, path[:, axis]) for axis in (0, 1)])


def _ground(scale: float, left: float, top: float, sigma: float) -> tuple[str, str]:
    """What lies below the paths, the field of one food in shades between contours and a scale bar; and above
    them, its marker."""
    x, y = -left * scale, top * scale
    circles = "".join(
        # where a Gaussian has fallen to a contour's share of its peak
        f'<circle class="contour" fill="var(--band-{band})" cx="{x:.1f}" cy="{y:.1f}" '
        f'r="{sigma * np.sqrt(-2 * np.log(level)) * scale:.1f}"/>'
        for band, level in enumerate(CONTOURS, start=1)
    )
    bar = nice_length(0.3 * SIZE / scale)
    below = (
        f'<rect width="{SIZE}" height="{SIZE}" fill="var(--band-0)"/>{circles}'
        f'<line class="scale" x1="24" x2="{24 + bar * scale:.1f}" y1="{SIZE - 26}" y2="{SIZE - 26}"/>'
        f'<text x="24" y="{SIZE - 38}">{bar:g} BL</text>'
    )
    return below, f'<circle class="food" cx="{x:.1f}" cy="{y:.1f}" r="9"/>'


def _figure(
    row: Row, paths: Sequence[NDArray], ground: tuple[str, str], scale: float, left: float, top: float
) -> str:
    below, above = ground
    lines = "".join(f'<path d="{_path(path, scale, left, top)}"/>' for path in paths)
    x, y = (paths[0][0] - (left, top)) * (scale, -scale)
    label = f"{row.key}: {len(paths)} paths; ci_time {number(row.summary.ci_time.mean)}"
    success = percent(row.summary["success"])
    return (
        f"<figure><figcaption>{escape(row.key)} <small>{success} reach the food</small>"
        f'</figcaption><svg class="path" role="img" aria-label="{escape(label)}" viewBox="0 0 {SIZE} {SIZE}">'
        f'{below}<g class="paths" style="{row.style};--n:{len(paths)}">{lines}</g>{above}'
        f'<circle class="start" cx="{x:.1f}" cy="{y:.1f}" r="7"/>'
        f"</svg></figure>"
    )


def _path(path: NDArray, scale: float, left: float, top: float) -> str:
    """An SVG path in whole units, each step from the last."""
    places = np.round(np.column_stack((path[:, 0] - left, top - path[:, 1])) * scale).astype(int)
    steps = np.diff(places, axis=0)
    first, rest = places[0].tolist(), steps[np.any(steps != 0, axis=1)].tolist()
    return f"M{first[0]} {first[1]}l" + " ".join(f"{x} {y}" for x, y in rest or [(0, 0)])
