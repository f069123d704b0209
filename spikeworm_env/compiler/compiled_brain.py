"""The compiled brain: a network, the origin of its neurons and synapses, and its sensorimotor maps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from spikeworm_env.compiler.receptors import Receptor
from spikeworm_env.compiler.training_record import Evaluation, TrainingEpisode
from spikeworm_env.engine.named_network import NamedNetwork
from spikeworm_env.engine.names import Names
from spikeworm_env.engine.network import Floats, Ints, Network, ReadOnly, SynapseClass
from spikeworm_env.engine.synapses import SYNAPSE_TYPES

MUSCLE_SIDES = ("dorsal", "ventral")  # by index

# prefixes of synapse origins; the name of a block or an index in the recipe follows
BLOCK_ORIGIN, PROJECTION_ORIGIN, PROXIMITY_ORIGIN = "block ", "projections[", "proximity["


@dataclass(frozen=True)
class Meta:
    """Provenance of a compiled brain: recipe, blocks, seed and compiler version.

    Attributes:
        recipe_name: name in the recipe.
        recipe_hash: SHA-256 of the recipe's JSON content.
        recipe_text: the text of the recipe's file.
        block_hashes: block name → SHA-256 of the block's JSON content.
        seed: seed of the random wiring and placement.
        compiler_version: differs between compilers that build different networks from one recipe and seed.
        edits: what was changed since, such as ``"scaled steering->head=0.25"``; see `compiler.edits`.
        content_hash: SHA-256 of the brain's content after the last of them; empty if unknown.
    """

    recipe_name: str
    recipe_hash: str
    recipe_text: str
    block_hashes: Mapping[str, str]
    seed: int
    compiler_version: int
    edits: tuple[str, ...] = ()
    content_hash: str = ""


@dataclass(frozen=True)
class ComponentRecord:
    """A component: copies of one block, neurons ``first … first + count · size − 1``, copy after copy.

    Attributes:
        name: the id in the recipe.
        block: name of the block.
        count: number of copies.
        size: neurons per copy.
        layer: the layer label, or None.
        first: id of the first neuron.
    """

    name: str
    block: str
    count: int
    size: int
    layer: str | None
    first: int


@dataclass(frozen=True, eq=False)
class SensorMap(ReadOnly):
    """Receptors to neurons, one row per pair: current = gain · receptor + offset, clipped to ±limit.

    The currents of rows with the same neuron are summed.

    Attributes:
        neuron: (k,) neuron ids.
        receptor: (k,) indices into ``CompiledBrain.receptors``.
        gain: (k,) current per unit of the receptor.
        offset: (k,) current.
        limit: (k,) greatest magnitude of the current of the row; > 0.
    """

    neuron: Ints
    receptor: Ints
    gain: Floats
    offset: Floats
    limit: Floats


@dataclass(frozen=True, eq=False)
class MuscleMap(ReadOnly):
    """Motor neurons to muscles, one row per pair.

    The action of a muscle is the weighted share of its motor neurons that spike per tick: the sum of ``gain``
    over its spiking rows / the number of its rows.

    Attributes:
        neuron: (k,) neuron ids.
        side: (k,) index into ``MUSCLE_SIDES``: 0 dorsal, 1 ventral.
        segment: (k,) 0 (head) to 23.
        gain: (k,) >= 0.
    """

    neuron: Ints
    side: Ints
    segment: Ints
    gain: Floats


@dataclass(frozen=True, eq=False)
class ProprioceptionMap(ReadOnly):
    """Joint angles to neurons, one row per pair: current = gain · mean(theta[first:last]).

    The currents of rows with the same neuron are summed.

    Attributes:
        neuron: (k,) neuron ids.
        first_joint: (k,) 0 (head) to 22.
        last_joint: (k,) exclusive, > first_joint, at most 23.
        gain: (k,) current per radian.
    """

    neuron: Ints
    first_joint: Ints
    last_joint: Ints
    gain: Floats


@dataclass(frozen=True)
class RewardRule:
    """How the environment's reward becomes the reward that the brain receives.

    Once per interval, the reward prediction error is the summed reward of the interval minus its running
    mean. The brain receives ``gain`` times this error or times its sign.

    Attributes:
        interval_ms: interval between two deliveries, ms.
        mode: ``"magnitude"`` (the error itself) or ``"sign"``.
        gain: factor.
        baseline_tau_s: time constant of the running mean, s; 0: no mean is subtracted.
    """

    interval_ms: int
    mode: str
    gain: float
    baseline_tau_s: float


@dataclass(frozen=True, eq=False, repr=False)
class CompiledBrain(NamedNetwork, ReadOnly):
    """Everything that an agent needs to run a brain and to connect it to a body.

    Attributes:
        meta: provenance.
        network: the network that the engine runs; n neurons, m synapses.
        components: in the order of the recipe.
        component: (n,) index into ``components``.
        copy: (n,) copy of the block, from 0.
        label: (n,) id in the block; ``id_0, id_1 …`` where one id names several neurons.
        position: (n, 3) micrometres.
        origins: ``"block NAME"``, ``"projections[2] a.out -> b.in"``, ``"proximity[0]"`` …
        origin: (m,) index into ``origins``.
        inputs, outputs: ``"component.terminal"`` → (k,) neuron ids, copy after copy.
        receptors: by index.
        sensor_map, muscle_map, proprioception_map: connections to senses and muscles.
        reward: rule of reward delivery, or None.
        episodes: its training episodes, in order; ``network`` holds the trained weights.
        evaluations: its evaluations between training episodes, in the order run.
    """

    meta: Meta
    network: Network
    components: tuple[ComponentRecord, ...]
    component: Ints
    copy: Ints
    label: NDArray[np.str_]
    position: Floats
    origins: tuple[str, ...]
    origin: Ints
    inputs: Mapping[str, Ints]
    outputs: Mapping[str, Ints]
    receptors: tuple[Receptor, ...]
    sensor_map: SensorMap
    muscle_map: MuscleMap
    proprioception_map: ProprioceptionMap
    reward: RewardRule | None
    episodes: tuple[TrainingEpisode, ...] = ()
    evaluations: tuple[Evaluation, ...] = ()

    @property
    def terminals(self) -> Mapping[str, Ints]:
        """``"component.terminal"`` → neuron ids, of inputs and outputs; no name is both."""
        return MappingProxyType({**self.inputs, **self.outputs})

    @cached_property
    def names(self) -> Names:
        """Names of its neurons and synapses: components, terminals and the labels of neurons."""
        neurons: dict[str, Ints] = {}
        for index, record in enumerate(self.components):
            ids = np.flatnonzero(self.component == index)
            neurons[record.name] = ids
            labels, of_label = np.unique(self.label[ids], return_inverse=True)
            order = np.split(np.argsort(of_label, kind="stable"), np.cumsum(np.bincount(of_label))[:-1])
            neurons |= {f"{record.name}.{label}": ids[k] for label, k in zip(labels, order, strict=True)}
        return Names(self.network, {**neurons, **self.terminals})

    @property
    def _present_weights(self) -> Floats:
        return self.network.weight

    def __repr__(self) -> str:
        network, edits = self.network, "; edited" if self.meta.edits else ""
        return (
            f"<CompiledBrain {self.meta.recipe_name}, seed {self.meta.seed}: {network.n_neurons} neurons, "
            f"{network.n_synapses} synapses, {len(self.components)} components{edits}>"
        )

    def made_by(self, prefix: str) -> NDArray[np.bool_]:
        """(m,) whether the origin of each synapse starts with ``prefix``, such as `BLOCK_ORIGIN`."""
        return np.array([name.startswith(prefix) for name in self.origins], bool)[self.origin]

    @property
    def directed_ends(self) -> tuple[Ints, Ints]:
        """Sources and targets of all directed connections; a gap junction counts in both directions."""
        network, both_ways = self.network, self.network.symmetric
        source = np.concatenate([network.source, network.target[both_ways]])
        return source, np.concatenate([network.target, network.source[both_ways]])

    @property
    def learns(self) -> bool:
        """Whether any weight can change, by plasticity or by pruning."""
        return bool(self.can_change.any())

    @property
    def can_change(self) -> NDArray[np.bool_]:
        """(m,) whether each weight can change, by plasticity or by pruning."""
        return self.network.by_synapse(_can_change, bool)

    @property
    def learns_from_reward(self) -> bool:
        """Whether the brain receives reward and reward can change a weight."""
        return self.reward is not None and any(
            SYNAPSE_TYPES[each.type].needs_reward and SYNAPSE_TYPES[each.type].learns(each.parameters)
            for each in self._classes_in_use
        )

    @property
    def learns_without_reward(self) -> bool:
        """Whether a weight can change by spikes alone."""
        return any(
            _can_change(each) and not SYNAPSE_TYPES[each.type].needs_reward for each in self._classes_in_use
        )

    @property
    def _classes_in_use(self) -> list[SynapseClass]:
        return [self.network.classes[index] for index in np.unique(self.network.synapse_class)]


def _can_change(synapse_class: SynapseClass) -> bool:
    synapse_type, parameters = SYNAPSE_TYPES[synapse_class.type], synapse_class.parameters
    return synapse_type.learns(parameters) or synapse_type.can_prune(parameters)
