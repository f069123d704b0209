"""Pruning by critical periods: which synapses are pruned, and two controls of it.

Controls: a brain whose critical period prunes nothing, and a brain in which the same number of synapses is
pruned at random.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from spikeworm_env.compiler.compiled_brain import CompiledBrain
from spikeworm_env.compiler.edits import recorded
from spikeworm_env.engine.network import Ints, Network, SynapseClass, pruned
from spikeworm_env.engine.synapses import SYNAPSE_TYPES, Pruning
from spikeworm_env.errors import InputError
from spikeworm_env.lesions._lesion import LesionKind


def prunable(network: Network) -> Ints:
    """(k,) indices of the synapses that a critical period can prune, ascending."""
    return np.flatnonzero(network.by_synapse(lambda each: SYNAPSE_TYPES[each.type].prunes is not None, bool))


def coincidence_rate(network: Network) -> NDArray[np.float64]:
    """(m,) the rate that decides whether each synapse is pruned, from its counts, see `Pruning`.

    NaN for synapses that cannot be pruned, and where nothing was counted.
    """
    found = np.full(network.n_synapses, np.nan)
    for _, own, prunes, states in _counted(network):
        successes, trials = (states[name] for name in prunes.counts)
        found[own] = successes / np.where(trials > 0, trials, np.nan)
    return found


def coincidence_information(network: Network) -> NDArray[np.float64]:
    """(m,) information of each synapse's rate, for ``developmental`` p (1 − p) of its coincidence rate p.

    NaN for synapses that cannot be pruned, and where the source never spiked in the critical period.
    """
    found = np.full(network.n_synapses, np.nan)
    for _, own, prunes, states in _counted(network):
        found[own] = prunes.information(*(states[name] for name in prunes.counts))
    return found


def _counted(network: Network) -> Iterator[tuple[str, Ints, Pruning, Mapping[str, NDArray]]]:
    """(name, synapses, how they are pruned, their persistent states) of each type that prunes."""
    experience = network.experience
    for name, states in experience.persistent.items() if experience is not None else ():
        prunes = SYNAPSE_TYPES[name].prunes
        if prunes is not None:
            yield name, np.flatnonzero(network.synapse_type == name), prunes, states


def disable_pruning(compiled: CompiledBrain) -> CompiledBrain:
    """The brain with a pruning threshold of 0, so that its critical periods prune nothing."""

    def without_threshold(each: SynapseClass) -> SynapseClass:
        prunes = SYNAPSE_TYPES[each.type].prunes
        none = {} if prunes is None else {prunes.threshold: 0.0}
        return replace(each, parameters={**each.parameters, **none})

    classes = tuple(map(without_threshold, compiled.network.classes))
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
    experience, counted = network.experience, list(_counted(network))
    if experience is None or not counted:
        raise InputError("network has no trained synapses that a critical period prunes; expected some")
    gone = pruned(network)
    candidates = prunable(network)
    for target in np.flatnonzero(counts):
        here = candidates[network.target[candidates] == target]
        alive = here[~gone[here]]
        missing = min(alive.size, int(counts[target] - (here.size - alive.size)))
        if missing > 0:
            gone[rng.choice(alive, missing, replace=False)] = True
    persistent = dict(experience.persistent)
    for name, own, prunes, states in counted:
        persistent[name] = {**states, prunes.mark: (~gone[own]).astype(np.int32)}
    pruned_experience = replace(experience, persistent=persistent)
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
