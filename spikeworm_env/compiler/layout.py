"""Every neuron of a recipe: its number, its parameters, its place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from spikeworm_env.compiler.blueprint import Blueprint
from spikeworm_env.compiler.brain import ComponentRecord
from spikeworm_env.compiler.placement import copy_positions
from spikeworm_env.compiler.plan import BlockPlan, plan_block
from spikeworm_env.engine.network import Floats, Ints


@dataclass(frozen=True, eq=False)
class Layout:
    """The n neurons, numbered component after component, copy after copy.

    Attributes:
        components: in the order of the recipe.
        plans: block name → one copy of it.
        component, copy: (n,) where each neuron belongs.
        label, type: (n,) names.
        abcd: (n, 4) parameters of the Izhikevich equation.
        background, noise: (n,) currents.
        position: (n, 3) micrometres.
    """

    components: tuple[ComponentRecord, ...]
    plans: Mapping[str, BlockPlan]
    component: Ints
    copy: Ints
    label: NDArray[np.str_]
    type: NDArray[np.str_]
    abcd: Floats
    background: Floats
    noise: Floats
    position: Floats

    def record(self, name: str) -> ComponentRecord:
        return next(record for record in self.components if record.name == name)

    def by_copy(self, record: ComponentRecord, numbers: Ints) -> Ints:
        """(count, …) neuron ids in every copy of what ``numbers`` are in one."""
        starts = record.first + record.size * np.arange(record.count)
        return starts.reshape(-1, *(1,) * numbers.ndim) + numbers

    def terminal(self, reference: str) -> Ints:
        """(count, k) neuron ids of ``component.terminal``, a row a copy."""
        name, port = reference.split(".")
        record = self.record(name)
        plan = self.plans[record.block]
        return self.by_copy(record, plan.inputs[port] if port in plan.inputs else plan.outputs[port])

    def all_terminals(self, direction: str) -> dict[str, Ints]:
        """``component.terminal`` → neuron ids, for ``"inputs"`` or ``"outputs"``."""
        return {
            f"{record.name}.{port}": self.by_copy(record, numbers).ravel()
            for record in self.components
            for port, numbers in getattr(self.plans[record.block], direction).items()
        }


def lay_out(blueprint: Blueprint, rng: np.random.Generator) -> Layout:
    """Number and place the neurons of a recipe."""
    recipe = blueprint.recipe
    plans = {name: plan_block(block) for name, block in blueprint.blocks.items()}
    records, places, backgrounds, noises = [], [], [], []
    first = 0
    for component in recipe.components:
        plan, count = plans[component.block], component.count
        records.append(
            ComponentRecord(component.id, component.block, count, plan.size, component.layer, first)
        )
        places.append((copy_positions(component, rng)[:, None] + plan.position).reshape(-1, 3))
        backgrounds.append(np.tile(plan.tonic("background", recipe.background, component.neurons), count))
        noises.append(np.tile(plan.tonic("noise", recipe.noise, component.neurons), count))
        first += count * plan.size

    def repeated(column: str) -> NDArray:
        parts = [getattr(plans[record.block], column) for record in records]
        counts = [record.count for record in records]
        return np.concatenate(
            [
                np.tile(part, (count, *(1,) * (part.ndim - 1)))
                for part, count in zip(parts, counts, strict=True)
            ]
        )

    totals = [record.count * record.size for record in records]
    return Layout(
        components=tuple(records),
        plans=plans,
        component=np.repeat(np.arange(len(records)), totals),
        copy=np.concatenate([np.repeat(np.arange(record.count), record.size) for record in records]),
        label=repeated("label"),
        type=repeated("type"),
        abcd=repeated("abcd"),
        background=np.concatenate(backgrounds),
        noise=np.concatenate(noises),
        position=np.concatenate(places),
    )
