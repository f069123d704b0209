"""Proximity wiring: random synapses between neurons that are near each other."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from spikeworm_env.compiler.neighbours import Neighbours
from spikeworm_env.compiler.neurons import NeuronTable
from spikeworm_env.compiler.recipe_check import MAX_PAIRS
from spikeworm_env.compiler.recipe_schema import Proximity
from spikeworm_env.compiler.wiring import Pairs, SynapseTable
from spikeworm_env.engine.network import Floats, Ints
from spikeworm_env.errors import RecipeError
from spikeworm_env.kernels.elementary import exponentials


def wire_proximity(
    neurons: NeuronTable, proximity: Proximity, origin: str, synapses: SynapseTable, rng: np.random.Generator
) -> None:
    """Add the synapses of one proximity rule to ``synapses``.

    Raises:
        RecipeError: more than MAX_PAIRS pairs lie within the radius.
    """
    pairs = _neighbours(neurons, proximity, origin, rng)
    inhibitory = neurons.sign[pairs.source] < 0
    for spec, chosen in ((proximity.excitatory, ~inhibitory), (proximity.inhibitory, inhibitory)):
        if spec is not None:
            synapses.add(spec, Pairs(*(column[chosen] for column in pairs)), origin, rng)


def _neighbours(neurons: NeuronTable, proximity: Proximity, origin: str, rng: np.random.Generator) -> Pairs:
    sources = _of_components(neurons, proximity.sources)
    # a source that makes no synapse must not count for max_inputs
    provided = np.where(
        neurons.sign[sources] < 0,
        proximity.inhibitory is not None,
        proximity.excitatory is not None,
    )
    sources = sources[provided]
    targets = _of_components(neurons, proximity.targets)
    for reference in proximity.protected:
        targets = np.setdiff1d(targets, neurons.terminal(reference))
    try:
        near = Neighbours(neurons.position[sources], neurons.position[targets], proximity.radius, MAX_PAIRS)
    except ValueError as error:
        raise RecipeError("recipe", [f"{origin}.radius: {error}"]) from error
    kept = [
        _chosen(neurons, proximity, sources[source], targets[target], squared, rng)
        for source, target, squared in near.blocks()
    ]
    none = np.empty(0, np.int64)
    source = np.concatenate([none, *(pair[0] for pair in kept)])
    target = np.concatenate([none, *(pair[1] for pair in kept)])
    for column, most in ((0, proximity.max_inputs), (1, proximity.max_outputs)):
        if most is not None:
            few = _at_most(most, target if column == 0 else source, rng)
            source, target = source[few], target[few]
    return Pairs(source, target, np.zeros(source.size, np.int64))


def _chosen(
    neurons: NeuronTable,
    proximity: Proximity,
    source: Ints,
    target: Ints,
    squared: Floats,
    rng: np.random.Generator,
) -> tuple[Ints, Ints]:
    """The pairs that get a synapse, by chance, of pairs at these squared distances."""
    chance = -np.sqrt(squared) / proximity.length
    exponentials(chance)
    chance *= proximity.probability
    same_copy = (neurons.component[source] == neurons.component[target]) & (
        neurons.copy[source] == neurons.copy[target]
    )
    kept = (rng.random(source.size) < chance) & ~same_copy
    return source[kept], target[kept]


def _of_components(neurons: NeuronTable, names: Sequence[str] | None) -> Ints:
    """Ids of the neurons of the named components, ascending; None: of all components."""
    if names is None:
        return np.arange(neurons.component.size)
    chosen = frozenset(names)
    wanted = [k for k, record in enumerate(neurons.components) if record.name in chosen]
    return np.flatnonzero(np.isin(neurons.component, wanted))


def _at_most(most: int, neurons: Ints, rng: np.random.Generator) -> Ints:
    """Indices, ascending, of a random choice in which each neuron occurs at most ``most`` times."""
    order = np.lexsort((rng.random(neurons.size), neurons))
    ranked = neurons[order]
    starts = np.searchsorted(ranked, ranked)
    return np.sort(order[np.arange(ranked.size) - starts < most])
