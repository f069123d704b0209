"""From the rows of a file to a compiled brain, with checks of the tables against each other."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np
from pydantic import ValidationError

from spikeworm_env.compiler.compiled_brain import (
    CompiledBrain,
    ComponentRecord,
    Meta,
    MuscleMap,
    ProprioceptionMap,
    RewardRule,
    SensorMap,
)
from spikeworm_env.compiler.json_fields import NAME
from spikeworm_env.compiler.receptors import CHANNELS, STAGES, Receptor
from spikeworm_env.compiler.recipe_schema import Reward
from spikeworm_env.engine.network import Ints, Network, NeuronClass, SynapseClass
from spikeworm_env.errors import one_line, plainly, reason, shown
from spikeworm_env.seeds import checked_seed
from spikeworm_env.store.columns import TableReader
from spikeworm_env.store.training_history import read_episodes, read_evaluations, with_experience

IS_NAME = re.compile(NAME[1:-1]).fullmatch
NAMES: Mapping[str, Mapping[str, Callable[[str], object]]] = {
    "components": {"name": IS_NAME, "block": IS_NAME, "layer": str.isprintable},
    "names": {"text": IS_NAME},
    "neurons": {"label": IS_NAME},  # here and in terminals before format version 6
    "origins": {"name": str.isprintable},
    "episodes": {"condition": str.isprintable, "trial": str.isprintable},
    "evaluations": {"trial": str.isprintable},
    "terminals": {"name": IS_NAME},
    "receptors": {"name": IS_NAME},
}


def read_brain(reader: TableReader) -> CompiledBrain:
    """The compiled brain in a file.

    Raises:
        BrainFileError: rows that contradict each other, or texts of a wrong form.
    """
    _check_names(reader)
    components = _components(reader)
    neurons = reader.read("neurons")
    synapses = reader.read("synapses")
    _check_neurons(reader, components, neurons)
    meta, reward, age = _meta(reader)
    inputs, outputs = _terminals(reader, components)
    network = Network(
        neuron_class=neurons["class"],
        neuron_classes=tuple(NeuronClass(*row) for row in _classes(reader, "neuron_classes", "neuron_type")),
        **{name: neurons[name] for name in ("background", "noise")},
        **{name: synapses[name] for name in ("source", "target", "weight", "delay")},
        synapse_class=synapses["class"],
        classes=tuple(SynapseClass(*row) for row in _classes(reader, "synapse_classes", "synapse_type")),
        modulators=_modulators(reader),
    )
    network = with_experience(reader, network, age)
    episodes = read_episodes(reader, network.experience.age if network.experience else 0)
    return CompiledBrain(
        meta=meta,
        network=network,
        components=components,
        component=neurons["component"],
        copy=neurons["copy"],
        label=reader.texts("neurons", "label"),
        position=np.stack([neurons[axis] for axis in "xyz"], axis=1),
        origins=tuple(reader.read("origins")["name"]),
        origin=synapses["origin"],
        inputs=inputs,
        outputs=outputs,
        receptors=_receptors(reader),
        sensor_map=_sensor_map(reader),
        muscle_map=MuscleMap(**reader.read("muscle_map")),
        proprioception_map=_proprioception_map(reader),
        reward=reward,
        episodes=episodes,
        evaluations=read_evaluations(reader, len(episodes)),
    )


def _check_names(reader: TableReader) -> None:
    """Check that names are as the compiler makes them: tables, messages and files show them."""
    for table, columns in NAMES.items():
        read = reader.read(table) if table in reader.tables else {}
        for column, fits in columns.items():
            names = read.get(column, [])
            if not isinstance(names, list):  # rows of the table of names
                continue
            bad = {name for name in set(names) if name is not None and not fits(name)}
            if bad:
                row, name = next((row, name) for row, name in enumerate(names) if name in bad)
                expected = "a name" if fits is IS_NAME else "printable characters"
                raise reader.fail(table, f"{column} of row {row} is {shown(name)}; expected {expected}")
    names = reader.read("components")["name"]
    if len(set(names)) < len(names):
        repeated = next(name for row, name in enumerate(names) if name in names[:row])
        raise reader.fail("components", f"name {repeated} is there twice")


def _components(reader: TableReader) -> tuple[ComponentRecord, ...]:
    table = reader.read("components")
    numbers = (table[name].tolist() for name in ("count", "size", "first"))
    columns = (table["name"], table["block"], table["layer"], *numbers)
    return tuple(
        ComponentRecord(name=name, block=block, layer=layer, count=count, size=size, first=first)
        for name, block, layer, count, size, first in zip(*columns, strict=True)
    )


def _check_neurons(
    reader: TableReader, components: tuple[ComponentRecord, ...], neurons: Mapping[str, Any]
) -> None:
    """Check that neurons are in the order of components and copies."""
    first = 0
    for record in components:
        if record.first != first:
            raise reader.fail(
                "components", f"{record.name} starts at neuron {record.first}; expected {first}"
            )
        first += record.count * record.size
    n = reader.count("neurons")
    if first != n:
        raise reader.fail("components", f"they have {first} neurons, but the table of neurons has {n} rows")
    component = np.repeat(np.arange(len(components)), [record.count * record.size for record in components])
    if not np.array_equal(component, neurons["component"]):
        raise reader.fail("neurons", "component does not follow the table of components")
    copy = [np.repeat(np.arange(record.count), record.size) for record in components]
    if not np.array_equal(np.concatenate([np.empty(0, np.int64), *copy]), neurons["copy"]):
        raise reader.fail("neurons", "copy does not follow the table of components")


def _meta(reader: TableReader) -> tuple[Meta, RewardRule | None, str | None]:
    """(provenance, reward rule, age as text or None if the brain is untrained)."""
    table = reader.read("meta")
    texts = dict(zip(table["key"], table["value"], strict=True))
    try:
        hashes = json.loads(texts["block_hashes"])
        if not isinstance(hashes, dict) or not all(isinstance(value, str) for value in hashes.values()):
            raise ValueError("block_hashes is not an object of texts")
        if not IS_NAME(texts["recipe_name"]):
            raise ValueError(f"recipe_name is {shown(texts['recipe_name'])}; expected a name")
        meta = Meta(
            recipe_name=texts["recipe_name"],
            recipe_hash=texts["recipe_hash"],
            recipe_text=texts["recipe_text"],
            block_hashes=hashes,
            seed=checked_seed(_whole("seed", texts["seed"])),
            compiler_version=_whole("compiler_version", texts["compiler_version"]),
            edits=_edits(texts.get("edits", "[]")),
            content_hash=texts.get("content_hash", ""),
        )
        reward = Reward.model_validate_json(texts["reward"]) if "reward" in texts else None
    except KeyError as error:
        raise reader.fail("meta", f"key {error} is missing") from error
    except (ValueError, RecursionError) as error:
        raise reader.fail("meta", reason(error)) from error
    return meta, RewardRule(**reward.model_dump()) if reward else None, texts.get("age")


def _edits(text: str) -> tuple[str, ...]:
    edits = json.loads(text)
    if not isinstance(edits, list) or not all(isinstance(edit, str) and edit.isprintable() for edit in edits):
        raise ValueError("edits is not a list of printable texts")
    return tuple(edits)


def _classes(reader: TableReader, name: str, type_column: str) -> Iterator[tuple[str, dict[str, float]]]:
    """(type, parameters) of each neuron class or synapse class."""
    table = reader.read(name)
    for row, (type_name, text) in enumerate(zip(table[type_column], table["parameters"], strict=True)):
        try:
            parameters = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise reader.fail(name, f"parameters of row {row}: {reason(error)}") from error
        if not isinstance(parameters, dict) or not all(map(_is_finite, parameters.values())):
            raise reader.fail(name, f"parameters of row {row} are not an object of finite numbers")
        yield type_name, {key: float(value) for key, value in parameters.items()}


def _modulators(reader: TableReader) -> tuple[Ints, ...]:
    table = reader.read("modulators")
    numbers, starts = np.unique(table["modulator"], return_index=True)
    if not np.array_equal(numbers, np.arange(numbers.size)) or (np.diff(table["modulator"]) < 0).any():
        raise reader.fail("modulators", "the group numbers are not 0, 1, 2 … in order")
    return tuple(np.split(table["neuron"], starts[1:])) if numbers.size else ()


def _terminals(
    reader: TableReader, components: tuple[ComponentRecord, ...]
) -> tuple[dict[str, Ints], dict[str, Ints]]:
    """(inputs, outputs): ``component.terminal`` → neuron ids."""
    table = reader.read("terminals")
    found: tuple[dict[str, Ints], dict[str, Ints]] = ({}, {})
    names = reader.texts("terminals", "name")
    if not names.size:
        return found
    new = np.zeros(names.size, bool)
    for column in (table["direction"], table["component"], names):
        new[1:] |= column[1:] != column[:-1]
    starts = [0, *np.flatnonzero(new).tolist()]
    for start, end in zip(starts, [*starts[1:], names.size], strict=True):
        direction, component, name = (
            table["direction"][start],
            table["component"][start],
            str(names[start]),
        )
        record = components[component]
        neurons = table["neuron"][start:end]
        reference = f"{record.name}.{name}"
        if any(reference in known for known in found):
            raise reader.fail("terminals", f"the rows of {reference} are not contiguous")
        inside = (neurons >= record.first) & (neurons < record.first + record.count * record.size)
        if not inside.all():
            raise reader.fail("terminals", f"{reference} has neurons of another component")
        found[direction][reference] = neurons
    return found


def _receptors(reader: TableReader) -> tuple[Receptor, ...]:
    table = reader.read("receptors")
    receptors = []
    for name, source, stages in zip(table["name"], table["source"], table["stages"], strict=True):
        if source not in CHANNELS:
            raise reader.fail("receptors", f"unknown channel {shown(source)} of {plainly(name)}")
        try:
            receptors.append(Receptor(name, source, STAGES.validate_json(stages)))
        except ValidationError as error:
            problem = one_line(error.errors()[0]["msg"])
            raise reader.fail("receptors", f"stages of {plainly(name)}: {problem}") from error
    return tuple(receptors)


def _sensor_map(reader: TableReader) -> SensorMap:
    table = reader.read("sensor_map")
    if (table["max_current"] <= 0).any():
        raise reader.fail("sensor_map", "max_current is not above 0 everywhere")
    return SensorMap(table["neuron"], table["receptor"], table["gain"], table["shift"], table["max_current"])


def _proprioception_map(reader: TableReader) -> ProprioceptionMap:
    table = reader.read("proprioception_map")
    if (table["first_joint"] >= table["last_joint"]).any():
        raise reader.fail("proprioception_map", "first_joint is not below last_joint everywhere")
    return ProprioceptionMap(**table)


def _is_finite(value: object) -> bool:
    """Whether it is a number that a float holds."""
    try:
        return type(value) in (int, float) and math.isfinite(value)  # type: ignore[arg-type]
    except OverflowError:
        return False


def _whole(name: str, text: str) -> int:
    """A whole number of at most 19 digits."""
    if not re.fullmatch(r"[0-9]{1,19}", text):
        raise ValueError(f"{name} is {shown(text)}; expected a whole number")
    return int(text)
