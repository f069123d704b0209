"""A kernel that is called by its address does what it does when it is called by its name."""

from __future__ import annotations

import numpy as np
import pytest

from spikeworm_env.kernels.addresses import address_of, addresses, call_bool, call_int, call_none
from spikeworm_env.kernels.binding import kernel


def _fill(values, offset, factor, negative):
    for k in range(values.shape[0]):
        for j in range(values.shape[1]):
            values[k, j] = (k * 10 + j + offset) * (-factor if negative else factor)


def _count(values):
    return values.size


def _is_long(values, length):
    return values.size > length


def _call_all(called, values, vector, found):
    call_none(called[0], (values, 3, 0.5, True))
    found[0] = call_int(called[1], (vector[1:],))
    found[1] = call_bool(called[2], (vector, 3))
    found[2] = call_bool(called[2], (vector, 300))


def test_arrays_numbers_and_truth_values_reach_a_kernel_that_is_called_by_address():
    fill, count, is_long = kernel(_fill), kernel(_count), kernel(_is_long)
    values, vector = np.zeros((3, 4), np.float32), np.zeros(7)
    called = addresses(
        address_of(fill, values, 3, 0.5, True), address_of(count, vector), address_of(is_long, vector, 3)
    )
    found = np.full(3, -1)
    kernel(_call_all)(called, values, vector, found)
    np.testing.assert_array_equal(values, -0.5 * (np.arange(3)[:, None] * 10 + np.arange(4) + 3))
    np.testing.assert_array_equal(found, [6, 1, 0])


def _refuse(values):
    if values[0] > 1.0:
        raise ValueError("too large")
    return 1


def _call_refuse(called, values):
    return call_int(called[0], (values,))


def test_an_error_that_the_called_kernel_raises_is_raised():
    refuse, caller, values = kernel(_refuse), kernel(_call_refuse), np.zeros(2)
    called = addresses(address_of(refuse, values))
    assert caller(called, values) == 1
    values[0] = 2.0
    with pytest.raises(ValueError, match="too large"):
        caller(called, values)
