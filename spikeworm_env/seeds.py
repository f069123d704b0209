"""The check of seeds of random streams."""

from __future__ import annotations

from numbers import Integral
from typing import Final

from spikeworm_env.errors import InputError, shown

FIRST_REPORTED_SEED: Final = 10_000  # trial seeds from here up are reported
TUNING_SEEDS: Final = range(1_000)  # trial seeds for tuning and training, which are not reported
MAX_SEED: Final = 2**63 - 1  # greatest integer of an SQLite file


def checked_seed(seed: object, name: str = "seed") -> int:
    """The seed as a Python integer.

    Args:
        seed: an integer, Python's or NumPy's, from 0 to 2**63 - 1.
        name: its name in the error message.

    Raises:
        InputError: it is not a whole number in this range. None is refused too: results must be reproducible.
    """
    if isinstance(seed, bool) or not isinstance(seed, Integral) or not 0 <= int(seed) <= MAX_SEED:
        raise InputError(f"{name} is {shown(seed)}; expected a whole number from 0 to 2**63 - 1")
    return int(seed)
