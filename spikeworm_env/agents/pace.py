"""Whether an agent and its environment mean the same time by a step."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from spikeworm_env.errors import InputError
from spikeworm_env.world.checks import check_frame_skip


def frame_skip_of(agent: object) -> int | None:
    """Ticks for which an agent holds each action; None if it is not made yet, or fits any step."""
    return getattr(agent, "frame_skip", None)


def check_same(name: str, held: int, step: int) -> None:
    """Refuse an agent that holds each action for another time than a step of its environment takes.

    Args:
        name: the agent's.
        held: ticks for which it holds an action.
        step: ticks in a step of the environment.

    Raises:
        InputError: they differ.
    """
    if held != step:
        raise InputError(
            f"agent {name} holds each action for {_ticks(held)}, its environment for {step}: "
            f"give make_agent(frame_skip={step})"
        )


class Pace:
    """For how long an agent holds an action, held against what it is told of its environment.

    Args:
        frame_skip: ticks of 1 ms.

    Attributes:
        frame_skip: the same as an int.
        unsure: whether the steps of this trial are still to be looked at.

    Raises:
        InputError: ``frame_skip`` is no number of ticks.
    """

    def __init__(self, frame_skip: int) -> None:
        self.frame_skip = check_frame_skip(frame_skip)
        self.unsure = False
        self._tick: int | None = None

    def meet(self, name: str, info: Mapping[str, Any]) -> None:
        """A trial begins, with this info of the reset, be it of one environment or of many alike.

        Raises:
            InputError: a step takes another time.
        """
        if "frame_skip" in info:
            check_same(name, self.frame_skip, int(np.max(info["frame_skip"])))
        self.unsure, self._tick = True, None

    def follow(self, name: str, ended: bool, info: Mapping[str, Any]) -> None:
        """A step was taken, with this info; the time from the first to the second tells of wrappers.

        Raises:
            InputError: a wrapper makes of several steps one.
        """
        tick = info.get("tick")
        if tick is None or np.ndim(tick) > 0:  # it is not told, or of many worms
            self.unsure = False
        elif self._tick is None:
            self._tick = int(tick)
        else:
            self.unsure = False
            passed = int(tick) - self._tick
            # not above 0: the environment was reset, or put back to a snapshot
            if passed > 0 and passed != self.frame_skip and not ended:
                raise InputError(
                    f"agent {name} holds each action for {_ticks(self.frame_skip)}, a wrapper of its "
                    f"environment for {passed}: give frame_skip={passed} to the environment instead"
                )


def _ticks(number: int) -> str:
    return f"{number} tick{'' if number == 1 else 's'}"
