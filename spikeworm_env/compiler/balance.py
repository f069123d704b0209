"""How a compiled brain's wiring is balanced: designed against random, excitation against inhibition."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from spikeworm_env.compiler.brain import PROJECTION_ORIGIN, PROXIMITY_ORIGIN, CompiledBrain

LEAST_PROJECTION_RATIO = 1.5  # projection to proximity synapses; below it learning was said to fail


@dataclass(frozen=True)
class Balance:
    """Excitation and inhibition that one component receives through chemical synapses.

    Attributes:
        component: its name in the recipe.
        excitation: sum of the positive incoming weights per neuron; current if every source spikes once.
        inhibition: the same of the negative weights; <= 0.
        excitatory_sources: neurons with at least one positive weight onto the component.
        inhibitory_sources: neurons with at least one negative weight onto it.
        ratio: excitation / |inhibition|, or None without inhibition.
    """

    component: str
    excitation: float
    inhibition: float
    excitatory_sources: int
    inhibitory_sources: int
    ratio: float | None


def balances(compiled: CompiledBrain) -> tuple[Balance, ...]:
    """The balance of each component, in the order of the recipe."""
    network = compiled.network
    chemical = ~compiled.network.electrical
    found = []
    for index, part in enumerate(compiled.components):
        incoming = chemical & (compiled.component[network.target] == index)
        weight, source = network.weight[incoming], network.source[incoming]
        neurons = part.count * part.size
        excitation = float(weight[weight > 0].sum() / neurons)
        inhibition = float(weight[weight < 0].sum() / neurons)
        found.append(
            Balance(
                component=part.name,
                excitation=excitation,
                inhibition=inhibition,
                excitatory_sources=np.unique(source[weight > 0]).size,
                inhibitory_sources=np.unique(source[weight < 0]).size,
                ratio=excitation / -inhibition if inhibition else None,
            )
        )
    return tuple(found)


def projection_ratio(compiled: CompiledBrain) -> float | None:
    """Synapses that projections made per synapse that proximity made; None without proximity synapses."""
    projected, proximal = (
        int(np.count_nonzero(compiled.made_by(kind))) for kind in (PROJECTION_ORIGIN, PROXIMITY_ORIGIN)
    )
    return projected / proximal if proximal else None


def wiring_warnings(compiled: CompiledBrain) -> Iterator[str]:
    """Too much random wiring, and random wiring onto motor neurons, whose rest it shifts."""
    ratio = projection_ratio(compiled)
    if ratio is not None and ratio < LEAST_PROJECTION_RATIO:
        yield (
            f"{ratio:.2f} projection synapses per proximity synapse; "
            f"below {LEAST_PROJECTION_RATIO:g} learning was said to fail"
        )
    hit = np.unique(compiled.network.target[compiled.made_by(PROXIMITY_ORIGIN)])
    hit = hit[np.isin(hit, compiled.muscle_map.neuron)]
    for index, part in enumerate(compiled.components):
        count = int(np.count_nonzero(compiled.component[hit] == index))
        if count:
            yield f"{count} motor neurons of {part.name} receive proximity synapses, which shift their rest"
