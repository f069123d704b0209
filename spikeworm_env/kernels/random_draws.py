"""Random draws: the numbers of ``numpy.random.Generator``, and the same bits of them on every machine.

NumPy's own ``standard_normal``, ``geometric`` and ``uniform`` may differ in their last bits between machines:
they call the C library's exp and log1p, and a C compiler may fuse a product with a sum. Exact everywhere are
its raw words, ``random()`` and what is made of integers: ``integers``, ``choice``, ``permutation``.

Each function here consumes the same raw words as NumPy's, and leaves the generator in the same state.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, overload

import numpy as np
from numpy.typing import NDArray

from spikeworm_env.errors import InputError, shown
from spikeworm_env.kernels.ziggurat import read_geometrics, read_normals

Floats = NDArray[np.float64]

INT64: Final = np.dtype(np.int64)


def normals(rng: np.random.Generator, shape: int | tuple[int, ...]) -> Floats:
    """Numbers of mean 0 and standard deviation 1, as ``rng.standard_normal(shape)`` gives them.

    Raises:
        InputError: the generator's raw words have 32 bits.
    """
    values = np.empty(shape)
    _fill(rng, values.reshape(-1), read_normals)
    return values


def geometrics(rng: np.random.Generator, probability: float, count: int) -> NDArray[np.int64]:
    """(count,) trials up to the first success, as ``rng.geometric(probability, count)`` gives them.

    Args:
        rng: the generator.
        probability: of success in one trial, above 0 and at most 1.
        count: how many numbers.

    Raises:
        InputError: the generator's raw words have 32 bits.
    """
    values = np.empty(count)
    _fill(rng, values, read_geometrics, float(probability))
    trials = np.full(count, np.iinfo(np.int64).max)
    held = values < 2.0**63
    trials[held] = values[held]
    return trials


@overload
def uniforms(rng: np.random.Generator, low: float, high: float, shape: None = None) -> float: ...
@overload
def uniforms(rng: np.random.Generator, low: float, high: float, shape: int | tuple[int, ...]) -> Floats: ...
def uniforms(
    rng: np.random.Generator, low: float, high: float, shape: int | tuple[int, ...] | None = None
) -> float | Floats:
    """Numbers between two bounds, as ``rng.uniform(low, high, shape)`` gives them; without a shape, one."""
    share = rng.random(shape)
    return low + (high - low) * share


def _fill(rng: np.random.Generator, values: Floats, read: Callable, *parameters: float) -> None:
    """Fill ``values``, (n,).

    A number takes at least one word, so one word is drawn for each missing number, and never one too many.
    """
    words = _words(rng, values.size)
    made, used = read(words, values, *parameters)
    while made < values.size:
        words = np.concatenate((words[used:], _words(rng, values.size - made)))
        more, used = read(words, values[made:], *parameters)
        made += more


def _words(rng: np.random.Generator, count: int) -> NDArray[np.int64]:
    source = getattr(rng, "bit_generator", None)
    if source is None:
        raise InputError(f"rng is {shown(rng)}; expected a numpy.random.Generator")
    if isinstance(source, np.random.MT19937):
        raise InputError("rng is a generator of 32-bit words, MT19937; expected 64-bit words, as of PCG64")
    return source.random_raw(count).view(INT64)
