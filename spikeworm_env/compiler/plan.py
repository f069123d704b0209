"""A block as arrays: one copy, ready to be repeated."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from spikeworm_env.compiler.block_schema import Block, BlockSynapse
from spikeworm_env.compiler.placement import neuron_positions
from spikeworm_env.compiler.recipe_schema import Tonic
from spikeworm_env.engine.network import Floats, Ints
from spikeworm_env.engine.neurons import NEURON_TYPES


@dataclass(frozen=True, eq=False)
class BlockPlan:
    """One copy of a block; its k neurons are numbered from 0.

    Attributes:
        block: the block.
        label, type: (k,) names.
        abcd: (k, 4) parameters of the Izhikevich equation.
        position: (k, 3) micrometres from the block's centre.
        members: neuron id → its numbers.
        inputs, outputs: terminal → numbers, in order.
    """

    block: Block
    label: NDArray[np.str_]
    type: NDArray[np.str_]
    abcd: Floats
    position: Floats
    members: Mapping[str, Ints]
    inputs: Mapping[str, Ints]
    outputs: Mapping[str, Ints]

    @property
    def size(self) -> int:
        return self.label.size

    def tonic(self, key: str, default: float, overrides: Mapping[str, Tonic]) -> Floats:
        """(k,) background or noise: the component's override, else the block's value, else the recipe's."""
        column = np.empty(self.size)
        for neuron in self.block.neurons:
            choices = (getattr(overrides.get(neuron.id), key, None), getattr(neuron, key), default)
            column[self.members[neuron.id]] = next(value for value in choices if value is not None)
        return column

    def groups(self, synapse: BlockSynapse) -> tuple[Ints, Ints]:
        """((g, i), (g, j)) numbers: within each of the g groups every source goes to every target."""
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


def plan_block(block: Block) -> BlockPlan:
    """Lay a block out as arrays."""
    ends = np.cumsum([neuron.count for neuron in block.neurons])
    members = {
        neuron.id: np.arange(end - neuron.count, end) for neuron, end in zip(block.neurons, ends, strict=True)
    }
    counts = [neuron.count for neuron in block.neurons]
    abcd = [_parameters(neuron.type, neuron.parameters.model_dump()) for neuron in block.neurons]

    def ports(named: Mapping[str, list[str]]) -> dict[str, Ints]:
        return {name: np.concatenate([members[neuron] for neuron in ids]) for name, ids in named.items()}

    return BlockPlan(
        block=block,
        label=np.array([label for neuron in block.neurons for label in _labels(neuron.id, neuron.count)]),
        type=np.repeat([neuron.type for neuron in block.neurons], counts),
        abcd=np.repeat(abcd, counts, axis=0),
        position=neuron_positions(block),
        members=members,
        inputs=ports(block.terminals.inputs),
        outputs=ports(block.terminals.outputs),
    )


def _parameters(type_name: str, overrides: Mapping[str, float | None]) -> list[float]:
    given = {key: value for key, value in overrides.items() if value is not None}
    return [given.get(key, getattr(NEURON_TYPES[type_name], key)) for key in "abcd"]


def _labels(name: str, count: int) -> Iterator[str]:
    return iter([name]) if count == 1 else (f"{name}_{k}" for k in range(count))
