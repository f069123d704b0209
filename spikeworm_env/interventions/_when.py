"""Closed-loop rules: an intervention is in force while a sensed value is below or above a threshold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from spikeworm_env.engine.network import LIMIT
from spikeworm_env.errors import InputError, shown
from spikeworm_env.interventions._fields import Number, Optional, Seconds, Text, Value

Threshold = Annotated[float | None, Optional(Number("threshold, in the unit of the channel", -LIMIT, LIMIT))]


@dataclass(frozen=True)
class When(Value):
    """A rule that is evaluated in each control step: in force while a value stays beyond a threshold.

    Args:
        channel: a number of the observation, such as ``concentration`` or ``joint_angle[0]``; one and
            ``_change`` for its rate of change per second; or a receptor of the brain, for its output.
        below: in force while the value is below this; or
        above: while it is above.
        for_s: for how many seconds it must have been so without a break.
    """

    channel: Annotated[str, Text("the name of a channel or receptor")]
    below: Threshold = None
    above: Threshold = None
    for_s: Seconds = 0.0

    def __post_init__(self) -> None:
        super().__post_init__()
        if (self.below is None) == (self.above is None):
            raise InputError(
                f"below is {self.below}, above is {self.above}; expected one of the two as a number"
            )

    @property
    def text(self) -> str:
        """The rule in a phrase."""
        side = f"below {self.below:g}" if self.below is not None else f"above {self.above:g}"
        held = f" for {self.for_s:g} s" if self.for_s else ""
        return f"while {self.channel} is {side}{held}"

    def holds(self, value: float) -> bool:
        """Whether a value is beyond the threshold."""
        return value < self.below if self.below is not None else value > self.above  # type: ignore[operator]


class WhenField:
    """A field that holds a rule."""

    def check(self, name: str, value: object) -> When:
        if isinstance(value, When):
            return value
        if not isinstance(value, Mapping):
            raise InputError(f"{name} is {shown(value)}; expected a rule: channel, and below or above")
        try:
            return When.from_dict(value)
        except InputError as error:
            raise InputError(f"{name}: {error}") from None

    def schema(self) -> dict[str, Any]:
        return When.schema()
