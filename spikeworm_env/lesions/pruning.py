"""Pruning by critical periods: which synapses are pruned, and two controls of it.

Controls: a brain whose critical period prunes nothing, and a brain in which the same number of synapses is
pruned at random.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from spikeworm_env.compiler.compiled_brain import CompiledBrain
from spikeworm_env.compiler.edits import recorded
from spikeworm_env.engine.network import Experience, Ints, Network, SynapseClass, pruned
from spikeworm_env.engine.synapses.developmental import fisher_information
from spikeworm_env.errors import InputError
from spikeworm_env.lesions._lesion import LesionKind

PRUNABLE_TYPE = "developmental"
ALIVE = "alive"


def prunable(network: Network) -> Ints:
    """(k,) indices of the synapses that a critical period can prune, ascending."""
    return np.flatnonzero(network.synapse_type == PRUNABLE_TYPE)


def coincidence_information(network: Network) -> NDArray[np.float64]:
    """(m,) Fisher information p (1 − p) of each synapse's coincidence rate p, see `developmental`.

    NaN for synapses that cannot be pruned, and where the source never spiked in the critical period.
    """
    found = np.full(network.n_synapses, np.nan)
    if network.experience is not None and PRUNABLE_TYPE in network.experience.persistent:
        states = network.experience.persistent[PRUNABLE_TYPE]
        found[prunable(network)] = fisher_information(states["coincidences"], states["source_spikes"])
    return found


def disable_pruning(compiled: CompiledBrain) -> CompiledBrain:
    """The brain with a pruning threshold of 0, so that its critical periods prune nothing."""
    classes = tuple(
        SynapseClass(each.type, {**each.parameters, "pruning_threshold": 0.0})
        if each.type == PRUNABLE_TYPE
        else each
        for each in compiled.network.classes
    )
    without = replace(compiled, network=replace(compiled.network, classes=classes))
    return recorded(compiled, without, "pruning disabled")


def prune_at_random(network: Network, counts: Ints, rng: np.random.Generator) -> Network:
    """The network with further synapses pruned, drawn with equal chances among those of each target.

    Args:
        network: of a trained brain, see ``Brain.trained_network``.
        counts: (n,) number of pruned synapses at each target afterwards, including those already pruned.
        rng: draws the synapses.

    Raises:
        InputError: the network was never trained, or has no synapse that can be pruned.
    """
    experience = network.experience
    if experience is None or PRUNABLE_TYPE not in experience.persistent:
        raise InputError(f"network has no trained synapses of type {PRUNABLE_TYPE!r}; expected some to prune")
    gone = pruned(network)
    candidates = prunable(network)
    for target in np.flatnonzero(counts):
        here = candidates[network.target[candidates] == target]
        alive = here[~gone[here]]
        missing = min(alive.size, int(counts[target] - (here.size - alive.size)))
        if missing > 0:
            gone[rng.choice(alive, missing, replace=False)] = True
    states = {**experience.persistent[PRUNABLE_TYPE], ALIVE: (~gone[candidates]).astype(np.int32)}
    pruned_experience = Experience(
        experience.age, experience.initial_weight, {**experience.persistent, PRUNABLE_TYPE: states}
    )
    return replace(network, weight=np.where(gone, 0.0, network.weight), experience=pruned_experience)


LESION = (
    LesionKind(
        name="disable_pruning",
        description="Sets the pruning threshold of critical periods to 0.",
        apply=disable_pruning,
        takes={},
    ),
    LesionKind(
        name="prune_at_random",
        description="Prunes a given number of a trained brain's synapses at each target, drawn at random.",
        apply=lambda compiled, counts, rng: replace(
            compiled, network=prune_at_random(compiled.network, counts, rng)
        ),
        takes={"counts": "(n,) number of pruned synapses at each neuron", "rng": "draws the synapses"},
        example=lambda compiled: {"counts": np.ones(compiled.network.n_neurons, np.int64)},
    ),
)
