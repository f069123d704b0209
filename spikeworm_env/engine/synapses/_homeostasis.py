"""Homeostasis that learning types share: the summed weight of a neuron's synapses is kept.

    every normalize_interval ticks:  w ← w · target_weight_sum / Σ|w|    within [w_min, w_max]

Σ runs over the synapses of one parameter set that leave one source, or reach one target. What one synapse
gains the others lose, so that learning chooses between ways instead of raising all of them.
Source: synaptic scaling, Turrigiano 2008; heterosynaptic competition, von der Malsburg 1973.
"""

from __future__ import annotations

import numpy as np

from spikeworm_env.engine.synapses._parameters import Parameter
from spikeworm_env.kernels.binding import inner

ENDS = ("source", "target")

HOMEOSTASIS = {
    "target_weight_sum": Parameter(
        0.0, "model current", 0.0, 1e9, "summed magnitude of weights kept for each neuron; 0: none"
    ),
    "normalize_over": Parameter(0, "choice", 0, 1, "whose summed weight is kept", choices=ENDS),
    "normalize_interval": Parameter(200, "ticks", 1, 1e9, "ticks between two corrections", integer=True),
}


@inner
def keeps(p, age):
    """Whether sums are corrected in the tick after which the brain is ``age`` ticks old."""
    return p.target_weight_sum > 0.0 and age % int(p.normalize_interval) == 0


@inner
def keep_sums(synapses, params, age, first):
    """Scale the weights of all sets that are due; ``first`` as in ``memory.Group``."""
    any_due = False
    for k in range(params.size):
        any_due |= keeps(params[k], age)
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
            if keeps(p, age) and syn.w != 0.0:  # a pruned synapse stays away
                syn.w = min(max(syn.w * (p.target_weight_sum / total), p.w_min), p.w_max)
