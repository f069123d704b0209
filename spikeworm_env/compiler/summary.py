"""What a compiled brain consists of, and what in it leads nowhere."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from spikeworm_env.compiler.balance import Balance, balances, projection_ratio, wiring_warnings
from spikeworm_env.compiler.brain import BLOCK_ORIGIN, PROJECTION_ORIGIN, CompiledBrain, ComponentRecord
from spikeworm_env.engine.network import Ints

NO_LAYER = "–"


@dataclass(frozen=True)
class BrainSummary:
    """Numbers of a compiled brain.

    Attributes:
        name: of the recipe.
        neurons, synapses: totals.
        neuron_types, synapse_types: type → number.
        layers: layer → neurons, in the order of the recipe; ``"–"`` for components without one.
        components: in the order of the recipe; each knows its copies and its neurons per copy.
        origins: what made synapses → how many.
        projection_ratio: projection synapses per proximity synapse; None without proximity synapses.
        balances: excitation and inhibition that each component receives.
        sensor_rows, muscle_rows, proprioception_rows: connections to the world.
        warnings: one line each; nothing that stops the brain from running.
    """

    name: str
    neurons: int
    synapses: int
    neuron_types: Mapping[str, int]
    synapse_types: Mapping[str, int]
    layers: Mapping[str, int]
    components: tuple[ComponentRecord, ...]
    origins: Mapping[str, int]
    projection_ratio: float | None
    balances: tuple[Balance, ...]
    sensor_rows: int
    muscle_rows: int
    proprioception_rows: int
    warnings: tuple[str, ...]


def summary(compiled: CompiledBrain) -> BrainSummary:
    """Count a compiled brain and look for loose ends."""
    network = compiled.network
    layers: Counter[str] = Counter()
    for part in compiled.components:
        layers[part.layer or NO_LAYER] += part.count * part.size
    per_origin = np.bincount(compiled.origin, minlength=len(compiled.origins))
    return BrainSummary(
        name=compiled.meta.recipe_name,
        neurons=network.n_neurons,
        synapses=network.n_synapses,
        neuron_types=_counted(network.neuron_type),
        synapse_types=_counted(network.synapse_type),
        layers=dict(layers),
        components=compiled.components,
        origins={name: int(count) for name, count in zip(compiled.origins, per_origin, strict=True)},
        projection_ratio=projection_ratio(compiled),
        balances=balances(compiled),
        sensor_rows=compiled.sensor_map.neuron.size,
        muscle_rows=compiled.muscle_map.neuron.size,
        proprioception_rows=compiled.proprioception_map.neuron.size,
        warnings=(
            *_silent_origins(compiled),
            *_loose_terminals(compiled),
            *_loose_paths(compiled),
            *wiring_warnings(compiled),
        ),
    )


def _counted(names: NDArray[np.str_]) -> dict[str, int]:
    return dict(sorted(Counter(names.tolist()).items()))


def _silent_origins(compiled: CompiledBrain) -> Iterator[str]:
    made = np.bincount(compiled.origin, minlength=len(compiled.origins))
    for name, count in zip(compiled.origins, made, strict=True):
        if count == 0:
            yield f"{name} makes no synapse"


def _loose_terminals(compiled: CompiledBrain) -> Iterator[str]:
    """Terminals that nothing reaches or listens to but the synapses within their block."""
    network = compiled.network
    n = network.n_neurons
    outside = ~compiled.made_by(BLOCK_ORIGIN)
    source, target = network.source[outside], network.target[outside]
    both_ways = compiled.network.electrical[outside]
    reached, heard = np.zeros(n, bool), np.zeros(n, bool)
    for part in (target, source[both_ways], compiled.sensor_map.neuron, compiled.proprioception_map.neuron):
        reached[part] = True
    for part in (source, target[both_ways], compiled.muscle_map.neuron, *_modulators(compiled)):
        heard[part] = True
    for name, neurons in compiled.inputs.items():
        if not reached[neurons].any():
            yield f"input {name} is never wired"
    for name, neurons in compiled.outputs.items():
        if not heard[neurons].any():
            yield f"output {name} is never wired"


def _modulators(compiled: CompiledBrain) -> Iterator[Ints]:
    """Neurons that open gates of projections; a block's gates are its own affair."""
    projected = np.unique(compiled.network.synapse_class[compiled.made_by(PROJECTION_ORIGIN)])
    for index, openers in compiled.network.gates:
        if index in projected:
            yield openers


def _loose_paths(compiled: CompiledBrain) -> Iterator[str]:
    """Components out of reach of every sense, and senses whose signals reach no muscle."""
    sensed = np.concatenate([compiled.sensor_map.neuron, compiled.proprioception_map.neuron])
    reached = _downstream(compiled, sensed)
    for index, record in enumerate(compiled.components):
        if not reached[compiled.component == index].any():
            yield f"component {record.name} is reached by no sense and no joint"
    for index, receptor in enumerate(compiled.receptors):
        starts = compiled.sensor_map.neuron[compiled.sensor_map.receptor == index]
        if starts.size == 0:
            yield f"receptor {receptor.name} is used by no sense"
        elif not _downstream(compiled, starts)[compiled.muscle_map.neuron].any():
            yield f"receptor {receptor.name} reaches no muscle"


def _downstream(compiled: CompiledBrain, starts: Ints) -> NDArray[np.bool_]:
    """(n,) whether a path of synapses leads from ``starts`` to each neuron; ``starts`` count as reached."""
    network = compiled.network
    source, target = compiled.directed_ends
    reached = np.zeros(network.n_neurons, bool)
    reached[starts] = True
    before = -1
    gates = [(openers, network.target[network.synapse_class == index]) for index, openers in network.gates]
    while before != (before := int(np.count_nonzero(reached))):
        reached[target[reached[source]]] = True
        for openers, opened in gates:  # whoever opens a gate decides what comes through
            if reached[openers].any():
                reached[opened] = True
    return reached
