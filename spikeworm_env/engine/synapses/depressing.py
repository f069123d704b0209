"""depressing: each spike lowers a gain, which recovers to one.

    source fires:  g ← g · factor;   delivers w · g
    between:       (g − 1)' = −(g − 1) / tau_recovery

The gain falls before the spike is delivered, so the first spike after a long rest delivers ``factor · w``.
Source: after Tsodyks & Markram 1997; Abbott et al. 1997 (multiplicative depression).

| symbol | meaning | unit |
|---|---|---|
| w | weight | model current |
| g (gain) | momentary gain, in (0, 1] | 1 |
"""

from spikeworm_env.engine.synapses._gain import GAIN_DECAY_TABLES, GAIN_STATE, relax, tau_recovery
from spikeworm_env.engine.synapses._parameters import Parameter

PARAMETERS = {
    "factor": Parameter(0.5, "1", 0.0, 1.0, "factor of the gain at each source spike"),
    "tau_recovery": tau_recovery(500.0),
}
STATE = GAIN_STATE
DECAY_TABLES = GAIN_DECAY_TABLES


def decay(syn, p, ticks):
    relax(syn, p, ticks)


def on_pre(syn, p, context):
    syn.gain *= p.factor
    return syn.w * syn.gain
