"""Checks of a block beyond the form of its JSON."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from spikeworm_env.compiler.block_schema import Block, BlockNeuron, BlockSynapse
from spikeworm_env.compiler.json_fields import SynapseSpec
from spikeworm_env.compiler.json_parsing import UNNAMED, Parsed
from spikeworm_env.engine.neurons import NEURON_TYPES, resolve_neuron
from spikeworm_env.engine.synapses import SYNAPSE_TYPES, resolve_parameters
from spikeworm_env.errors import InputError, suggestion


def block_problems(parsed: Parsed[Block], file_stem: str) -> Iterator[str]:
    """Every problem of a block besides the form of its JSON."""
    block = parsed.value
    if block is None:
        return
    if block.name not in (file_stem, UNNAMED["name"]):
        yield f"name: {block.name!r} differs from the file's name {file_stem!r}"
    neurons = {neuron.id: neuron for neuron in block.neurons}
    yield from repeated_ids(parsed.items("neurons"))
    for path, neuron in parsed.items("neurons"):
        yield from _neuron_problems(path, neuron)
    for path, synapse in parsed.items("synapses"):
        yield from _synapse_problems(path, synapse, block, neurons, parsed.dropped)
    yield from _terminal_problems(block, neurons, parsed.dropped)


def repeated_ids(items: Iterable[tuple[str, object]]) -> Iterator[str]:
    """A problem for every item with the id of an earlier item."""
    seen: dict[str, str] = {}
    for path, item in items:
        name = item.id  # type: ignore[attr-defined]
        if name in seen:
            yield f"{path}.id: {name!r} is taken by {seen[name]}"
        seen.setdefault(name, path)


def spec_problems(path: str, spec: SynapseSpec, modulator: str | None) -> Iterator[str]:
    """Every problem of a synapse's type, delay, weight, parameters and modulator group."""
    synapse_type = SYNAPSE_TYPES.get(spec.type)
    if synapse_type is None:
        yield f"{path}.type: unknown synapse type {spec.type!r}{suggestion(spec.type, SYNAPSE_TYPES)}"
        return
    if synapse_type.continuous and spec.delay is not None:
        yield f"{path}.delay: a {spec.type} has no delay; leave the key out"
    if spec.delays is not None:
        yield from _delays_problems(f"{path}.delays", spec, synapse_type.continuous)
    if synapse_type.symmetric and spec.weight < 0:
        yield f"{path}.weight: the conductance of a {spec.type} is {spec.weight:g}; expected >= 0"
    if spec.weight_sd > 0 and spec.weight == 0:
        yield f"{path}.weight_sd: a spread needs a weight other than 0"
    if synapse_type.needs_modulator is not None and synapse_type.needs_modulator in spec.parameters:
        yield f"{path}.parameters: name the modulator group with the key 'modulator' beside 'parameters'"
    if synapse_type.needs_modulator is not None and modulator is None:
        yield f"{path}: key 'modulator' is missing; a {spec.type} synapse needs one"
    if synapse_type.needs_modulator is None and modulator is not None:
        yield f"{path}.modulator: a {spec.type} synapse has none; leave the key out"
    yield from _parameter_problems(path, spec)


def _delays_problems(path: str, spec: SynapseSpec, continuous: bool) -> Iterator[str]:
    delays = spec.delays or []
    if continuous:
        yield f"{path}: a {spec.type} has no delay; leave the key out"
    if spec.delay is not None:
        yield f"{path}: stands beside 'delay'; keep one of the two"
    for delay, times in Counter(delays).items():
        if times > 1:
            yield f"{path}: {delay} is named {times} times"


