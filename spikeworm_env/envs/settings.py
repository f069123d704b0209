"""The arguments that all environments share, checked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from spikeworm_env.envs.observation import FORMS
from spikeworm_env.envs.placement import WALL_MARGIN_BL, check_room
from spikeworm_env.errors import InputError
from spikeworm_env.world.checks import check_frame_skip, choice, number, places, whole, within
from spikeworm_env.world.scale import TICKS_PER_S

LEAST_DISTANCE_BL: Final = 0.01  # the indices divide by the start distance
SUCCESS_BL: Final = 1.0  # how near to a food counts as having found it


@dataclass(frozen=True, eq=False)
class Settings:
    """What stays the same from episode to episode.

    Attributes:
        foods: (k, 2) places of the first k foods, or None if all are drawn.
        n_foods: how many in all.
        peak, sigma: height and width (BL) of every food's smell.
        start_distance: from the head's start to the nearest food, BL.
        duration_ticks: length of an episode.
        frame_skip: ticks per step.
        arena_radius: BL.
        drag_ratio: normal over tangential drag.
        observation: one of `FORMS`.
        noise: standard deviation of what is added to each channel that carries smell, food peaks.
    """

    foods: NDArray[np.float64] | None
    n_foods: int
    peak: float
    sigma: float
    start_distance: float
    duration_ticks: int
    frame_skip: int
    arena_radius: float
    drag_ratio: float
    observation: str
    noise: float


def check_settings(  # noqa: PLR0913  the arguments of the environment
    *,
    start_distance: Any,
    sigma: Any,
    n_foods: Any,
    food_peak: Any,
    food_position: Any,
    duration_s: Any,
    frame_skip: Any,
    arena_radius: Any,
    drag_ratio: Any,
    observation: Any,
    noise: Any,
) -> Settings:
    """Settings from the environment's arguments, see there.

    Raises:
        InputError: naming the argument, its value and what was expected.
    """
    radius = number("arena_radius", arena_radius, WALL_MARGIN_BL + 2, 1000, "BL")
    distance = number("start_distance", start_distance, LEAST_DISTANCE_BL, 2 * radius, "BL")
    n_foods = whole("n_foods", n_foods, 1, 100)
    foods = None
    if food_position is not None:
        foods = within("food_position", places("food_position", food_position), radius)
        if len(foods) > n_foods:
            raise InputError(f"food_position: got {len(foods)} places, expected at most n_foods={n_foods}")
    check_room(foods, n_foods, distance, radius)
    return Settings(
        foods=foods,
        n_foods=n_foods,
        peak=number("food_peak", food_peak, 1e-6, 1e6),
        sigma=number("sigma", sigma, 0.01, 1e6, "BL"),
        start_distance=distance,
        duration_ticks=round(number("duration_s", duration_s, 1 / TICKS_PER_S, 86_400, "s") * TICKS_PER_S),
        frame_skip=check_frame_skip(frame_skip),
        arena_radius=radius,
        drag_ratio=number("drag_ratio", drag_ratio, 1, 1e6),
        observation=choice("observation", observation, FORMS),
        noise=number("noise", noise, 0, 1e6),
    )
