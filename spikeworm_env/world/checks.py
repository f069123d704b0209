"""Checks of the arguments that concern the worm: its step and places in its arena."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from spikeworm_env.checks import whole
from spikeworm_env.errors import InputError, shown
from spikeworm_env.kernels.elementary import hypot


def check_frame_skip(value: Any) -> int:
    """The ticks of 1 ms for which an action holds, 1 to a million.

    Raises:
        InputError: it is no such number.
    """
    return whole("frame_skip", value, 1, 1_000_000)


def places(name: str, value: Any) -> NDArray[np.float64]:
    """One (x, y) or a sequence of them, as (k, 2) finite numbers, k >= 1; a new array.

    Raises:
        InputError: it is not.
    """
    try:
        points = np.array(value, dtype=np.float64)
    except (TypeError, ValueError, OverflowError, RecursionError):
        points = np.empty(0)
    if points.shape == (2,):
        points = points[None]
    if points.ndim != 2 or points.shape[1:] != (2,) or len(points) == 0 or not np.isfinite(points).all():
        raise InputError(f"{name} is {shown(value)}; expected finite coordinates (x, y) or a list of them")
    return points


def within(name: str, points: NDArray[np.float64], radius: float) -> NDArray[np.float64]:
    """The points, none farther than ``radius`` from the arena's centre.

    Raises:
        InputError: one is.
    """
    for x, y in points:
        if max(abs(x), abs(y)) > radius or hypot(x, y) > radius:
            raise InputError(
                f"{name} is ({x:g}, {y:g}); expected a place within {radius:g} BL of the arena's centre"
            )
    return points


def place(name: str, value: Any, radius: float) -> NDArray[np.float64]:
    """One (x, y), not farther than ``radius`` from the arena's centre, as (2,) finite numbers.

    Raises:
        InputError: it is not.
    """
    points = places(name, value)
    if len(points) != 1:
        raise InputError(f"{name} is {shown(value)}; expected one place (x, y)")
    return within(name, points, radius)[0]
