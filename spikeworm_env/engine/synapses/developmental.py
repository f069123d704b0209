"""developmental: a plastic synapse that is pruned during a critical period if its coincidence rate is low.

As ``plastic``, and in addition:

    source fires:  F ← F + 1
    target fires:  C ← C + (source spikes of the last coincidence_window ticks, this one included,
                            that no earlier target spike has counted);   T ← T + 1
    p = C / F      coincidence rate: the share of source spikes that a target spike soon followed

At the end of every eval_interval-th tick, up to and including tick critical_period, a synapse with
F ≥ min_source_spikes is pruned (weight 0, permanently silent) if

    p < pruning_threshold · R

R is 1 (prune_reference 0, absolute), the largest p among the unpruned developmental synapses of the same
target that have enough source spikes (1, target_max), or the rate expected of unrelated source and target
(2, chance): 1 − (1 − T/t)^(coincidence_window + 1) after t ticks. Synapses that remain after the critical
period are plastic synapses. With ``target_weight_sum`` above 0, weights are normalized after pruning
(``_homeostasis``).

``fisher_information`` reports p (1 − p). That is the variance of one Bernoulli trial "did a target spike
follow this source spike?", and the inverse of the Fisher information that one such trial carries about p:
1 / (p (1 − p)); in the natural parameter log(p / (1 − p)) it *is* the Fisher information. It is a proxy for
the information in the next pairing: zero where the target never, or always, follows.
Source: activity-dependent pruning after Katz & Shatz 1996; p(1 − p) after the engine that inspired this one.

| symbol | meaning | unit |
|---|---|---|
| w, x, y | as in ``plastic`` | |
| F (source_spikes), T (target_spikes) | spikes since the initial weights | spikes |
| C (coincidences) | source spikes that a target spike followed | spikes |
| recent | bit k: an uncounted source spike k ticks ago | bits |
"""

import numpy as np

from spikeworm_env.engine.synapses._declaration import Pruning
from spikeworm_env.engine.synapses._homeostasis import HOMEOSTASIS, normalize_sums
from spikeworm_env.engine.synapses._parameters import LTD, STDP, Parameter
from spikeworm_env.engine.synapses._stdp import PAIR_DECAY_TABLES, PAIR_STATE, decay_pair, depress, potentiate
from spikeworm_env.kernels.binding import inner
from spikeworm_env.kernels.elementary import pow


def fisher_information(coincidences, source_spikes):
    """p (1 − p) per synapse; (m,) arrays in, (m,) out, in [0, 0.25]; NaN where the source never fired."""
    fired = np.where(np.asarray(source_spikes) > 0, source_spikes, np.nan)
    p = np.asarray(coincidences) / fired
    return p * (1.0 - p)


PRUNE_REFERENCES = ("absolute", "target_max", "chance")

PARAMETERS = {
    **STDP,
    **LTD,
    **HOMEOSTASIS,
    "critical_period": Parameter(
        10_000, "ticks", 0, 1e12, "the last tick at which synapses are pruned", integer=True
    ),
    "eval_interval": Parameter(2_000, "ticks", 1, 1e9, "ticks between two prunings", integer=True),
    "pruning_threshold": Parameter(
        0.02, "1", 0.0, 1e3, "fraction of the reference below which a synapse is pruned"
    ),
    "min_source_spikes": Parameter(
        20, "spikes", 1, 1e9, "source spikes before which a synapse is not pruned", integer=True
    ),
    "coincidence_window": Parameter(
        20, "ticks", 0, 30, "longest time from source to target spike of a coincidence", integer=True
    ),
    "prune_reference": Parameter(
        0, "choice", 0, 2, "reference of the coincidence rate p", choices=PRUNE_REFERENCES
    ),
}
STATE = {
    **PAIR_STATE,
    "recent": 0,
    "source_spikes": 0,
    "target_spikes": 0,
    "coincidences": 0,
    "alive": 1,
}
PERSISTENT = ("source_spikes", "target_spikes", "coincidences", "alive")
DECAY_TABLES = PAIR_DECAY_TABLES
LEARNING_RATE = "learning_rate"
BOUNDS = ("w_min", "w_max")
NORMALIZES = "target_weight_sum"
PRUNES = Pruning("alive", "pruning_threshold", ("coincidences", "source_spikes"), fisher_information)
HISTORY_BITS = 31


def decay(syn, p, ticks):
    decay_pair(syn, p, ticks)
    if ticks >= HISTORY_BITS:
        syn.recent = 0
    else:
        window = (1 << (int(p.coincidence_window) + 1)) - 1
        syn.recent = (int(syn.recent) << int(ticks)) & window


def on_pre(syn, p, context):
    if syn.alive == 0:
        return 0.0
    depress(syn, p, context.plasticity)
    syn.pre_trace += 1.0
    syn.source_spikes += 1
    syn.recent |= 1
    return syn.w


def on_post(syn, p, context):
    if syn.alive == 0:
        return
    potentiate(syn, p, context.plasticity)
    syn.post_trace += 1.0
    syn.target_spikes += 1
    syn.coincidences += ones(int(syn.recent))
    syn.recent = 0


@inner
def ones(bits):
    """Number of set bits among the lowest 32: summed in pairs, fours and eights, without a branch."""
    bits -= (bits >> 1) & 0x55555555
    bits = (bits & 0x33333333) + ((bits >> 2) & 0x33333333)
    bits = (bits + (bits >> 4)) & 0x0F0F0F0F
    return ((bits * 0x01010101) & 0xFFFFFFFF) >> 24


@inner
def pruning_due(p, age):
    """Whether synapses are pruned in the tick that ends at ``age`` ticks."""
    return age <= p.critical_period and age % int(p.eval_interval) == 0


@inner
def mature(syn, p):
    """Whether the synapse is not pruned and has enough source spikes for pruning."""
    return syn.alive != 0 and syn.source_spikes >= p.min_source_spikes


@inner
def coincidence_rate(syn):
    """p: the share of source spikes that a target spike followed."""
    return syn.coincidences / syn.source_spikes


@inner
def reference_rate(syn, p, age, largest):
    """R; ``largest`` is the largest p at the target."""
    if p.prune_reference == 0:
        return 1.0
    if p.prune_reference == 1:
        return largest
    silent = 1.0 - min(syn.target_spikes / age, 1.0)
    return 1.0 - pow(silent, p.coincidence_window + 1.0)


def scheduled(synapses, params, age, first):
    prune(synapses, params, age, first.size - 1)
    normalize_sums(synapses, params, age, first)


@inner
def prune(synapses, params, age, n_neurons):
    """Prune synapses of the sets that are due; references are computed before any synapse is pruned."""
    any_due = False
    for k in range(params.size):
        any_due |= pruning_due(params[k], age)
    if not any_due:
        return
    largest = np.zeros(n_neurons)
    for j in range(synapses.size):
        syn = synapses[j]
        if mature(syn, params[syn.row]):
            largest[syn.target] = max(largest[syn.target], coincidence_rate(syn))
    for j in range(synapses.size):
        syn = synapses[j]
        p = params[syn.row]
        if pruning_due(p, age) and mature(syn, p):
            limit = p.pruning_threshold * reference_rate(syn, p, age, largest[syn.target])
            if coincidence_rate(syn) < limit:
                syn.alive = 0
                syn.w = 0.0
