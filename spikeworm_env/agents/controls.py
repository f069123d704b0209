"""Controls: an agent with one thing taken away, beside which a claim about it must stand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from spikeworm_env.agents.protocol import Agent
from spikeworm_env.envs.observation import CHEMICAL, LAYOUT

_CHEMICAL = np.concatenate([np.arange(LAYOUT[name].start, LAYOUT[name].stop) for name in CHEMICAL])


class Blind:
    """The same agent whose chemical senses report, for ever, what they reported at the start.

    Args:
        agent: the agent to blind; nothing else about it changes.
    """

    def __init__(self, agent: Agent) -> None:
        self.agent = agent
        self.name = f"{agent.name}:blind"
        self._frozen: NDArray[np.float32] | None = None

    def reset(self, *, seed: int | None, info: Mapping[str, Any]) -> None:
        self._frozen = None
        self.agent.reset(seed=seed, info=info)

    def act(self, observation: NDArray[np.float32]) -> NDArray[np.float32]:
        if self._frozen is None:
            self._frozen = observation[_CHEMICAL].copy()
        seen = observation.copy()
        seen[_CHEMICAL] = self._frozen
        return self.agent.act(seen)

    def learn(self, reward: float, terminated: bool, truncated: bool, info: Mapping[str, Any]) -> None:
        self.agent.learn(reward, terminated, truncated, info)
