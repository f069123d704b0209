"""What the agents without a brain share: a ready gait, which each of them only steers."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from enum import StrEnum
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from spikeworm_env.agents.protocol import CopiedWhole, StepCheck
from spikeworm_env.checks import choice
from spikeworm_env.envs.spaces import MUSCLES as MUSCLE_ACTION
from spikeworm_env.kernels.random_draws import uniforms
from spikeworm_env.world.gait import Gait
from spikeworm_env.world.scale import DEFAULT_FRAME_SKIP, TICK_S


class ActsBy(StrEnum):
    """What an action consists of."""

    MUSCLES = "muscles"  # (2, 24) muscle activations, from the gait: for all environments but Steering
    STEERING = "steering"  # (2,) turn and drive, for `SpikeWorm/Steering-v0`, which contains the gait

    @classmethod
    def of(cls, shape: tuple[int, ...]) -> ActsBy:
        """What actions of that shape consist of."""
        return cls.MUSCLES if shape == MUSCLE_ACTION.shape else cls.STEERING


class GaitedAgent(CopiedWhole, ABC):
    """An agent that crawls with the gait of ``world.gait``; subclasses define how it steers.

    Args:
        frame_skip: ticks of 1 ms for which each action holds.
        acts_by: what an action consists of, see `ActsBy`.

    Attributes:
        decision_ticks: interval between two calls of `steer`, ticks; at least one step of the environment.
            The command holds in between, so that behaviour does not depend on the step.
        interval_s: that interval, s.

    Raises:
        InputError: an option is out of range; at a reset, the environment has another ``frame_skip``.
    """

    name: str
    decision_ticks: ClassVar[int] = 1

    def __init__(self, frame_skip: int = DEFAULT_FRAME_SKIP, acts_by: str = ActsBy.MUSCLES) -> None:
        self._step_check = StepCheck(frame_skip)
        self.frame_skip = self._step_check.frame_skip
        self._gait = Gait(self.frame_skip)
        choice("acts_by", acts_by, [form.value for form in ActsBy])
        self.rng = np.random.default_rng(0)
        self._acts_by_steering = acts_by == ActsBy.STEERING
        self._interval = max(self.decision_ticks, self.frame_skip)
        self.interval_s = self._interval * TICK_S
        self._ticks_left = 0
        self._command = (0.0, 0.0)

    def reset(self, *, seed: int | None, info: Mapping[str, Any]) -> None:
        self._step_check.on_reset(self.name, info)
        self.rng = np.random.default_rng(seed)
        self._gait.reset(uniforms(self.rng, 0.0, 2.0 * np.pi))
        self._ticks_left = 0

    def act(self, observation: NDArray[np.float32]) -> NDArray[np.float32]:
        if self._ticks_left <= 0:
            self._command = self.steer(observation)
            self._ticks_left += self._interval
        self._ticks_left -= self.frame_skip
        if self._acts_by_steering:
            return np.array(self._command, np.float32).clip(-1.0, 1.0)
        return self._gait.step(*self._command)

    def learn(self, reward: float, terminated: bool, truncated: bool, info: Mapping[str, Any]) -> None:
        """Check the step; these agents do not learn."""
        if self._step_check.pending:
            self._step_check.on_step(self.name, terminated or truncated, info)

    @abstractmethod
    def steer(self, observation: NDArray[np.float32]) -> tuple[float, float]:
        """(turn, drive): −1 (ventral, left) to 1 (dorsal, right); −1 (back), 0 (hold still) to 1 (ahead)."""
