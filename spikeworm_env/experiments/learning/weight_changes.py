"""Weights before and after training, synapse by synapse, by group and by origin."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from spikeworm_env.compiler.compiled_brain import CompiledBrain
from spikeworm_env.lesions.pruning import coincidence_information, prunable, pruned


class SynapseGroup(NamedTuple):
    """The synapses of one origin between two neuron ids.

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


class GroupChange(NamedTuple):
    """The change of one group in one brain.

    Attributes:
        group: the group.
        synapses: how many.
        prunable: how many a critical period can prune.
        pruned: how many were pruned.
        initial, final: mean weight before and after training.
        fisher_information: mean over those of which it is known, see `WeightChanges`; None without any.
    """

    group: SynapseGroup
    synapses: int
    prunable: int
    pruned: int
    initial: float
    final: float
    fisher_information: float | None


@dataclass(frozen=True)
class OriginChange:
    """The change of all synapses of one origin in one brain.

    Attributes:
        origin: what made them.
        synapses: how many.
        initial_mean: mean size of their weights before training.
        mean: mean size after it, pruned synapses included.
        largest_change: the largest difference between the two weights of one synapse.
        pruned: how many were pruned.
        fisher_information: mean over those of which it is known, see `WeightChanges`; None without any.
    """

    origin: str
    synapses: int
    initial_mean: float
    mean: float
    largest_change: float
    pruned: int
    fisher_information: float | None


@dataclass(frozen=True, eq=False)
class WeightChanges:
    """The k synapses of one brain whose weights can change, before and after training.

    Attributes:
        groups: the groups that they form.
        group: (k,) index into ``groups``.
        initial, final: (k,) their weights.
        prunable: (k,) whether a critical period can prune them.
        pruned: (k,) whether it has.
        fisher_information: (k,) p (1 − p) of their coincidence rates p, by which critical periods prune; NaN
            where none was measured. See `lesions.pruning.coincidence_information`.
    """

    groups: tuple[SynapseGroup, ...]
    group: NDArray[np.int64]
    initial: NDArray[np.float64]
    final: NDArray[np.float64]
    prunable: NDArray[np.bool_]
    pruned: NDArray[np.bool_]
    fisher_information: NDArray[np.float64]

    def by_group(self) -> Iterator[GroupChange]:
        """Each group in turn."""
        for index, group in enumerate(self.groups):
            own = self.group == index
            yield GroupChange(
                group=group,
                synapses=int(own.sum()),
                prunable=int(self.prunable[own].sum()),
                pruned=int(self.pruned[own].sum()),
                initial=float(self.initial[own].mean()),
                final=float(self.final[own].mean()),
                fisher_information=_mean_of_known(self.fisher_information[own]),
            )

    def by_origin(self) -> Iterator[OriginChange]:
        """Each origin in turn, in the order of the recipe."""
        origins = np.array([group.origin for group in self.groups])[self.group]
        for origin in dict.fromkeys(group.origin for group in self.groups):
            own = origins == origin
            initial, final = self.initial[own], self.final[own]
            yield OriginChange(
                origin=origin,
                synapses=int(own.sum()),
                initial_mean=float(np.abs(initial).mean()),
                mean=float(np.abs(final).mean()),
                largest_change=float(np.abs(final - initial).max()),
                pruned=int(self.pruned[own].sum()),
                fisher_information=_mean_of_known(self.fisher_information[own]),
            )


def _mean_of_known(values: NDArray[np.float64]) -> float | None:
    known = values[np.isfinite(values)]
    return float(known.mean()) if known.size else None


def weight_changes(compiled: CompiledBrain, initial_weight: NDArray[np.float64]) -> WeightChanges:
    """The weights of a brain against those of all its synapses before training.

    Args:
        compiled: the brain after training.
        initial_weight: (n_synapses,) before it.
    """
    network = compiled.network
    chosen = np.flatnonzero(compiled.can_change)
    names, name = np.unique(_neuron_names(compiled), return_inverse=True)
    keys = np.stack([compiled.origin[chosen], name[network.source[chosen]], name[network.target[chosen]]])
    distinct, group = np.unique(keys, axis=1, return_inverse=True)
    can_be_pruned = np.zeros(network.n_synapses, bool)
    can_be_pruned[prunable(network)] = True
    return WeightChanges(
        groups=tuple(
            SynapseGroup(compiled.origins[o], str(names[s]), str(names[t])) for o, s, t in distinct.T.tolist()
        ),
        group=group.ravel(),
        initial=initial_weight[chosen],
        final=network.weight[chosen],
        prunable=can_be_pruned[chosen],
        pruned=pruned(network)[chosen],
        fisher_information=coincidence_information(network)[chosen],
    )


def changes_by_origin(compiled: CompiledBrain) -> tuple[OriginChange, ...]:
    """The changes of a brain since its first tick, by origin; none for a brain that has not run."""
    experience = compiled.network.experience
    if experience is None or not compiled.can_change.any():
        return ()
    return tuple(weight_changes(compiled, experience.initial_weight).by_origin())


def _neuron_names(compiled: CompiledBrain) -> NDArray[np.str_]:
    """(n,) component and id of each neuron: ``"head.dorsal_motor"`` for ``dorsal_motor_3`` of any copy."""
    ids: Mapping[str, str] = {
        label: re.sub(r"_\d+$", "", label) for label in np.unique(compiled.label).tolist()
    }
    parts = [part.name for part in compiled.components]
    pairs = zip(compiled.component.tolist(), compiled.label.tolist(), strict=True)
    return np.array([f"{parts[component]}.{ids[label]}" for component, label in pairs])
