"""Base classes of interventions: those that last, and those that act at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, ClassVar

from spikeworm_env.errors import InputError
from spikeworm_env.interventions._fields import Number, Optional, Seconds, Value
from spikeworm_env.interventions._target import Subject
from spikeworm_env.interventions._when import When, WhenField
from spikeworm_env.world.scale import MAX_SECONDS, TICK_S, TICKS_PER_S

if TYPE_CHECKING:
    from spikeworm_env.engine.brain import Brain


def tick_of(seconds: float) -> int:
    """The first tick that begins at a time, to the nearest."""
    return round(seconds * TICKS_PER_S)


def _end(brain: Brain, handle: int) -> None:
    brain.end(handle)


@dataclass(frozen=True)
class Effect:
    """An intervention that is bound to a brain.

    Attributes:
        start: begins it, or does it; what it returns is given to ``stop``.
        stop: ends it.
        of_senses: whether it changes senses, which are evaluated once in a control step.
    """

    start: Callable[[Brain], Any]
    stop: Callable[[Brain, Any], None] = _end
    of_senses: bool = False


@dataclass(frozen=True)
class Intervention(Value):
    """One thing that is done to a brain; a value that never changes.

    Attributes:
        changes_weights: whether weights are others afterwards.
    """

    changes_weights: ClassVar[bool] = False

    @property
    def text(self) -> str:
        """What is done and when, in a phrase, for tables and provenance."""
        return f"{self.what} {self.time_text}"

    @property
    def what(self) -> str:
        """What is done, in a phrase."""
        raise NotImplementedError

    @property
    def time_text(self) -> str:
        """When, in a phrase."""
        raise NotImplementedError

    def bind(self, subject: Subject) -> Effect:
        """The intervention on one brain.

        Raises:
            InputError: the brain has nothing of that name, or no weight that it could get is possible.
        """
        raise NotImplementedError


@dataclass(frozen=True, kw_only=True)
class Lasting(Intervention):
    """An intervention with a beginning and an end.

    Args:
        start_s: when it begins, seconds since the reset.
        stop_s: when it ends; None: with the episode.
        when: a closed-loop rule, within these times; None: it is in force all the time.
    """

    start_s: Seconds = 0.0
    stop_s: Annotated[
        float | None, Optional(Number("end, seconds since the reset; null: with the episode", 0, MAX_SECONDS))
    ] = None
    when: Annotated[When | None, Optional(WhenField())] = None

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.stop_s is not None and tick_of(self.stop_s) <= tick_of(self.start_s):
            raise InputError(
                f"stop_s is {self.stop_s:g}; expected at least one tick of {TICK_S:g} s after start_s, "
                f"{self.start_s:g}"
            )

    @property
    def time_text(self) -> str:
        until = "" if self.stop_s is None else f" to {self.stop_s:g} s"
        start = f"from {self.start_s:g} s" if until == "" else f"from {self.start_s:g}"
        times = f"{start}{until}" if self.start_s or until else ""
        rule = "" if self.when is None else self.when.text
        return " ".join(filter(None, (times, rule))) or "throughout"


@dataclass(frozen=True, kw_only=True)
class AtOnce(Intervention):
    """An intervention at one time.

    Args:
        at_s: when, seconds since the reset.
    """

    at_s: Seconds = 0.0

    @property
    def time_text(self) -> str:
        return f"at {self.at_s:g} s"
