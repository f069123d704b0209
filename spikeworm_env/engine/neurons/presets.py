"""Five firing patterns of the Izhikevich neuron, by the parameters of its paper (2003, fig. 2)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class NeuronType(NamedTuple):
    """Parameters of the Izhikevich equation; units in ``izhikevich.py``."""

    a: float
    b: float
    c: float
    d: float
    doc: str


NEURON_TYPES: Mapping[str, NeuronType] = {
    "RS": NeuronType(0.02, 0.2, -65.0, 8.0, "regular spiking: adapts; the common excitatory cell"),
    "FS": NeuronType(0.1, 0.2, -65.0, 2.0, "fast spiking: hardly adapts; the common inhibitory cell"),
    "IB": NeuronType(0.02, 0.2, -55.0, 4.0, "intrinsically bursting: a burst at onset, then single spikes"),
    "CH": NeuronType(0.02, 0.2, -50.0, 2.0, "chattering: bursts for as long as it is driven"),
    "LTS": NeuronType(0.02, 0.25, -65.0, 2.0, "low-threshold spiking: adapts, rebounds from inhibition"),
}
