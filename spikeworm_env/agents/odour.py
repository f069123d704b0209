"""What agents without a brain sense: changes of smell as a share of its strength (Weber's law)."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from spikeworm_env.envs.observation import LAYOUT
from spikeworm_env.kernels.elementary import exp

LEAST_SMELL: Final = 1e-3  # food peaks; below it there is nothing to compare with
NECK_JOINTS: Final = 4
NECK: Final = slice(LAYOUT["joint_angle"].start, LAYOUT["joint_angle"].start + NECK_JOINTS)
CONCENTRATION: Final = LAYOUT["concentration"].start
N_OUTER: Final = LAYOUT["tail_touch"].stop  # numbers of smell and touch, which come first
CONTRAST_GAIN, CHANGE_GAIN = 50.0, 20.0
N_SENSED: Final = 6  # what `senses` gives


def relative(change: float, strength: float) -> float:
    """A change of smell as a share of its strength, which a repellent can make negative."""
    return change / (abs(strength) + LEAST_SMELL)


def keep(interval_s: float, tau_s: float) -> float:
    """The share of its value that a first-order filter of time constant tau keeps over an interval."""
    return exp(-interval_s / tau_s)


def neck(observation: NDArray[np.float32]) -> float:
    """How the neck is bent, rad a joint; positive to the right (dorsal)."""
    return float(observation[NECK].mean())


class Rate:
    """The relative rate of change of the concentration at the head tip, from one look to the next."""

    def __init__(self, interval_s: float) -> None:
        self._interval_s = interval_s
        self._last: float | None = None

    def reset(self) -> None:
        """Forget the last look."""
        self._last = None

    def __call__(self, observation: NDArray[np.float32]) -> float:
        """d ln C/dt since the last look, 1/s; 0 at the first."""
        smell = float(observation[CONCENTRATION])
        change = 0.0 if self._last is None else smell - self._last
        self._last = smell
        return relative(change, smell) / self._interval_s


def senses(observation: NDArray[np.float32]) -> NDArray[np.float32]:
    """What trained policies see, (6,) float32.

    The contrast of smell between right and left and its change, both relative to its strength and about 1
    where a worm starts; its strength; touch at head and tail; the bend of the neck, rad.
    """
    smell, left, right, change, head, tail = observation[:N_OUTER].tolist()
    contrast = CONTRAST_GAIN * relative(right - left, smell)
    return np.array(
        [contrast, CHANGE_GAIN * relative(change, smell), smell, head, tail, neck(observation)], np.float32
    )
