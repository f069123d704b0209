"""A small network whose neurons spike at chosen ticks, for measurements of synapse types."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from spikeworm_env.engine.brain import Brain
from spikeworm_env.engine.network import Network, NeuronClass, SynapseClass, neuron_columns
from spikeworm_env.engine.neurons import resolve_neuron
from spikeworm_env.engine.recorder import Recorder
from spikeworm_env.engine.synapses import SYNAPSE_TYPES, resolve_parameters

JOLT = 500.0  # a current that makes any neuron fire in the same tick
PEAK_MV = 30.0  # threshold of a spike
REST_TICKS = 400  # after which all neurons are at rest


@dataclass(frozen=True)
class SmallNetwork:
    """Neurons without noise and background current, and synapses of one type.

    Args:
        type: the synapse type.
        pairs: (source, target) of each synapse.
        weight: weight of every synapse.
        parameters: parameters that differ from the defaults.
        neurons: the type of each neuron.
        modulators: neurons of modulator group 0.
    """

    type: str
    pairs: Sequence[tuple[int, int]]
    weight: float
    parameters: Mapping[str, float | str] = field(default_factory=dict)
    neurons: Sequence[str] = ("RS", "RS")
    modulators: Sequence[int] = ()

    def run(self, currents: NDArray[np.float64]) -> Recorder:
        """Rest, then run with the currents (ticks, n); weights and voltages are recorded at every tick."""
        brain = self.brain()
        brain.advance(REST_TICKS)
        recorder = Recorder(
            brain, weights=range(len(self.pairs)), weights_every=1, voltages=range(len(self.neurons))
        )
        return brain.run(len(currents), currents, recorder)

    def brain(self) -> Brain:
        """A new brain of this network."""
        n = len(self.neurons)
        source, target = np.array(self.pairs, dtype=np.int64).reshape(-1, 2).T
        each = np.ones(len(self.pairs), dtype=np.int64)
        parameters = resolve_parameters(self.type, overrides=self.parameters)
        network = Network(
            *neuron_columns(NeuronClass(name, resolve_neuron(name)) for name in self.neurons),
            background=np.zeros(n),
            noise=np.zeros(n),
            source=source,
            target=target,
            weight=self.weight * each,
            delay=each * (0 if SYNAPSE_TYPES[self.type].continuous else 1),
            synapse_class=0 * each,
            classes=(SynapseClass(self.type, parameters),),
            modulators=(np.array(self.modulators, dtype=np.int64),) if self.modulators else (),
        )
        return Brain(network, seed=0)


def traces(recorder: Recorder) -> NDArray[np.float64]:
    """Membrane potentials (ticks, n) in mV for plots, with the peaks of spikes, which the reset hides."""
    ticks, voltages = recorder.voltages
    fired, neurons = recorder.spikes
    voltages[fired - ticks[0], neurons] = PEAK_MV
    return voltages


def jolts(ticks: int, n: int, spikes: Mapping[int, Iterable[int]]) -> NDArray[np.float64]:
    """Currents (ticks, n) that make each neuron spike at its ticks."""
    currents = np.zeros((ticks, n))
    for neuron, times in spikes.items():
        currents[list(times), neuron] = JOLT
    return currents
