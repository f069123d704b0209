"""facilitating: each spike raises a gain, which relaxes to one.

    source fires:  g ← g + increment;   delivers w · g
    between:       (g − 1)' = −(g − 1) / tau_recovery

Source: after Tsodyks, Pawelzik & Markram 1998 (facilitation alone, additive).

| symbol | meaning | unit |
|---|---|---|
| w | weight | model current |
| g (gain) | momentary gain, >= 1 | 1 |
"""

from spikeworm_env.engine.synapses._parameters import Parameter

PARAMETERS = {
    "increment": Parameter(0.2, "1", 0.0, 100.0, "step of the gain at each source spike"),
    "tau_recovery": Parameter(200.0, "ms", 0.1, 1e6, "time constant of the return to one"),
}
STATE = {"gain": 1.0}
FADES = {"recovery_fade": "tau_recovery"}


def decay(syn, p, ticks):
    syn.gain = 1.0 + (syn.gain - 1.0) * p.recovery_fade[ticks]


def on_pre(syn, p, context):
    syn.gain += p.increment
    return syn.w * syn.gain
