"""klinokinesis: a biased random walk, with more frequent reorientations while concentration falls.

The runs of a worm end in pirouettes: bouts of reversals and sharp turns, after which it has a new direction.
They are more frequent while concentration falls (Pierce-Shimomura, Morse & Lockery 1999, J. Neurosci.
19:9557). Here a pirouette begins, as a Poisson process, at

    rate = RATE_PER_S exp(-r / R_PER_S),  within RATE_PER_S / MAX_RATIO and RATE_PER_S MAX_RATIO
    r = <d ln C/dt>, a first-order low-pass of TAU_S, which spans the sweeps of the head

and consists of a reversal of REVERSAL_S (the gait can run backwards) and a sharp turn (``turn`` is 1 or -1, a
circle of radius 0.3 BL) by an angle drawn uniformly from 0 to half a circle, to a random side: the new
heading is independent of the gradient. At the start of a run r is 0. Runs are straight; there is no
weathervane steering. Its only input is the concentration at the head tip.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from spikeworm_env.agents.gaited import ActsBy, GaitedAgent
from spikeworm_env.agents.odour import RelativeRate, decay
from spikeworm_env.kernels.elementary import exp, expm1
from spikeworm_env.kernels.random_draws import uniforms
from spikeworm_env.world.scale import DEFAULT_FRAME_SKIP

RATE_PER_S: Final = 0.05  # pirouettes per second at constant concentration
R_PER_S: Final = 0.007  # change of ln C per second that makes the rate e times smaller
MAX_RATIO: Final = 20.0  # limit of the change of that rate, in either direction
TAU_S: Final = 1.0
REVERSAL_S: Final = 0.5
SHARP_RAD_PER_S: Final = 0.87  # change of heading at a turn of 1: 0.26 BL/s on a circle of 0.3 BL


class Klinokinesis(GaitedAgent):
    """Straight runs; pirouettes more often while concentration falls (Pierce-Shimomura et al. 1999)."""

    name = "klinokinesis"
    decision_ticks = 100

    def __init__(self, frame_skip: int = DEFAULT_FRAME_SKIP, acts_by: str = ActsBy.MUSCLES) -> None:
        super().__init__(frame_skip, acts_by)
        self._decay = decay(self.interval_s, TAU_S)
        self._rate = RelativeRate(self.interval_s)
        self._start_run()

    def reset(self, *, seed: int | None, info: Mapping[str, Any]) -> None:
        super().reset(seed=seed, info=info)
        self._start_run()

    def steer(self, observation: NDArray[np.float32]) -> tuple[float, float]:
        if self._turning_s <= 0.0:
            self._change += (1.0 - self._decay) * (self._rate(observation) - self._change)
            if self.rng.random() < -expm1(-pirouettes_per_s(self._change) * self.interval_s):
                self._start_pirouette()
            return 0.0, 1.0
        if self._reversing_s > 0.0:
            self._reversing_s -= self.interval_s
            return 0.0, -1.0
        self._turning_s -= self.interval_s
        side = self._side
        if self._turning_s <= 0.0:
            self._start_run()
        return side, 1.0

    def _start_pirouette(self) -> None:
        self._reversing_s = REVERSAL_S
        self._turning_s = uniforms(self.rng, 0.0, math.pi) / SHARP_RAD_PER_S
        self._side = float(self.rng.choice((-1.0, 1.0)))

    def _start_run(self) -> None:
        self._rate.reset()
        self._change = self._turning_s = self._reversing_s = self._side = 0.0


def pirouettes_per_s(change: float) -> float:
    """Pirouettes per second for a change of ln C per second."""
    return RATE_PER_S * min(max(exp(min(-change / R_PER_S, 50.0)), 1.0 / MAX_RATIO), MAX_RATIO)


AGENT = Klinokinesis
