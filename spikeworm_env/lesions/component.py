"""Lesion of components: they lose their outgoing synapses to other components.

Synapses behind a gate that only lesioned components open are removed too, because the gate stays shut.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from spikeworm_env.checks import list_of
from spikeworm_env.compiler.compiled_brain import CompiledBrain
from spikeworm_env.lesions._lesion import LesionKind
from spikeworm_env.lesions._synapses import Mask, component_indices, remove_synapses


def lesion_component(compiled: CompiledBrain, target: str | Iterable[str]) -> CompiledBrain:
    """The brain in which the named components have no outgoing synapses.

    Synapses between two named components are removed too; synapses within one component stay. Gap junctions
    with other components are removed, and so are the synapses in other components behind gates that only the
    named components open. Connections to muscles stay.

    Args:
        target: ids of components in the recipe, or one id.

    Raises:
        UnknownNameError: the recipe has no such component.
    """
    lesioned = component_indices(compiled, list_of("component", target, str, "a name or a list of names"))
    network, component = compiled.network, compiled.component
    source_part, target_part = component[network.source], component[network.target]
    between = source_part != target_part
    both_ways = compiled.network.symmetric & np.isin(target_part, lesioned)
    outgoing = between & (np.isin(source_part, lesioned) | both_ways)
    return remove_synapses(compiled, outgoing | _behind_shut_gates(compiled, lesioned))


def component_names(compiled: CompiledBrain) -> list[str]:
    """The ids of all components, in the order of the recipe."""
    return [record.name for record in compiled.components]


def _behind_shut_gates(compiled: CompiledBrain, lesioned: list[int]) -> Mask:
    """(m,) the synapses into other components whose gate only neurons of lesioned components open."""
    network, component = compiled.network, compiled.component
    shut = np.zeros(network.n_synapses, bool)
    for index, neurons in network.gates:
        openers = component[neurons]
        if np.isin(openers, lesioned).all():
            behind = network.synapse_class == index
            shut |= behind & ~np.isin(component[network.target], openers)
    return shut


LESION = LesionKind(
    name="component",
    description="Removes the outgoing synapses of a component.",
    apply=lesion_component,
    takes={"target": "id of a component in the recipe"},
    targets=component_names,
    order=2,
)
