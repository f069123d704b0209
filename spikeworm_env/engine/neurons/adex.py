"""adex: the adaptive exponential integrate-and-fire neuron.

    tau v' = v_rest − v + slope exp((v − v_threshold) / slope) + tau (I − w)
    tau_w w' = a (v − v_rest) − w
    where v ≥ 20 mV:  v ← v_reset,  w ← w + b

Currents are divided by the capacitance, so that they are in mV per ms as in the other models: with the
paper's 281 pF, 1 mV per ms is 281 pA. Each tick takes ten forward Euler steps of 0.1 ms. v is bounded to
[−1000, 20] mV after each, so that a spike, which waits for the end of its tick, does not depend on how far
the exponential overshoots.
Source: Brette & Gerstner 2005, "Adaptive exponential integrate-and-fire model as an effective description of
neuronal activity", J. Neurophysiol. 94:3637; defaults are its parameters.

| symbol | meaning | unit |
|---|---|---|
| v | membrane potential | mV |
| w | adaptation current | mV per ms |
| I | current, in the model's own unit | mV per ms |
"""

from spikeworm_env.engine.neurons._preset import EXCITATORY, INHIBITORY, Preset
from spikeworm_env.engine.parameters import Parameter
from spikeworm_env.kernels.elementary import exp

CAPACITANCE = 281.0  # pF, of the paper; its other values are divided by it

PARAMETERS = {
    "v_rest": Parameter(-70.6, "mV", -200.0, 0.0, "leak reversal potential"),
    "tau": Parameter(CAPACITANCE / 30.0, "ms", 1.0, 1e6, "membrane time constant, of a leak of 30 nS"),
    "v_threshold": Parameter(-50.4, "mV", -200.0, 0.0, "potential at which the upstroke begins"),
    "slope": Parameter(2.0, "mV", 0.1, 100.0, "slope factor: the range of the upstroke's onset"),
    "tau_w": Parameter(144.0, "ms", 1.0, 1e6, "time constant of adaptation"),
    "a": Parameter(4.0 / CAPACITANCE, "per ms", -10.0, 10.0, "adaptation below threshold, of 4 nS"),
    "b": Parameter(80.5 / CAPACITANCE, "mV per ms", -1e9, 1e9, "step of w at a spike, of 80.5 pA"),
    "v_reset": Parameter(-70.6, "mV", -200.0, 0.0, "v after a spike"),
}
STATE = {"v": lambda v_rest: v_rest, "w": 0.0}
PRESETS = {
    "adex": Preset({}, EXCITATORY, "regular spiking: adapts"),
    "adex_bursting": Preset(
        {"tau_w": 20.0, "b": 500.0 / CAPACITANCE, "v_reset": -45.4},
        EXCITATORY,
        "bursts for as long as it is driven",
    ),
    "adex_fast": Preset({"a": 2.0 / 144.0, "b": 0.0}, INHIBITORY, "fast spiking: hardly adapts"),
}
STEPS = 10  # in a tick
STEP = 1.0 / STEPS  # ms
V_MIN, V_SPIKE = -1e3, 20.0  # mV


def step(v, w, v_rest, tau, v_threshold, slope, tau_w, a, current):  # noqa: PLR0913, PLR0917
    for _ in range(STEPS):
        leak = (v_rest - v + slope * exp((v - v_threshold) / slope)) / tau
        w_slope = (a * (v - v_rest) - w) / tau_w
        v = min(max(v + STEP * (leak + current - w), V_MIN), V_SPIKE)
        w += STEP * w_slope
    return v, w


def fired(v):
    return v >= V_SPIKE


def reset(w, b, v_reset):
    return v_reset, w + b


def clamped(v, w, v_rest, tau_w, a):
    for _ in range(STEPS):
        w += STEP * (a * (v - v_rest) - w) / tau_w
    return v, w
