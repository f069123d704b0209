"""The neurons of a brain: blocks as arrays, and the table of all neurons of a recipe.

Positions are in micrometres; only proximity wiring and figures use them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from spikeworm_env.compiler.block_schema import Block, BlockSynapse
from spikeworm_env.compiler.compiled_brain import ComponentRecord
from spikeworm_env.compiler.recipe_schema import Component, Tonic
from spikeworm_env.compiler.recipe_source import RecipeSource
from spikeworm_env.engine.network import Floats, Ints, NeuronClass, neuron_columns
from spikeworm_env.engine.neurons import NEURON_TYPES, resolve_neuron
from spikeworm_env.kernels.random_draws import normals

COPY_STEP = 20.0  # µm between copies of a block on their lattice
ENTRY_STEP = 5.0  # µm between neurons of a block that give no position
TWIN_STEP = 2.0  # µm between neurons that share an id


def lattice(count: int, step: float) -> Floats:
    """(count, 3) points on the smallest cubic lattice with enough points, centred on the origin."""
    side = 1
    while side**3 < count:
        side += 1
    index = np.arange(count)
    points = np.stack([index % side, index // side % side, index // side**2], axis=1).astype(float)
    return step * (points - points.sum(axis=0) / max(count, 1))


def neuron_positions(block: Block) -> Floats:
    """(k, 3) positions of the neurons of one copy, relative to its centre."""
    free = iter(lattice(sum(neuron.position is None for neuron in block.neurons), ENTRY_STEP))
    places = []
    for neuron in block.neurons:
        centre = next(free) if neuron.position is None else np.array(neuron.position)
        places.append(centre + lattice(neuron.count, TWIN_STEP))
    return np.concatenate(places)


def copy_positions(component: Component, rng: np.random.Generator) -> Floats:
    """(count, 3) centres of a component's copies."""
    centre = np.array(component.position)
    if component.spacing is None:
        places = centre + lattice(component.count, COPY_STEP)
    else:
        places = centre + np.arange(component.count)[:, None] * np.array(component.spacing)
    if component.scatter > 0:
        places = places + component.scatter * normals(rng, places.shape)
    return places


@dataclass(frozen=True, eq=False)
class BlockTemplate:
    """One copy of a block as arrays; its k neurons are numbered from 0.

    Attributes:
        block: the block.
        label: (k,) names.
        neuron_class: (k,) index into ``neuron_classes``.
        neuron_classes: the distinct types and parameters of its neurons.
        position: (k, 3) micrometres from the block's centre.
        members: neuron id → indices of its neurons.
        inputs, outputs: terminal → indices of its neurons, in order.
    """

    block: Block
    label: NDArray[np.str_]
    neuron_class: Ints
    neuron_classes: tuple[NeuronClass, ...]
    position: Floats
    members: Mapping[str, Ints]
    inputs: Mapping[str, Ints]
    outputs: Mapping[str, Ints]

    @property
    def size(self) -> int:
        """Number of neurons."""
        return self.label.size

    def tonic(self, key: str, default: float, overrides: Mapping[str, Tonic]) -> Floats:
        """(k,) background or noise: the component's override, else the block's value, else the recipe's."""
        column = np.empty(self.size)
        for neuron in self.block.neurons:
            choices = (getattr(overrides.get(neuron.id), key, None), getattr(neuron, key), default)
            column[self.members[neuron.id]] = next(value for value in choices if value is not None)
        return column

    def groups(self, synapse: BlockSynapse) -> tuple[Ints, Ints]:
        """Sources (g, i), targets (g, j): within each of g groups, every source connects to every target."""
        source, target = self.members[synapse.source], self.members[synapse.target]
        match synapse.pattern:
            case "one_to_one":
                return source[:, None], target[:, None]
            case "chain":
                return source[:-1, None], target[1:, None]
            case "ring":
                return source[:, None], np.roll(target, -1)[:, None]
            case _:
                return source[None, :], target[None, :]


def block_template(block: Block) -> BlockTemplate:
    """Convert a block to arrays."""
    ends = np.cumsum([neuron.count for neuron in block.neurons])
    members = {
        neuron.id: np.arange(end - neuron.count, end) for neuron, end in zip(block.neurons, ends, strict=True)
    }
    counts = [neuron.count for neuron in block.neurons]
    neuron_class, neuron_classes = neuron_columns(
        NeuronClass(neuron.type, resolve_neuron(neuron.type, neuron.parameters)) for neuron in block.neurons
    )

    def ports(named: Mapping[str, list[str]]) -> dict[str, Ints]:
        return {name: np.concatenate([members[neuron] for neuron in ids]) for name, ids in named.items()}

    return BlockTemplate(
        block=block,
        label=np.array([label for neuron in block.neurons for label in _labels(neuron.id, neuron.count)]),
        neuron_class=np.repeat(neuron_class, counts),
        neuron_classes=neuron_classes,
        position=neuron_positions(block),
        members=members,
        inputs=ports(block.terminals.inputs),
        outputs=ports(block.terminals.outputs),
    )


