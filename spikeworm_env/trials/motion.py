"""How a worm moves, read off its drag centre and its axis: backwards or forwards, straight or not.

Assays and the curves of mechanism use the same functions.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from spikeworm_env.trials.kinematics import SPEED_WINDOW_S

Samples = NDArray[np.float64]

SMOOTHING_S = 0.5  # of velocity: shorter than a reversal, long enough for the swing of the drag centre
BACKWARDS_BL_PER_S = -0.05  # a fifth of a crawl; what is slower is a twitch
LEAST_REVERSAL_S = 0.5
STRAIGHT_S = 10.0  # the stretch of path that straightness is taken over
LEAST_PATH_BL = 0.5  # of such a stretch; a worm that stays where it is goes neither straight nor round


def velocity_along(centre: Samples, axis: Samples, sample_s: float) -> Samples:
    """(m - 1,) velocity of the centre (m, 2) along an axis (m, 2) to the head; < 0: tail first."""
    moved = np.diff(centre, axis=0) / sample_s
    unit = axis / np.hypot(*axis.T)[:, None]
    return np.einsum("ij,ij->i", moved, unit[:-1])


def running_mean(values: Samples, window_s: float, sample_s: float) -> Samples:
    """The mean over a window about each sample, shorter at the ends."""
    half = max(0, round(window_s / sample_s / 2))
    sums = np.concatenate([[0.0], np.cumsum(values)])
    places = np.arange(len(values))
    first, last = np.maximum(places - half, 0), np.minimum(places + half + 1, len(values))
    return (sums[last] - sums[first]) / (last - first)


def goes_backwards(velocity: Samples, sample_s: float) -> NDArray[np.bool_]:
    """(k,) whether the velocity (k,), smoothed over `SMOOTHING_S`, is below `BACKWARDS_BL_PER_S`."""
    return running_mean(velocity, SMOOTHING_S, sample_s) < BACKWARDS_BL_PER_S


def starts_of(there: NDArray[np.bool_], least_s: float, sample_s: float) -> NDArray[np.int64]:
    """Where each stretch of (k,) that lasts at least so long begins."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], there, [False]]).astype(int)))
    first, last = edges[::2], edges[1::2]
    return first[(last - first) * sample_s >= least_s - 1e-9]


def straightness(centre: Samples, sample_s: float) -> float:
    """Distance over path within stretches of `STRAIGHT_S`, averaged, 0 to 1; NaN for a worm at rest."""
    stride = max(1, round(SPEED_WINDOW_S / sample_s))
    corners = centre[::stride]
    per_stretch = min(round(STRAIGHT_S / SPEED_WINDOW_S), len(corners) - 1)
    if per_stretch < 1:
        return math.nan
    steps = np.hypot(*np.diff(corners, axis=0).T)
    ends = np.hypot(*(corners[per_stretch:] - corners[:-per_stretch]).T)
    paths = np.convolve(steps, np.ones(per_stretch), "valid")
    moving = paths >= LEAST_PATH_BL * per_stretch * SPEED_WINDOW_S / STRAIGHT_S
    return float((ends[moving] / paths[moving]).mean()) if moving.any() else math.nan
