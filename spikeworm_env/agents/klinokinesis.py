"""klinokinesis: a biased random walk. It turns about more often while smell wanes, and never aims.

A worm's runs end in pirouettes, bouts of reversals and sharp turns from which it leaves in a new direction;
they are more frequent while concentration falls (Pierce-Shimomura, Morse & Lockery 1999, J. Neurosci.
19:9557). Here a pirouette begins, as a Poisson process, at

    rate = RATE_PER_S exp(-r / R_PER_S),  within RATE_PER_S / MOST and RATE_PER_S MOST
    r = <d ln C/dt>, a first-order low-pass of TAU_S, which spans the sweeps of the head

and is a reversal of REVERSAL_S, for the gait can run backwards, and a sharp turn (``turn`` is 1 or -1, a
circle of radius 0.3 BL) by an angle drawn uniformly from 0 to half a circle, to a side that is drawn too: the
new heading owes nothing to the gradient. A new run judges by what it smells itself: r begins at 0. Runs are
straight; there is no weathervane. It sees the concentration at the head tip and nothing else.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from spikeworm_env.agents.gaited import ActsBy, GaitedAgent
from spikeworm_env.agents.odour import Rate, keep
from spikeworm_env.kernels.draws import uniforms
from spikeworm_env.kernels.elementary import exp, expm1
from spikeworm_env.world.scale import DEFAULT_FRAME_SKIP

RATE_PER_S: Final = 0.05  # of pirouettes where smell does not change
R_PER_S: Final = 0.007  # change of ln C per second that makes the rate e times smaller
MOST: Final = 20.0  # times more or less often than where smell does not change
TAU_S: Final = 1.0
REVERSAL_S: Final = 0.5
SHARP_RAD_PER_S: Final = 0.87  # heading's change at a turn of 1: 0.26 BL/s on a circle of 0.3 BL


class Klinokinesis(GaitedAgent):
    """Runs straight and turns about, the more often the faster smell wanes (Pierce-Shimomura et al. 1999)."""

    name = "klinokinesis"
    decision_ticks = 100

    def __init__(self, frame_skip: int = DEFAULT_FRAME_SKIP, acts_by: str = ActsBy.MUSCLES) -> None:
        super().__init__(frame_skip, acts_by)
        self._keep = keep(self.interval_s, TAU_S)
        self._rate = Rate(self.interval_s)
        self._run()

    def reset(self, *, seed: int | None, info: Mapping[str, Any]) -> None:
        super().reset(seed=seed, info=info)
        self._run()

    def steer(self, observation: NDArray[np.float32]) -> tuple[float, float]:
        if self._turning_s <= 0.0:
            self._change += (1.0 - self._keep) * (self._rate(observation) - self._change)
            if self.rng.random() < -expm1(-pirouettes_per_s(self._change) * self.interval_s):
                self._pirouette()
            return 0.0, 1.0
        if self._reversing_s > 0.0:
            self._reversing_s -= self.interval_s
            return 0.0, -1.0
        self._turning_s -= self.interval_s
        side = self._side
        if self._turning_s <= 0.0:
            self._run()
        return side, 1.0

    def _pirouette(self) -> None:
        self._reversing_s = REVERSAL_S
        self._turning_s = uniforms(self.rng, 0.0, math.pi) / SHARP_RAD_PER_S
        self._side = float(self.rng.choice((-1.0, 1.0)))

    def _run(self) -> None:
        self._rate.reset()
        self._change = self._turning_s = self._reversing_s = self._side = 0.0


def pirouettes_per_s(change: float) -> float:
    """How often a run ends, 1/s, where ln C changes by so much a second."""
    return RATE_PER_S * min(max(exp(min(-change / R_PER_S, 50.0)), 1.0 / MOST), MOST)


AGENT = Klinokinesis
