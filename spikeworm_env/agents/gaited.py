"""What the agents without a brain share: a ready gait, which each of them only steers."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from enum import StrEnum
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from spikeworm_env.agents.pace import Pace
from spikeworm_env.envs import action
from spikeworm_env.errors import InputError
from spikeworm_env.kernels.draws import uniforms
from spikeworm_env.world.gait import Gait
from spikeworm_env.world.scale import DEFAULT_FRAME_SKIP, TICK_S


class ActsBy(StrEnum):
    """What an action is made of."""

    MUSCLES = "muscles"  # (2, 24), through the gait: for all environments but Steering
    STEERING = "steering"  # (2,) turn and drive, for `SpikeWorm/Steering-v0`, which has the gait itself

    @classmethod
    def of(cls, shape: tuple[int, ...]) -> ActsBy:
        """What actions of that shape are made of."""
        return cls.MUSCLES if shape == action.MUSCLES.shape else cls.STEERING


class GaitedAgent(ABC):
    """Crawls with the gait of ``world.gait``; a subclass says how to steer.

    Args:
        frame_skip: ticks of 1 ms for which each action holds.
        acts_by: what an action is made of, see `ActsBy`.

    Attributes:
        decision_ticks: it is asked to steer once in so many ticks, or once a step if steps are longer, and
            holds to its answer; so that it behaves alike whatever the step.
        interval_s: the time between two answers, s.

    Raises:
        InputError: an option out of range; at a reset, an environment of another ``frame_skip``.
    """

    name: str
    decision_ticks: ClassVar[int] = 1

    def __init__(self, frame_skip: int = DEFAULT_FRAME_SKIP, acts_by: str = ActsBy.MUSCLES) -> None:
        self._pace = Pace(frame_skip)
        self.frame_skip = self._pace.frame_skip
        self._gait = Gait(self.frame_skip)
        if acts_by not in list(ActsBy):
            raise InputError(f"acts_by is {acts_by!r}; expected one of {', '.join(ActsBy)}")
        self.rng = np.random.default_rng(0)
        self._steers = acts_by == ActsBy.STEERING
        self._interval = max(self.decision_ticks, self.frame_skip)
        self.interval_s = self._interval * TICK_S
        self._ticks_left = 0
        self._answer = (0.0, 0.0)

    def reset(self, *, seed: int | None, info: Mapping[str, Any]) -> None:
        self._pace.meet(self.name, info)
        self.rng = np.random.default_rng(seed)
        self._gait.reset(uniforms(self.rng, 0.0, 2.0 * np.pi))
        self._ticks_left = 0

    def act(self, observation: NDArray[np.float32]) -> NDArray[np.float32]:
        if self._ticks_left <= 0:
            self._answer = self.steer(observation)
            self._ticks_left += self._interval
        self._ticks_left -= self.frame_skip
        if self._steers:
            return np.array(self._answer, np.float32).clip(-1.0, 1.0)
        return self._gait.step(*self._answer)

    def learn(self, reward: float, terminated: bool, truncated: bool, info: Mapping[str, Any]) -> None:
        """These agents learn nothing."""
        if self._pace.unsure:
            self._pace.follow(self.name, terminated or truncated, info)

    @abstractmethod
    def steer(self, observation: NDArray[np.float32]) -> tuple[float, float]:
        """Turn, −1 (ventral, left) to 1 (dorsal, right), and drive, −1 (back) over 0 (hold still) to 1."""
