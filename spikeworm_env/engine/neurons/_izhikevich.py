"""What the two forms of the Izhikevich neuron share: parameters, firing patterns and the threshold.

Source: E. M. Izhikevich, "Simple model of spiking neurons", IEEE Trans. Neural Networks 14 (2003) 1569.
"""

from __future__ import annotations

from spikeworm_env.engine.neurons._preset import EXCITATORY, INHIBITORY, Preset
from spikeworm_env.engine.parameters import Parameter
from spikeworm_env.kernels.binding import inner

V_SPIKE = 30.0  # mV; at or above it the neuron has fired
V_START = -65.0  # mV

PARAMETERS = {
    "a": Parameter(
        0.02, "per ms", 0.0, 2.0, "rate of recovery; above 2, u would overshoot farther in every tick"
    ),
    "b": Parameter(0.2, "per ms", -1e9, 1e9, "sensitivity of recovery to v"),
    "c": Parameter(-65.0, "mV", -1e9, 1e9, "v after a spike"),
    "d": Parameter(8.0, "mV per ms", -1e9, 1e9, "step of u at a spike"),
}
STATE = {"v": V_START, "u": lambda b: b * V_START}


@inner
def recovered(v, u, a, b):
    """u one tick later, at this v."""
    return u + a * (b * v - u)


_PATTERNS = {  # fig. 2 of the paper: a, b, c, d
    "RS": ((0.02, 0.2, -65.0, 8.0), EXCITATORY, "regular spiking: adapts; the common excitatory cell"),
    "FS": ((0.1, 0.2, -65.0, 2.0), INHIBITORY, "fast spiking: hardly adapts; the common inhibitory cell"),
    "IB": (
        (0.02, 0.2, -55.0, 4.0),
        EXCITATORY,
        "intrinsically bursting: a burst at onset, then single spikes",
    ),
    "CH": ((0.02, 0.2, -50.0, 2.0), EXCITATORY, "chattering: bursts for as long as it is driven"),
    "LTS": ((0.02, 0.25, -65.0, 2.0), INHIBITORY, "low-threshold spiking: adapts, rebounds from inhibition"),
}


def presets(suffix: str = "") -> dict[str, Preset]:
    """The five firing patterns; the name of each ends in ``suffix``."""
    return {
        f"{name}{suffix}": Preset(dict(zip("abcd", values, strict=True)), sign, doc)
        for name, (values, sign, doc) in _PATTERNS.items()
    }
