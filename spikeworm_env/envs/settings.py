"""The arguments of every environment, checked, and the start of an episode, drawn."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from spikeworm_env.checks import choice, number, whole
from spikeworm_env.envs.placement import (
    WALL_MARGIN_BL,
    check_room,
    draw_arena,
    draw_foods_about,
    further_foods,
)
from spikeworm_env.envs.spaces import FORMS
from spikeworm_env.errors import InputError, shown, suggestion
from spikeworm_env.kernels.random_draws import uniforms
from spikeworm_env.world.arena import make_foods
from spikeworm_env.world.checks import check_frame_skip, place, places, within
from spikeworm_env.world.record_types import Records
from spikeworm_env.world.scale import MAX_SECONDS, TICKS_PER_S

LEAST_DISTANCE_BL: Final = 0.01  # the indices divide by the start distance
BODY_BL: Final = 1.0
OPTIONS: Final = ("position", "heading_rad", "food")
"""Options of ``reset`` that every environment takes."""


@dataclass(frozen=True, eq=False)
class Settings:
    """The arguments that every environment has.

    Attributes:
        foods: (k, 2) places of the first k foods, or None if all are drawn.
        n_foods: how many in all.
        peak, sigma: concentration at a food, and width of its Gaussian, BL.
        start_distance: from the head's start to the nearest food, BL.
        duration_ticks: length of an episode.
        frame_skip: ticks per step.
        arena_radius: BL.
        drag_ratio: normal over tangential drag.
        observation: one of `FORMS`.
        noise: standard deviation of the noise on each channel that carries a concentration, food peaks.
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
    """The settings of an environment, from its arguments.

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
            raise InputError(f"food_position is {len(foods)} places; expected at most n_foods={n_foods}")
    check_room(foods, n_foods, distance, radius)
    return Settings(
        foods=foods,
        n_foods=n_foods,
        peak=number("food_peak", food_peak, 1e-6, 1e6),
        sigma=number("sigma", sigma, 0.01, 1e6, "BL"),
        start_distance=distance,
        duration_ticks=round(
            number("duration_s", duration_s, 1 / TICKS_PER_S, MAX_SECONDS, "s") * TICKS_PER_S
        ),
        frame_skip=check_frame_skip(frame_skip),
        arena_radius=radius,
        drag_ratio=number("drag_ratio", drag_ratio, 1, 1e6),
        observation=choice("observation", observation, FORMS),
        noise=number("noise", noise, 0, 1e6),
    )


@dataclass(frozen=True, eq=False)
class Start:
    """The start of an episode.

    Attributes:
        sources: (k,) the foods, records of the environment's sources.
        position: head tip (x, y), BL.
        heading_rad: the direction in which the head points.
    """

    sources: Records
    position: tuple[float, float]
    heading_rad: float


def check_options(options: Any, more: tuple[str, ...]) -> Mapping[str, Any]:
    """The options of a reset, checked.

    Args:
        options: a mapping, or None for none.
        more: options of this environment besides `OPTIONS`.

    Raises:
        InputError: an unknown option.
    """
    options, known = {} if options is None else options, (*OPTIONS, *more)
    if not isinstance(options, Mapping):
        raise InputError(f"options is {shown(options)}; expected a dict with keys among {', '.join(known)}")
    for name in options:
        if name not in known:
            raise InputError(f"options: unknown key {shown(name)}{suggestion(name, known)}")
    return options


def draw_start(
    rng: np.random.Generator, settings: Settings, options: Mapping[str, Any], source: np.dtype[np.void]
) -> Start:
    """Draw a start; ``options`` fix a part of it.

    Given foods and no position, the start is drawn at the start distance from the nearest of them; given a
    position and no foods, the first food is drawn at that distance; given both, the distance is theirs.

    Args:
        rng: the source of chance.
        settings: of the environment.
        options: of the reset, checked by `check_options`.
        source: dtype of a source.

    Raises:
        InputError: an option that cannot be.
    """
    given_foods = _given_foods(options, settings)
    given_position = _given_position(options, settings)
    foods, position = _places(rng, settings, given_foods, given_position)
    if ((foods - position) ** 2).sum(axis=1).min() < LEAST_DISTANCE_BL**2:
        raise InputError(
            f"position is {tuple(position.tolist())}; expected {LEAST_DISTANCE_BL:g} BL or more to food"
        )
    if options.get("heading_rad") is None:
        heading = uniforms(rng, -math.pi, math.pi)
    else:
        heading = number("heading_rad", options["heading_rad"], -1e6, 1e6, "rad")
    sources = make_foods(foods, settings.peak, settings.sigma, source)
    return Start(sources, (float(position[0]), float(position[1])), heading)


def _places(
    rng: np.random.Generator,
    settings: Settings,
    foods: NDArray[np.float64] | None,
    position: NDArray[np.float64] | None,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The positions of the foods (k, 2) and the start (2,), BL."""
    fixed = settings.foods if foods is None else foods
    layout = (settings.n_foods, settings.start_distance, settings.arena_radius)
    n_foods, distance, radius = layout
    if position is None:
        if foods is not None:
            check_room(foods, n_foods, distance, radius)
        return draw_arena(rng, fixed, *layout)
    if fixed is None:
        return draw_foods_about(rng, position, *layout), position
    return further_foods(rng, fixed, n_foods, position, distance, radius), position


def _given_foods(options: Mapping[str, Any], settings: Settings) -> NDArray[np.float64] | None:
    if options.get("food") is None:
        return None
    foods = places("food", options["food"])
    if len(foods) != settings.n_foods:
        raise InputError(f"food is {len(foods)} places; expected n_foods={settings.n_foods}")
    return within("food", foods, settings.arena_radius)


def _given_position(options: Mapping[str, Any], settings: Settings) -> NDArray[np.float64] | None:
    if options.get("position") is None:
        return None
    return place("position", options["position"], settings.arena_radius - BODY_BL)
