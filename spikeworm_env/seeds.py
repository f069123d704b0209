"""Seeds: the numbers that a stream of random numbers may begin with."""

from __future__ import annotations

from typing import Final

import numpy as np

from spikeworm_env.errors import InputError

FIRST_REPORTED_SEED: Final = 10_000  # trial seeds from here up are reported
TUNING_SEEDS: Final = range(1_000)  # trial seeds for tuning and training, which are not reported
MOST: Final = 2**63 - 1  # what a whole number of an SQLite file holds
SHOWN: Final = 60  # characters of a value in an error
SHOWN_BITS: Final = 192  # of a whole number; Python writes none of more than 4,300 digits


def checked_seed(seed: object, name: str = "seed") -> int:
    """The seed as a plain whole number.

    Args:
        seed: a whole number, Python's or NumPy's, from 0 to 2**63 - 1.
        name: what an error calls it.

    Raises:
        InputError: it is none. So is None: numbers that nobody can draw again are asked for nowhere.
    """
    if isinstance(seed, bool) or not isinstance(seed, int | np.integer) or not 0 <= seed <= MOST:
        raise InputError(f"{name} is {_shown(seed)}; expected a whole number from 0 to 2**63 - 1")
    return int(seed)


def _shown(value: object) -> str:
    """A value on one short line."""
    if isinstance(value, int) and value.bit_length() > SHOWN_BITS:
        return f"a number of {value.bit_length()} bits"
    return f"{' '.join(repr(value).split()):.{SHOWN}}"
