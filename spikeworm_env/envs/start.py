"""Where an episode begins: drawn by chance, or said in the options of ``reset``."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from spikeworm_env.envs.placement import check_room, draw_arena, draw_foods_about, further_foods
from spikeworm_env.envs.settings import LEAST_DISTANCE_BL, Settings
from spikeworm_env.errors import InputError, suggestion
from spikeworm_env.kernels.draws import uniforms
from spikeworm_env.world.arena import sources
from spikeworm_env.world.checks import number, place, places, within

OPTIONS: Final = ("position", "heading_rad", "food")
BODY_BL: Final = 1.0


@dataclass(frozen=True, eq=False)
class Start:
    """The beginning of an episode.

    Attributes:
        sources: (k, 6) the foods, see ``world.arena.SOURCE``.
        position: head tip (x, y), BL.
        heading_rad: the direction that the head points in.
    """

    sources: NDArray[np.float64]
    position: tuple[float, float]
    heading_rad: float


def check_options(options: Any, more: tuple[str, ...]) -> Mapping[str, Any]:
    """The options of a reset.

    Args:
        options: a mapping, or None for none.
        more: what may be among them besides `OPTIONS`.

    Raises:
        InputError: an unknown option.
    """
    options, known = {} if options is None else options, (*OPTIONS, *more)
    if not isinstance(options, Mapping):
        raise InputError(f"options: got {options!r}, expected a dict with keys among {', '.join(known)}")
    for name in options:
        if name not in known:
            raise InputError(f"options: unknown key {name!r}{suggestion(str(name), known)}")
    return options


def draw_start(rng: np.random.Generator, settings: Settings, options: Mapping[str, Any]) -> Start:
    """Draw what ``options`` leave open.

    Given foods and no position, the start is drawn at the start distance from the nearest of them; given a
    position and no foods, the first food is drawn at that distance; given both, the distance is theirs.

    Raises:
        InputError: an option that cannot be.
    """
    given_foods = _given_foods(options, settings)
    given_position = _given_position(options, settings)
    foods, position = _places(rng, settings, given_foods, given_position)
    if ((foods - position) ** 2).sum(axis=1).min() < LEAST_DISTANCE_BL**2:
        raise InputError(
            f"position: got {tuple(position.tolist())}, expected {LEAST_DISTANCE_BL:g} BL or more to food"
        )
    if options.get("heading_rad") is None:
        heading = uniforms(rng, -math.pi, math.pi)
    else:
        heading = number("heading_rad", options["heading_rad"], -1e6, 1e6, "rad")
    rows = sources(foods, settings.peak, settings.sigma)
    return Start(rows, (float(position[0]), float(position[1])), heading)


def _places(
    rng: np.random.Generator,
    settings: Settings,
    foods: NDArray[np.float64] | None,
    position: NDArray[np.float64] | None,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The foods' places (k, 2) and the start (2,), BL."""
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
        raise InputError(f"food: got {len(foods)} places, expected n_foods={settings.n_foods}")
    return within("food", foods, settings.arena_radius)


def _given_position(options: Mapping[str, Any], settings: Settings) -> NDArray[np.float64] | None:
    if options.get("position") is None:
        return None
    return place("position", options["position"], settings.arena_radius - BODY_BL)
