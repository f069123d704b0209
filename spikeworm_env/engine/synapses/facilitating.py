"""facilitating: each spike raises a gain, which relaxes to one.

    source fires:  g ← min(g + increment, max_gain);   delivers w · g
    between:       (g − 1)' = −(g − 1) / tau_recovery

Source: after Tsodyks, Pawelzik & Markram 1998 (facilitation alone, additive). Their gain has
a ceiling too: utilization is at most 1, so that the gain is at most 1 / U of a synapse that uses U at rest.

| symbol | meaning | unit |
|---|---|---|
| w | weight | model current |
| g (gain) | momentary gain, 1 to max_gain | 1 |
"""

from spikeworm_env.engine.synapses._gain import GAIN_DECAY_TABLES, GAIN_STATE, relax, tau_recovery
from spikeworm_env.engine.synapses._parameters import Parameter

PARAMETERS = {
    "increment": Parameter(0.2, "1", 0.0, 100.0, "step of the gain at each source spike"),
    "max_gain": Parameter(1000.0, "1", 1.0, 1e6, "greatest gain"),
    "tau_recovery": tau_recovery(200.0),
}
STATE = GAIN_STATE
DECAY_TABLES = GAIN_DECAY_TABLES


def decay(syn, p, ticks):
    relax(syn, p, ticks)


def on_pre(syn, p, context):
    syn.gain = min(syn.gain + p.increment, p.max_gain)
    return syn.w * syn.gain
