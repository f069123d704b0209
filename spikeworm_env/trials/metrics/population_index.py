"""Population chemotaxis index of the plate assay: share of worms at the food less share at a control zone.

The food's zone is a disc about the food's position at the end. The control zone is the same disc about its
mirror image: as far from the start, and as near to straight behind it as the arena has room for the disc.
Source: Ward 1973, PNAS 70:817, of a plate with food on one side.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from spikeworm_env.trials.metrics._metric import Metric, Statistic, Summarised
from spikeworm_env.trials.result import TrialResult
from spikeworm_env.trials.task import environment_class

ZONE_SHARE = 0.25  # radius of a zone, of the distance from start to food: 3 BL in the default trial
DIRECTIONS = 360  # from the start, among which the control zone is chosen


def ended_in(result: TrialResult) -> float:
    """1 if the head ended in the food's zone, −1 in the control zone, else 0; NaN with several foods."""
    if result.food_path.ndim != 3 or result.food_path.shape[1] != 1 or len(result.path) == 0:
        return math.nan
    start, end = result.path[0], result.path[-1]
    food = result.food_path[-1, 0].astype(np.float64)
    radius = ZONE_SHARE * math.dist(start, food)
    # no trial changes the radius of the arena
    control = control_position(start, food, environment_class().arguments()["arena_radius"])
    return float(math.dist(end, food) <= radius) - float(math.dist(end, control) <= radius)


def control_position(
    start: NDArray[np.float64], food: NDArray[np.float64], arena_radius: float
) -> NDArray[np.float64]:
    """The centre (x, y) of the control zone, BL; the food itself where the arena has room for no other."""
    reach = math.dist(start, food)
    angle = math.atan2(*(food - start)[::-1]) + np.arange(DIRECTIONS) * (2 * math.pi / DIRECTIONS)
    positions = start + reach * np.column_stack([np.cos(angle), np.sin(angle)])
    inside = np.hypot(*positions.T) <= arena_radius - ZONE_SHARE * reach
    inside[0] = True
    candidates = positions[inside]
    return candidates[np.hypot(*(candidates - food).T).round(9).argmax()]


METRIC = Metric(
    name="ci_population",
    unit="1",
    about="1 for an end in the food's zone, −1 in the control zone, else 0; Ward 1973; arenas of one food",
    measure=ended_in,
    order=110,
    low=-1.0,
    high=1.0,
    summaries=(Summarised(Statistic.INTERVAL),),
)
