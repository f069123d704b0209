"""izhikevich: the Izhikevich neuron, with its membrane potential bounded in each half step.

    v' = 0.04 v² + 5 v + 140 − u + I        mV per ms
    u' = a (b v − u)
    where v ≥ 30 mV:  v ← c,  u ← u + d

A tick is 1 ms. v takes two half steps of forward Euler, as in the paper's own code, then u one whole step.
After each half step v is bounded to [−100, 35] mV, so that no current, however large, carries u away. The
published code has no bound (``izhikevich_2003``): there v passes the threshold by more, u rises by more at a
spike, and rates differ.
Source: E. M. Izhikevich, "Simple model of spiking neurons", IEEE Trans. Neural Networks 14 (2003) 1569.

| symbol | meaning | unit |
|---|---|---|
| v | membrane potential | mV |
| u | recovery variable | mV per ms |
| I | current, in the model's own unit | mV per ms |
"""

from spikeworm_env.engine.neurons._izhikevich import PARAMETERS, STATE, V_SPIKE, presets, recovered
from spikeworm_env.kernels.binding import inner

__all__ = ["PARAMETERS", "PRESETS", "STATE", "clamped", "fired", "reset", "step"]

PRESETS = presets()
V_MIN, V_MAX = -100.0, 35.0  # mV


@inner
def half_step(v, push):
    """v after half a millisecond, within [V_MIN, V_MAX].

    Euler's step v + (0.04 v² + 5 v + 140 − u + I) / 2, gathered as (0.02 v + 3.5) v + push with
    push = 70 + (I − u) / 2, which both half steps of a tick share.
    """
    return min(max((0.02 * v + 3.5) * v + push, V_MIN), V_MAX)


def step(v, u, a, b, current):
    push = 0.5 * (current - u) + 70.0
    v = half_step(half_step(v, push), push)
    return v, recovered(v, u, a, b)


def fired(v):
    return v >= V_SPIKE


def reset(v, u, c, d):
    return c, u + d


def clamped(v, u, a, b):
    return v, recovered(v, u, a, b)
