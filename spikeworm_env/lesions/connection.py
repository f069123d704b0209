"""Lesion of a connection: all synapses from one component to another."""

from __future__ import annotations

import numpy as np

from spikeworm_env.compiler.compiled_brain import CompiledBrain
from spikeworm_env.errors import InputError, shown
from spikeworm_env.lesions._lesion import LesionKind
from spikeworm_env.lesions._synapses import ARROW, remove_synapses, synapses_between


def lesion_connection(compiled: CompiledBrain, source: str, target: str) -> CompiledBrain:
    """The brain without the synapses from one component to another, whatever made them.

    Gap junctions between the two are removed too. Gates that ``source`` opens in ``target`` stay.

    Args:
        source, target: ids of components in the recipe, not the same.

    Raises:
        UnknownNameError, InputError: no such components, or one component twice.
    """
    return remove_synapses(compiled, synapses_between(compiled, source, target))


def connections(compiled: CompiledBrain) -> tuple[tuple[str, str], ...]:
    """The pairs (source, target) of different components with a synapse from one to the other.

    Pairs are in the order of the recipe's components. A gap junction counts in the direction in which it was
    declared.
    """
    component, network = compiled.component, compiled.network
    pairs = np.unique(np.column_stack([component[network.source], component[network.target]]), axis=0)
    names = [record.name for record in compiled.components]
    return tuple((names[a], names[b]) for a, b in pairs.tolist() if a != b)


def connection_names(compiled: CompiledBrain) -> list[str]:
    """All connections as texts such as ``"touch -> turn"``."""
    return [ARROW.join(ends) for ends in connections(compiled)]


def connection_ends(name: str) -> tuple[str, str]:
    """The two components that a text such as ``"touch -> turn"`` names.

    Raises:
        InputError: it has another form.
    """
    ends = tuple(end.strip() for end in name.split("->")) if isinstance(name, str) else ()
    if len(ends) != 2 or not all(ends):
        raise InputError(f"connection is {shown(name)}; expected two components, such as 'touch -> turn'")
    return ends[0], ends[1]


LESION = LesionKind(
    name="connection",
    description="Removes the synapses from one component to another.",
    apply=lambda compiled, target: lesion_connection(compiled, *connection_ends(target)),
    takes={"target": "two components, such as 'touch -> turn'"},
    targets=connection_names,
    order=1,
)
