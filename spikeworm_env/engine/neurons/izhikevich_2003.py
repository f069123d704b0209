"""izhikevich_2003: the Izhikevich neuron as its paper's code computes it, without a bound on v.

    v ← v + ½ (0.04 v² + 5 v + 140 − u + I)      twice
    u ← u + a (b v − u)
    where v ≥ 30 mV:  v ← c,  u ← u + d

The terms are added in this order, so that v and u are bit for bit those of NEST's ``izhikevich`` with
``consistent_integration=False``. v can pass the threshold by far before it is reset.
Source: the program of E. M. Izhikevich, "Simple model of spiking neurons", IEEE Trans. Neural Networks 14
(2003) 1569; ``models/izhikevich.cpp`` of NEST 3.

| symbol | meaning | unit |
|---|---|---|
| v | membrane potential | mV |
| u | recovery variable | mV per ms |
| I | current, in the model's own unit | mV per ms |
"""

from spikeworm_env.engine.neurons._izhikevich import PARAMETERS, STATE, V_SPIKE, presets, recovered
from spikeworm_env.kernels.binding import inner

__all__ = ["PARAMETERS", "PRESETS", "STATE", "clamped", "fired", "reset", "step"]

PRESETS = presets("_2003")
V_FINITE = 1e9  # mV; only currents beyond 4e5 lead to it; numbers stay finite


@inner
def half_step(v, u, current):
    """v after half a millisecond of forward Euler."""
    v += 0.5 * (0.04 * v * v + 5.0 * v + 140.0 - u + current)
    return min(max(v, -V_FINITE), V_FINITE)


def step(v, u, a, b, current):
    v = half_step(half_step(v, u, current), u, current)
    return v, recovered(v, u, a, b)


def fired(v):
    return v >= V_SPIKE


def reset(v, u, c, d):
    return c, u + d


def clamped(v, u, a, b):
    return v, recovered(v, u, a, b)
