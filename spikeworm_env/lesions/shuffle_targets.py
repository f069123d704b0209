"""Shuffled targets: the targets of the synapses on the chemosensory paths, permuted."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from spikeworm_env.compiler.compiled_brain import CompiledBrain
from spikeworm_env.compiler.receptors import CHEMICAL_CHANNELS
from spikeworm_env.engine.network import Floats, Ints
from spikeworm_env.lesions._lesion import LesionKind


def shuffle_targets(compiled: CompiledBrain, rng: np.random.Generator) -> CompiledBrain:
    """The brain with the targets of the synapses that leave its chemosensory paths permuted.

    Motor neurons are permuted among motor neurons, neurons of the paths among each other: all synapses from
    the paths to one of them lead to another instead. A synapse keeps its source, weight, delay and type, a
    neuron its number of outgoing synapses, and the distribution of the number of incoming synapses stays the
    same. Other targets, other synapses and gap junctions stay as they are, and so does a synapse that would
    connect a neuron to itself. A brain without a chemosensory path is returned unchanged.
    """
    network, path = compiled.network, chemosensory_path(compiled)
    motor = np.unique(compiled.muscle_map.neuron)
    place = np.arange(network.n_neurons)
    place[motor] = rng.permutation(motor)
    place[path] = rng.permutation(path)
    moved = place[network.target]
    chosen = np.isin(network.source, path) & ~compiled.network.symmetric & (moved != network.source)
    return replace(compiled, network=replace(network, target=np.where(chosen, moved, network.target)))


def chemosensory_path(compiled: CompiledBrain) -> Ints:
    """Ids, ascending, of the neurons on the shortest paths from each chemical receptor to motor neurons.

    Path length counts directed synapses, and a path ends at its first motor neuron. The set of all neurons
    that an odour can reach would be too large: in a large brain it is nearly every neuron, and shuffling them
    stops the gait. For the same reason neurons that sense the body's bend and neurons that open gates are
    never part of a path.
    """
    network, senses = compiled.network, compiled.sensor_map
    motor = np.zeros(network.n_neurons, bool)
    motor[compiled.muscle_map.neuron] = True
    source, target = (
        network.source[~compiled.network.symmetric],
        network.target[~compiled.network.symmetric],
    )
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
    """(n_neurons,) least number of synapses from ``start``; infinite where there is no path."""
    steps = np.full(n_neurons, np.inf)
    steps[start] = 0
    taken = 0
    while (fresh := target[(steps[source] == taken) & np.isinf(steps[target])]).size:
        taken += 1
        steps[fresh] = taken
    return steps


LESION = LesionKind(
    name="shuffle_targets",
    description="Permutes the targets of the synapses on the paths from chemical receptors to motor neurons.",
    apply=shuffle_targets,
    takes={"rng": "draws the permutation"},
)
