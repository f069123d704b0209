"""Kernels check their indices where they are asked to, which the part `bounds` of .ci/long relies on."""

from __future__ import annotations

import numba
import numpy as np
import pytest

from spikeworm_env.kernels.binding import kernel


def peek(values, index):
    return values[index]


@pytest.mark.skipif(not numba.config.BOUNDSCHECK, reason="takes NUMBA_BOUNDSCHECK=1")
def test_an_index_beyond_an_array_is_an_error():
    assert kernel(peek)(np.arange(3), 2) == 2
    with pytest.raises(IndexError):
        kernel(peek)(np.arange(3), 3)
