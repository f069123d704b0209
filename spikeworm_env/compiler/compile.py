"""From a recipe and a seed to a compiled brain."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from spikeworm_env.compiler.blueprint import Blueprint, read_blueprint
from spikeworm_env.compiler.brain import (
    BLOCK_ORIGIN,
    PROJECTION_ORIGIN,
    PROXIMITY_ORIGIN,
    CompiledBrain,
    Meta,
    RewardRule,
)
from spikeworm_env.compiler.layout import Layout, lay_out
from spikeworm_env.compiler.maps import muscle_map, proprioception_map, sensor_map
from spikeworm_env.compiler.proximity import wire_proximity
from spikeworm_env.compiler.receptors import Receptor
from spikeworm_env.compiler.recipe_schema import Projection, Recipe
from spikeworm_env.compiler.wiring import SynapseTable, pairs_within
from spikeworm_env.engine.network import Ints, Network, validate
from spikeworm_env.engine.synapses import SYNAPSE_TYPES
from spikeworm_env.errors import RecipeError
from spikeworm_env.seeds import checked_seed

COMPILER_VERSION = 3  # raise it when the same recipe and seed give another network


def compile_recipe(recipe: str | Path, seed: int = 42) -> CompiledBrain:
    """Compile a recipe.

    The same recipe and seed give the same brain. Placement, the wiring of blocks, of projections and of
    neighbours each draw from a random stream of their own, and so does every entry among them: adding a
    projection at the end of the list changes none of the others.

    Args:
        recipe: the name of a shipped recipe, or the path of a JSON file. Its blocks are the shipped ones and
            those in a folder ``blocks`` beside it.
        seed: 0 to 2**63 - 1.

    Raises:
        UnknownNameError, InputError: there is no such recipe, or the seed is none.
        RecipeError: the recipe or a block has problems; all of them are listed.
    """
    seed = checked_seed(seed)
    blueprint = read_blueprint(recipe)
    try:
        return _compile(blueprint, seed)
    except RecipeError as error:
        raise RecipeError(blueprint.file.where, error.problems) from error


def _compile(blueprint: Blueprint, seed: int) -> CompiledBrain:
    recipe = blueprint.recipe
    placement, in_blocks, in_projections, in_space = np.random.default_rng(seed).spawn(4)
    layout = lay_out(blueprint, placement)
    groups = _ModulatorGroups()
    table = SynapseTable()
    _wire_blocks(layout, table, groups, in_blocks)
    for index, (projection, rng) in enumerate(
        zip(recipe.projections, in_projections.spawn(len(recipe.projections)), strict=True)
    ):
        origin = f"{PROJECTION_ORIGIN}{index}] {projection.source} -> {projection.target}"
        _wire_projection(layout, projection, origin, table, groups, rng)
    for index, (rule, rng) in enumerate(
        zip(recipe.proximity, in_space.spawn(len(recipe.proximity)), strict=True)
    ):
        wire_proximity(layout, rule, f"{PROXIMITY_ORIGIN}{index}]", table, rng)
    columns = table.columns()
    a, b, c, d = np.ascontiguousarray(layout.abcd.T)
    network = Network(
        neuron_type=layout.type,
        a=a,
        b=b,
        c=c,
        d=d,
        background=layout.background,
        noise=layout.noise,
        source=columns.source,
        target=columns.target,
        weight=columns.weight,
        delay=columns.delay,
        synapse_class=columns.synapse_class,
        classes=tuple(table.classes),
        modulators=tuple(groups.members),
    )
    validate(network)
    receptors = _receptors(recipe)
    return CompiledBrain(
        meta=Meta(
            recipe_name=recipe.name,
            recipe_hash=blueprint.file.hash,
            recipe_text=blueprint.file.text,
            block_hashes=blueprint.block_hashes,
            seed=seed,
            compiler_version=COMPILER_VERSION,
        ),
        network=network,
        components=layout.components,
        component=layout.component,
        copy=layout.copy,
        label=layout.label,
        position=layout.position,
        origins=tuple(table.origins),
        origin=columns.origin,
        inputs=layout.all_terminals("inputs"),
        outputs=layout.all_terminals("outputs"),
        receptors=receptors,
        sensor_map=sensor_map(layout, recipe.senses, [receptor.name for receptor in receptors]),
        muscle_map=muscle_map(layout, recipe.muscles),
        proprioception_map=proprioception_map(layout, recipe.proprioception),
        reward=RewardRule(**recipe.reward.model_dump()) if recipe.reward else None,
    )


class _ModulatorGroups:
    """The groups of neurons that open gates, each kept once."""

    def __init__(self) -> None:
        self.members: list[Ints] = []
        self._ids: dict[bytes, int] = {}

    def id_of(self, neurons: Ints) -> int:
        key = neurons.tobytes()
        if key not in self._ids:
            self._ids[key] = len(self.members)
            self.members.append(neurons)
        return self._ids[key]


def _wire_blocks(
    layout: Layout, table: SynapseTable, groups: _ModulatorGroups, rng: np.random.Generator
) -> None:
    """The synapses within blocks; each copy is wired alike and modulated by its own terminals."""
    for record, component_rng in zip(layout.components, rng.spawn(len(layout.components)), strict=True):
        plan = layout.plans[record.block]
        for synapse in plan.block.synapses:
            source, target = (layout.by_copy(record, numbers) for numbers in plan.groups(synapse))
            g = source.shape[1]
            modulators = None
            if synapse.modulator is not None:
                by_copy = layout.terminal(f"{record.name}.{synapse.modulator}")
                modulators = np.repeat([groups.id_of(neurons) for neurons in by_copy], g)
            pairs = pairs_within(
                source.reshape(record.count * g, -1),
                target.reshape(record.count * g, -1),
                1.0,
                SYNAPSE_TYPES[synapse.type].electrical,
                component_rng,
            )
            table.add(synapse, pairs, f"{BLOCK_ORIGIN}{record.block}", component_rng, modulators)


def _wire_projection(
    layout: Layout,
    projection: Projection,
    origin: str,
    table: SynapseTable,
    groups: _ModulatorGroups,
    rng: np.random.Generator,
) -> None:
    source, target = layout.terminal(projection.source), layout.terminal(projection.target)
    if projection.pattern == "all_to_all":
        source, target = source.reshape(1, -1), target.reshape(1, -1)
    elif projection.pattern == "chain":
        source, target = source[:-1], target[1:]
    modulators = None
    if projection.modulator is not None:
        group = groups.id_of(layout.terminal(projection.modulator).ravel())
        modulators = np.full(len(source), group)
    electrical = SYNAPSE_TYPES[projection.type].electrical
    pairs = pairs_within(source, target, projection.probability, electrical, rng)
    table.add(projection, pairs, origin, rng, modulators)


def _receptors(recipe: Recipe) -> tuple[Receptor, ...]:
    return tuple(Receptor(name, spec.source, tuple(spec.stages)) for name, spec in recipe.receptors.items())
