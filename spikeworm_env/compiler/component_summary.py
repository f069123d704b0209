"""The summary of one component of a brain: its neurons and their parameters, terminals and connections."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from spikeworm_env.checks import known_name
from spikeworm_env.compiler.compiled_brain import MUSCLE_SIDES, CompiledBrain, ComponentRecord
from spikeworm_env.compiler.connections import Connection, connections
from spikeworm_env.engine.network import Ints


@dataclass(frozen=True)
class NeuronGroup:
    """The neurons of a component that have one type and the same parameters.

    Attributes:
        neuron_type: name of the type.
        neurons: how many.
        parameters: every parameter of its model by name.
    """

    neuron_type: str
    neurons: int
    parameters: Mapping[str, float]


@dataclass(frozen=True)
class ComponentSummary:
    """One component of a brain.

    Attributes:
        component: name, block, copies, neurons per copy, layer and first id.
        groups: its neurons by type and parameters, the largest group first.
        inputs, outputs: terminal → number of neurons.
        senses: receptor, or ``"joints"`` → neurons that get its current.
        muscles: ``"dorsal segments 0 to 5"``: side and segments → neurons that drive these muscles.
        incoming, within, outgoing: its connections from others, in itself and to others; an electrical
            connection is with the incoming ones.
    """

    component: ComponentRecord
    groups: tuple[NeuronGroup, ...]
    inputs: Mapping[str, int]
    outputs: Mapping[str, int]
    senses: Mapping[str, int]
    muscles: Mapping[str, int]
    incoming: tuple[Connection, ...]
    within: tuple[Connection, ...]
    outgoing: tuple[Connection, ...]


def component_summary(compiled: CompiledBrain, name: str) -> ComponentSummary:
    """Summarize one component.

    Raises:
        UnknownNameError: the brain has no component of this name.
    """
    names = [part.name for part in compiled.components]
    index = names.index(known_name("component", name, names))
    own = np.flatnonzero(compiled.component == index)
    found = [each for each in connections(compiled) if name in (each.source, each.target)]
    others = [each for each in found if each.source != each.target]
    into = [each for each in others if each.target == name or each.sign == "electrical"]
    return ComponentSummary(
        component=compiled.components[index],
        groups=tuple(_groups(compiled, own)),
        inputs=_terminals(compiled.inputs, name),
        outputs=_terminals(compiled.outputs, name),
        senses=dict(_senses(compiled, own)),
        muscles=dict(_muscles(compiled, own)),
        incoming=tuple(into),
        within=tuple(each for each in found if each.source == each.target),
        outgoing=tuple(each for each in others if each not in into),
    )


def _groups(compiled: CompiledBrain, own: Ints) -> Iterator[NeuronGroup]:
    for index, count in Counter(compiled.network.neuron_class[own].tolist()).most_common():
        kind = compiled.network.neuron_classes[index]
        yield NeuronGroup(kind.type, count, dict(kind.parameters))


def _terminals(terminals: Mapping[str, Ints], name: str) -> dict[str, int]:
    of = f"{name}."
    return {full.removeprefix(of): ids.size for full, ids in terminals.items() if full.startswith(of)}


def _senses(compiled: CompiledBrain, own: Ints) -> Iterator[tuple[str, int]]:
    rows = compiled.sensor_map
    for index, receptor in enumerate(compiled.receptors):
        reached = np.unique(rows.neuron[(rows.receptor == index) & np.isin(rows.neuron, own)])
        if reached.size:
            yield receptor.name, reached.size
    stretched = np.intersect1d(compiled.proprioception_map.neuron, own)
    if stretched.size:
        yield "joints", stretched.size


def _muscles(compiled: CompiledBrain, own: Ints) -> Iterator[tuple[str, int]]:
    rows = compiled.muscle_map
    for index, side in enumerate(MUSCLE_SIDES):
        used = (rows.side == index) & np.isin(rows.neuron, own)
        if used.any():
            segments = rows.segment[used]
            yield f"{side} segments {segments.min()} to {segments.max()}", np.unique(rows.neuron[used]).size
