"""reward_plastic: spike pairs raise an eligibility; a later reward changes the weight in proportion to it.

    source fires:       x ← x + 1;   delivers w
    target fires:       e ← e + x;   x ← 0
    deliver_reward(r):  w ← w ⊕ lr · e · r      (``_stdp.soft_bounded``; r < 0 weakens)
    between:            x' = −x / tau_trace,   e' = −e / tau_eligible

All three factors are needed, in this order: source spike, target spike, reward. Reward 0 changes nothing.
With ``target_weight_sum`` above 0, weights are normalized (``_homeostasis``).
Source: Izhikevich 2007, "Solving the distal reward problem"; Frémaux & Gerstner 2016.

| symbol | meaning | unit |
|---|---|---|
| w | weight | model current |
| x (trace) | recent source spikes not yet paired | spikes |
| e (eligibility) | recent spike pairs | spikes |
"""

from spikeworm_env.engine.synapses._homeostasis import HOMEOSTASIS, normalize_sums
from spikeworm_env.engine.synapses._parameters import STDP, Parameter
from spikeworm_env.engine.synapses._stdp import soft_bounded

PARAMETERS = {
    "learning_rate": STDP["learning_rate"],
    "w_min": STDP["w_min"],
    "w_max": STDP["w_max"],
    "tau_trace": Parameter(20.0, "ms", 0.1, 1e6, "time constant of the trace of source spikes"),
    "tau_eligible": Parameter(500.0, "ms", 0.1, 1e6, "time constant of the eligibility"),
    "softness": Parameter(1.0, "1", 0.0, 1.0, "exponent of the soft bounds: 1 linear, 0 hard bounds"),
    **HOMEOSTASIS,
}
STATE = {"trace": 0.0, "eligibility": 0.0}
DECAY_TABLES = {"trace_fade": "tau_trace", "eligible_fade": "tau_eligible"}
LEARNING_RATE = "learning_rate"
BOUNDS = ("w_min", "w_max")
NORMALIZES = "target_weight_sum"


def decay(syn, p, ticks):
    syn.trace *= p.trace_fade[ticks]
    syn.eligibility *= p.eligible_fade[ticks]


def on_pre(syn, p, context):
    syn.trace += 1.0
    return syn.w


def on_post(syn, p, context):
    syn.eligibility += syn.trace
    syn.trace = 0.0


def on_reward(syn, p, reward):
    step = p.learning_rate * syn.eligibility * reward
    syn.w = soft_bounded(syn.w, step, p.w_min, p.w_max, p.softness)


def scheduled(synapses, params, age, first):
    normalize_sums(synapses, params, age, first)
