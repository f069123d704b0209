"""klinotaxis: weathervane steering. The sweep of the head samples the gradient across the course.

Worms curve towards the higher concentration, in proportion to the gradient across their course (Iino &
Yoshida 2009, J. Neurosci. 29:5370). With one nose they must measure this gradient by moving it. The head tip
moves sideways at ``s = SIDEWAYS_PER_RAD neck``, where ``neck`` is the sensed bend of the neck (rad per
joint), and the concentration at it changes by

    d ln C/dt = g_along v + g_across s        g: gradient of ln C, 1/BL;  v: speed

The mean over a sweep of the product with s isolates g_across, since s is as often left as right. This does
not hold in a steady curve; so the part along the course, the mean of d ln C/dt, is subtracted first:

    rate = d ln C/dt - <d ln C/dt>        g_across = <rate s> / <s^2>        turn = GAIN_BL g_across

with <> a first-order low-pass of one period of the gait. Its only inputs are the concentration at the head
tip and the bend of its neck; the drive is always 1. A turn of 1, the maximum of the body, is a circle of
radius 0.3 BL.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from spikeworm_env.agents.gaited import ActsBy, GaitedAgent
from spikeworm_env.agents.odour import RelativeRate, decay, neck
from spikeworm_env.world.gait import FREQUENCY_HZ
from spikeworm_env.world.scale import DEFAULT_FRAME_SKIP

SIDEWAYS_PER_RAD: Final = 0.8  # BL/s, of the head tip in the gait on agar, in phase with the neck's bend
MIN_SWEEP: Final = 0.05  # BL/s; root mean square, lower limit of the divisor
GAIN_BL: Final = 64.0  # turn per 1/BL of gradient across the course


class Klinotaxis(GaitedAgent):
    """Curves towards the side on which concentration rises during the sweep (Iino & Yoshida 2009)."""

    name = "klinotaxis"
    decision_ticks = 50

    def __init__(self, frame_skip: int = DEFAULT_FRAME_SKIP, acts_by: str = ActsBy.MUSCLES) -> None:
        super().__init__(frame_skip, acts_by)
        self._decay = decay(self.interval_s, 1.0 / FREQUENCY_HZ)
        self._rate = RelativeRate(self.interval_s)
        self._along = self._product = self._square = 0.0

    def reset(self, *, seed: int | None, info: Mapping[str, Any]) -> None:
        super().reset(seed=seed, info=info)
        self._rate.reset()
        self._along = self._product = self._square = 0.0

    def steer(self, observation: NDArray[np.float32]) -> tuple[float, float]:
        rate, sideways = self._rate(observation), SIDEWAYS_PER_RAD * neck(observation)
        self._along = self._mean(self._along, rate)
        self._product = self._mean(self._product, (rate - self._along) * sideways)
        self._square = self._mean(self._square, sideways * sideways)
        return GAIN_BL * self._product / max(self._square, MIN_SWEEP * MIN_SWEEP), 1.0

    def _mean(self, mean: float, value: float) -> float:
        return mean + (1.0 - self._decay) * (value - mean)


AGENT = Klinotaxis
