"""Arrays that begin at a cache line."""

from __future__ import annotations

import numpy as np
import pytest

from spikeworm_env.kernels.alignment import CACHE_LINE, aligned


@pytest.mark.parametrize("dtype", [np.float64, np.uint8, np.int32])
@pytest.mark.parametrize("shape", [(0,), (1,), (7,), (1000,), (16, 33)])
def test_a_copy_is_equal_and_begins_at_a_cache_line(shape, dtype):
    array = np.arange(np.prod(shape)).reshape(shape).astype(dtype)
    for _ in range(5):  # NumPy's own arrays begin at a cache line by chance
        copy = aligned(array)
        assert copy.ctypes.data % CACHE_LINE == 0 or copy.size == 0
        np.testing.assert_array_equal(copy, array)
        assert copy.dtype == array.dtype and copy.flags.c_contiguous and copy.flags.writeable
        assert not np.shares_memory(copy, array)


def test_a_view_with_gaps_becomes_contiguous():
    array = np.arange(40.0)[::2]
    copy = aligned(array)
    assert copy.flags.c_contiguous and copy.ctypes.data % CACHE_LINE == 0
    np.testing.assert_array_equal(copy, array)
