"""The summary of a compiled brain: counts, balance of excitation and inhibition, and warnings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from spikeworm_env.compiler.compiled_brain import (
    BLOCK_ORIGIN,
    PROJECTION_ORIGIN,
    PROXIMITY_ORIGIN,
    CompiledBrain,
    ComponentRecord,
)
from spikeworm_env.engine.network import Ints

LEAST_PROJECTION_RATIO = 1.5  # projection / proximity synapses; learning is reported to fail below
NO_LAYER = "–"


@dataclass(frozen=True)
class Balance:
    """Excitation and inhibition of one component through synapses that transmit spikes.

    Attributes:
        component: its name in the recipe.
        excitation: sum of the positive incoming weights per neuron: the current if every source spikes once.
        inhibition: the same of the negative weights; <= 0.
        excitatory_sources: neurons with at least one positive weight onto the component.
        inhibitory_sources: neurons with at least one negative weight onto it.
        ratio: excitation / |inhibition|, or None without inhibition.
    """

    component: str
    excitation: float
    inhibition: float
    excitatory_sources: int
    inhibitory_sources: int
    ratio: float | None


def balances(compiled: CompiledBrain) -> tuple[Balance, ...]:
    """The balance of each component, in the order of the recipe."""
    network = compiled.network
    spiking = ~compiled.network.continuous
    found = []
    for index, part in enumerate(compiled.components):
        incoming = spiking & (compiled.component[network.target] == index)
        weight, source = network.weight[incoming], network.source[incoming]
        neurons = part.count * part.size
        excitation = float(weight[weight > 0].sum() / neurons)
        inhibition = float(weight[weight < 0].sum() / neurons)
        found.append(
            Balance(
                component=part.name,
                excitation=excitation,
                inhibition=inhibition,
                excitatory_sources=np.unique(source[weight > 0]).size,
                inhibitory_sources=np.unique(source[weight < 0]).size,
                ratio=excitation / -inhibition if inhibition else None,
            )
        )
    return tuple(found)


def projection_ratio(compiled: CompiledBrain) -> float | None:
    """Projection synapses per proximity synapse; None without proximity synapses."""
    projected, proximal = (
        int(np.count_nonzero(compiled.made_by(prefix))) for prefix in (PROJECTION_ORIGIN, PROXIMITY_ORIGIN)
    )
    return projected / proximal if proximal else None


def wiring_warnings(compiled: CompiledBrain) -> Iterator[str]:
    """Warnings about too much proximity wiring, and about proximity wiring onto motor neurons."""
    ratio = projection_ratio(compiled)
    if ratio is not None and ratio < LEAST_PROJECTION_RATIO:
        yield (
            f"{ratio:.2f} projection synapses per proximity synapse; "
            f"learning is reported to fail below {LEAST_PROJECTION_RATIO:g}"
        )
    hit = np.unique(compiled.network.target[compiled.made_by(PROXIMITY_ORIGIN)])
    hit = hit[np.isin(hit, compiled.muscle_map.neuron)]
    for index, part in enumerate(compiled.components):
        count = int(np.count_nonzero(compiled.component[hit] == index))
        if count:
            motor = f"{count} motor neurons of {part.name}"
            yield f"{motor} receive proximity synapses, which shift their resting activity"


@dataclass(frozen=True)
class BrainSummary:
    """Numbers of a compiled brain.

    Attributes:
        name: of the recipe.
        neurons, synapses: totals.
        neuron_types, synapse_types: type → number.
        layers: layer → neurons, in the order of the recipe; ``"–"`` for components without one.
        components: in the order of the recipe, with copies and neurons per copy.
        origins: origin → number of synapses.
        projection_ratio: projection synapses per proximity synapse; None without proximity synapses.
        balances: excitation and inhibition of each component.
        sensor_rows, muscle_rows, proprioception_rows: rows of the three maps.
        warnings: one line each; a brain with warnings can run.
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
    """Summarize a compiled brain: counts, balances, and warnings about unconnected parts."""
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
    """Warnings about terminals without connections from outside their block."""
    network = compiled.network
    n = network.n_neurons
    outside = ~compiled.made_by(BLOCK_ORIGIN)
    source, target = network.source[outside], network.target[outside]
    both_ways = compiled.network.symmetric[outside]
    reached, read = np.zeros(n, bool), np.zeros(n, bool)
    for part in (target, source[both_ways], compiled.sensor_map.neuron, compiled.proprioception_map.neuron):
        reached[part] = True
    for part in (source, target[both_ways], compiled.muscle_map.neuron, *_modulators(compiled)):
        read[part] = True
    for name, neurons in compiled.inputs.items():
        if not reached[neurons].any():
            yield f"input {name} is never wired"
    for name, neurons in compiled.outputs.items():
        if not read[neurons].any():
            yield f"output {name} is never wired"


def _modulators(compiled: CompiledBrain) -> Iterator[Ints]:
    """Neurons that open gates of projections; gates within blocks do not count."""
    projected = np.unique(compiled.network.synapse_class[compiled.made_by(PROJECTION_ORIGIN)])
    for index, openers in compiled.network.gates:
        if index in projected:
            yield openers


def _loose_paths(compiled: CompiledBrain) -> Iterator[str]:
    """Warnings about components that no sense reaches, and receptors that reach no muscle."""
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
    """(n,) whether a path of synapses leads from ``starts`` to each neuron; ``starts`` are reached."""
    network = compiled.network
    source, target = compiled.directed_ends
    reached = np.zeros(network.n_neurons, bool)
    reached[starts] = True
    before = -1
    gates = [(openers, network.target[network.synapse_class == index]) for index, openers in network.gates]
    while before != (before := int(np.count_nonzero(reached))):
        reached[target[reached[source]]] = True
        for openers, opened in gates:  # a neuron that opens a gate influences its targets
            if reached[openers].any():
                reached[opened] = True
    return reached
