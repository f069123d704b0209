"""The plate assay's question: did the worm end at the food, or at a place that is as far and has none?

The food's zone is a disc about the food where it is at the end, the control zone the same disc about its
mirror image: as far from the start, and as near to straight behind it as the arena has room for all of it.
Source: Ward 1973, PNAS 70:817, of a plate with food on one side.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from spikeworm_env.trials.run import TrialResult
from spikeworm_env.trials.task import environment_class

ZONE_SHARE = 0.25  # radius of a zone, of the distance from start to food: 3 BL in the default trial
DIRECTIONS = 360  # in which a control zone is looked for


def ended_in(result: TrialResult) -> float:
    """1 if the head ended in the food's zone, −1 in the control zone, else 0; NaN with several foods."""
    if result.food_path.ndim != 3 or result.food_path.shape[1] != 1 or len(result.path) == 0:
        return math.nan
    start, end = result.path[0], result.path[-1]
    food = result.food_path[-1, 0].astype(np.float64)
    radius = ZONE_SHARE * math.dist(start, food)
    # no trial changes the radius of the arena
    control = control_place(start, food, environment_class().arguments()["arena_radius"])
    return float(math.dist(end, food) <= radius) - float(math.dist(end, control) <= radius)


def control_place(
    start: NDArray[np.float64], food: NDArray[np.float64], arena_radius: float
) -> NDArray[np.float64]:
    """The middle (x, y) of the control zone, BL; the food itself where the arena has room for no other."""
    reach = math.dist(start, food)
    angle = math.atan2(*(food - start)[::-1]) + np.arange(DIRECTIONS) * (2 * math.pi / DIRECTIONS)
    places = start + reach * np.column_stack([np.cos(angle), np.sin(angle)])
    inside = np.hypot(*places.T) <= arena_radius - ZONE_SHARE * reach
    inside[0] = True
    candidates = places[inside]
    return candidates[np.hypot(*(candidates - food).T).round(9).argmax()]
