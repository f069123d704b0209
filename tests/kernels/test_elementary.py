"""Elementary functions against mpmath, and compiled against plain."""

from __future__ import annotations

import math

import mpmath
import numba
import numpy as np
import pytest

from spikeworm_env.kernels import elementary
from spikeworm_env.kernels.binding import OPTIONS, PLAIN_PYTHON

N = 400
SPECIAL = [
    0.0,
    -0.0,
    math.inf,
    -math.inf,
    math.nan,
    1.0,
    -1.0,
    0.5,
    1e-310,
    5e-324,
    709.7,
    709.8,
    -745.1,
    -746.0,
    1e300,
]


def spread(low, high, seed=0):
    return np.random.default_rng(seed).uniform(low, high, N)


def powers(low, high, seed=1):
    """Numbers of all sizes."""
    return 10.0 ** spread(low, high, seed)


CASES = {
    # function: arguments, units in the last place
    "exp": ([np.concatenate([spread(-745, 709), spread(-1, 1), -powers(-17, 0)])], 1.0),
    "expm1": ([np.concatenate([spread(-45, 709), spread(-2, 2), powers(-17, 1), -powers(-17, 1)])], 1.0),
    "log": ([np.concatenate([powers(-320, 308), spread(0.5, 1.5), spread(0.999, 1.001)])], 1.0),
    "log1p": ([np.concatenate([powers(-20, 300), spread(-1, 1), -powers(-20, -1)])], 1.0),
    "tanh": ([np.concatenate([spread(-3, 3), spread(-25, 25), powers(-17, 0)])], 2.0),
    "cos": ([np.concatenate([spread(-10, 10), spread(-1e6, 1e6)])], 2.0),
    "sin": ([np.concatenate([spread(-10, 10), spread(-1e6, 1e6), powers(-17, 0)])], 2.0),
    "acos": ([spread(-1, 1)], 3.0),
    "atan2": ([spread(-1, 1), spread(-1, 1, 2) * powers(-20, 20)], 2.0),
    "pow": ([powers(-30, 3), spread(-10, 10, 2)], 1.0),
    "hypot": ([spread(-1, 1), spread(-1, 1, 2) * powers(-8, 8)], 2.0),
}


@pytest.mark.parametrize("name", CASES)
def test_the_error_is_within_its_stated_bound(name):
    arguments, allowed = CASES[name]
    function, exact = getattr(elementary, name), getattr(mpmath, {"pow": "power"}.get(name, name))
    with mpmath.workprec(150):
        for values in zip(*(column.tolist() for column in arguments), strict=True):
            right = exact(*map(mpmath.mpf, values))
            error = abs(mpmath.mpf(function(*values)) - right) / mpmath.mpf(np.spacing(abs(float(right))))
            assert error <= allowed, values


def test_powers_between_0_and_1_as_soft_bounds_take_them_are_right_to_1_unit():
    with mpmath.workprec(150):
        for x, y in zip(spread(0, 1).tolist(), spread(0, 40, 3).tolist(), strict=True):
            right = mpmath.power(mpmath.mpf(x), mpmath.mpf(y))
            assert abs(mpmath.mpf(elementary.pow(x, y)) - right) <= mpmath.mpf(np.spacing(float(right)))


@pytest.mark.parametrize("name", ["exp", "expm1", "log", "log1p", "tanh"])
def test_the_ends_of_the_range_are_those_of_the_c_library(name):
    for x in SPECIAL:
        try:
            right = getattr(math, name)(x)
        except OverflowError:
            right = math.inf
        except ValueError:
            right = (
                -math.inf
                if x in (0.0, -1.0) and name.startswith("log") and x == (-1.0, 0.0)[name == "log"]
                else math.nan
            )
        np.testing.assert_allclose(
            getattr(elementary, name)(x), right, rtol=1e-15, atol=0, err_msg=f"{name}({x})"
        )


@pytest.mark.parametrize("y", [0.0, -0.0, 1.0, -1.0, 1e-300])
@pytest.mark.parametrize("x", [0.0, -0.0, 1.0, -1.0, 1e300])
def test_the_angle_of_a_vector_on_an_axis_has_the_sign_of_its_y(x, y):
    np.testing.assert_allclose(elementary.atan2(y, x), math.atan2(y, x), rtol=1e-15)
    assert math.copysign(1.0, elementary.atan2(y, x)) == math.copysign(1.0, y)


@pytest.mark.parametrize(
    "x, y",
    [
        (0.0, 0.0),
        (0.0, 2.0),
        (0.0, -2.0),
        (math.inf, 0.5),
        (math.inf, -1.0),
        (1.0, 9.0),
        (2.0, 2000.0),
        (2.0, -2000.0),
    ],
)
def test_powers_at_the_ends_of_the_range(x, y):
    try:
        right = math.pow(x, y)
    except (ValueError, OverflowError):
        right = math.inf
    assert elementary.pow(x, y) == right


def test_a_power_of_a_negative_number_is_none():
    assert math.isnan(elementary.pow(-2.0, 0.5))


@pytest.mark.skipif(PLAIN_PYTHON, reason="kernels are not compiled")
@pytest.mark.parametrize("name", CASES)
def test_kernels_and_plain_python_get_the_same_bits(name):
    function, (arguments, _) = getattr(elementary, name), CASES[name]
    arguments = [np.concatenate([column, SPECIAL]) for column in arguments]
    if name in ("cos", "sin", "acos", "hypot"):  # defined on a part of the line
        arguments = CASES[name][0]

    @numba.njit(**OPTIONS)
    def one(x, out):
        for i in range(x.size):
            out[i] = function(x[i])

    @numba.njit(**OPTIONS)
    def two(x, y, out):
        for i in range(x.size):
            out[i] = function(x[i], y[i])

    out = np.empty(arguments[0].size)
    (one if len(arguments) == 1 else two)(*arguments, out)
    plain = [function(*values) for values in zip(*(column.tolist() for column in arguments), strict=True)]
    np.testing.assert_array_equal(out.view(np.int64), np.array(plain, np.float64).view(np.int64))
