"""Checks of arguments: the value, or an error with the argument, the value and the expectation."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from spikeworm_env.errors import InputError
from spikeworm_env.kernels.elementary import hypot


def number(name: str, value: Any, low: float, high: float, unit: str = "") -> float:
    """A number from ``low`` to ``high``.

    Raises:
        InputError: it is not.
    """
    known = isinstance(value, float | int | np.floating | np.integer) and not isinstance(value, bool)
    if not (known and low <= value <= high):
        raise InputError(f"{name} is {value!r}; expected a number from {low:g} to {high:g} {unit}".rstrip())
    return float(value)


def whole(name: str, value: Any, low: int, high: int) -> int:
    """A whole number from ``low`` to ``high``.

    Raises:
        InputError: it is not.
    """
    known = isinstance(value, int | np.integer) and not isinstance(value, bool)
    if not (known and low <= value <= high):
        raise InputError(f"{name} is {value!r}; expected a whole number from {low} to {high}")
    return int(value)


def check_frame_skip(value: Any) -> int:
    """The ticks of 1 ms for which an action holds, 1 to a million.

    Raises:
        InputError: it is no such number.
    """
    return whole("frame_skip", value, 1, 1_000_000)


def choice(name: str, value: Any, known: Sequence[str]) -> str:
    """One of the known strings.

    Raises:
        InputError: it is not.
    """
    if not (isinstance(value, str) and value in known):
        raise InputError(f"{name} is {value!r}; expected {' or '.join(repr(word) for word in known)}")
    return value


def places(name: str, value: Any) -> NDArray[np.float64]:
    """One (x, y) or a sequence of them, as (k, 2) finite numbers, k >= 1; a new array.

    Raises:
        InputError: it is not.
    """
    try:
        points = np.array(value, dtype=np.float64)
    except (TypeError, ValueError):
        points = np.empty(0)
    if points.shape == (2,):
        points = points[None]
    if points.ndim != 2 or points.shape[1:] != (2,) or len(points) == 0 or not np.isfinite(points).all():
        raise InputError(f"{name} is {value!r}; expected finite coordinates (x, y) or a list of them")
    return points


def within(name: str, points: NDArray[np.float64], radius: float) -> NDArray[np.float64]:
    """The points, none farther than ``radius`` from the arena's centre.

    Raises:
        InputError: one is.
    """
    for x, y in points:
        if hypot(x, y) > radius:
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
        raise InputError(f"{name} is {value!r}; expected one place (x, y)")
    return within(name, points, radius)[0]
