"""How a worm moves, read off its samples: speed, wave, reversals, straightness, and the course towards food.

The course is the direction in which the drag centre moves over one undulation (`SPEED_WINDOW_S`), so that the
swing of the wave is averaged out. Angles are positive to the left.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from spikeworm_env.trials.result import TrialResult

Samples = NDArray[np.float64]

SPEED_WINDOW_S = 2.0  # about one undulation on agar; shorter windows would count the swing as travel
SETTLING_S = 2.0  # the gait forms in the first seconds
SLOWEST_WAVE_HZ = 0.1  # what bends more slowly is steering, or a posture taken up at the food
SMOOTHING_S = 0.5  # of velocity: shorter than a reversal, long enough for the swing of the drag centre
BACKWARDS_BL_PER_S = -0.05  # a fifth of a crawl; what is slower is a twitch
LEAST_REVERSAL_S = 0.5
STRAIGHT_S = 10.0  # the stretch of path that straightness is taken over
LEAST_PATH_BL = 0.5  # of such a stretch; a worm that stays where it is goes neither straight nor round
SHARP_TURN_RAD = math.radians(50)  # from one undulation to the next; Pierce-Shimomura 1999: 50 degrees in 1 s
LEAST_STEP_BL = 0.1  # in one undulation; what moves less has no course


def net_speed(centre: NDArray[np.float64], sample_s: float, window_s: float = SPEED_WINDOW_S) -> float:
    """Speed along the path, body lengths per second.

    The mean over consecutive windows of (distance between a window's ends / its length). A track
    shorter than one window is one window; a rest at the end shorter than a window is left out.

    Args:
        centre: (m, 2) the drag centre, body lengths, which unlike the head does not swing with the wave.
        sample_s: seconds between samples.
        window_s: length of a window, seconds.

    Returns:
        nan for fewer than two samples.
    """
    intervals = len(centre) - 1
    if intervals < 1:
        return float("nan")
    window = min(max(1, round(window_s / sample_s)), intervals)
    steps = np.diff(centre[::window], axis=0)
    return float(np.hypot(steps[:, 0], steps[:, 1]).mean() / (window * sample_s))


def wave_frequency(
    joint_angles: NDArray[np.floating], sample_s: float, settling_s: float = SETTLING_S
) -> float:
    """Dominant frequency of the body wave, Hz.

    The highest peak, from `SLOWEST_WAVE_HZ` up, of the power spectrum summed over joints (Hann window, mean
    of each joint removed), refined by a parabola through the logarithms of the peak and its neighbours.

    Args:
        joint_angles: (m, joints) radians.
        sample_s: seconds between samples.
        settling_s: seconds at the start that are left out.

    Returns:
        nan where fewer than eight samples remain or the body is still.
    """
    settled = np.asarray(joint_angles, dtype=np.float64)[round(settling_s / sample_s) :]
    if len(settled) < 8:
        return float("nan")
    swing = (settled - settled.mean(axis=0)) * np.hanning(len(settled))[:, None]
    power = (np.abs(np.fft.rfft(swing, axis=0)) ** 2).sum(axis=1)
    first = max(1, math.ceil(SLOWEST_WAVE_HZ * len(settled) * sample_s))
    peak = first + int(np.argmax(power[first:]))
    if power[peak] <= 1e-12 * len(settled):  # rounding alone, in radians squared
        return float("nan")
    return float((peak + _peak_offset(power, peak)) / (len(settled) * sample_s))


def _peak_offset(power: NDArray[np.float64], peak: int) -> float:
    """Where between its neighbours a spectral peak lies, in bins, −0.5 to 0.5."""
    if not 1 < peak < len(power) - 1 or power[peak - 1 : peak + 2].min() <= 0:
        return 0.0
    left, middle, right = np.log(power[peak - 1 : peak + 2])
    curvature = left - 2 * middle + right
    return float(0.5 * (left - right) / curvature) if curvature < 0 else 0.0


def velocity_along(centre: Samples, axis: Samples, sample_s: float) -> Samples:
    """(m - 1,) velocity of the centre (m, 2) along an axis (m, 2) to the head; < 0: backwards."""
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


@dataclass(frozen=True)
class Kinematics:
    """Course and approach until food is reached, at each sample with an undulation before and after.

    Attributes:
        sample_s: seconds between samples.
        bearing: (k,) of the nearest food as seen along the course, −π to π; NaN without a course.
        turn: (k,) by which the course changes from the undulation before to the one after, −π to π.
        approach: (k,) by which the centre came nearer to the nearest food in the undulation before, BL.
        backwards: (k,) whether it moves backwards.
    """

    sample_s: float
    bearing: Samples
    turn: Samples
    approach: Samples
    backwards: NDArray[np.bool_]

    @classmethod
    def of(cls, result: TrialResult) -> Kinematics:
        """From the samples of a trial; empty where it was shorter than two undulations."""
        lag = max(1, round(SPEED_WINDOW_S / result.sample_s))
        m = min(result.samples_before_food, len(result.centre))
        centre = np.asarray(result.centre[:m], dtype=np.float64)
        if m <= 2 * lag:
            nothing = np.empty(0)
            return cls(result.sample_s, nothing, nothing, nothing, np.empty(0, bool))
        before, after = centre[lag:-lag] - centre[: -2 * lag], centre[2 * lag :] - centre[lag:-lag]
        turn = wrapped(direction(after) - direction(before))
        turn[np.minimum(np.hypot(*before.T), np.hypot(*after.T)) < LEAST_STEP_BL] = np.nan
        seen = np.asarray(result.food_path[:m], dtype=np.float64) - centre[:, None]
        distance = np.hypot(seen[..., 0], seen[..., 1])
        nearest = seen[np.arange(m), distance.argmin(axis=1)]
        # Along the course over both undulations: the place between them, which `turn` hangs on, is not in it.
        bearing = wrapped(direction(nearest[lag:-lag]) - direction(before + after))
        bearing[np.isnan(turn)] = np.nan
        nearness = -distance.min(axis=1)
        axis = np.asarray(result.path[:m], dtype=np.float64) - centre
        backwards = goes_backwards(velocity_along(centre, axis, result.sample_s), result.sample_s)
        return cls(
            result.sample_s,
            bearing,
            turn,
            (nearness[lag:] - nearness[:-lag])[:-lag],
            backwards[lag : m - lag],
        )

    @property
    def sharp(self) -> NDArray[np.bool_]:
        """(k,) whether the course changes by more than `SHARP_TURN_RAD`."""
        return np.abs(np.nan_to_num(self.turn)) > SHARP_TURN_RAD


def direction(steps: Samples) -> Samples:
    """(k, 2) → (k,) angle, rad."""
    return np.arctan2(steps[:, 1], steps[:, 0])


def wrapped(angle: Samples) -> Samples:
    """The same angle within −π to π."""
    return (angle + np.pi) % (2 * np.pi) - np.pi
