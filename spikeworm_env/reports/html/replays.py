"""Trials that the page replays: the whole worm at ten frames a second, packed small."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from spikeworm_env.anatomy import N_NODES
from spikeworm_env.rendering.field import CONTOURS
from spikeworm_env.rendering.worm import half_width
from spikeworm_env.reports.html.rows import Row
from spikeworm_env.reports.html.samples import distances
from spikeworm_env.reports.html.words import number
from spikeworm_env.trials.result import TrialResult

FRAME_S = 0.1
MOST_VALUES = 1_500_000  # of all replays together: 4 MB of text
MOST_SHOWN = 3
LEVELS = 65_535


def replays_json(rows: Sequence[Row], arena: Mapping[str, Any]) -> str:
    """What the page's script reads, fit to stand in an HTML page.

    Args:
        rows: of trials.
        arena: the trial's settings.
    """
    shown = shown_each(rows)
    content = {
        "radius": arena["arena_radius"],
        "contours": CONTOURS,
        "half_width": [round(float(width), 5) for width in half_width(np.linspace(0.0, 1.0, N_NODES))],
        "rows": [
            {"name": row.key, "trials": [_replay(row, place, rank) for place, rank in chosen(row, shown)]}
            for row in rows
        ],
    }
    return json.dumps(content, separators=(",", ":"), allow_nan=False).replace("<", "\\u003c")


def chosen(row: Row, shown: int) -> list[tuple[int, str]]:
    """Which of its trials, by ci_time: the median, then the best, then the worst, as many as wanted."""
    order = np.argsort([result.ci_time for result in row.results], kind="stable").tolist()
    ranks = [(order[(len(order) - 1) // 2], "median"), (order[-1], "best"), (order[0], "worst")]
    return list({place: (place, rank) for place, rank in reversed(ranks[:shown])}.values())[::-1]


def shown_each(rows: Sequence[Row]) -> int:
    """How many replays a row has, so that the page stays small."""
    one_each = sum(
        result.seconds / _frame_s(result) * (N_NODES + 2 + 2 * result.food_path.shape[1])
        for result in (row.results[0] for row in rows)
    )
    return int(np.clip(MOST_VALUES // max(one_each, 1), 1, MOST_SHOWN))


def _frame_s(result: TrialResult) -> float:
    return _step(result) * result.sample_s


def _step(result: TrialResult) -> int:
    return max(1, round(FRAME_S / result.sample_s))


def _replay(row: Row, place: int, rank: str) -> dict[str, Any]:
    result, brain = row.results[place], row.compiled_with[place]
    step = _step(result)
    even = int(result.ticks / 1000 / result.sample_s + 1e-9) + 1  # a last sample that came early is left out
    frames = slice(0, even, step)
    foods = result.food_path[frames]
    n_foods = foods.shape[1]
    still = bool(np.ptp(foods, axis=0).max() == 0)
    named = f"{rank}: ci_time {number(result.ci_time)}, seed {result.seed}"
    return {
        "label": named if brain is None else f"{named}, brain {brain}",
        "seed": result.seed,
        "brain": brain,
        "frame_s": round(step * result.sample_s, 6),
        "frames": len(result.path[frames]),
        "path": _packed(result.path[frames]),
        "heading": _packed(np.unwrap(result.heading[frames])[:, None]),
        "posture": _packed(result.posture[frames]),
        "distance": _packed(distances(result)[frames][:, None]),
        "foods": _packed((foods[:1] if still else foods).reshape(-1, 2 * n_foods)),
        "sigma": result.food[:n_foods, 3].tolist(),
        "others": np.round(result.food[n_foods:, :2], 3).tolist(),
    }


def _packed(columns: NDArray) -> dict[str, Any]:
    """(frames, columns) as unsigned 16-bit numbers, little-endian, between the least and the greatest."""
    values = np.asarray(columns, dtype=np.float64)
    low = float(values.min())
    step = float(values.max() - low) / LEVELS or 1.0
    whole = np.round((values - low) / step).astype("<u2")
    return {
        "low": low,
        "step": step,
        "columns": values.shape[1],
        "data": base64.b64encode(whole.tobytes()).decode("ascii"),
    }
