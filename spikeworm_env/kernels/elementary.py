"""Elementary functions that give the same bits on every machine.

The C library's and numpy's differ in their last bits between versions and processors. Those here are made of
additions, multiplications, divisions and comparisons, which IEEE 754 rounds exactly, in an order that the
source fixes. Kernels and plain Python call the same functions.

Errors are within 1 unit in the last place unless a docstring states another bound. Coefficients and methods
are those of Sun's fdlibm 5.3 (e_exp.c, s_expm1.c, e_log.c, s_log1p.c, k_sin.c, k_cos.c,
e_rem_pio2.c, s_atan.c, e_atan2.c, e_pow.c, s_tanh.c) as revised in FreeBSD's msun.
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from spikeworm_env.kernels.binding import inner, kernel, shared

TINY, TWO_54, LEAST_NORMAL = 2.0**-54, 2.0**54, 2.0**-1022
LN2_HIGH, LN2_LOW = 6.93147180369123816490e-01, 1.90821492927058770002e-10
ONE_OVER_LN2 = 1.44269504088896338700e00
LOG_OF_LARGEST, LOG_OF_SMALLEST = 7.09782712893383973096e02, -7.45133219101941108420e02

# (exp(r) - 1) and (exp(r) + 1) on [0, ln 2 / 2]
E1, E2, E3 = 1.66666666666666019037e-01, -2.77777777770155933842e-03, 6.61375632143793436117e-05
E4, E5 = -1.65339022054652515390e-06, 4.13813679705723846039e-08
M1, M2, M3 = -3.33333333333331316428e-02, 1.58730158725481460165e-03, -7.93650757867487942473e-05
M4, M5 = 4.00821782732936239552e-06, -2.01099218183624371326e-07

# log((1 + s) / (1 - s)) / s - 2 on |s| <= 0.1716
L1, L2, L3 = 6.666666666666735130e-01, 3.999999999940941908e-01, 2.857142874366239149e-01
L4, L5, L6, L7 = (
    2.222219843214978396e-01,
    1.818357216161805012e-01,
    1.531383769920937332e-01,
    1.479819860511658591e-01,
)
ROOT_HALF, ROOT_TWO_LESS_1, ROOT_HALF_LESS_1 = 0x3FE6A09E, 0.41421356237309503, -0.2928932188134525
ONE, FRACTION, LOW_WORD = 0x3FF00000, 0x000FFFFF, 0xFFFFFFFF  # of the upper 32 bits; all of the lower

# minimax on [-pi/4, pi/4], and pi/2 in three parts of 33 bits
S1, S2, S3 = -1.66666666666666324348e-01, 8.33333333332248946124e-03, -1.98412698298579493134e-04
S4, S5, S6 = 2.75573137070700676789e-06, -2.50507602534068634195e-08, 1.58969099521155010221e-10
C1, C2, C3 = 4.16666666666666019037e-02, -1.38888888888741095749e-03, 2.48015872894767294178e-05
C4, C5, C6 = -2.75573143513906633035e-07, 2.08757232129817482790e-09, -1.13596475577881948265e-11
HALF_PI_HIGH, HALF_PI_MIDDLE = 1.57079632673412561417e00, 6.07710050630396597660e-11
HALF_PI_LOW = 2.02226624879595063154e-21
TWO_OVER_PI = 2 / math.pi
PI_LOW = 1.2246467991473531772e-16  # pi less its float

ATAN_HIGH = (
    4.63647609000806093515e-01,
    7.85398163397448278999e-01,
    9.82793723247329054082e-01,
    1.57079632679489655800e00,
)
ATAN_LOW = (
    2.26987774529616870924e-17,
    3.06161699786838301793e-17,
    1.39033110312309984516e-17,
    6.12323399573676603587e-17,
)
A0, A1, A2 = 3.33333333333329318027e-01, -1.99999999998764832476e-01, 1.42857142725034663711e-01
A3, A4, A5 = -1.11111104054623557880e-01, 9.09088713343650656196e-02, -7.69187620504482999495e-02
A6, A7, A8 = 6.66107313738753120669e-02, -5.83357013379057348645e-02, 4.97687799461593236017e-02
A9, A10 = -3.65315727442169155270e-02, 1.62858201153657823623e-02

ABOVE_ROOT_1_5, ABOVE_ROOT_3 = 0x3988E, 0xBB67A  # sqrt(3/2) and sqrt(3), upper bits of the fraction
# pow: log2 of 1.5, coefficients of log, 2 / (3 ln 2) and ln 2, each with a low part
LOG2_START = (0.0, 5.84962487220764160156e-01)
LOG2_START_LOW = (0.0, 1.35003920212974897128e-08)
P1, P2, P3 = 5.99999999999994648725e-01, 4.28571428578550184252e-01, 3.33333329818377432918e-01
P4, P5, P6 = 2.72728123808534006489e-01, 2.30660745775561754067e-01, 2.06975017800338417784e-01
CP, CP_HIGH, CP_LOW = 9.61796693925975554329e-01, 9.61796700954437255859e-01, -7.02846165095275826516e-09
LN2, LN2_UP, LN2_REST = 6.93147180559945286227e-01, 6.93147182464599609375e-01, -1.90465429995776804525e-09

LARGEST_EXPONENT: Final = 43.0  # exp(-43) = 2e-19, below the rounding of 1
HALVINGS: Final = 64.0  # six squarings undo it
TAYLOR: Final = tuple((-1.0) ** k / math.factorial(k) for k in range(14))


# ---- the bits of a number ---------------------------------------------------------------------------------
@shared
def _bits(x):
    return np.float64(x).view(np.int64)


@shared
def _number(bits):
    return np.int64(bits).view(np.float64)


@shared
def _upper(x):
    """``x`` with the lower half of its bits cleared."""
    return _number((_bits(x) >> 32) << 32)


@shared
def _scaled(x, k):
    """x 2**k, for 1/2 <= x <= 2; a result below the least normal number is rounded once."""
    if k > 1023:
        return x * 2.0 * _number(np.int64(k - 1 + 1023) << 52)
    if k < -1021:
        return x * _number(np.int64(k + 1000 + 1023) << 52) * _number(np.int64(23) << 52)
    return x * _number(np.int64(k + 1023) << 52)


# ---- exponential function and logarithm -------------------------------------------------------------------
@shared
def _odd_part(r):
    """c such that exp(r) = 1 + r + r c / (2 - c), for |r| <= ln 2 / 2."""
    t = r * r
    return r - t * (E1 + t * (E2 + t * (E3 + t * (E4 + t * E5))))


@shared
def exp(x):
    """e to the power x."""
    if math.isnan(x):
        return x
    if x > LOG_OF_LARGEST:
        return math.inf
    if x < LOG_OF_SMALLEST:
        return 0.0
    k = math.floor(ONE_OVER_LN2 * x + 0.5)
    high, low = x - k * LN2_HIGH, k * LN2_LOW
    r = high - low
    c = _odd_part(r)
    return _scaled(1.0 - ((low - (r * c) / (2.0 - c)) - high), k)


@shared
def expm1(x):  # noqa: PLR0911  a return for each case of the source
    """exp(x) - 1, right to the last digits for small x too."""
    if math.isnan(x) or abs(x) < TINY:
        return x
    if x > LOG_OF_LARGEST:
        return math.inf
    if x < -40.0:
        return -1.0
    k, c = 0, 0.0
    if abs(x) > 0.5 * LN2:
        k = math.floor(ONE_OVER_LN2 * x + 0.5)
        high, low = x - k * LN2_HIGH, k * LN2_LOW
        x = high - low
        c = (high - x) - low
    half = 0.5 * x
    z = x * half
    r = 1.0 + z * (M1 + z * (M2 + z * (M3 + z * (M4 + z * M5))))
    t = 3.0 - r * half
    e = z * ((r - t) / (6.0 - x * t))
    if k == 0:
        return x - (x * e - z)
    e = (x * (e - c) - c) - z
    if k == -1:
        return 0.5 * (x - e) - 0.5
    if k == 1:
        return -2.0 * (e - (x + 0.5)) if x < -0.25 else 1.0 + 2.0 * (x - e)
    if k <= -2 or k > 56:
        return _scaled(1.0 - (e - x), k) - 1.0
    if k < 20:
        return _scaled((1.0 - _scaled(1.0, -k)) - (e - x), k)
    return _scaled((x - (e + _scaled(1.0, -k))) + 1.0, k)


@shared
def log(x):
    """The natural logarithm; −inf of 0, NaN below."""
    if math.isnan(x) or x == math.inf:
        return x
    if x <= 0.0:
        return -math.inf if x == 0.0 else math.nan
    shift = 0
    if x < LEAST_NORMAL:
        x, shift = x * TWO_54, -54
    k, f = _split(x)
    return _log_of_parts(f, float(k + shift), 0.0)


@shared
def log1p(x):
    """log(1 + x), right to the last digits for small x too; −inf of −1, NaN below."""
    if math.isnan(x) or x == math.inf or abs(x) < TINY:
        return x
    if x <= -1.0:
        return -math.inf if x == -1.0 else math.nan
    if ROOT_HALF_LESS_1 < x < ROOT_TWO_LESS_1:
        return _log_of_parts(x, 0.0, 0.0)
    u = 1.0 + x
    k, f = _split(u)
    lost = 0.0
    if k < 54:
        lost = (1.0 - (u - x) if k >= 2 else x - (u - 1.0)) / u
    return _log_of_parts(f, float(k), lost)


@shared
def _split(x):
    """(k, f) such that x = 2**k (1 + f), for a normal x > 0, with sqrt(1/2) < 1 + f < sqrt(2)."""
    bits = _bits(x)
    high = (bits >> 32) + (ONE - ROOT_HALF)
    return (high >> 20) - 0x3FF, _number((((high & FRACTION) + ROOT_HALF) << 32) | (bits & LOW_WORD)) - 1.0


@shared
def _log_of_parts(f, k, lost):
    """log(2**k (1 + f)) + lost, for sqrt(1/2) < 1 + f < sqrt(2)."""
    half_square = 0.5 * f * f
    s = f / (2.0 + f)
    z = s * s
    w = z * z
    r = z * (L1 + w * (L3 + w * (L5 + w * L7))) + w * (L2 + w * (L4 + w * L6))
    return s * (half_square + r) + (k * LN2_LOW + lost) - half_square + f + k * LN2_HIGH


@shared
def pow(x, y):
    """x to the power y, for x >= 0 and |y| < 2**31."""
    if y == 0.0 or x == 1.0:
        return 1.0
    if x == 0.0:
        return 0.0 if y > 0.0 else math.inf
    if x < 0.0:
        return math.nan
    if math.isnan(x) or x == math.inf:
        return x if y > 0.0 else 1.0 / x
    log_high, log_low = _log2_in_parts(x)
    y_high = _upper(y)
    return _exp2_of_parts(y_high * log_high, (y - y_high) * log_high + y * log_low)


@shared
def _log2_in_parts(x):
    """The binary logarithm of a positive number, as a number of few digits and the rest."""
    n = 0
    if x < LEAST_NORMAL:
        x, n = x * TWO_54, -54
    bits = _bits(x)
    high = bits >> 32
    n += (high >> 20) - 0x3FF
    fraction = high & FRACTION
    high = fraction | ONE
    k = 0  # which of 1 and 1.5 is nearer
    if fraction >= ABOVE_ROOT_3:
        n += 1
        high -= 0x00100000
    elif fraction > ABOVE_ROOT_1_5:
        k = 1
    x = _number((high << 32) | (bits & LOW_WORD))
    start = 1.5 if k == 1 else 1.0
    u, v = x - start, 1.0 / (x + start)
    s = u * v
    s_high = _upper(s)
    t_high = _number((((high >> 1) | 0x20000000) + 0x00080000 + (k << 18)) << 32)  # x + start
    t_low = x - (t_high - start)
    s_low = v * ((u - s_high * t_high) - s_high * t_low)
    z = s * s
    r = z * z * (P1 + z * (P2 + z * (P3 + z * (P4 + z * (P5 + z * P6))))) + s_low * (s_high + s)
    z = s_high * s_high
    t_high = _upper(3.0 + z + r)
    t_low = r - ((t_high - 3.0) - z)
    u, v = s_high * t_high, s_low * t_high + t_low * s
    p_high = _upper(u + v)
    p_low = v - (p_high - u)
    z_high, z_low = CP_HIGH * p_high, CP_LOW * p_high + p_low * CP + LOG2_START_LOW[k]
    log_high = _upper(((z_high + z_low) + LOG2_START[k]) + n)
    return log_high, z_low - (((log_high - n) - LOG2_START[k]) - z_high)


@shared
def _exp2_of_parts(high, low):
    """2 to the power of a sum."""
    z = low + high
    if z >= 1024.0:
        return math.inf
    if z <= -1075.0:
        return 0.0
    n = math.floor(z + 0.5)
    high -= n
    t = _upper(low + high)
    u, v = t * LN2_UP, (low - (t - high)) * LN2 + t * LN2_REST
    z = u + v
    w = v - (z - u)
    c = _odd_part(z)
    return _scaled(1.0 - (((z * c) / (c - 2.0) - (w + z * w)) - z), n)


@shared
def tanh(x):
    """The hyperbolic tangent, within 2 units in the last place."""
    if abs(x) >= 22.0:
        return math.copysign(1.0, x)
    if abs(x) >= 1.0:
        return math.copysign(1.0 - 2.0 / (expm1(2.0 * abs(x)) + 2.0), x)
    t = expm1(-2.0 * abs(x))
    return math.copysign(-t / (t + 2.0), x)


# ---- angles -----------------------------------------------------------------------------------------------
@shared
def cos_sin(angle):
    """(cosine, sine) of an angle, |angle| < 1e6 rad, within 2 units in the last place."""
    quarter = np.floor(angle * TWO_OVER_PI + 0.5)
    x = ((angle - quarter * HALF_PI_HIGH) - quarter * HALF_PI_MIDDLE) - quarter * HALF_PI_LOW
    z = x * x
    s = x + x * z * (S1 + z * (S2 + z * (S3 + z * (S4 + z * (S5 + z * S6)))))
    c = 1.0 - 0.5 * z + z * z * (C1 + z * (C2 + z * (C3 + z * (C4 + z * (C5 + z * C6)))))
    # quarter turns without a branch: odd ones swap sine and cosine, the last two of four change sign
    odd = quarter - 2.0 * np.floor(0.5 * quarter)
    half = np.floor(0.5 * (quarter - 4.0 * np.floor(0.25 * quarter)))
    sign, even = 1.0 - 2.0 * half, 1.0 - odd
    return sign * (even * c - odd * s), sign * (even * s + odd * c)


@shared
def cos(angle):
    """The cosine, see `cos_sin`."""
    return cos_sin(angle)[0]


@shared
def sin(angle):
    """The sine, see `cos_sin`."""
    return cos_sin(angle)[1]


@shared
def atan(x):
    """The arctangent of x >= 0, rad."""
    part = -1
    if x >= 2.4375:
        part, x = 3, -1.0 / x
    elif x >= 1.1875:
        part, x = 2, (x - 1.5) / (1.0 + 1.5 * x)
    elif x >= 0.6875:
        part, x = 1, (x - 1.0) / (x + 1.0)
    elif x >= 0.4375:
        part, x = 0, (2.0 * x - 1.0) / (2.0 + x)
    z = x * x
    w = z * z
    even = z * (A0 + w * (A2 + w * (A4 + w * (A6 + w * (A8 + w * A10)))))
    s = even + w * (A1 + w * (A3 + w * (A5 + w * (A7 + w * A9))))
    if part < 0:
        return x - x * s
    return ATAN_HIGH[part] - ((x * s - ATAN_LOW[part]) - x)


@shared
def atan2(y, x):
    """The angle of (x, y), rad, from −π to π, within 2 units in the last place; of (0, 0) it is 0 or ±π."""
    if x == 0.0 and y != 0.0:
        z = 0.5 * math.pi
    else:
        z = 0.0 if y == 0.0 else atan(abs(y / x))
        if math.copysign(1.0, x) < 0.0:
            z = math.pi - (z - PI_LOW)
    return math.copysign(z, y)


@shared
def acos(x):
    """The arccosine of −1 <= x <= 1, rad, within 3 units in the last place."""
    return atan2(math.sqrt((1.0 - x) * (1.0 + x)), x)


@shared
def hypot(x, y):
    """The length of a vector of usual size: sqrt(x² + y²)."""
    return math.sqrt(x * x + y * y)


# ---- whole arrays -----------------------------------------------------------------------------------------
# Loops of plain arithmetic, which the compiler turns into vector instructions.
@kernel
def cosines_and_sines(cosine, sine):
    """Turn angles into cosines and sines, see `cos_sin`.

    Args:
        cosine: (n,) the angles, rad; overwritten by their cosines.
        sine: (n,) output.
    """
    for i in range(cosine.shape[0]):
        cosine[i], sine[i] = cos_sin(cosine[i])


@inner
def negative_exponentials(x):
    """Replace each x >= 0 by exp(-x), within 1e-14; above 43, where it is below rounding, by exp(-43).

    Args:
        x: (n,) exponents; overwritten.
    """
    for i in range(x.shape[0]):
        y = min(x[i], LARGEST_EXPONENT) / HALVINGS
        p = TAYLOR[12] + y * TAYLOR[13]
        for k in range(11, -1, -1):
            p = TAYLOR[k] + y * p
        for _ in range(6):
            p *= p
        x[i] = p


@kernel
def exponentials(x):
    """Replace each number of an array, (n,), by its exponential."""
    for i in range(x.shape[0]):
        x[i] = exp(x[i])


@kernel
def hyperbolic_tangents(x):
    """Replace each number of an array, (n,), by its hyperbolic tangent."""
    for i in range(x.shape[0]):
        x[i] = tanh(x[i])
