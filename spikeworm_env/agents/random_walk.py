"""random: the gait with steering that wanders at random; it senses nothing."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from spikeworm_env.agents.gaited import ActsBy, GaitedAgent
from spikeworm_env.kernels.draws import normals
from spikeworm_env.kernels.elementary import exp
from spikeworm_env.world.scale import DEFAULT_FRAME_SKIP, TICK_S

TAU_S = 2.0  # correlation time of the turn; a real worm's curvature wanders over seconds
SPREAD = 0.3  # standard deviation of the turn


class RandomWalk(GaitedAgent):
    """A persistent random walk: the turn is an Ornstein–Uhlenbeck process of the agent's own noise."""

    name = "random"

    def __init__(self, frame_skip: int = DEFAULT_FRAME_SKIP, acts_by: str = ActsBy.MUSCLES) -> None:
        super().__init__(frame_skip, acts_by)
        self._keep = exp(-self.frame_skip * TICK_S / TAU_S)
        self._turn = 0.0

    def reset(self, *, seed: int | None, info: Mapping[str, Any]) -> None:
        super().reset(seed=seed, info=info)
        self._turn = 0.0

    def steer(self, observation: NDArray[np.float32]) -> tuple[float, float]:
        noise = SPREAD * math.sqrt(1.0 - self._keep * self._keep) * float(normals(self.rng, ()))
        self._turn = self._keep * self._turn + noise
        return self._turn, 1.0


AGENT = RandomWalk
