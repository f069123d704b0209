"""Parameters that several synapse types share."""

from __future__ import annotations

from spikeworm_env.engine.parameters import Parameter

__all__ = ["LTD", "STDP", "Parameter"]

STDP = {
    "learning_rate": Parameter(0.01, "1", 0.0, 1e3, "lr: size of a weight step, in units of weight"),
    "w_min": Parameter(0.0, "model current", -1e6, 1e6, "lower bound; −10 for an inhibitory synapse"),
    "w_max": Parameter(10.0, "model current", -1e6, 1e6, "upper bound; 0 for an inhibitory synapse"),
    "tau_plus": Parameter(20.0, "ms", 0.1, 1e6, "time constant of source spikes (potentiation)"),
}
LTD = {
    "tau_minus": Parameter(20.0, "ms", 0.1, 1e6, "time constant of target spikes (depression)"),
    "ltd_ratio": Parameter(0.5, "1", 0.0, 1e3, "depression per pair / potentiation per pair"),
}
