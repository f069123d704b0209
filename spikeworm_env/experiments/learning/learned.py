"""What a brain has learned: its weights at birth and now, by what made the synapses."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from spikeworm_env.compiler.brain import CompiledBrain
from spikeworm_env.lesions.pruning import pruned


@dataclass(frozen=True)
class Learned:
    """The synapses of one origin that can learn.

    Attributes:
        origin: what made them.
        synapses: how many.
        initial_mean: mean size of their weights at birth.
        mean: mean size now, those that were pruned included.
        largest_change: how far the one that changed most is from its weight at birth.
        pruned: how many were pruned.
    """

    origin: str
    synapses: int
    initial_mean: float
    mean: float
    largest_change: float
    pruned: int


def learned(compiled: CompiledBrain) -> tuple[Learned, ...]:
    """A record for each origin with synapses that learn, in the order of the recipe; none for the unborn."""
    network = compiled.network
    if network.experience is None:
        return ()
    learns, gone, born = compiled.can_change, pruned(network), network.experience.initial_weight
    found = []
    for index, origin in enumerate(compiled.origins):
        own = learns & (compiled.origin == index)
        if own.any():
            before, now = born[own], network.weight[own]
            found.append(
                Learned(
                    origin=origin,
                    synapses=int(own.sum()),
                    initial_mean=float(np.abs(before).mean()),
                    mean=float(np.abs(now).mean()),
                    largest_change=float(np.abs(now - before).max()),
                    pruned=int(gone[own].sum()),
                )
            )
    return tuple(found)
