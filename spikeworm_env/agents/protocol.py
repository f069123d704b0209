"""What an agent is: anything that turns observations into actions and may learn from reward."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray


class Agent(Protocol):
    """One animal in one arena.

    An agent whose rules depend on the time between two actions has besides an attribute ``frame_skip``, that
    time in ticks of 1 ms; without it, an agent fits any environment.

    Attributes:
        name: what tables call it.
    """

    name: str

    def reset(self, *, seed: int | None, info: Mapping[str, Any]) -> None:
        """A trial begins. ``seed`` fixes the agent's own noise; only the oracle may look at ``info``."""

    def act(self, observation: NDArray[np.float32]) -> NDArray[np.float32]:
        """The action for an observation, both as the environment describes them."""

    def learn(self, reward: float, terminated: bool, truncated: bool, info: Mapping[str, Any]) -> None:
        """What came of the last action. Only the oracle may look at ``info``."""
