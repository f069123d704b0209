"""The arguments of vector environments, checked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
from gymnasium.vector import AutoresetMode
from numpy.typing import NDArray

from spikeworm_env.errors import InputError
from spikeworm_env.world.checks import whole

MASK: Final = "reset_mask"
MOST_STEPS: Final = 1_000_000_000


def autoreset_mode_of(value: Any) -> AutoresetMode:
    """The mode of a value or of itself.

    Raises:
        InputError: it is neither.
    """
    try:
        return AutoresetMode(value)
    except ValueError as error:
        known = ", ".join(repr(mode.value) for mode in AutoresetMode)
        raise InputError(f"autoreset_mode is {value!r}; expected one of {known}") from error


def step_limit_of(value: Any) -> int | None:
    """The number of steps after which an episode is truncated; None if the value is None or -1.

    Raises:
        InputError: it is no number from 1 on.
    """
    if value is None or (isinstance(value, int) and value == -1):
        return None
    return whole("max_episode_steps", value, 1, MOST_STEPS)


def seeds_of(seed: Any, n: int) -> Sequence[int | None]:
    """A seed for each of n environments: ``seed + i`` of a number, or those of a sequence.

    Raises:
        InputError: it is neither, or the sequence has another length.
    """
    if seed is None:
        return [None] * n
    if _is_seed(seed):
        return [int(seed) + i for i in range(n)]
    if not (isinstance(seed, Sequence | np.ndarray) and len(seed) == n):
        raise InputError(f"seed is {seed!r}; expected a whole number >= 0 or a list of {n}")
    for i, one in enumerate(seed):
        if not (one is None or _is_seed(one)):
            raise InputError(f"seed[{i}] is {one!r}; expected a whole number >= 0 or None")
    return [None if one is None else int(one) for one in seed]


def _is_seed(value: Any) -> bool:
    return isinstance(value, int | np.integer) and not isinstance(value, bool) and int(value) >= 0


def split_options(options: Any, n: int) -> tuple[NDArray[np.bool_], Any]:
    """Which of n environments are to be reset, and the options for each of them.

    Raises:
        InputError: the mask is not one.
    """
    if not isinstance(options, Mapping) or MASK not in options:
        return np.ones(n, np.bool_), options
    mask = options[MASK]
    if not (isinstance(mask, np.ndarray) and mask.dtype == np.bool_ and mask.shape == (n,) and mask.any()):
        raise InputError(
            f"options[{MASK!r}] is {mask!r}; expected an array ({n},) of bool, some of them true"
        )
    return mask, {key: value for key, value in options.items() if key != MASK} or None
