"""plastic: pair-based spike-timing-dependent plasticity with soft bounds.

    source fires:  w ← w ⊖ lr · ltd_ratio · y;   x ← x + 1;   delivers w
    target fires:  w ← w ⊕ lr · x;               y ← y + 1
    between:       x' = −x / tau_plus,   y' = −y / tau_minus

⊕ and ⊖ are soft-bounded steps (``_stdp.soft_bounded``). When both fire in one tick the source comes first:
the pair counts as causal. All pairs count (all-to-all).
With ``target_weight_sum`` above 0, weights are normalized (``_homeostasis``).
Source: Song, Miller & Abbott 2000; trace form after Morrison, Diesmann & Gerstner 2008.

| symbol | meaning | unit |
|---|---|---|
| w | weight | model current |
| x (pre_trace) | recent source spikes | spikes |
| y (post_trace) | recent target spikes | spikes |
"""

from spikeworm_env.engine.synapses._homeostasis import HOMEOSTASIS, normalize_sums
from spikeworm_env.engine.synapses._parameters import LTD, STDP
from spikeworm_env.engine.synapses._stdp import PAIR_DECAY_TABLES, PAIR_STATE, decay_pair, depress, potentiate

PARAMETERS = {**STDP, **LTD, **HOMEOSTASIS}
STATE = PAIR_STATE
DECAY_TABLES = PAIR_DECAY_TABLES
LEARNING_RATE = "learning_rate"
BOUNDS = ("w_min", "w_max")
NORMALIZES = "target_weight_sum"


def decay(syn, p, ticks):
    decay_pair(syn, p, ticks)


def on_pre(syn, p, context):
    depress(syn, p, context.plasticity)
    syn.pre_trace += 1.0
    return syn.w


def on_post(syn, p, context):
    potentiate(syn, p, context.plasticity)
    syn.post_trace += 1.0


def scheduled(synapses, params, age, first):
    normalize_sums(synapses, params, age, first)
