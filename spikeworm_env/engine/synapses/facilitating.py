"""facilitating: each spike raises a gain, which relaxes to one.

    source fires:  g ← g + increment;   delivers w · g
    between:       (g − 1)' = −(g − 1) / tau_recovery

Source: after Tsodyks, Pawelzik & Markram 1998 (facilitation alone, additive).

| symbol | meaning | unit |
|---|---|---|
| w | weight | model current |
| g (gain) | momentary gain, >= 1 | 1 |
"""

from spikeworm_env.engine.synapses._gain import GAIN_DECAY_TABLES, GAIN_STATE, relax, tau_recovery
from spikeworm_env.engine.synapses._parameters import Parameter

PARAMETERS = {
    "increment": Parameter(0.2, "1", 0.0, 100.0, "step of the gain at each source spike"),
    "tau_recovery": tau_recovery(200.0),
}
STATE = GAIN_STATE
DECAY_TABLES = GAIN_DECAY_TABLES


def decay(syn, p, ticks):
    relax(syn, p, ticks)


def on_pre(syn, p, context):
    syn.gain += p.increment
    return syn.w * syn.gain
