"""Weights that are set from outside: the range of each, and lesions, which no learning undoes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from spikeworm_env.engine.network import LIMIT, Network, SynapseClass, pruned, weight_bounds
from spikeworm_env.engine.network_arrays import NetworkArrays
from spikeworm_env.engine.network_checks import validate
from spikeworm_env.engine.synapses import SYNAPSE_TYPES
from spikeworm_env.errors import InputError

Ids = NDArray[np.int64]
Floats = NDArray[np.float64]


def lesioned_network(network: Network, synapses: Ids) -> Network:
    """The network in which these synapses have weight 0 and rules that cannot change it.

    Where weights have bounds, the synapses get a copy of their class without learning, pruning and
    homeostasis, whose bounds are 0.

    Raises:
        RecipeError: with these classes it is not valid: they are too many.
    """
    if synapses.size == 0:
        return network
    classes = [SynapseClass(each.type, dict(each.parameters)) for each in network.classes]
    synapse_class, weight = network.synapse_class.copy(), network.weight.astype(np.float64)
    weight[synapses] = 0.0
    for k in np.unique(network.synapse_class[synapses]).tolist():
        synapse_type = SYNAPSE_TYPES[classes[k].type]
        if synapse_type.bounds is None:
            continue
        prunes = synapse_type.prunes
        roles = (synapse_type.learning_rate, synapse_type.normalizes, prunes and prunes.threshold)
        off = dict.fromkeys((*synapse_type.bounds, *(name for name in roles if name)), 0.0)
        silent = SynapseClass(synapse_type.name, {**classes[k].parameters, **off})
        if silent not in classes:
            classes.append(silent)
        synapse_class[synapses[network.synapse_class[synapses] == k]] = classes.index(silent)
    found = replace(network, weight=weight, synapse_class=synapse_class, classes=tuple(classes))
    validate(found)
    return found


def weight_range(network: Network) -> tuple[Floats, Floats]:
    """(m,) least and greatest weight that each synapse can have while it is neither lesioned nor pruned."""
    low, high = (each[network.synapse_class] for each in weight_bounds(network))
    low, high = np.maximum(low, -LIMIT), np.minimum(high, LIMIT)
    low[network.symmetric] = 0.0
    return low, high


def check_weights(
    network: Network, arrays: NetworkArrays, lesioned: Ids, synapses: Ids, weights: Floats
) -> None:
    """Raise InputError unless these synapses of the network can have these weights."""
    low, high = weight_range(network)
    gone = np.zeros(network.n_synapses, bool)
    gone[lesioned] = True
    for name, of_type in arrays.event_driven.items():
        prunes = arrays.types[name].prunes
        if prunes is not None:
            order = arrays.synapse_order[name]
            gone[order] |= of_type.syn[prunes.mark] == 0
    low[gone] = high[gone] = 0.0
    outside = ~((weights >= low[synapses]) & (weights <= high[synapses]))
    if outside.any():
        k = int(np.argmax(outside))
        why = ", as it is lesioned or pruned" if gone[synapses[k]] else ""
        raise _outside(network, synapses[k], weights[k], why)


def check_possible(network: Network, synapses: Ids, low: Floats, high: Floats) -> None:
    """Raise InputError unless each of these synapses can have some weight from ``low`` to ``high``.

    Those that are pruned already are left out.
    """
    least, greatest = weight_range(network)
    outside = (high < least[synapses]) | (low > greatest[synapses])
    outside &= ~pruned(network)[synapses]
    if outside.any():
        k = int(np.argmax(outside))
        raise _outside(network, synapses[k], high[k] if high[k] < least[synapses[k]] else low[k])


def _outside(network: Network, synapse: int, weight: float, why: str = "") -> InputError:
    low, high = (each[synapse] for each in weight_range(network))
    if why:
        low = high = 0.0
    kind = network.classes[network.synapse_class[synapse]].type
    return InputError(
        f"weights: synapse {synapse} ({kind}) would get {weight:g}; "
        f"expected a number from {low:g} to {high:g}{why}"
    )
