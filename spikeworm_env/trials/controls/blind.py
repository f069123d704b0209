"""Blind: chemical senses that stay at their values at the start, and no reward."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from spikeworm_env.agents.driver import Driver, driver_of
from spikeworm_env.agents.experiment import give_protocol
from spikeworm_env.agents.protocol import Agent, CopiedWhole, frame_skip_of
from spikeworm_env.envs.spaces import LAYOUT, chemical_channels
from spikeworm_env.interventions._protocol import Protocol
from spikeworm_env.trials.controls._control import Control


class Blind(CopiedWhole):
    """The same agent with its chemical senses fixed at their values at the start of the trial.

    Its reward is 0 as well: reward depends on the concentration, so a brain that learns within seconds would
    reach food by reward alone.

    Args:
        agent: the agent to blind; nothing else about it changes.
        layout: the slice of each channel in an observation.
    """

    def __init__(self, agent: Agent, layout: Mapping[str, slice] = LAYOUT) -> None:
        self.agent = agent
        self.name = f"{agent.name}:blind"
        self._layout = {name: layout[name] for name in chemical_channels(layout)}
        self._fixed: dict[str, NDArray[np.float32]] = {}

    @property
    def frame_skip(self) -> int | None:
        """Ticks for which it holds each action; None if any number will do."""
        return frame_skip_of(self.agent)

    @property
    def learns(self) -> bool:
        """Whether weights can change during a trial, in which there is no reward."""
        return getattr(self.agent, "learns_without_reward", False)

    @property
    def conditions(self) -> tuple[str, ...]:
        """Those of the agent."""
        return getattr(self.agent, "conditions", ())

    @property
    def protocol(self) -> Protocol:
        """What is done to the brain in each episode; nothing without a brain."""
        return getattr(self.agent, "protocol", ())

    @protocol.setter
    def protocol(self, protocol: Protocol) -> None:
        give_protocol(self.agent, protocol)

    def reset(self, *, seed: int | None, info: Mapping[str, Any]) -> None:
        self._fixed = {}
        self.agent.reset(seed=seed, info=info)

    def act(self, observation: Any) -> NDArray[np.float32]:
        if isinstance(observation, Mapping):
            self._fixed = self._fixed or {name: observation[name].copy() for name in self._layout}
            return self.agent.act({**observation, **self._fixed})  # type: ignore[arg-type]
        self._fixed = self._fixed or {name: observation[part].copy() for name, part in self._layout.items()}
        seen = observation.copy()
        for name, part in self._layout.items():
            seen[part] = self._fixed[name]
        return self.agent.act(seen)

    def driver(self) -> Driver | None:
        """See `agents.driver`: the agent with these senses fixed, without reward."""
        driver = driver_of(self.agent)
        if driver is None or not self._fixed:
            return None
        held = {name: (self._layout[name], values) for name, values in self._fixed.items()}
        return replace(driver, held={**driver.held, **held}, rewarded=False)

    def learn(self, reward: float, terminated: bool, truncated: bool, info: Mapping[str, Any]) -> None:
        self.agent.learn(0.0, terminated, truncated, info)


CONTROL = Control(
    name="blind",
    about="the same agent with its chemical senses fixed at their values at the start, and reward 0",
    phrase="when blind",
    order=10,
    from_agent=Blind,
)
