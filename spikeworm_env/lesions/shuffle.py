"""Brains whose sense of smell leads elsewhere: the targets on the chemosensory paths permuted."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from spikeworm_env.compiler.brain import CompiledBrain
from spikeworm_env.compiler.receptors import CHEMICAL_CHANNELS
from spikeworm_env.engine.network import Floats, Ints


def with_shuffled_targets(compiled: CompiledBrain, rng: np.random.Generator) -> CompiledBrain:
    """The brain with the targets of the synapses that leave its chemosensory paths permuted.

    Motor neurons change places with motor neurons, neurons of the paths with each other: all that reached one
    of them from the paths reaches another. A synapse keeps its source, weight, delay and type, a neuron the
    number of synapses that leave it, and as many synapses as before converge on some target. Targets of
    other kinds, other synapses and gap junctions are left alone, and so is a synapse that would connect a
    neuron to itself. A brain without a chemosensory path stays as it is.
    """
    network, path = compiled.network, chemosensory_path(compiled)
    motor = np.unique(compiled.muscle_map.neuron)
    place = np.arange(network.n_neurons)
    place[motor] = rng.permutation(motor)
    place[path] = rng.permutation(path)
    moved = place[network.target]
    chosen = np.isin(network.source, path) & ~compiled.electrical & (moved != network.source)
    return replace(compiled, network=replace(network, target=np.where(chosen, moved, network.target)))


def chemosensory_path(compiled: CompiledBrain) -> Ints:
    """Ids, ascending, of the neurons on the shortest ways from each chemical receptor to motor neurons.

    A way counts chemical synapses and ends at the first motor neuron. All neurons that smell can reach would
    be too many: in a large brain that is nearly everything, and to shuffle it stops the gait. For the same
    reason neurons that feel the body's bend and those that open gates are never part of a path.
    """
    network, senses = compiled.network, compiled.sensor_map
    motor = np.zeros(network.n_neurons, bool)
    motor[compiled.muscle_map.neuron] = True
    source, target = network.source[~compiled.electrical], network.target[~compiled.electrical]
    to_motor = _steps(np.flatnonzero(motor), target, source, motor.size)
    outward = ~motor[source]
    on_path = np.zeros(network.n_neurons, bool)
    for number, receptor in enumerate(compiled.receptors):
        if receptor.source in CHEMICAL_CHANNELS:
            start = senses.neuron[senses.receptor == number]
            length = _steps(start, source[outward], target[outward], motor.size) + to_motor
            on_path |= np.isfinite(length) & (length == length.min())
    on_path &= ~motor
    for other in (compiled.proprioception_map.neuron, *network.modulators):
        on_path[other] = False
    return np.flatnonzero(on_path)


def _steps(start: Ints, source: Ints, target: Ints, n_neurons: int) -> Floats:
    """(n_neurons,) least number of synapses from ``start``; infinite where no way leads."""
    steps = np.full(n_neurons, np.inf)
    steps[start] = 0
    taken = 0
    while (fresh := target[(steps[source] == taken) & np.isinf(steps[target])]).size:
        taken += 1
        steps[fresh] = taken
    return steps
