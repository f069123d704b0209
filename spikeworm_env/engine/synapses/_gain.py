"""What short-term facilitation and depression share: a gain that relaxes to one."""

from __future__ import annotations

from spikeworm_env.engine.synapses._parameters import Parameter
from spikeworm_env.kernels.binding import inner

GAIN_STATE = {"gain": 1.0}
GAIN_DECAY_TABLES = {"recovery_fade": "tau_recovery"}


def tau_recovery(default_ms: float) -> Parameter:
    """The time constant of the return to one."""
    return Parameter(default_ms, "ms", 0.1, 1e6, "time constant of the gain's return to one")


@inner
def relax(syn, p, ticks):
    """The gain ``ticks`` ticks later: (g − 1)' = −(g − 1) / tau_recovery."""
    syn.gain = 1.0 + (syn.gain - 1.0) * p.recovery_fade[ticks]
