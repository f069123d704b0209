"""The gain of short-term facilitation and depression, which relaxes to 1."""

from __future__ import annotations

from spikeworm_env.engine.synapses._parameters import Parameter
from spikeworm_env.kernels.binding import inner

GAIN_STATE = {"gain": 1.0}
GAIN_DECAY_TABLES = {"recovery_fade": "tau_recovery"}


def tau_recovery(default_ms: float) -> Parameter:
    """The parameter of the relaxation to 1."""
    return Parameter(default_ms, "ms", 0.1, 1e6, "time constant of the gain's return to 1")


@inner
def relax(syn, p, ticks):
    """The gain ``ticks`` ticks later: (g − 1)' = −(g − 1) / tau_recovery."""
    syn.gain = 1.0 + (syn.gain - 1.0) * p.recovery_fade[ticks]
