"""The Izhikevich neuron: the one place where its equation stands.

Source: E. M. Izhikevich, "Simple model of spiking neurons", IEEE Trans. Neural Networks 14 (2003) 1569.

    v' = 0.04 v² + 5 v + 140 − u + I        mV per ms
    u' = a (b v − u)
    where v ≥ 30 mV:  v ← c,  u ← u + d

A tick is 1 ms. v takes two half steps of forward Euler, as in the paper's own code, then u one whole step.

| symbol | meaning | unit |
|---|---|---|
| v | membrane potential | mV |
| u | recovery variable | mV per ms |
| I | current, in the model's own unit | mV per ms |
| a | rate of recovery | per ms |
| b | sensitivity of recovery to v | per ms |
| c | v after a spike | mV |
| d | step of u at a spike | mV per ms |
"""

from __future__ import annotations

from spikeworm_env.kernels.binding import inner

V_SPIKE = 30.0  # mV; at or above it the neuron has fired
V_MIN, V_MAX = -100.0, 35.0  # mV; no current, however large, carries v outside
V_START = -65.0  # mV; a fresh neuron starts here, with u = b v


@inner
def half_step(v, push):
    """v after half a millisecond, within [V_MIN, V_MAX].

    Euler's step v + (0.04 v² + 5 v + 140 − u + I) / 2, gathered as (0.02 v + 3.5) v + push with
    push = 70 + (I − u) / 2, which both half steps of a tick share.
    """
    return min(max((0.02 * v + 3.5) * v + push, V_MIN), V_MAX)


@inner
def step(v, u, a, b, current):
    """(v, u) one millisecond later, before any reset."""
    push = 0.5 * (current - u) + 70.0
    v = half_step(half_step(v, push), push)
    return v, u + a * (b * v - u)
