"""The parts of a brain or a block, as tables and as JSON."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from spikeworm_env.cli.screen import print_table, print_text
from spikeworm_env.cli.training_tables import print_conditions, print_history
from spikeworm_env.frames import figure

if TYPE_CHECKING:
    from spikeworm_env.compiler import CompiledBrain
    from spikeworm_env.compiler.block_schema import Block
    from spikeworm_env.compiler.connections import Connection
    from spikeworm_env.trials.activity import Spikes

MOST_GROUPS = 8  # of neurons with equal parameters that are printed of a component


def print_block(block: Block) -> None:
    """Print a block's neurons, synapses and terminals."""
    found = block_as_json(block)
    print_text(f"block {block.name}: {block.description}")
    types = found["neuron_types"]
    print_text(f"{sum(types.values())} neurons: {_counted(types)}")
    print_text(f"synapses between: {_counted(found['synapse_types'])}")
    for direction, ports in (("in", block.terminals.inputs), ("out", block.terminals.outputs)):
        for name, neurons in ports.items():
            print_text(", ".join(neurons), f"{direction:3} {name}: ")


def block_as_json(block: Block) -> dict[str, Any]:
    """The same as JSON types; ``synapse_types`` counts entries of the file, not single synapses."""
    types: Counter[str] = Counter()
    for neuron in block.neurons:
        types[neuron.type] += neuron.count
    return {
        "block": block.name,
        "description": block.description,
        "neurons": types.total(),
        "neuron_types": dict(types),
        "synapse_types": dict(Counter(synapse.type for synapse in block.synapses)),
        "inputs": block.terminals.inputs,
        "outputs": block.terminals.outputs,
    }


def print_brain(compiled: CompiledBrain) -> None:
    """Print the summary of a compiled brain, with its warnings at the end."""
    from spikeworm_env.compiler import summary

    found, meta = summary(compiled), compiled.meta
    print_table(
        f"brain {found.name}",
        ["component", "block", "layer", "copies", "neurons"],
        (
            [part.name, part.block, part.layer or "–", str(part.count), str(part.count * part.size)]
            for part in found.components
        ),
    )
    print_table(
        "synapses by origin",
        ["origin", "synapses"],
        ([name, str(count)] for name, count in found.origins.items()),
    )
    print_table(
        "incoming chemical weights per neuron",
        ["component", "excitatory", "from neurons", "inhibitory", "from neurons", "ratio"],
        (
            [
                part.component,
                figure(part.excitation),
                str(part.excitatory_sources),
                figure(part.inhibition),
                str(part.inhibitory_sources),
                figure(part.ratio),
            ]
            for part in found.balances
        ),
    )
    print_text(f"seed {meta.seed}, recipe {meta.recipe_hash[:12]}")
    print_text(f"{found.neurons} neurons: {_counted(found.neuron_types)}")
    print_text(f"layers: {_counted(found.layers)}")
    print_text(f"{found.synapses} synapses: {_counted(found.synapse_types)}")
    if found.projection_ratio is not None:
        print_text(f"projection to proximity synapses: {found.projection_ratio:.2f}")
    print_text(
        f"connections: {found.sensor_rows} from senses, {found.proprioception_rows} from joints, "
        f"{found.muscle_rows} to muscles"
    )
    print_conditions(compiled)
    print_history(compiled)
    for warning in found.warnings:
        print_text(f"warning: {warning}")


def print_component(compiled: CompiledBrain, name: str) -> None:
    """Print one component of a brain: neurons and their parameters, terminals and connections.

    Raises:
        UnknownNameError: the brain has no component of this name.
    """
    from spikeworm_env.compiler.component_summary import component_summary

    found = component_summary(compiled, name)
    part = found.component
    last = part.first + part.count * part.size - 1
    layer = "" if part.layer is None else f", layer {part.layer}"
    print_text(f"component {name} of brain {compiled.meta.recipe_name}, seed {compiled.meta.seed}")
    print_text(f"{part.count} × block {part.block}, {part.size} neurons each{layer}")
    print_text(f"{last - part.first + 1} neurons, ids {part.first} to {last}")
    for group in found.groups[:MOST_GROUPS]:
        values = ", ".join(f"{name} {value:g}" for name, value in group.parameters.items())
        print_text(values, f"{group.neurons} {group.neuron_type}: ")
    if len(found.groups) > MOST_GROUPS:
        print_text(f"and {len(found.groups) - MOST_GROUPS} further groups of parameters")
    for head, sizes in (("in ", found.inputs), ("out", found.outputs)):
        for terminal, size in sizes.items():
            print_text(f"{size} neurons", f"{head} {terminal}: ")
    print_text(f"senses: {_counted(found.senses, 'from')}")
    print_text(f"muscles: {_counted(found.muscles, 'to')}")
    directions = (("in from", found.incoming), ("within", found.within), ("out to", found.outgoing))
    print_table(
        "connections",
        ["component", "direction", "synapses", "type", "sign", "learns", "mean weight", "mean delay"],
        (
            _connection_row(each, direction, each.source if each.target == name else each.target)
            for direction, part_of in directions
            for each in part_of
        ),
    )


def _connection_row(each: Connection, direction: str, other: str) -> list[str]:
    direction = "both ways" if each.sign == "electrical" and direction != "within" else direction
    return [
        other,
        direction,
        str(each.synapses),
        each.synapse_type,
        each.sign.value,
        "yes" if each.learns else "no",
        figure(each.mean_weight),
        figure(each.mean_delay_ms, 1, " ms"),
    ]


def component_as_json(compiled: CompiledBrain, name: str) -> dict[str, Any]:
    """The same as JSON types.

    Raises:
        UnknownNameError: the brain has no component of this name.
    """
    from spikeworm_env.compiler.component_summary import component_summary

    meta = compiled.meta
    found = {"name": meta.recipe_name, "seed": meta.seed, "recipe_hash": meta.recipe_hash}
    return found | asdict(component_summary(compiled, name))


def print_activity(compiled: CompiledBrain, spikes: Spikes) -> None:
    """Print the activity of each component in a trial."""
    print_table(
        f"activity in {spikes.seconds:g} s of the default trial",
        ["component", "neurons", "active", "mean rate"],
        (
            [part.component, str(part.neurons), f"{part.active_share:.0%}", f"{part.mean_rate_hz:.2f} Hz"]
            for part in spikes.activity(compiled)
        ),
    )


def _counted(numbers: Mapping[str, int], between: str = "") -> str:
    words = (f"{count} {between} {name}" if between else f"{count} {name}" for name, count in numbers.items())
    return ", ".join(words) or "none"