def _labels(name: str, count: int) -> Iterator[str]:
    return iter([name]) if count == 1 else (f"{name}_{k}" for k in range(count))


@dataclass(frozen=True, eq=False)
class NeuronTable:
    """All n neurons of a recipe, numbered component after component, copy after copy.

    Attributes:
        components: in the order of the recipe.
        templates: block name → one copy of it.
        component, copy: (n,) index of the component, and of the copy of its block.
        label: (n,) names.
        neuron_class: (n,) index into ``neuron_classes``.
        neuron_classes: the distinct types and parameters of all neurons.
        background, noise: (n,) currents.
        position: (n, 3) micrometres.
    """

    components: tuple[ComponentRecord, ...]
    templates: Mapping[str, BlockTemplate]
    component: Ints
    copy: Ints
    label: NDArray[np.str_]
    neuron_class: Ints
    neuron_classes: tuple[NeuronClass, ...]
    background: Floats
    noise: Floats
    position: Floats

    @property
    def sign(self) -> Ints:
        """(n,) what the synapses of each neuron do under proximity wiring: +1 excite, −1 inhibit."""
        signs = [NEURON_TYPES[each.type].sign for each in self.neuron_classes]
        return np.array(signs, np.int64)[self.neuron_class]

    @cached_property
    def by_name(self) -> Mapping[str, ComponentRecord]:
        """Name → component."""
        return {record.name: record for record in self.components}

    def by_copy(self, record: ComponentRecord, indices: Ints) -> Ints:
        """(count, …) neuron ids, in every copy, of the neurons with these ``indices`` in one copy."""
        starts = record.first + record.size * np.arange(record.count)
        return starts.reshape(-1, *(1,) * indices.ndim) + indices

    def terminal(self, reference: str) -> Ints:
        """(count, k) neuron ids of ``component.terminal``, one row per copy."""
        name, terminal = reference.split(".")
        record = self.by_name[name]
        template = self.templates[record.block]
        terminals = {**template.inputs, **template.outputs}
        return self.by_copy(record, terminals[terminal])

    def all_terminals(self, direction: str) -> dict[str, Ints]:
        """``component.terminal`` → neuron ids; ``direction`` is ``"inputs"`` or ``"outputs"``."""
        return {
            f"{record.name}.{terminal}": self.by_copy(record, indices).ravel()
            for record in self.components
            for terminal, indices in getattr(self.templates[record.block], direction).items()
        }


def build_neurons(source: RecipeSource, rng: np.random.Generator) -> NeuronTable:
    """Number the neurons of a recipe and draw their positions."""
    recipe = source.recipe
    templates = {name: block_template(block) for name, block in source.blocks.items()}
    records, places, backgrounds, noises = [], [], [], []
    first = 0
    for component in recipe.components:
        template, count = templates[component.block], component.count
        records.append(
            ComponentRecord(component.id, component.block, count, template.size, component.layer, first)
        )
        places.append((copy_positions(component, rng)[:, None] + template.position).reshape(-1, 3))
        backgrounds.append(np.tile(template.tonic("background", recipe.background, component.neurons), count))
        noises.append(np.tile(template.tonic("noise", recipe.noise, component.neurons), count))
        first += count * template.size

    def repeated(column: str) -> NDArray:
        parts = [getattr(templates[record.block], column) for record in records]
        counts = [record.count for record in records]
        return np.concatenate(
            [
                np.tile(part, (count, *(1,) * (part.ndim - 1)))
                for part, count in zip(parts, counts, strict=True)
            ]
        )

    neuron_class, neuron_classes = _merged([templates[record.block] for record in records])
    totals = [record.count * record.size for record in records]
    return NeuronTable(
        components=tuple(records),
        templates=templates,
        component=np.repeat(np.arange(len(records)), totals),
        copy=np.concatenate([np.repeat(np.arange(record.count), record.size) for record in records]),
        label=repeated("label"),
        neuron_class=np.concatenate(
            [np.tile(own, record.count) for own, record in zip(neuron_class, records, strict=True)]
        ),
        neuron_classes=neuron_classes,
        background=np.concatenate(backgrounds),
        noise=np.concatenate(noises),
        position=np.concatenate(places),
    )


def _merged(templates: Sequence[BlockTemplate]) -> tuple[list[Ints], tuple[NeuronClass, ...]]:
    """The column ``neuron_class`` of each template, as indices into the classes of all of them."""
    places, classes = neuron_columns(each for template in templates for each in template.neuron_classes)
    starts = np.cumsum([0, *(len(template.neuron_classes) for template in templates)])
    columns = [
        places[start + template.neuron_class] for start, template in zip(starts, templates, strict=False)
    ]
    return columns, classes
