"""Clamp: membrane potentials that are held."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

from spikeworm_env.engine.network import LIMIT
from spikeworm_env.interventions._fields import Number
from spikeworm_env.interventions._intervention import Effect, Lasting
from spikeworm_env.interventions._target import Neurons, Subject, shown_target


@dataclass(frozen=True)
class Clamp(Lasting):
    """The membrane potential of neurons is held; they fire no spikes.

    Args:
        target: the neurons: a component, a terminal, or a pattern of names.
        voltage_mv: the potential.
        start_s, stop_s, when: see `Lasting`.

    Raises:
        InputError: a value of another type or out of its range.
    """

    name: ClassVar[str] = "clamp"
    target: Neurons
    voltage_mv: Annotated[float, Number("potential, mV", -LIMIT, LIMIT)]

    @property
    def what(self) -> str:
        return f"clamp {shown_target(self.target)} at {self.voltage_mv:g} mV"

    def bind(self, subject: Subject) -> Effect:
        ids = subject.ids(self.target)
        return Effect(lambda brain: brain.clamp(ids, self.voltage_mv))


INTERVENTION = Clamp
