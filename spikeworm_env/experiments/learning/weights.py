"""What became of the synapses that can change, one by one and by where they come from and lead to."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from spikeworm_env.compiler.brain import CompiledBrain
from spikeworm_env.lesions.pruning import prunable, pruned


class Way(NamedTuple):
    """A group of synapses.

    Attributes:
        origin: what made them, such as ``"projections[0] odour_left.sensory_out -> head.both_in"``.
        source, target: component and id in its block, such as ``"head.dorsal_motor"``, all copies together.
    """

    origin: str
    source: str
    target: str

    @property
    def source_component(self) -> str:
        return self.source.partition(".")[0]


@dataclass(frozen=True, eq=False)
class Change:
    """The synapses of one brain that can change, k of them, at birth and after its lives.

    Attributes:
        ways: the groups that they form.
        way: (k,) index into ``ways``.
        birth, end: (k,) their weights.
        prunable: (k,) whether a critical period can prune them.
        pruned: (k,) whether it has.
    """

    ways: tuple[Way, ...]
    way: NDArray[np.int64]
    birth: NDArray[np.float64]
    end: NDArray[np.float64]
    prunable: NDArray[np.bool_]
    pruned: NDArray[np.bool_]

    def rows(self) -> Iterator[WayChange]:
        """Each group in turn."""
        for index, way in enumerate(self.ways):
            own = self.way == index
            yield WayChange(
                way=way,
                synapses=int(own.sum()),
                prunable=int(self.prunable[own].sum()),
                pruned=int(self.pruned[own].sum()),
                birth=float(self.birth[own].mean()),
                end=float(self.end[own].mean()),
            )


class WayChange(NamedTuple):
    """One group of one brain: how many synapses, how many of them can be and were pruned, mean weights."""

    way: Way
    synapses: int
    prunable: int
    pruned: int
    birth: float
    end: float


def change(born: CompiledBrain, grown: CompiledBrain) -> Change:
    """How the weights of a brain that has lived differ from those at birth."""
    network = born.network
    chosen = np.flatnonzero(born.can_change)
    names = _neuron_groups(born)
    groups, group = np.unique(names, return_inverse=True)
    keys = np.stack([born.origin[chosen], group[network.source[chosen]], group[network.target[chosen]]])
    distinct, way = np.unique(keys, axis=1, return_inverse=True)
    can_go = np.zeros(network.n_synapses, bool)
    can_go[prunable(network)] = True
    return Change(
        ways=tuple(Way(born.origins[o], str(groups[s]), str(groups[t])) for o, s, t in distinct.T.tolist()),
        way=way.ravel(),
        birth=network.weight[chosen],
        end=grown.network.weight[chosen],
        prunable=can_go[chosen],
        pruned=pruned(grown.network)[chosen],
    )


def _neuron_groups(compiled: CompiledBrain) -> NDArray[np.str_]:
    """(n,) component and id of each neuron: ``"head.dorsal_motor"`` for ``dorsal_motor_3`` of any copy."""
    ids: Mapping[str, str] = {
        label: re.sub(r"_\d+$", "", label) for label in np.unique(compiled.label).tolist()
    }
    parts = [part.name for part in compiled.components]
    pairs = zip(compiled.component.tolist(), compiled.label.tolist(), strict=True)
    return np.array([f"{parts[component]}.{ids[label]}" for component, label in pairs])
