"""Who was pruned in a brain that has lived, and brains that are pruned otherwise than by their rule."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from spikeworm_env.compiler.brain import CompiledBrain
from spikeworm_env.engine.network import Experience, Ints, Network, SynapseClass

PRUNED_TYPE = "developmental"
ALIVE = "alive"


def pruned_type(network: Network) -> Ints:
    """(k,) numbers of the synapses that a critical period can prune, ascending."""
    kinds = np.array([kind.type == PRUNED_TYPE for kind in network.classes], bool)
    return np.flatnonzero(kinds[network.synapse_class])


def pruned(network: Network) -> NDArray[np.bool_]:
    """(m,) which synapses have been pruned."""
    gone = np.zeros(network.n_synapses, bool)
    if network.experience is not None and PRUNED_TYPE in network.experience.persistent:
        gone[pruned_type(network)] = network.experience.persistent[PRUNED_TYPE][ALIVE] == 0
    return gone


def without_pruning(compiled: CompiledBrain) -> CompiledBrain:
    """The same brain, whose critical period prunes nothing."""
    classes = tuple(
        SynapseClass(kind.type, {**kind.parameters, "pruning_threshold": 0.0})
        if kind.type == PRUNED_TYPE
        else kind
        for kind in compiled.network.classes
    )
    return replace(compiled, network=replace(compiled.network, classes=classes))


def pruned_at_random(network: Network, counts: Ints, rng: np.random.Generator) -> Network:
    """The same network with more synapses pruned, drawn with equal chances among those of each target.

    Args:
        network: of a brain that has lived, see ``Brain.grown``.
        counts: (n,) how many are to be pruned in all at each target, those that are already included.
        rng: what draws.
    """
    lived = network.experience
    if lived is None:
        raise ValueError("network has not lived; expected that of Brain.grown()")
    gone = pruned(network)
    for target in np.flatnonzero(counts):
        here = pruned_type(network)[network.target[pruned_type(network)] == target]
        living = here[~gone[here]]
        missing = min(living.size, int(counts[target] - (here.size - living.size)))
        if missing > 0:
            gone[rng.choice(living, missing, replace=False)] = True
    own = {**lived.persistent[PRUNED_TYPE], ALIVE: (~gone[pruned_type(network)]).astype(np.int32)}
    experience = Experience(lived.age, lived.initial_weight, {**lived.persistent, PRUNED_TYPE: own})
    return replace(network, weight=np.where(gone, 0.0, network.weight), experience=experience)
