"""Positions of foods and worm: the start has the given distance from the nearest food, for every seed.

Nothing is clamped. The start lies on a circle about a food, on those arcs that are well inside the arena and
not nearer to another food; an arc is found by geometry, not by trying.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Final

import numpy as np
from numpy.typing import NDArray

from spikeworm_env.errors import InputError
from spikeworm_env.kernels.elementary import acos, atan2, cos, hypot, sin
from spikeworm_env.kernels.random_draws import uniforms

WALL_MARGIN_BL: Final = 3.0  # drawn foods and starts stay this far from the wall: three worms
CROWD_SHARE: Final = 0.9  # of the foods' room: up to here a fifth of it or more is left for further foods

Arc = tuple[float, float, float, float]  # centre x, y; first angle; width: rad
Points = NDArray[np.float64]


def room_in(arena_radius: float) -> float:
    """The greatest distance from the arena's centre at which foods and starts are drawn, BL."""
    return arena_radius - WALL_MARGIN_BL


def check_room(fixed: Points | None, n_foods: int, start_distance: float, arena_radius: float) -> None:
    """Check that every draw of foods allows a start at the distance.

    Raises:
        InputError: naming ``start_distance`` and what it must be.
    """
    room = room_in(arena_radius)
    if fixed is None and start_distance >= 2 * room:
        raise InputError(
            f"start_distance is {start_distance:g}; expected less than {2 * room:g} BL in an arena of "
            f"radius {arena_radius:g} with {WALL_MARGIN_BL:g} BL kept from its wall"
        )
    if n_foods > (0 if fixed is None else len(fixed)) and n_foods > 1 and start_distance > CROWD_SHARE * room:
        raise InputError(
            f"start_distance is {start_distance:g}; expected at most {CROWD_SHARE * room:g} BL, so that "
            f"{n_foods} foods find room beyond it in an arena of radius {arena_radius:g}"
        )
    if fixed is not None and not arcs_about(fixed, start_distance, room):
        raise InputError(
            f"start_distance is {start_distance:g}; expected a distance from the given food at which some "
            f"place is {WALL_MARGIN_BL:g} BL or more from the wall of an arena of radius {arena_radius:g}"
        )


def draw_arena(
    rng: np.random.Generator,
    fixed: Points | None,
    n_foods: int,
    start_distance: float,
    arena_radius: float,
) -> tuple[Points, Points]:
    """Draw foods and start, after `check_room`.

    Args:
        rng: the source of chance.
        fixed: (k, 2) places of the first k foods, or None.
        n_foods: foods in all.
        start_distance: from the start to the nearest food, BL.
        arena_radius: BL.

    Returns:
        (n_foods, 2) places of the foods and (2,) the start, BL.
    """
    room = room_in(arena_radius)
    if fixed is None:
        nearest_inside = max(0.0, start_distance - room)  # nearer the centre no start would be inside
        fixed = _in_ring(rng, nearest_inside, room)[None]
    arcs = arcs_about(fixed, start_distance, room)
    start = draw_on(rng, arcs, start_distance)
    return further_foods(rng, fixed, n_foods, start, start_distance, arena_radius), start


def draw_foods_about(
    rng: np.random.Generator, start: Points, n_foods: int, start_distance: float, arena_radius: float
) -> Points:
    """Draw (n_foods, 2) foods for a given start: the first at the distance, the others beyond it.

    Raises:
        InputError: no place in the arena is at that distance from the start.
    """
    arcs = arcs_about(start[None], start_distance, room_in(arena_radius))
    if not arcs:
        raise InputError(
            f"position is ({start[0]:g}, {start[1]:g}); expected a place from which a food at "
            f"start_distance={start_distance:g} BL can be {WALL_MARGIN_BL:g} BL or more from the wall"
        )
    first = draw_on(rng, arcs, start_distance)[None]
    return further_foods(rng, first, n_foods, start, start_distance, arena_radius)


def further_foods(
    rng: np.random.Generator,
    foods: Points,
    n_foods: int,
    start: Points,
    start_distance: float,
    arena_radius: float,
) -> Points:
    """Add foods up to ``n_foods``, uniform over the part of the arena that is not nearer to the start."""
    places = list(foods)
    while len(places) < n_foods:
        place = _in_ring(rng, 0.0, room_in(arena_radius))
        if hypot(place[0] - start[0], place[1] - start[1]) >= start_distance:
            places.append(place)
    return np.array(places)


def arcs_about(centres: Points, distance: float, room: float) -> list[Arc]:
    """The arcs at ``distance`` from one centre, not nearer to any other, within ``room`` of the origin."""
    arcs: list[Arc] = []
    for i, (x, y) in enumerate(centres):
        # On the circle at angle a, outside of `room` is where cos(a - mid) > c, and nearer than `distance` to
        # another centre at distance b is where cos(a - mid) > b / 2 distance.
        caps = []
        out = hypot(x, y)
        if out > 0:
            caps.append((atan2(y, x), (room * room - out * out - distance * distance) / (2 * distance * out)))
        elif distance > room:
            continue
        for j, (other_x, other_y) in enumerate(centres):
            apart = hypot(other_x - x, other_y - y)
            if j != i and apart > 0:
                caps.append((atan2(other_y - y, other_x - x), apart / (2 * distance)))
        arcs.extend((float(x), float(y), first, width) for first, width in _outside(caps))
    return arcs


def _outside(caps: Iterable[tuple[float, float]]) -> list[tuple[float, float]]:
    """The parts (first angle, width) of a circle where cos(a - mid) <= c for every cap (mid, c)."""
    turn = 2 * math.pi
    taken = []
    for mid, c in caps:
        if c < -1:
            return []
        if c < 1:
            first, width = (mid - acos(c)) % turn, 2 * acos(c)
            taken += [(first, min(first + width, turn)), (0.0, first + width - turn)]
    free, reached = [], 0.0
    for first, last in [*sorted(taken), (turn, turn)]:
        if first > reached:
            free.append((reached, first - reached))
        reached = max(reached, last)
    return free


def draw_on(rng: np.random.Generator, arcs: list[Arc], radius: float) -> Points:
    """A point (2,) uniform over arcs of one radius."""
    along = uniforms(rng, 0.0, sum(width for *_, width in arcs))
    i = 0
    while i < len(arcs) - 1 and along > arcs[i][3]:
        along -= arcs[i][3]
        i += 1
    x, y, first, width = arcs[i]
    angle = first + min(along, width)
    return np.array((x + radius * cos(angle), y + radius * sin(angle)))


def _in_ring(rng: np.random.Generator, inner: float, outer: float) -> Points:
    """A point (2,) uniform over the ring about the origin."""
    radius = math.sqrt(uniforms(rng, inner * inner, outer * outer))
    angle = uniforms(rng, 0.0, 2 * math.pi)
    return np.array((radius * cos(angle), radius * sin(angle)))
