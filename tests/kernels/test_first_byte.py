"""The lowest byte of a word that is not 0 is the first in memory."""

from __future__ import annotations

import numpy as np

from spikeworm_env.kernels.binding import kernel
from spikeworm_env.kernels.function_handles import first_byte


def _first(words, found):
    for k in range(words.size):
        found[k] = first_byte(words[k])


def test_the_first_byte_that_is_not_zero_is_found():
    rng = np.random.default_rng(0)
    flags = (rng.random((500, 8)) < rng.random((500, 1))).astype(np.uint8)
    flags[:8] = np.eye(8, dtype=np.uint8)
    flags = flags[flags.any(axis=1)]
    found = np.zeros(len(flags), np.int64)
    kernel(_first)(flags.view(np.uint64).reshape(-1), found)
    np.testing.assert_array_equal(found, flags.argmax(axis=1))
