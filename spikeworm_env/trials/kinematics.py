"""What is read off a worm's track: how fast it goes and how often it waves.

The chemotaxis indices are not computed here: the environment accumulates them at every tick, and a
trial reads them from its ``info``.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

SPEED_WINDOW_S = 2.0  # about one undulation on agar; shorter windows would count the swing as travel
SETTLING_S = 2.0  # the gait forms in the first seconds
SLOWEST_WAVE_HZ = 0.1  # what bends more slowly is steering, or a posture taken up at the food


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
