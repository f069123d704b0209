"""What the agents without a brain share: a ready gait, which each of them only steers."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from spikeworm_env.world.gait import Gait


class GaitedAgent(ABC):
    """Crawls with the gait of ``world.gait``; a subclass says how to steer.

    Args:
        frame_skip: ticks of 1 ms for which each action holds.
    """

    name: ClassVar[str]

    def __init__(self, frame_skip: int = 1) -> None:
        self.frame_skip = frame_skip
        self.rng = np.random.default_rng(0)
        self._gait = Gait(frame_skip)

    def reset(self, *, seed: int | None, info: Mapping[str, Any]) -> None:
        self.rng = np.random.default_rng(seed)
        self._gait.reset(self.rng.uniform(0.0, 2.0 * np.pi))

    def act(self, observation: NDArray[np.float32]) -> NDArray[np.float32]:
        turn, drive = self.steer(observation)
        return self._gait.step(turn, drive)

    def learn(  # noqa: B027  empty on purpose
        self, reward: float, terminated: bool, truncated: bool, info: Mapping[str, Any]
    ) -> None:
        """These agents learn nothing."""

    @abstractmethod
    def steer(self, observation: NDArray[np.float32]) -> tuple[float, float]:
        """Turn, −1 (ventral, left) to 1 (dorsal, right), and drive, 0 (hold still) to 1 (full speed)."""
