"""Controls: an agent with one thing taken away, beside which a claim about it must stand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from spikeworm_env.agents.protocol import Agent
from spikeworm_env.envs.observation import LAYOUT, smelled


class Blind:
    """The same agent whose chemical senses report, for ever, what they reported at the start.

    Args:
        agent: the agent to blind; nothing else about it changes.
        layout: where each channel is found in an observation.
    """

    def __init__(self, agent: Agent, layout: Mapping[str, slice] = LAYOUT) -> None:
        self.agent = agent
        self.name = f"{agent.name}:blind"
        self._layout = {name: layout[name] for name in smelled(layout)}
        self._frozen: dict[str, NDArray[np.float32]] = {}

    def reset(self, *, seed: int | None, info: Mapping[str, Any]) -> None:
        self._frozen = {}
        self.agent.reset(seed=seed, info=info)

    def act(self, observation: Any) -> NDArray[np.float32]:
        if isinstance(observation, Mapping):
            self._frozen = self._frozen or {name: observation[name].copy() for name in self._layout}
            return self.agent.act({**observation, **self._frozen})  # type: ignore[arg-type]
        self._frozen = self._frozen or {name: observation[part].copy() for name, part in self._layout.items()}
        seen = observation.copy()
        for name, part in self._layout.items():
            seen[part] = self._frozen[name]
        return self.agent.act(seen)

    def learn(self, reward: float, terminated: bool, truncated: bool, info: Mapping[str, Any]) -> None:
        self.agent.learn(reward, terminated, truncated, info)
