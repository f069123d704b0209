"""Controls: an agent with one thing taken away, beside which a claim about it must stand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from spikeworm_env.agents.pace import frame_skip_of
from spikeworm_env.agents.protocol import Agent
from spikeworm_env.agents.spiking import SpikingAgent
from spikeworm_env.compiler.brain import CompiledBrain
from spikeworm_env.envs.observation import LAYOUT, smelled
from spikeworm_env.lesions.shuffle_targets import shuffle_targets


class Blind:
    """The same agent whose chemical senses report, for ever, what they reported at the start.

    Nor does it learn what it earns: reward tells how smell changes, and a brain that learns within seconds
    climbs by that alone.

    Args:
        agent: the agent to blind; nothing else about it changes.
        layout: where each channel is found in an observation.
    """

    def __init__(self, agent: Agent, layout: Mapping[str, slice] = LAYOUT) -> None:
        self.agent = agent
        self.name = f"{agent.name}:blind"
        self._layout = {name: layout[name] for name in smelled(layout)}
        self._frozen: dict[str, NDArray[np.float32]] = {}

    @property
    def frame_skip(self) -> int | None:
        """Ticks for which it holds each action; None if that does not matter to it."""
        return frame_skip_of(self.agent)

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
        self.agent.learn(0.0, terminated, truncated, info)


class Shuffled:
    """A brain whose chemosensory paths lead elsewhere, to other places at each reset.

    Nothing that it learns outlives a reset, since it is another brain afterwards.

    Args:
        compiled: the brain before it is shuffled.
        **options: of `SpikingAgent`.
    """

    def __init__(self, compiled: CompiledBrain, **options: Any) -> None:
        self._compiled, self._options = compiled, options
        self.agent = SpikingAgent(compiled, **options)
        self.name = f"{self.agent.name}:shuffled"

    @property
    def frame_skip(self) -> int:
        """Ticks for which it holds each action."""
        return self.agent.frame_skip

    def reset(self, *, seed: int | None, info: Mapping[str, Any]) -> None:
        """Draw the shuffle from this seed and the brain's own, and start a trial with it."""
        entropy = None if seed is None else (seed, self._compiled.meta.seed)
        rng = np.random.default_rng(entropy)
        self.agent = SpikingAgent(shuffle_targets(self._compiled, rng), **self._options)
        self.agent.reset(seed=seed, info=info)

    def act(self, observation: Any) -> NDArray[np.float32]:
        return self.agent.act(observation)

    def learn(self, reward: float, terminated: bool, truncated: bool, info: Mapping[str, Any]) -> None:
        self.agent.learn(reward, terminated, truncated, info)


def without_learning(compiled: CompiledBrain, **options: Any) -> SpikingAgent:
    """The same brain, no weight of which ever changes: no rule of learning acts, and nothing is pruned.

    Facilitation and depression go on, since they pass within seconds and leave weights alone.

    Args:
        compiled: the brain.
        **options: of `SpikingAgent`.
    """
    agent = SpikingAgent(compiled, learning=False, **options)
    agent.name += ":no_learning"
    return agent


def without_reward(compiled: CompiledBrain, **options: Any) -> SpikingAgent:
    """The same brain, to which no reward ever comes; what spikes alone teach it, it learns.

    Args:
        compiled: the brain.
        **options: of `SpikingAgent`.
    """
    agent = SpikingAgent(replace(compiled, reward=None), **options)
    agent.name += ":no_reward"
    return agent
