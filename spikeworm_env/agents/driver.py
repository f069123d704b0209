"""What a compiled closed loop needs of an agent, and how an agent offers it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from spikeworm_env.agents.control_step import ControlStep


class DrivingAgent(Protocol):
    """An agent whose control steps are kernels; see `agents.spiking.SpikingAgent`."""

    frame_skip: int

    @property
    def control_step(self) -> ControlStep: ...

    @property
    def steps_to_reward(self) -> int: ...

    @property
    def stage_noise(self) -> NDArray[np.float64]: ...

    def draw_stage_noise(self, steps: int) -> NDArray[np.float64]: ...

    def receive(self, rewards: Iterable[float]) -> None: ...


@dataclass(frozen=True)
class Driver:
    """What drives a worm: an agent with kernels, and what another agent that holds it changes about it.

    Attributes:
        agent: whose brain it is.
        held: channel → its place in an observation, and the values that the agent senses there.
        rewarded: whether it receives the reward; otherwise 0.
    """

    agent: DrivingAgent
    held: Mapping[str, tuple[slice, NDArray[np.float32]]] = field(default_factory=dict)
    rewarded: bool = True


def driver_of(agent: Any) -> Driver | None:
    """What drives the worm of an agent, if that can be compiled; agents say so by a method ``driver()``."""
    made = getattr(agent, "driver", None)
    return None if made is None else made()
