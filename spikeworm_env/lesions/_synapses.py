"""Which synapses lead from where to where, and brains without some of them.

Removing synapses leaves neurons, senses, joints and muscles as they are, and the remaining synapses keep
their weights.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from spikeworm_env.compiler.compiled_brain import CompiledBrain
from spikeworm_env.engine.network import Experience, Network
from spikeworm_env.errors import InputError, UnknownNameError, shown

Mask = NDArray[np.bool_]

ARROW = " -> "


def component_indices(compiled: CompiledBrain, names: Iterable[str]) -> list[int]:
    """The indices of components.

    Raises:
        UnknownNameError: the recipe has no such component.
    """
    known = [record.name for record in compiled.components]
    wanted = list(names)
    for name in wanted:
        if name not in known:
            raise UnknownNameError("component of the brain", name, known)
    return [known.index(name) for name in wanted]


def synapses_between(compiled: CompiledBrain, source: str, target: str) -> Mask:
    """(m,) the synapses from one component to another, and gap junctions in both directions.

    Args:
        source, target: ids of components in the recipe, not the same.

    Raises:
        UnknownNameError, InputError: no such components, or one component twice.
    """
    if source == target:
        raise InputError(f"connection is from {shown(source)} to itself; expected two components")
    component, network = compiled.component, compiled.network
    first, second = component_indices(compiled, [source]), component_indices(compiled, [target])
    forward = (component[network.source] == first) & (component[network.target] == second)
    backward = (component[network.source] == second) & (component[network.target] == first)
    return forward | (backward & compiled.network.symmetric)


def remove_synapses(compiled: CompiledBrain, removed: Mask) -> CompiledBrain:
    """The brain without these (m,) synapses.

    Classes and modulator groups stay, so that their indices hold.
    """
    network, kept = compiled.network, ~removed
    left = replace(
        network,
        experience=_experience_of(network, kept),
        source=network.source[kept],
        target=network.target[kept],
        weight=network.weight[kept],
        delay=network.delay[kept],
        synapse_class=network.synapse_class[kept],
    )
    return replace(compiled, network=left, origin=compiled.origin[kept])


def _experience_of(network: Network, kept: Mask) -> Experience | None:
    """The training history of these (m,) synapses."""
    experience = network.experience
    if experience is None:
        return None
    synapse_type = network.synapse_type
    persistent = {
        name: {state: values[kept[synapse_type == name]] for state, values in states.items()}
        for name, states in experience.persistent.items()
    }
    return Experience(experience.age, experience.initial_weight[kept], persistent)
