"""Scale: weights that are multiplied."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from spikeworm_env.engine.lesioned import check_possible, weight_range
from spikeworm_env.interventions._fields import Factor
from spikeworm_env.interventions._intervention import AtOnce, Effect
from spikeworm_env.interventions._target import Subject, Synapses, shown_target


@dataclass(frozen=True)
class Scale(AtOnce):
    """The weights of synapses are multiplied once.

    Args:
        target: a connection ``"a -> b"``, a ``{"synapse_type": NAME}``, or neurons, for all their outgoing
            synapses and gap junctions.
        factor: 0 or more.
        at_s: see `AtOnce`.

    Raises:
        InputError: a value of another type or out of its range.
    """

    name: ClassVar[str] = "scale"
    changes_weights: ClassVar[bool] = True
    target: Synapses
    factor: Factor

    @property
    def what(self) -> str:
        return f"scale the weights of {shown_target(self.target)} by {self.factor:g}"

    def bind(self, subject: Subject) -> Effect:
        synapses, network = subject.synapses(self.target), subject.names.network
        low, high = (each[synapses] * self.factor for each in weight_range(network))
        check_possible(network, synapses, low, high)
        return Effect(lambda brain: brain.scale_weights(synapses, self.factor))


INTERVENTION = Scale
