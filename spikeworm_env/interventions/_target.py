"""Targets: the neurons, synapses, synapse type or receptor that an intervention acts on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

import numpy as np
from numpy.typing import NDArray

from spikeworm_env.checks import nonempty_text, wholes
from spikeworm_env.engine.names import Names
from spikeworm_env.errors import InputError, shown
from spikeworm_env.interventions._senses import Senses

Ids = NDArray[np.int64]

Pattern = str | tuple[str, ...] | tuple[int, ...]  # a name, several names, or ids

LONGEST_LIST = 60  # characters of a list in a phrase


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
        names: of the brain's neurons and synapses.
        senses: what the agent senses; None for a brain without an agent.
    """

    names: Names
    senses: Senses | None = None

    def ids(self, target: Pattern) -> Ids:
        """(k,) neurons of a target.

        Raises:
            InputError: no neuron has such a name.
        """
        return self.names.ids(_plain(target))

    def synapses(self, target: Pattern | Part) -> Ids:
        """(k,) synapses of a target; of neurons, their outgoing synapses and all their gap junctions.

        Raises:
            InputError: there are none.
        """
        return self.names.synapses(target.to_dict() if isinstance(target, Part) else _plain(target))


def _plain(target: Pattern) -> Any:
    return target if isinstance(target, str) else list(target)


def shown_target(target: Pattern | Part) -> str:
    """A target in a phrase; of a long list, its length."""
    if not isinstance(target, tuple):
        return str(target)
    listed = ", ".join(map(str, target))
    return listed if len(listed) <= LONGEST_LIST else f"{len(target)} listed"


class Target:
    """A field that holds a target.

    Args:
        about: what it is.
        neurons: whether names of neurons and connections may stand there.
        parts: keys of objects that may: ``synapse_type``, ``receptor``.
    """

    def __init__(self, about: str, *parts: str, neurons: bool = True) -> None:
        self.about, self.parts, self.neurons = about, parts, neurons

    def check(self, name: str, value: object) -> Pattern | Part:
        if isinstance(value, Part) and value.of in self.parts:
            return value
        if isinstance(value, Mapping) and len(value) == 1 and next(iter(value)) in self.parts:
            ((of, part),) = value.items()
            return Part(of, nonempty_text(f"{name}.{of}", part, "a name"))
        listed = _listed(name, value) if self.neurons else ()
        if listed:
            return listed
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
        member = {"anyOf": [{"type": "string", "minLength": 1}, {"type": "integer", "minimum": 0}]}
        several = {"type": "array", "minItems": 1, "items": member, "description": "names, or ids"}
        every = [*([text, several] if self.neurons else []), *objects]
        return every[0] if len(every) == 1 else {"anyOf": every}


def _listed(name: str, value: object) -> tuple[str, ...] | tuple[int, ...]:
    """A list of names or of ids as a tuple; empty for anything else."""
    listed = value.tolist() if isinstance(value, np.ndarray) else value
    if not isinstance(listed, list | tuple) or not listed:
        return ()
    if all(isinstance(each, str) and each.strip() for each in listed):
        return tuple(listed)
    return wholes(name, listed, 0)


Neurons = Annotated[Pattern, Target("neurons: a component, a terminal, or a pattern of names")]
Synapses = Annotated[
    Pattern | Part,
    Target("synapses: 'component -> component', or neurons with all they send", "synapse_type"),
]
TypeOrReceptor = Annotated[Part, Target("", "synapse_type", "receptor", neurons=False)]
