"""Compiles a recipe and a seed to a brain."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from spikeworm_env.compiler.body_maps import muscle_map, proprioception_map, sensor_map
from spikeworm_env.compiler.compiled_brain import (
    BLOCK_ORIGIN,
    PROJECTION_ORIGIN,
    PROXIMITY_ORIGIN,
    CompiledBrain,
    Meta,
    RewardRule,
)
from spikeworm_env.compiler.edits import content_hash
from spikeworm_env.compiler.neurons import NeuronTable, build_neurons
from spikeworm_env.compiler.proximity import wire_proximity
from spikeworm_env.compiler.receptors import Receptor
from spikeworm_env.compiler.recipe_schema import Projection, Recipe
from spikeworm_env.compiler.recipe_source import RecipeSource, read_recipe
from spikeworm_env.compiler.wiring import SynapseTable, pairs_within
from spikeworm_env.engine.network import Ints, Network
from spikeworm_env.engine.network_checks import validate
from spikeworm_env.engine.synapses import SYNAPSE_TYPES
from spikeworm_env.errors import RecipeError
from spikeworm_env.seeds import checked_seed

COMPILER_VERSION = 3  # increase it when the same recipe and seed give another network


def compile_recipe(recipe: str | Path | Mapping[str, Any], seed: int = 42) -> CompiledBrain:
    """Compile a recipe to a brain.

    The same recipe and seed give the same brain. Placement, blocks, projections and proximity rules have
    separate random streams, and so has every entry among them: a projection added at the end of the list
    changes no other synapse.

    Args:
        recipe: the name of a shipped recipe, the path of a JSON file, or the content of one. It can use the
            shipped blocks and those in a folder ``blocks`` beside its file.
        seed: seed of the random wiring and placement, 0 to 2**63 - 1.

    Raises:
        UnknownNameError: no shipped recipe has this name.
        InputError: there is no file at this path, or the seed is not a whole number in its range.
        RecipeError: the recipe or one of its blocks is not valid; the message lists every problem.
    """
    seed = checked_seed(seed)
    source = read_recipe(recipe)
    try:
        return _compile(source, seed)
    except RecipeError as error:
        raise RecipeError(source.file.where, error.problems) from error


def _compile(source: RecipeSource, seed: int) -> CompiledBrain:
    recipe = source.recipe
    placement, in_blocks, in_projections, in_space = np.random.default_rng(seed).spawn(4)
    neurons = build_neurons(source, placement)
    groups = _ModulatorGroups()
    synapses = SynapseTable()
    _wire_blocks(neurons, synapses, groups, in_blocks)
    for index, (projection, rng) in enumerate(
        zip(recipe.projections, in_projections.spawn(len(recipe.projections)), strict=True)
    ):
        origin = f"{PROJECTION_ORIGIN}{index}] {projection.source} -> {projection.target}"
        _wire_projection(neurons, projection, origin, synapses, groups, rng)
    for index, (rule, rng) in enumerate(
        zip(recipe.proximity, in_space.spawn(len(recipe.proximity)), strict=True)
    ):
        wire_proximity(neurons, rule, f"{PROXIMITY_ORIGIN}{index}]", synapses, rng)
    columns = synapses.columns()
    network = Network(
        neuron_class=neurons.neuron_class,
        neuron_classes=neurons.neuron_classes,
        background=neurons.background,
        noise=neurons.noise,
        source=columns.source,
        target=columns.target,
        weight=columns.weight,
        delay=columns.delay,
        synapse_class=columns.synapse_class,
        classes=tuple(synapses.classes),
        modulators=tuple(groups.members),
    )
    validate(network)
    receptors = _receptors(recipe)
    compiled = CompiledBrain(
        meta=Meta(
            recipe_name=recipe.name,
            recipe_hash=source.file.hash,
            recipe_text=source.file.text,
            block_hashes=source.block_hashes,
            seed=seed,
            compiler_version=COMPILER_VERSION,
        ),
        network=network,
        components=neurons.components,
        component=neurons.component,
        copy=neurons.copy,
        label=neurons.label,
        position=neurons.position,
        origins=synapses.origins,
        origin=columns.origin,
        inputs=neurons.all_terminals("inputs"),
        outputs=neurons.all_terminals("outputs"),
        receptors=receptors,
        sensor_map=sensor_map(neurons, recipe.senses, [receptor.name for receptor in receptors]),
        muscle_map=muscle_map(neurons, recipe.muscles),
        proprioception_map=proprioception_map(neurons, recipe.proprioception),
        reward=RewardRule(**recipe.reward.model_dump()) if recipe.reward else None,
    )
    return replace(compiled, meta=replace(compiled.meta, content_hash=content_hash(compiled)))


class _ModulatorGroups:
    """The distinct modulator groups: neurons whose activity synapse rules read."""

    def __init__(self) -> None:
        self.members: list[Ints] = []
        self._indices: dict[bytes, int] = {}

    def index_of(self, members: Ints) -> int:
        """The index of the group with these neuron ids; a new group if there is none."""
        key = members.tobytes()
        if key not in self._indices:
            self._indices[key] = len(self.members)
            self.members.append(members)
        return self._indices[key]


def _wire_blocks(
    neurons: NeuronTable, synapses: SynapseTable, groups: _ModulatorGroups, rng: np.random.Generator
) -> None:
    """Add the synapses within blocks; every copy has the same wiring and its own modulator groups."""
    for record, component_rng in zip(neurons.components, rng.spawn(len(neurons.components)), strict=True):
        template = neurons.templates[record.block]
        for synapse in template.block.synapses:
            source, target = (neurons.by_copy(record, indices) for indices in template.groups(synapse))
            g = source.shape[1]
            modulators = None
            if synapse.modulator is not None:
                by_copy = neurons.terminal(f"{record.name}.{synapse.modulator}")
                modulators = np.repeat([groups.index_of(members) for members in by_copy], g)
            pairs = pairs_within(
                source.reshape(record.count * g, -1),
                target.reshape(record.count * g, -1),
                1.0,
                SYNAPSE_TYPES[synapse.type].symmetric,
                component_rng,
            )
            synapses.add(synapse, pairs, f"{BLOCK_ORIGIN}{record.block}", component_rng, modulators)


def _wire_projection(
    neurons: NeuronTable,
    projection: Projection,
    origin: str,
    synapses: SynapseTable,
    groups: _ModulatorGroups,
    rng: np.random.Generator,
) -> None:
    source, target = neurons.terminal(projection.source), neurons.terminal(projection.target)
    if projection.pattern == "all_to_all":
        source, target = source.reshape(1, -1), target.reshape(1, -1)
    elif projection.pattern == "chain":
        source, target = source[:-1], target[1:]
    modulators = None
    if projection.modulator is not None:
        group = groups.index_of(neurons.terminal(projection.modulator).ravel())
        modulators = np.full(len(source), group)
    undirected = SYNAPSE_TYPES[projection.type].symmetric
    pairs = pairs_within(source, target, projection.probability, undirected, rng)
    synapses.add(projection, pairs, origin, rng, modulators)


def _receptors(recipe: Recipe) -> tuple[Receptor, ...]:
    return tuple(Receptor(name, spec.source, tuple(spec.stages)) for name, spec in recipe.receptors.items())
