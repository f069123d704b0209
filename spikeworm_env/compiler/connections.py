"""Connections between components: how many synapses of which type and sign lead from one to another."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from spikeworm_env.compiler.compiled_brain import CompiledBrain
from spikeworm_env.engine.network import Network
from spikeworm_env.engine.synapses import SYNAPSE_TYPES


class Sign(StrEnum):
    """What a synapse does to its target."""

    EXCITATORY = "excitatory"
    INHIBITORY = "inhibitory"
    ELECTRICAL = "electrical"


@dataclass(frozen=True)
class Connection:
    """All synapses of one type and one sign between two components, or within one.

    Attributes:
        source, target: names of the components; of an electrical connection the two ends, as in the recipe.
        synapse_type: name of the type.
        sign: what the synapses do to their targets.
        learns: whether rules change the weights.
        synapses: how many.
        mean_weight: mean of the weights; of an electrical connection the mean conductance.
        mean_delay_ms: mean delay; 0 for continuous types.
    """

    source: str
    target: str
    synapse_type: str
    sign: Sign
    learns: bool
    synapses: int
    mean_weight: float
    mean_delay_ms: float


def connections(compiled: CompiledBrain) -> tuple[Connection, ...]:
    """The connections of a brain, by source, target, type and sign."""
    return tuple(_connections(compiled))


def _connections(compiled: CompiledBrain) -> Iterator[Connection]:
    network, names = compiled.network, [part.name for part in compiled.components]
    source, target = compiled.component[network.source], compiled.component[network.target]
    swapped = network.symmetric & (source > target)
    source, target = np.where(swapped, target, source), np.where(swapped, source, target)
    types = sorted({each.type for each in network.classes})
    type_index = np.array([types.index(each.type) for each in network.classes], int)[network.synapse_class]
    learns = np.array([SYNAPSE_TYPES[each.type].learns(each.parameters) for each in network.classes], bool)
    signs = list(Sign)
    columns = (source, target, type_index, _signs(network, signs), learns[network.synapse_class])
    sizes = (len(names), len(names), max(len(types), 1), len(signs), 2)
    keys, members, count = np.unique(
        np.ravel_multi_index(columns, sizes), return_inverse=True, return_counts=True
    )
    weight = np.bincount(members, network.weight, keys.size) / count
    delay = np.bincount(members, network.delay, keys.size) / count
    found = np.stack(np.unravel_index(keys, sizes), axis=1)
    for k, (a, b, kind, sign, plastic) in enumerate(found.tolist()):
        yield Connection(
            source=names[a],
            target=names[b],
            synapse_type=types[kind],
            sign=signs[sign],
            learns=bool(plastic),
            synapses=int(count[k]),
            mean_weight=float(weight[k]),
            mean_delay_ms=float(delay[k]),
        )


def _signs(network: Network, signs: list[Sign]) -> NDArray[np.int64]:
    """(m,) index of the sign of each synapse; the bounds decide where a weight is 0, as after pruning."""
    greatest = [SYNAPSE_TYPES[each.type].weight_bounds(each.parameters)[1] for each in network.classes]
    below = np.array(greatest, float)[network.synapse_class] <= 0.0
    negative = (network.weight < 0) | ((network.weight == 0) & below)
    chemical = np.where(negative, signs.index(Sign.INHIBITORY), signs.index(Sign.EXCITATORY))
    return np.where(network.symmetric, signs.index(Sign.ELECTRICAL), chemical)
