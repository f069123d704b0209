"""The arguments of vector environments, checked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
from gymnasium.vector import AutoresetMode
from numpy.typing import NDArray

from spikeworm_env.checks import whole
from spikeworm_env.errors import InputError, shown
from spikeworm_env.seeds import checked_seed

MASK: Final = "reset_mask"
MOST_STEPS: Final = 1_000_000_000


def autoreset_mode_of(value: Any) -> AutoresetMode:
    """The mode of a value or of itself.

    Raises:
        InputError: it is neither.
    """
    try:
        return AutoresetMode(value if isinstance(value, str | AutoresetMode) else None)
    except ValueError as error:
        known = ", ".join(repr(mode.value) for mode in AutoresetMode)
        raise InputError(f"autoreset_mode is {shown(value)}; expected one of {known}") from error


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
    if isinstance(seed, int | np.integer):
        first = checked_seed(seed)
        checked_seed(first + n - 1, "seed of the last environment")
        return [first + i for i in range(n)]
    listed = seed.tolist() if isinstance(seed, np.ndarray) else seed
    if not isinstance(listed, list | tuple) or len(listed) != n:
        raise InputError(f"seed is {shown(seed)}; expected a whole number or a list of {n}")
    return [None if one is None else checked_seed(one, f"seed[{i}]") for i, one in enumerate(listed)]


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
            f"options[{MASK!r}] is {shown(mask)}; expected an array ({n},) of bool, some of them true"
        )
    return mask, {key: value for key, value in options.items() if key != MASK} or None
