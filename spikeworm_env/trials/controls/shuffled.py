"""Shuffled: the brain with its chemosensory connections shuffled, see `lesions.shuffle_targets`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from spikeworm_env.agents.spiking import SpikingAgent
from spikeworm_env.compiler.compiled_brain import CompiledBrain
from spikeworm_env.interventions._protocol import Protocol
from spikeworm_env.lesions.shuffle_targets import shuffle_targets
from spikeworm_env.trials.controls._control import Control


class Shuffled:
    """A brain with its chemosensory connections shuffled, differently at each reset.

    What it learns ends at a reset, since it is another brain afterwards.

    Args:
        compiled: the brain before it is shuffled.
        **options: of `SpikingAgent`.
    """

    def __init__(self, compiled: CompiledBrain, **options: Any) -> None:
        self._compiled, self._options = compiled, options
        self.agent = SpikingAgent(compiled, **options)
        self.name = f"{self.agent.name}:shuffled"
        self.conditions = self.agent.conditions  # what was done to the brain before it is shuffled

    @property
    def frame_skip(self) -> int:
        """Ticks for which it holds each action."""
        return self.agent.frame_skip

    @property
    def learns(self) -> bool:
        """Whether weights can change during a trial."""
        return self.agent.learns

    @property
    def protocol(self) -> Protocol:
        """What is done to the brain in each episode."""
        return self.agent.protocol

    @protocol.setter
    def protocol(self, protocol: Protocol) -> None:
        self.agent.protocol = protocol
        self._options["protocol"] = protocol

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


CONTROL = Control(
    name="shuffled",
    about="the same brain with its chemosensory connections shuffled, differently for every trial seed",
    phrase="with its chemosensory connections shuffled",
    order=20,
    from_brain=Shuffled,
)
