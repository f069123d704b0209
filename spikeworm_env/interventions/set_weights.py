"""Set weights: one weight for all synapses of a target."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

import numpy as np

from spikeworm_env.engine.lesioned import check_possible
from spikeworm_env.engine.network import LIMIT
from spikeworm_env.interventions._fields import Number
from spikeworm_env.interventions._intervention import AtOnce, Effect
from spikeworm_env.interventions._target import Subject, Synapses, shown_target


@dataclass(frozen=True)
class SetWeights(AtOnce):
    """The weights of synapses are set once; learning goes on from there, and lesioned synapses stay so.

    Args:
        target: a connection ``"a -> b"``, a ``{"synapse_type": NAME}``, or neurons, for all their outgoing
            synapses and gap junctions.
        weight: the weight of each of them.
        at_s: see `AtOnce`.

    Raises:
        InputError: a value of another type or out of its range.
    """

    name: ClassVar[str] = "set_weights"
    changes_weights: ClassVar[bool] = True
    target: Synapses
    weight: Annotated[float, Number("weight", -LIMIT, LIMIT)]

    @property
    def what(self) -> str:
        return f"set the weights of {shown_target(self.target)} to {self.weight:g}"

    def bind(self, subject: Subject) -> Effect:
        synapses = subject.synapses(self.target)
        weights = np.full(synapses.size, self.weight)
        check_possible(subject.names.network, synapses, weights, weights)
        return Effect(lambda brain: brain.set_weights(np.setdiff1d(synapses, brain.lesioned), self.weight))


INTERVENTION = SetWeights
