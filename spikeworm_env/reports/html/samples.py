"""Times, distances and aligned paths from the samples of trials."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from spikeworm_env.trials.result import TrialResult


def times_s(result: TrialResult) -> NDArray[np.float64]:
    """(m,) when each sample was taken; the last may come early."""
    return np.minimum(np.arange(len(result.path)) * result.sample_s, result.seconds)


def distances(result: TrialResult) -> NDArray[np.float64]:
    """(m,) BL from the head to the nearest food."""
    away = result.path[:, None] - result.food_path
    return np.hypot(away[..., 0], away[..., 1]).min(axis=1)


def distances_at(results: Sequence[TrialResult], times: NDArray[np.float64]) -> NDArray[np.float64]:
    """(trial seeds, times) distance to the nearest food, averaged over brains within each seed."""
    found: dict[int, list[NDArray[np.float64]]] = {}
    for result in results:
        found.setdefault(result.seed, []).append(np.interp(times, times_s(result), distances(result)))
    return np.array([np.mean(each, axis=0) for each in found.values()])


def aligned(result: TrialResult) -> NDArray[np.float64]:
    """(m, 2) the head's path, moved and turned: the food that was nearest at the start, where it then was, is
    the origin, and the start lies on the negative x axis."""
    start = result.path[0]
    foods = result.food_path[0].astype(np.float64)
    food = foods[np.hypot(*(foods - start).T).argmin()]
    x, y = food - start
    turn = np.array(((x, -y), (y, x))) / np.hypot(x, y)
    return (result.path - food) @ turn
