"""NumPy's algorithms that convert random 64-bit words to normal, exponential and geometric numbers.

NumPy draws normal and exponential numbers with a ziggurat (Marsaglia & Tsang 2000, J. Stat. Softw. 5(8)).
Each rule below consumes the same words as NumPy and returns the same number; each product and sum is rounded
separately, and exp and log1p are the project's own.

A rule is called as ``number(words, at, ...)`` with (n,) random words, int64, and the index of its first word.
It returns its number and the index of the next word, or ``n + 1`` if there are too few words.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from spikeworm_env.kernels.binding import bind_kernel, inner
from spikeworm_env.kernels.elementary import exp, log1p
from spikeworm_env.kernels.exponential_ziggurat_layers import LAYERS as EXPONENTIAL_LAYERS
from spikeworm_env.kernels.normal_ziggurat_layers import LAYERS as NORMAL_LAYERS

NORMAL: Final = np.array(NORMAL_LAYERS)
EXPONENTIAL: Final = np.array(EXPONENTIAL_LAYERS)
THRESHOLD, WIDTH, HEIGHT = 0, 1, 2  # columns of the layers

NORMAL_TAIL: Final = 3.6541528853610088  # where the tail begins
INVERSE_NORMAL_TAIL: Final = 0.27366123732975828
EXPONENTIAL_TAIL: Final = 7.69711747013104972

LAYER: Final = 2**8 - 1
BITS_52: Final = 2**52 - 1
BITS_53: Final = 2**53 - 1


@inner
def fraction(word):
    """A number in [0, 1) from the upper 53 bits of a word."""
    return ((word >> 11) & BITS_53) * 2.0**-53


@inner
def normal_tail(words, at, negative):
    """A number beyond the normal density's last layer (Marsaglia 1964)."""
    n = words.shape[0]
    while at + 2 <= n:
        x = -INVERSE_NORMAL_TAIL * log1p(-fraction(words[at]))
        y = -log1p(-fraction(words[at + 1]))
        at += 2
        if y + y > x * x:
            far = NORMAL_TAIL + x
            return (-far if negative else far), at
    return 0.0, n + 1


@inner
def normal(words, at):
    """A number of mean 0 and standard deviation 1."""
    n = words.shape[0]
    while at < n:
        word = words[at]
        at += 1
        layer = word & LAYER
        size = (word >> 9) & BITS_52
        x = size * NORMAL[layer, WIDTH]
        if (word >> 8) & 1:
            x = -x
        if size < NORMAL[layer, THRESHOLD]:
            return x, at
        if layer == 0:
            return normal_tail(words, at, (size >> 8) & 1)
        if at == n:
            break
        low, high = NORMAL[layer, HEIGHT], NORMAL[layer - 1, HEIGHT]
        height = (high - low) * fraction(words[at]) + low
        at += 1
        if height < exp(-0.5 * x * x):
            return x, at
    return 0.0, n + 1


@inner
def standard_exponential(words, at):
    """An exponentially distributed number of mean 1."""
    n = words.shape[0]
    while at < n:
        word = words[at]
        at += 1
        layer = (word >> 3) & LAYER
        size = (word >> 11) & BITS_53
        x = size * EXPONENTIAL[layer, WIDTH]
        if size < EXPONENTIAL[layer, THRESHOLD]:
            return x, at
        if at == n:
            break
        share = fraction(words[at])
        at += 1
        if layer == 0:
            return EXPONENTIAL_TAIL - log1p(-share), at
        low, high = EXPONENTIAL[layer, HEIGHT], EXPONENTIAL[layer - 1, HEIGHT]
        if (high - low) * share + low < exp(-x):
            return x, at
    return 0.0, n + 1


@inner
def geometric(words, at, probability):
    """The number of trials up to and including the first success."""
    if probability < 1.0 / 3.0:
        x, after = standard_exponential(words, at)
        return np.ceil(-x / log1p(-probability)), after
    if at == words.shape[0]:
        return 0.0, at + 1
    share, term = fraction(words[at]), probability
    trials, total, before = 1.0, term, 0.0
    while before < total < share:  # rounding may keep the total below the largest shares
        term *= 1.0 - probability
        before = total
        total += term
        trials += 1.0
    return trials, at + 1


def _read(words, values, *parameters):
    """Convert words to numbers until the words end.

    Args:
        words: (n,) random words, int64.
        values: (k,) output.
        parameters: of the distribution.

    Returns:
        The number of values written, and the number of words consumed.
    """
    used = 0
    for i in range(values.shape[0]):
        value, after = number(words, used, *parameters)  # type: ignore[name-defined]  # noqa: F821  bound below
        if after > words.shape[0]:
            return i, used
        values[i] = value
        used = after
    return values.shape[0], used


read_normals = bind_kernel(_read, number=normal)
read_geometrics = bind_kernel(_read, number=geometric)
