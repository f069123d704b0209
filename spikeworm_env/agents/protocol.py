"""What an agent is, and the check that agent and environment agree on the duration of a step."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from typing import Any, Protocol, Self

import numpy as np
from numpy.typing import NDArray

from spikeworm_env.errors import InputError
from spikeworm_env.world.checks import check_frame_skip


class Agent(Protocol):
    """An agent of one worm: observations in, actions out, and learning from reward if it can.

    An agent whose rules depend on the time between two actions also has an attribute ``frame_skip``, that
    time in ticks of 1 ms. An agent without it fits any environment.

    An agent that can be changed before a trial also has ``conditions``, short phrases that are read right
    after `reset` and say how, such as "trained for 5 episodes under reward", and one that can change during a
    trial has ``learns``, True where it does. One with a brain has ``protocol``, the interventions of each
    episode. Results of trials keep all three, see `trials.provenance`.

    Attributes:
        name: the name in tables.
    """

    name: str

    def reset(self, *, seed: int | None, info: Mapping[str, Any]) -> None:
        """Start a trial. ``seed`` sets the agent's own noise; only the oracle may use ``info``."""

    def act(self, observation: NDArray[np.float32]) -> NDArray[np.float32]:
        """The action for an observation, both in the spaces of the environment."""

    def learn(self, reward: float, terminated: bool, truncated: bool, info: Mapping[str, Any]) -> None:
        """The outcome of the last action. Only the oracle may use ``info``."""


class CopiedWhole:
    """Base class of agents: ``copy.copy`` gives an agent of its own, as ``copy.deepcopy`` does."""

    def __copy__(self) -> Self:
        return deepcopy(self)


def frame_skip_of(agent: object) -> int | None:
    """Ticks for which an agent holds each action; None if it is not made yet, or fits any step."""
    return getattr(agent, "frame_skip", None)


def is_agent(value: object) -> bool:
    """Whether an object has the methods of an agent and is no class."""
    methods = all(callable(getattr(value, name, None)) for name in ("reset", "act", "learn"))
    return methods and not isinstance(value, type)


def check_same_step(name: str, agent_ticks: int, env_ticks: int) -> None:
    """Check that an agent holds each action for the duration of an environment step.

    Args:
        name: the agent's.
        agent_ticks: ticks for which the agent holds an action.
        env_ticks: ticks in a step of the environment.

    Raises:
        InputError: they differ.
    """
    if agent_ticks != env_ticks:
        raise InputError(
            f"agent {name} holds each action for {_ticks(agent_ticks)}, its environment for {env_ticks}: "
            f"give make_agent(frame_skip={env_ticks})"
        )


class StepCheck:
    """Compares the frame skip of an agent with that of its environment.

    The ``info`` of a reset holds the environment's frame skip; the ticks that pass between the first and the
    second step show whether a wrapper repeats actions.

    Args:
        frame_skip: of the agent, ticks of 1 ms.

    Attributes:
        frame_skip: the same as an int.
        pending: whether the steps of this trial are still to be checked.

    Raises:
        InputError: ``frame_skip`` is no number of ticks.
    """

    def __init__(self, frame_skip: int) -> None:
        self.frame_skip = check_frame_skip(frame_skip)
        self.pending = False
        self._tick: int | None = None

    def on_reset(self, name: str, info: Mapping[str, Any]) -> None:
        """Check the info of a reset, of one environment or of a vector environment.

        Raises:
            InputError: a step has another duration.
        """
        if "frame_skip" in info:
            check_same_step(name, self.frame_skip, int(np.max(info["frame_skip"])))
        self.pending, self._tick = True, None

    def on_step(self, name: str, ended: bool, info: Mapping[str, Any]) -> None:
        """Check the info of a step; ``ended`` if it terminated or truncated the episode.

        Raises:
            InputError: a wrapper makes one step of several.
        """
        tick = info.get("tick")
        if tick is None or np.ndim(tick) > 0:  # not given, or of a vector environment
            self.pending = False
        elif self._tick is None:
            self._tick = int(tick)
        else:
            self.pending = False
            passed = int(tick) - self._tick
            # not above 0: the environment was reset, or set back to a snapshot
            if passed > 0 and passed != self.frame_skip and not ended:
                raise InputError(
                    f"agent {name} holds each action for {_ticks(self.frame_skip)}, a wrapper of its "
                    f"environment for {passed}: give frame_skip={passed} to the environment instead"
                )


def _ticks(number: int) -> str:
    return f"{number} tick{'' if number == 1 else 's'}"
