"""Senses of the agents without a brain: changes of concentration relative to its value (Weber's law)."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from spikeworm_env.envs.spaces import LAYOUT
from spikeworm_env.kernels.elementary import exp

MIN_CONCENTRATION: Final = 1e-3  # food peaks; added to the divisor of relative changes
NECK_JOINTS: Final = 4
NECK: Final = slice(LAYOUT["joint_angle"].start, LAYOUT["joint_angle"].start + NECK_JOINTS)
CONCENTRATION: Final = LAYOUT["concentration"].start
N_OUTER: Final = LAYOUT["tail_touch"].stop  # odour and touch channels, which come first
CONTRAST_GAIN, CHANGE_GAIN = 50.0, 20.0
N_SENSES: Final = 6  # size of `senses`


def relative(change: float, concentration: float) -> float:
    """A change relative to the concentration, which a repellent can make negative."""
    return change / (abs(concentration) + MIN_CONCENTRATION)


def decay(interval_s: float, tau_s: float) -> float:
    """The factor by which a first-order filter of time constant tau decays over an interval."""
    return exp(-interval_s / tau_s)


def neck(observation: NDArray[np.float32]) -> float:
    """Bend of the neck, rad per joint; positive to the right (dorsal)."""
    return float(observation[NECK].mean())


class RelativeRate:
    """The relative rate of change of the concentration at the head tip between two observations."""

    def __init__(self, interval_s: float) -> None:
        self._interval_s = interval_s
        self._last: float | None = None

    def reset(self) -> None:
        """Forget the last observation."""
        self._last = None

    def __call__(self, observation: NDArray[np.float32]) -> float:
        """d ln C/dt since the last observation, 1/s; 0 at the first."""
        concentration = float(observation[CONCENTRATION])
        change = 0.0 if self._last is None else concentration - self._last
        self._last = concentration
        return relative(change, concentration) / self._interval_s


def senses(observation: NDArray[np.float32]) -> NDArray[np.float32]:
    """The senses of trained policies, (6,) float32.

    Contrast between right and left, and change, both relative to the concentration and about 1 where a worm
    starts; the concentration; touch at head and tail; the bend of the neck, rad.
    """
    concentration, left, right, change, head, tail = observation[:N_OUTER].tolist()
    contrast = CONTRAST_GAIN * relative(right - left, concentration)
    return np.array(
        [
            contrast,
            CHANGE_GAIN * relative(change, concentration),
            concentration,
            head,
            tail,
            neck(observation),
        ],
        np.float32,
    )
