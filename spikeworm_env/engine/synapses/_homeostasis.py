"""Homeostasis of the types that learn: normalization of the summed weight of a neuron's synapses.

    every normalize_interval ticks:  w ← w · target_weight_sum / Σ|w|    within [w_min, w_max]

Σ runs over the synapses of one parameter set with the same source, or with the same target. What one synapse
gains the others lose, so learning selects among inputs instead of strengthening all.
Source: synaptic scaling, Turrigiano 2008; heterosynaptic competition, von der Malsburg 1973.
"""

from __future__ import annotations

import numpy as np

from spikeworm_env.engine.synapses._parameters import Parameter
from spikeworm_env.kernels.binding import inner

NORMALIZE_OVER = ("source", "target")

HOMEOSTASIS = {
    "target_weight_sum": Parameter(
        0.0, "model current", 0.0, 1e9, "target of a neuron's summed weight magnitudes; 0: no homeostasis"
    ),
    "normalize_over": Parameter(
        0, "choice", 0, 1, "the neuron whose weights are summed", choices=NORMALIZE_OVER
    ),
    "normalize_interval": Parameter(200, "ticks", 1, 1e9, "ticks between two normalizations", integer=True),
}


@inner
def normalization_due(p, age):
    """Whether weights are normalized in the tick that ends at ``age`` ticks."""
    return p.target_weight_sum > 0.0 and age % int(p.normalize_interval) == 0


@inner
def normalize_sums(synapses, params, age, first):
    """Normalize the weights of all parameter sets that are due; ``first`` as in ``arrays.SynapseArrays``."""
    any_due = False
    for k in range(params.size):
        any_due |= normalization_due(params[k], age)
    if not any_due:
        return
    sums = np.zeros((params.size, first.size - 1))
    for source in range(first.size - 1):
        for j in range(first[source], first[source + 1]):
            syn = synapses[j]
            end = syn.target if params[syn.row].normalize_over == 1 else source
            sums[syn.row, end] += abs(syn.w)
    for source in range(first.size - 1):
        for j in range(first[source], first[source + 1]):
            syn = synapses[j]
            p = params[syn.row]
            total = sums[syn.row, syn.target if p.normalize_over == 1 else source]
            if normalization_due(p, age) and syn.w != 0.0:  # a pruned synapse keeps weight 0
                syn.w = min(max(syn.w * (p.target_weight_sum / total), p.w_min), p.w_max)
