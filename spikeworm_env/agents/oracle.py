"""oracle: the upper bound. It reads the position of the food from ``info`` and steers towards it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from spikeworm_env.agents.gaited import ActsBy, GaitedAgent
from spikeworm_env.kernels.elementary import atan2, cos_sin, exp
from spikeworm_env.world.gait import FREQUENCY_HZ
from spikeworm_env.world.scale import DEFAULT_FRAME_SKIP, TICK_S

TURN_PER_RADIAN = 2.0  # turn per radian between the course and the direction of the food
ARRIVED_BL = 0.15  # at less than this distance it holds still


class Oracle(GaitedAgent):
    """Turns towards the nearest food, in proportion to the angle between its course and the food.

    The course is the mean direction of the head over one period of the gait, since the head sweeps.
    """

    name = "oracle"

    def __init__(self, frame_skip: int = DEFAULT_FRAME_SKIP, acts_by: str = ActsBy.MUSCLES) -> None:
        super().__init__(frame_skip, acts_by)
        self._decay = exp(-self.frame_skip * TICK_S * FREQUENCY_HZ)
        self._course = np.zeros(2)
        self._bearing = 0.0
        self._distance = math.inf

    def reset(self, *, seed: int | None, info: Mapping[str, Any]) -> None:
        super().reset(seed=seed, info=info)
        self._course[:] = cos_sin(info["heading_rad"])
        self._read_info(info)

    def learn(self, reward: float, terminated: bool, truncated: bool, info: Mapping[str, Any]) -> None:
        super().learn(reward, terminated, truncated, info)
        self._read_info(info)

    def steer(self, observation: NDArray[np.float32]) -> tuple[float, float]:
        if self._distance < ARRIVED_BL:
            return 0.0, 0.0
        return -TURN_PER_RADIAN * self._bearing, 1.0  # food on the left: turn < 0

    def _read_info(self, info: Mapping[str, Any]) -> None:
        heading = info["heading_rad"]
        self._course *= self._decay
        self._course += (1.0 - self._decay) * np.array(cos_sin(heading))
        self._distance = info["distance"]
        to_food = info["food"] - info["position"]
        x, y = to_food[np.argmin((to_food**2).sum(axis=1))]
        ahead, aside = self._course
        self._bearing = atan2(ahead * y - aside * x, ahead * x + aside * y)


AGENT = Oracle
