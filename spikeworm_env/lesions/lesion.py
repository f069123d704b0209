"""Brains with something cut: what is lost shows what it was for.

A cut takes out synapses. Neurons, senses, joints and muscles stay as they are, and what is left has the
weights that it had. A gate without anyone to open it lets nothing through, so where a cut falls between a
gate and those who open it, the synapses behind the gate go too.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from spikeworm_env.compiler.brain import PROJECTION_ORIGIN, CompiledBrain
from spikeworm_env.engine.network import Experience, Network
from spikeworm_env.errors import InputError, UnknownNameError

Mask = NDArray[np.bool_]


def without_projection(compiled: CompiledBrain, index: int) -> CompiledBrain:
    """The brain without the synapses of one projection of its recipe.

    Args:
        index: place of the projection in the recipe, from 0.

    Raises:
        InputError: the recipe has no such projection.
    """
    kind = f"{PROJECTION_ORIGIN}{index}] "
    if not any(name.startswith(kind) for name in compiled.origins):
        count = len(projections(compiled))
        raise InputError(f"projection is {index}; {compiled.meta.recipe_name} has {count}, counted from 0")
    return _without(compiled, compiled.made_by(kind))


def without_connection(compiled: CompiledBrain, source: str, target: str) -> CompiledBrain:
    """The brain without the synapses from one component to another, whatever made them.

    Gap junctions between the two go too. Gates that ``source`` opens in ``target`` stay.

    Args:
        source, target: ids of components in the recipe, not the same.

    Raises:
        UnknownNameError, InputError: no such components, or one component twice.
    """
    return _without(compiled, between(compiled, source, target))


def without_component(compiled: CompiledBrain, names: str | Iterable[str]) -> CompiledBrain:
    """The brain in which the named components tell no other neuron anything.

    Synapses among the named components are cut too, unless they stay within one. Gap junctions with other
    components are cut, and gates that the components open elsewhere stay shut. Muscles are left alone.

    Args:
        names: ids of components in the recipe, or one id.

    Raises:
        UnknownNameError: the recipe has no such component.
    """
    cut = _numbers(compiled, [names] if isinstance(names, str) else names)
    network, part = compiled.network, compiled.component
    from_part, to_part = part[network.source], part[network.target]
    between = from_part != to_part
    silent = between & (np.isin(from_part, cut) | (compiled.electrical & np.isin(to_part, cut)))
    return _without(compiled, silent | _shut(compiled, cut))


def without_block_output(compiled: CompiledBrain, block: str) -> CompiledBrain:
    """The brain in which the components made of one block tell no other component anything.

    Args:
        block: name of a block that the recipe uses; see `without_component`.

    Raises:
        UnknownNameError: the recipe uses no such block.
    """
    names = [record.name for record in compiled.components if record.block == block]
    if not names:
        raise UnknownNameError("block of the brain", block, {record.block for record in compiled.components})
    return without_component(compiled, names)


def projections(compiled: CompiledBrain) -> tuple[str, ...]:
    """The origins that are projections, in the order of the recipe."""
    return tuple(name for name in compiled.origins if name.startswith(PROJECTION_ORIGIN))


def connections(compiled: CompiledBrain) -> tuple[tuple[str, str], ...]:
    """The pairs (source, target) of different components with a synapse from one to the other.

    Pairs are in the order of the recipe's components. A gap junction counts in the direction in which it was
    declared.
    """
    part, network = compiled.component, compiled.network
    pairs = np.unique(np.column_stack([part[network.source], part[network.target]]), axis=0).tolist()
    names = [record.name for record in compiled.components]
    return tuple((names[a], names[b]) for a, b in pairs if a != b)


def between(compiled: CompiledBrain, source: str, target: str) -> Mask:
    """(m,) the synapses from one component to another, gap junctions in either direction.

    Args:
        source, target: ids of components in the recipe, not the same.

    Raises:
        UnknownNameError, InputError: no such components, or one component twice.
    """
    if source == target:
        raise InputError(f"a connection leads from one component to another, not from {source!r} to itself")
    part, network = compiled.component, compiled.network
    first, second = _numbers(compiled, [source]), _numbers(compiled, [target])
    leaving = (part[network.source] == first) & (part[network.target] == second)
    returning = (part[network.source] == second) & (part[network.target] == first)
    return leaving | (returning & compiled.electrical)


def _numbers(compiled: CompiledBrain, names: Iterable[str]) -> list[int]:
    known = [record.name for record in compiled.components]
    wanted = list(names)
    for name in wanted:
        if name not in known:
            raise UnknownNameError("component of the brain", name, known)
    return [known.index(name) for name in wanted]


def _shut(compiled: CompiledBrain, cut: list[int]) -> Mask:
    """(m,) the synapses into other components whose gate only neurons of the cut components open."""
    network, part = compiled.network, compiled.component
    shut = np.zeros(network.n_synapses, bool)
    for index, neurons in network.gates:
        openers = part[neurons]
        if np.isin(openers, cut).all():
            behind = network.synapse_class == index
            shut |= behind & ~np.isin(part[network.target], openers)
    return shut


def _without(compiled: CompiledBrain, gone: Mask) -> CompiledBrain:
    """The brain without these (m,) synapses; classes and groups of modulators stay, so that indices hold."""
    network, kept = compiled.network, ~gone
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
    """What these (m,) synapses have lived through."""
    lived = network.experience
    if lived is None:
        return None
    type_of = np.array([kind.type for kind in network.classes], np.str_)[network.synapse_class]
    persistent = {
        name: {state: values[kept[type_of == name]] for state, values in states.items()}
        for name, states in lived.persistent.items()
    }
    return Experience(lived.age, lived.initial_weight[kept], persistent)
