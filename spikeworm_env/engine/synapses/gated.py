"""gated: transmits, and learns with a learning rate above 0, only while its modulator group is active.

    A = spikes of the modulator group in the last 50 ticks, this one included, per neuron of the group
    open  ⇔  A ≥ gate_threshold
    source fires:  while open  w ← w ⊖ lr · ltd_ratio · y;   x ← x + 1;   delivers w while open, else nothing
    target fires:  while open  w ← w ⊕ lr · x;               y ← y + 1

The default threshold of 0.3 spikes per neuron in 50 ms is a mean rate of 6 Hz in the group. Traces follow
the spikes whether the gate is open or not. A gate opens in the tick that brings A to the threshold.
Source: neuromodulatory gating of transmission and plasticity, e.g. Frémaux & Gerstner 2016 (review).

| symbol | meaning | unit |
|---|---|---|
| w | weight | model current |
| x, y | recent source and target spikes, as in ``plastic`` | spikes |
| A | activity of the modulator group | spikes per neuron in 50 ms |
"""

from dataclasses import replace

from spikeworm_env.engine.synapses._parameters import LTD, STDP, Parameter
from spikeworm_env.engine.synapses._stdp import PAIR_DECAY_TABLES, PAIR_STATE, decay_pair, depress, potentiate

PARAMETERS = {
    **STDP,
    **LTD,
    "learning_rate": replace(STDP["learning_rate"], default=0.0),
    "gate_threshold": Parameter(0.3, "spikes per neuron in 50 ms", 0.0, 50.0, "activity that opens the gate"),
    "modulator": Parameter(0, "index", 0, 1e6, "which modulator group opens the gate", integer=True),
}
STATE = PAIR_STATE
DECAY_TABLES = PAIR_DECAY_TABLES
LEARNING_RATE = "learning_rate"
BOUNDS = ("w_min", "w_max")
NEEDS_MODULATOR = "modulator"


def decay(syn, p, ticks):
    decay_pair(syn, p, ticks)


def on_pre(syn, p, context):
    opened = context.activity[int(p.modulator)] >= p.gate_threshold
    if opened:
        depress(syn, p, context.plasticity)
    syn.pre_trace += 1.0
    return syn.w if opened else 0.0


def on_post(syn, p, context):
    if context.activity[int(p.modulator)] >= p.gate_threshold:
        potentiate(syn, p, context.plasticity)
    syn.post_trace += 1.0
