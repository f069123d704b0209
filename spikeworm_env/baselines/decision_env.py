"""``SpikeWorm/Steering-v0`` for the training of ``ppo``: decisions of half a second and stacked frames."""

from __future__ import annotations

from typing import Any, Final

import gymnasium
import numpy as np
from gymnasium.spaces import Box

from spikeworm_env.agents.ppo import DECISION_TICKS, N_IN, FrameStack
from spikeworm_env.seeds import TUNING_SEEDS
from spikeworm_env.world.scale import DEFAULT_FRAME_SKIP

ENV_ID: Final = "SpikeWorm/Steering-v0"


class Decisions(gymnasium.Wrapper[Any, Any, Any, Any]):
    """Holds an action for a decision interval, sums its reward, and resets with tuning seeds.

    Args:
        rng: draws the seed of each episode; the seed given to ``reset`` is ignored.
        **arena: arguments of the environment.
    """

    def __init__(self, rng: np.random.Generator, **arena: Any) -> None:
        env = gymnasium.make(ENV_ID, disable_env_checker=True, **arena)
        super().__init__(env.unwrapped)
        self.observation_space = Box(-np.inf, np.inf, (N_IN,), np.float32)
        self._rng, self._frames = rng, FrameStack()

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[Any, dict[str, Any]]:
        observation, info = self.env.reset(seed=int(self._rng.choice(TUNING_SEEDS)), options=options)
        self._frames.reset()
        return self._frames(observation), info

    def step(self, action: Any) -> tuple[Any, float, bool, bool, dict[str, Any]]:
        total = 0.0
        for _ in range(DECISION_TICKS // DEFAULT_FRAME_SKIP):
            observation, reward, terminated, truncated, info = self.env.step(action)
            total += float(reward)
            if terminated or truncated:
                break
        return self._frames(observation), total, terminated, truncated, info