def _parameter_problems(path: str, spec: SynapseSpec) -> Iterator[str]:
    # one at a time, so that all problems are found; the two bounds together, since each limits the other
    synapse_type = SYNAPSE_TYPES[spec.type]
    names = synapse_type.bounds or ()
    bounds = {name: value for name, value in spec.parameters.items() if name in names}
    alone = [{name: value} for name, value in spec.parameters.items() if name not in bounds]
    for overrides in (*alone, bounds):
        try:
            values = resolve_parameters(spec.type, spec.weight, overrides)
        except InputError as error:
            yield f"{path}.parameters: {error}"
            continue
        if overrides is bounds:
            low, high = synapse_type.weight_bounds(values)
            if not low <= spec.weight <= high:
                yield f"{path}.weight: {spec.weight:g} is outside its bounds [{low:g}, {high:g}]"


def _neuron_problems(path: str, neuron: BlockNeuron) -> Iterator[str]:
    if neuron.type not in NEURON_TYPES:
        yield f"{path}.type: unknown neuron type {neuron.type!r}{suggestion(neuron.type, NEURON_TYPES)}"
        return
    for name, value in neuron.parameters.items():
        try:
            resolve_neuron(neuron.type, {name: value})
        except InputError as error:
            yield f"{path}.parameters: {error}"


def _synapse_problems(
    path: str,
    synapse: BlockSynapse,
    block: Block,
    neurons: dict[str, BlockNeuron],
    dropped: frozenset[str],
) -> Iterator[str]:
    ends = {"from": synapse.source, "to": synapse.target}
    for key, name in ends.items():
        if name not in neurons and name not in dropped:
            yield f"{path}.{key}: unknown neuron {name!r}{suggestion(name, neurons)}"
    if all(name in neurons for name in ends.values()):
        n_source, n_target = (neurons[name].count for name in ends.values())
        same = synapse.source == synapse.target
        if synapse.pattern == "one_to_one" and n_source != n_target:
            yield f"{path}.pattern: one_to_one from {n_source} neurons to {n_target}; expected equal numbers"
        if synapse.pattern in ("chain", "ring") and not same:
            ends_named = f"{synapse.source!r} to {synapse.target!r}"
            yield f"{path}.pattern: a {synapse.pattern} joins neurons of one id, not {ends_named}"
        if same and (n_source == 1 or synapse.pattern == "one_to_one"):
            yield f"{path}: would connect each neuron to itself only"
    terminals = {**block.terminals.inputs, **block.terminals.outputs}
    if synapse.modulator is not None and synapse.modulator not in terminals:
        nearest = suggestion(synapse.modulator, terminals)
        yield f"{path}.modulator: unknown terminal {synapse.modulator!r}{nearest}"
    yield from spec_problems(path, synapse, synapse.modulator)
    yield from _silent_problems(path, synapse, neurons)


def _silent_problems(path: str, synapse: BlockSynapse, neurons: dict[str, BlockNeuron]) -> Iterator[str]:
    """A synapse that waits for spikes of neurons that never fire."""
    source = neurons.get(synapse.source)
    neuron_type = NEURON_TYPES.get(source.type) if source is not None else None
    synapse_type = SYNAPSE_TYPES.get(synapse.type)
    if neuron_type is None or synapse_type is None:
        return
    if not neuron_type.model.fires and not synapse_type.continuous:
        yield (
            f"{path}.type: {synapse.type!r} waits for spikes, but neuron {synapse.source!r} of type "
            f"{neuron_type.name} never fires; expected a synapse that follows its membrane potential"
        )


def _terminal_problems(
    block: Block, neurons: dict[str, BlockNeuron], dropped: frozenset[str]
) -> Iterator[str]:
    for name in sorted(block.terminals.inputs.keys() & block.terminals.outputs.keys()):
        yield f"terminals: {name!r} is both an input and an output"
    for direction in ("inputs", "outputs"):
        for name, ids in getattr(block.terminals, direction).items():
            path = f"terminals.{direction}.{name}"
            for index, neuron in enumerate(ids):
                if neuron not in neurons and neuron not in dropped:
                    yield f"{path}[{index}]: unknown neuron {neuron!r}{suggestion(neuron, neurons)}"
            for neuron, times in Counter(ids).items():
                if times > 1:
                    yield f"{path}: neuron {neuron!r} is named {times} times"
