"""Random wiring between neighbours in space, found by k-d tree."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from spikeworm_env.compiler.layout import Layout
from spikeworm_env.compiler.recipe_check import MAX_PAIRS
from spikeworm_env.compiler.recipe_schema import Proximity
from spikeworm_env.compiler.wiring import Pairs, SynapseTable
from spikeworm_env.engine.network import Ints
from spikeworm_env.errors import RecipeError
from spikeworm_env.kernels.elementary import exponentials

INHIBITORY = ("FS", "LTS")  # interneurons that release GABA; all other types are excitatory


def wire_proximity(
    layout: Layout, proximity: Proximity, origin: str, table: SynapseTable, rng: np.random.Generator
) -> None:
    """Add the synapses of one proximity rule to ``table``.

    Raises:
        RecipeError: so many neighbours lie within the radius that no machine should hold them.
    """
    pairs = _neighbours(layout, proximity, origin, rng)
    inhibitory = np.isin(layout.type[pairs.source], INHIBITORY)
    for spec, chosen in ((proximity.excitatory, ~inhibitory), (proximity.inhibitory, inhibitory)):
        if spec is not None:
            table.add(spec, Pairs(*(column[chosen] for column in pairs)), origin, rng)


def _neighbours(layout: Layout, proximity: Proximity, origin: str, rng: np.random.Generator) -> Pairs:
    from scipy.spatial import cKDTree  # half the import time of the compiler, and few recipes need it

    sources = _of_components(layout, proximity.sources)
    # a source that will make no synapse must not use up max_inputs
    provided = np.where(
        np.isin(layout.type[sources], INHIBITORY),
        proximity.inhibitory is not None,
        proximity.excitatory is not None,
    )
    sources = sources[provided]
    targets = _of_components(layout, proximity.targets)
    for reference in proximity.protected:
        targets = np.setdiff1d(targets, layout.terminal(reference))
    source_tree, target_tree = cKDTree(layout.position[sources]), cKDTree(layout.position[targets])
    if source_tree.count_neighbors(target_tree, proximity.radius) > MAX_PAIRS:
        raise RecipeError("recipe", [f"{origin}.radius: more than {MAX_PAIRS} pairs lie within it"])
    near = source_tree.sparse_distance_matrix(target_tree, proximity.radius, output_type="ndarray")
    near = near[np.argsort(near["i"] * targets.size + near["j"])]  # the tree's own order is nobody's promise
    source, target = sources[near["i"]], targets[near["j"]]
    distance = np.sqrt(((layout.position[source] - layout.position[target]) ** 2).sum(axis=1))
    chance = -distance / proximity.length
    exponentials(chance)
    chance *= proximity.probability
    same_copy = (layout.component[source] == layout.component[target]) & (
        layout.copy[source] == layout.copy[target]
    )
    kept = (rng.random(source.size) < chance) & ~same_copy
    source, target = source[kept], target[kept]
    for column, most in ((0, proximity.max_inputs), (1, proximity.max_outputs)):
        if most is not None:
            few = _at_most(most, target if column == 0 else source, rng)
            source, target = source[few], target[few]
    return Pairs(source, target, np.zeros(source.size, np.int64))


def _of_components(layout: Layout, names: Sequence[str] | None) -> Ints:
    """Ids of all neurons of the named components, ascending; of all components if there are no names."""
    if names is None:
        return np.arange(layout.component.size)
    wanted = [k for k, record in enumerate(layout.components) if record.name in names]
    return np.flatnonzero(np.isin(layout.component, wanted))


def _at_most(most: int, neurons: Ints, rng: np.random.Generator) -> Ints:
    """Indices, ascending, that keep each neuron at most ``most`` times, chosen at random."""
    order = np.lexsort((rng.random(neurons.size), neurons))
    ranked = neurons[order]
    starts = np.searchsorted(ranked, ranked)
    return np.sort(order[np.arange(ranked.size) - starts < most])
