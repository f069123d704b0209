"""random: the gait with a random turn, without senses."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from spikeworm_env.agents.gaited import ActsBy, GaitedAgent
from spikeworm_env.kernels.elementary import exp
from spikeworm_env.kernels.random_draws import normals
from spikeworm_env.world.scale import DEFAULT_FRAME_SKIP, TICK_S

TAU_S = 2.0  # correlation time of the turn; the curvature of a worm's path varies over seconds
SPREAD = 0.3  # standard deviation of the turn


class RandomWalk(GaitedAgent):
    """A persistent random walk: the turn is an Ornstein–Uhlenbeck process."""

    name = "random"

    def __init__(self, frame_skip: int = DEFAULT_FRAME_SKIP, acts_by: str = ActsBy.MUSCLES) -> None:
        super().__init__(frame_skip, acts_by)
        self._decay = exp(-self.frame_skip * TICK_S / TAU_S)
        self._turn = 0.0

    def reset(self, *, seed: int | None, info: Mapping[str, Any]) -> None:
        super().reset(seed=seed, info=info)
        self._turn = 0.0

    def steer(self, observation: NDArray[np.float32]) -> tuple[float, float]:
        noise = SPREAD * math.sqrt(1.0 - self._decay * self._decay) * float(normals(self.rng, ()))
        self._turn = self._decay * self._turn + noise
        return self._turn, 1.0


AGENT = RandomWalk
