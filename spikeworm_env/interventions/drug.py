"""Drug: all synapses of a type, or a receptor, act more or less."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from spikeworm_env.errors import InputError
from spikeworm_env.interventions._fields import Factor
from spikeworm_env.interventions._intervention import Effect, Lasting
from spikeworm_env.interventions._target import Subject, TypeOrReceptor


@dataclass(frozen=True)
class Drug(Lasting):
    """All currents of a synapse type, or the gain of a receptor, are multiplied.

    Args:
        target: ``{"synapse_type": NAME}`` or ``{"receptor": NAME}``.
        factor: 0 or more; 0 blocks it.
        start_s, stop_s, when: see `Lasting`. A receptor is evaluated once in a control step, so that a drug
            on one begins and ends with a control step.

    Raises:
        InputError: a value of another type or out of its range.
    """

    name: ClassVar[str] = "drug"
    target: TypeOrReceptor
    factor: Factor

    @property
    def what(self) -> str:
        return f"drug: {self.target} times {self.factor:g}"

    def bind(self, subject: Subject) -> Effect:
        part, senses = self.target, subject.senses
        if part.of == "synapse_type":
            subject.synapses(part)  # refuses a type of which the brain has none
            return Effect(lambda brain: brain.drug(part.name, self.factor))
        if senses is None:
            raise InputError(f"target is {part}; expected a brain with an agent, which has receptors")
        receptor = senses.index_of_receptor(part.name)
        return Effect(
            lambda brain: senses.scale(receptor, self.factor),
            lambda brain, handle: senses.restore(handle),
            of_senses=True,
        )


INTERVENTION = Drug
