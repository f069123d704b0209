"""From a compiled brain to the rows of its file."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from spikeworm_env.compiler.compiled_brain import CompiledBrain
from spikeworm_env.compiler.receptors import STAGES
from spikeworm_env.compiler.training_record import Evaluation, TrainingEpisode
from spikeworm_env.engine.network import Ints, Network, NeuronClass, SynapseClass
from spikeworm_env.engine.synapses import SYNAPSE_TYPES
from spikeworm_env.store.schema import DIRECTIONS, FORMAT_VERSION


def table_columns(compiled: CompiledBrain) -> dict[str, list[Any]]:
    """Table → columns, in the order of ``schema.TABLES``, without the key of packed tables."""
    network, components = compiled.network, compiled.components
    x, y, z = compiled.position.T
    senses, muscles, bends = compiled.sensor_map, compiled.muscle_map, compiled.proprioception_map
    meta = _meta_texts(compiled)
    numbers: dict[str, int] = {}
    columns = {
        "meta": [list(meta), list(meta.values())],
        "components": [
            list(range(len(components))),
            *(
                [getattr(record, name) for record in components]
                for name in ("name", "block", "count", "size", "layer", "first")
            ),
        ],
        "neuron_classes": _class_columns(network.neuron_classes),
        "neurons": [
            *(compiled.component, compiled.copy),
            *(_numbers(compiled.label.tolist(), numbers), network.neuron_class),
            *(network.background, network.noise, x, y, z),
        ],
        "modulators": [
            np.repeat(np.arange(len(network.modulators)), [group.size for group in network.modulators]),
            np.concatenate([np.empty(0, np.int64), *network.modulators]),
        ],
        "synapse_classes": _class_columns(network.classes),
        "origins": [list(range(len(compiled.origins))), list(compiled.origins)],
        "synapses": [
            *(network.source, network.target, network.weight),
            *(network.delay, network.synapse_class, compiled.origin),
        ],
        "initial_weights": _initial_weight_columns(network),
        "persistent": _persistent_columns(network, numbers),
        "episodes": _field_columns(TrainingEpisode, compiled.episodes),
        "evaluations": _field_columns(Evaluation, compiled.evaluations),
        "terminals": _terminal_columns(compiled, numbers),
        "receptors": [
            list(range(len(compiled.receptors))),
            [receptor.name for receptor in compiled.receptors],
            [receptor.source for receptor in compiled.receptors],
            [STAGES.dump_json(receptor.stages).decode() for receptor in compiled.receptors],
        ],
        "sensor_map": [senses.neuron, senses.receptor, senses.gain, senses.offset, senses.limit],
        "muscle_map": [muscles.neuron, muscles.side, muscles.segment, muscles.gain],
        "proprioception_map": [bends.neuron, bends.first_joint, bends.last_joint, bends.gain],
    }
    return {"names": [list(range(len(numbers))), list(numbers)], **columns}


def _numbers(texts: list[str], numbers: dict[str, int]) -> Ints:
    """(k,) numbers of texts, which are added to ``numbers`` in order of their first use."""
    return np.array([numbers.setdefault(text, len(numbers)) for text in texts], np.int64)


def _class_columns(classes: Sequence[NeuronClass] | Sequence[SynapseClass]) -> list[list[Any]]:
    return [
        list(range(len(classes))),
        [each.type for each in classes],
        [json.dumps(dict(each.parameters)) for each in classes],
    ]


def _meta_texts(compiled: CompiledBrain) -> dict[str, str]:
    meta = compiled.meta
    texts = {
        "format_version": str(FORMAT_VERSION),
        "compiler_version": str(meta.compiler_version),
        "recipe_name": meta.recipe_name,
        "recipe_hash": meta.recipe_hash,
        "block_hashes": json.dumps(dict(meta.block_hashes)),
        "seed": str(meta.seed),
        "recipe_text": meta.recipe_text,
        "content_hash": meta.content_hash,
    }
    if meta.edits:
        texts["edits"] = json.dumps(meta.edits)
    if compiled.reward is not None:
        texts["reward"] = json.dumps(vars(compiled.reward))
    if compiled.network.experience is not None:
        texts["age"] = str(compiled.network.experience.age)
    return texts


def persistent_rows(network: Network) -> tuple[Ints, NDArray[np.str_]]:
    """(synapse, state) of all rows of the table of persistent states, in order."""
    types = network.synapse_type
    numbers, states = [np.empty(0, np.int64)], [np.empty(0, np.str_)]
    for name, synapse_type in SYNAPSE_TYPES.items():
        for state in synapse_type.persistent:
            own = np.flatnonzero(types == name)
            numbers.append(own)
            states.append(np.full(own.size, state))
    return np.concatenate(numbers), np.concatenate(states)


def _initial_weight_columns(network: Network) -> list[Any]:
    experience = network.experience
    if experience is None:
        return [[], []]
    changed = np.flatnonzero(network.weight != experience.initial_weight)
    return [changed, experience.initial_weight[changed]]


def _persistent_columns(network: Network, numbers: dict[str, int]) -> list[Any]:
    experience = network.experience
    if experience is None:
        return [[], [], []]
    values = [
        experience.persistent[name][state]
        for name, synapse_type in SYNAPSE_TYPES.items()
        for state in synapse_type.persistent
        if name in experience.persistent
    ]
    synapses, states = persistent_rows(network)
    return [synapses, _numbers(states.tolist(), numbers), np.concatenate([np.empty(0, np.int64), *values])]


def _field_columns(record_type: type, records: Sequence[Any]) -> list[Any]:
    """The fields of dataclasses, which are in the order of the table's columns."""
    return [[getattr(record, field.name) for record in records] for field in fields(record_type)]


def _terminal_columns(compiled: CompiledBrain, numbers: dict[str, int]) -> list[Any]:
    components = {record.name: number for number, record in enumerate(compiled.components)}
    rows: list[tuple[int, int, int]] = []
    neurons: list[Ints] = []
    for direction, side in enumerate(DIRECTIONS):
        for reference, ids in getattr(compiled, side).items():
            component, name = reference.split(".")
            rows.append((components[component], int(_numbers([name], numbers)[0]), direction))
            neurons.append(ids)
    columns = np.repeat(np.array(rows, np.int64).reshape(-1, 3), [ids.size for ids in neurons], axis=0).T
    return [*columns, np.concatenate([np.empty(0, np.int64), *neurons])]
