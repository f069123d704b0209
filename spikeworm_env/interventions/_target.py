"""Targets: the neurons, synapses, synapse type or receptor that an intervention acts on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from spikeworm_env.checks import nonempty_text
from spikeworm_env.engine.network import Network
from spikeworm_env.errors import InputError, UnknownNameError, shown
from spikeworm_env.interventions._senses import Senses

Ids = NDArray[np.int64]

ARROW = "->"


class NamesOf(Protocol):
    """Where a pattern of names is looked up, see `engine.names.Names`."""

    def ids(self, pattern: Any) -> Ids: ...
    def synapses(self, pattern: Any) -> Ids: ...


@dataclass(frozen=True)
class Part:
    """A target that is no group of neurons: a synapse type, or a receptor.

    Attributes:
        of: ``"synapse_type"`` or ``"receptor"``.
        name: its name.
    """

    of: str
    name: str

    def to_dict(self) -> dict[str, str]:
        """As JSON types."""
        return {self.of: self.name}

    def __str__(self) -> str:
        return f"{self.of.replace('_', ' ')} {self.name}"


@dataclass(frozen=True)
class Subject:
    """What an intervention is bound to.

    Attributes:
        names: of neurons and synapses.
        network: of the brain.
        senses: what the agent senses; None for a brain without an agent.
    """

    names: NamesOf
    network: Network
    senses: Senses | None = None

    def ids(self, target: str) -> Ids:
        """(k,) neurons of a pattern.

        Raises:
            InputError: no neuron has such a name.
        """
        return self.names.ids(target)

    def synapses(self, target: str | Part) -> Ids:
        """(k,) synapses of a connection or a type; of neurons, their outgoing synapses and gap junctions.

        Raises:
            InputError: there are none.
        """
        if isinstance(target, Part):
            return self.names.synapses(target.to_dict())
        if ARROW in target:
            return self.names.synapses(target)
        of = np.zeros(self.network.n_neurons, dtype=bool)
        of[self.ids(target)] = True
        found = np.flatnonzero(of[self.network.source] | (self.network.symmetric & of[self.network.target]))
        if not found.size:
            raise InputError(f"target is {shown(target)}; expected neurons with outgoing synapses")
        return found

    def check_synapse_type(self, name: str) -> None:
        """Refuse a type of which the network has no synapses.

        Raises:
            UnknownNameError: it has none.
        """
        present = {of_class.type for of_class in self.network.classes}
        if name not in present:
            raise UnknownNameError("synapse type of this brain", name, present)


class Target:
    """A field that holds a target.

    Args:
        about: what it is.
        neurons: whether names of neurons and connections may stand there.
        parts: keys of objects that may: ``synapse_type``, ``receptor``.
    """

    def __init__(self, about: str, *parts: str, neurons: bool = True) -> None:
        self.about, self.parts, self.neurons = about, parts, neurons

    def check(self, name: str, value: object) -> str | Part:
        if isinstance(value, Part) and value.of in self.parts:
            return value
        if isinstance(value, Mapping) and len(value) == 1 and next(iter(value)) in self.parts:
            ((of, part),) = value.items()
            return Part(of, nonempty_text(f"{name}.{of}", part, "a name"))
        if not self.neurons or not isinstance(value, str) or not value.strip():
            objects = [f"{{'{part}': NAME}}" for part in self.parts]
            expected = " or ".join([*([self.about] if self.neurons else []), *objects])
            raise InputError(f"{name} is {shown(value)}; expected {expected}")
        return value

    def schema(self) -> dict[str, Any]:
        text = {"type": "string", "minLength": 1, "description": self.about}
        objects = [
            {
                "type": "object",
                "properties": {part: {"type": "string", "minLength": 1}},
                "required": [part],
                "additionalProperties": False,
            }
            for part in self.parts
        ]
        every = [*([text] if self.neurons else []), *objects]
        return every[0] if len(every) == 1 else {"anyOf": every}


Neurons = Annotated[str, Target("neurons: a component, a terminal, or a pattern of names")]
Synapses = Annotated[
    str | Part, Target("synapses: 'component -> component', or neurons with all they send", "synapse_type")
]
TypeOrReceptor = Annotated[Part, Target("", "synapse_type", "receptor", neurons=False)]
