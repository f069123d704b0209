"""The track of a worm: even samples, and the measures computed from them."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from spikeworm_env.trials.kinematics import (
    LEAST_REVERSAL_S,
    SMOOTHING_S,
    SPEED_WINDOW_S,
    Samples,
    goes_backwards,
    net_speed,
    running_mean,
    starts_of,
    straightness,
    velocity_along,
)
from spikeworm_env.trials.run import SAMPLE_TICKS
from spikeworm_env.world.scale import TICK_S

SAMPLE_S = SAMPLE_TICKS * TICK_S


@dataclass(frozen=True)
class Track:
    """Samples `SAMPLE_S` apart, the first at the start.

    Attributes:
        time_s: (m,) since the start.
        centre: (m, 2) drag centre, BL.
        chord: (m, 2) from tail tip to head tip, BL.
        distance: (m,) head to nearest food, BL.
        off_centre: (m,) head to the arena's centre, BL.
        head_at_wall: (m,) share of the time since the last sample in which the wall pressed on the front
            third.
    """

    time_s: Samples
    centre: Samples
    chord: Samples
    distance: Samples
    off_centre: Samples
    head_at_wall: Samples

    def between(self, first_s: float, last_s: float) -> Track:
        """The samples from one time to another, both included; the nearest sample if there is none."""
        inside = (self.time_s >= first_s - 1e-9) & (self.time_s <= last_s + 1e-9)
        if not inside.any():
            inside[np.argmin(np.abs(self.time_s - first_s))] = True
        return Track(**{name: column[inside] for name, column in vars(self).items()})

    @property
    def velocity(self) -> Samples:
        """(m - 1,) of the drag centre along the body's axis, BL/s; negative: tail first."""
        return velocity_along(self.centre, self.chord, SAMPLE_S)

    @property
    def smooth_velocity(self) -> Samples:
        """(m - 1,) the same as a running mean over `SMOOTHING_S`."""
        return running_mean(self.velocity, SMOOTHING_S, SAMPLE_S)

    @property
    def mean_velocity(self) -> float:
        """BL/s."""
        return _mean(self.velocity)

    @property
    def speed(self) -> float:
        """Mean speed of the drag centre along its path, smoothed over the undulation, BL/s."""
        return net_speed(self.centre, SAMPLE_S) if len(self.centre) > 1 else math.nan

    @property
    def heading_rad(self) -> Samples:
        """(m,) direction of the chord from tail to head, unwrapped."""
        return np.unwrap(np.arctan2(self.chord[:, 1], self.chord[:, 0]))

    @property
    def turning_rate(self) -> float:
        """Mean |d heading / dt|, smoothed over 2 s, rad/s."""
        window = round(SPEED_WINDOW_S / SAMPLE_S)
        if len(self.chord) <= window:
            return math.nan
        smooth = np.convolve(self.heading_rad, np.full(window, 1 / window), "valid")
        return _mean(np.abs(np.diff(smooth)) / SAMPLE_S)

    @property
    def backwards_share(self) -> float:
        """Share of the time spent moving tail first."""
        return _mean(goes_backwards(self.velocity, SAMPLE_S))

    @property
    def reversals_per_min(self) -> float:
        """Reversals of at least `LEAST_REVERSAL_S` per minute."""
        backwards = goes_backwards(self.velocity, SAMPLE_S)
        if backwards.size == 0:
            return math.nan
        minutes = backwards.size * SAMPLE_S / 60
        return starts_of(backwards, LEAST_REVERSAL_S, SAMPLE_S).size / minutes

    @property
    def straightness(self) -> float:
        """Distance over path within stretches of `STRAIGHT_S`, averaged, 0 to 1; NaN for a worm at rest."""
        return straightness(self.centre, SAMPLE_S)

    @property
    def reversal_distance(self) -> float:
        """The longest distance moved tail first along the body axis, BL; >= 0."""
        distance = np.concatenate([[0.0], np.cumsum(self.velocity) * SAMPLE_S])
        return float((np.maximum.accumulate(distance) - distance).max())


def turned_rad(before: Track, after: Track) -> float:
    """The angle between the mean body axes of two tracks, 0 to pi."""
    first, second = (np.arctan2(*each.chord.mean(axis=0)[::-1]) for each in (before, after))
    return float(abs((second - first + math.pi) % (2 * math.pi) - math.pi))


def _mean(values: NDArray) -> float:
    return float(values.mean()) if values.size else math.nan
