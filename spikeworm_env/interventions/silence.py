"""Silence: neurons whose spikes reach nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from spikeworm_env.interventions._intervention import Effect, Lasting
from spikeworm_env.interventions._target import Neurons, Subject, shown_target


@dataclass(frozen=True)
class Silence(Lasting):
    """Neurons emit no spikes and their gap junctions are open circuits; their own membranes run on.

    Args:
        target: the neurons: a component, a terminal, or a pattern of names.
        start_s, stop_s, when: see `Lasting`.

    Raises:
        InputError: a value of another type or out of its range.
    """

    name: ClassVar[str] = "silence"
    target: Neurons

    @property
    def what(self) -> str:
        return f"silence {shown_target(self.target)}"

    def bind(self, subject: Subject) -> Effect:
        ids = subject.ids(self.target)
        return Effect(lambda brain: brain.silence(ids))


INTERVENTION = Silence
