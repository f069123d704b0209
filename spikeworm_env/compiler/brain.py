"""The compiled brain: the network, where its neurons come from, what it senses and what it moves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from spikeworm_env.compiler.receptors import Receptor
from spikeworm_env.engine.network import Floats, Ints, Network, SynapseClass
from spikeworm_env.engine.synapses import SYNAPSE_TYPES

SIDES = ("dorsal", "ventral")  # by index

# how the origins of synapses begin, by what made them; a name or an index in the recipe follows
BLOCK_ORIGIN, PROJECTION_ORIGIN, PROXIMITY_ORIGIN = "block ", "projections[", "proximity["


@dataclass(frozen=True)
class Meta:
    """Where a compiled brain comes from.

    Attributes:
        recipe_name: name in the recipe.
        recipe_hash: SHA-256 of what the recipe says.
        recipe_text: the recipe's file as it was.
        block_hashes: block name → SHA-256 of what the block says.
        seed: of the random wiring and placement.
        compiler_version: raised when the same recipe and seed give another network.
    """

    recipe_name: str
    recipe_hash: str
    recipe_text: str
    block_hashes: Mapping[str, str]
    seed: int
    compiler_version: int


@dataclass(frozen=True)
class ComponentRecord:
    """Copies of one block: neurons ``first … first + count · size − 1``, copy after copy.

    Attributes:
        name: its id in the recipe.
        block: name of the block.
        count: copies.
        size: neurons per copy.
        layer: its label, or None.
        first: id of its first neuron.
    """

    name: str
    block: str
    count: int
    size: int
    layer: str | None
    first: int


@dataclass(frozen=True, eq=False)
class SensorMap:
    """From receptors to neurons, one row a pair: current = gain · receptor + offset, within ±limit.

    Rows of the same neuron add up.

    Attributes:
        neuron: (k,) neuron ids.
        receptor: (k,) indices into ``CompiledBrain.receptors``.
        gain: (k,) current per unit of the receptor.
        offset: (k,) current.
        limit: (k,) greatest current of the row, either way; > 0.
    """

    neuron: Ints
    receptor: Ints
    gain: Floats
    offset: Floats
    limit: Floats


@dataclass(frozen=True, eq=False)
class MuscleMap:
    """From motor neurons to muscles, one row a pair.

    The action of a muscle is the share of its motor neurons that spike per tick, each counted ``gain`` times:
    sum of gain over its spiking rows / number of its rows.

    Attributes:
        neuron: (k,) neuron ids.
        side: (k,) index into ``SIDES``: 0 dorsal, 1 ventral.
        segment: (k,) 0 (head) to 23.
        gain: (k,) >= 0.
    """

    neuron: Ints
    side: Ints
    segment: Ints
    gain: Floats


@dataclass(frozen=True, eq=False)
class ProprioceptionMap:
    """From joint angles to neurons, one row a pair: current = gain · mean(theta[first:last]).

    Rows of the same neuron add up.

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
    """How reward reaches the brain.

    Every ``interval_ms`` ms the reward summed since the last time, less its running mean of time constant
    ``baseline_tau_s`` (0: none), goes to the brain times ``gain``: as it is (mode ``magnitude``) or as its
    sign (mode ``sign``).
    """

    interval_ms: int
    mode: str
    gain: float
    baseline_tau_s: float


@dataclass(frozen=True)
class TrainingEpisode:
    """One trial that a brain has lived through with its learning on; its synapses went on from life to life.

    Attributes:
        number: from 1.
        condition: what it lived under, one of ``experiments.learning.conditions.CONDITIONS``.
        trial: the trial's name.
        seed: the trial seed.
        ticks: how long it was.
        age: ticks that the brain had lived by its end, before its first life included.
        ci_time, ci_net: the chemotaxis indices in it.
        deliveries: how many times the reward pathway had something to say.
        reward: the sum of what it said, in the unit of the recipe's reward; whatever the brain was given.
        largest_change: how far the weight that changed most ended from where it began.
    """

    number: int
    condition: str
    trial: str
    seed: int
    ticks: int
    age: int
    ci_time: float
    ci_net: float
    deliveries: int
    reward: float
    largest_change: float = 0.0


@dataclass(frozen=True)
class Evaluation:
    """One trial between lives: what a brain could do by then. Nothing of it stays in the brain.

    Once measured it is never changed; a further training measures trials of its own.

    Attributes:
        training: which of the trainings of the brain measured it, from 1.
        life: how many lives the brain had lived; 0 at birth.
        trial: the trial's name.
        seconds: how long it was.
        frame_skip: ticks of 1 ms per action.
        arena: JSON: the environment, and all that made its arena.
        learning: whether weights could change in it.
        seed: the trial seed.
        ci_time, ci_net: the chemotaxis indices in it.
    """

    training: int
    episode: int
    trial: str
    seconds: float
    frame_skip: int
    arena: str
    learning: bool
    seed: int
    ci_time: float
    ci_net: float


@dataclass(frozen=True, eq=False)
class CompiledBrain:
    """All that an agent needs to build a brain and connect it to a body.

    Attributes:
        meta: where it comes from.
        network: what the engine runs; n neurons, m synapses.
        components: in the order of the recipe.
        component: (n,) index into ``components``.
        copy: (n,) copy of the block, from 0.
        label: (n,) id in the block; ``id_0, id_1 …`` where it stands for several.
        position: (n, 3) micrometres.
        origins: what made synapses: ``"block NAME"``, ``"projections[2] a.out -> b.in"``, ``"proximity[0]"``.
        origin: (m,) index into ``origins``.
        inputs, outputs: ``"component.terminal"`` → neuron ids, copy after copy.
        receptors: by index.
        sensor_map, muscle_map, proprioception_map: the connections to senses and muscles.
        reward: how reward is delivered, or None.
        lives: those that it has lived, in order; what it has learned in them is in the network.
        tests: how it did in between, in the order measured.
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
    tests: tuple[Evaluation, ...] = ()

    @property
    def terminals(self) -> Mapping[str, Ints]:
        """Inputs and outputs together; no name is both."""
        return MappingProxyType({**self.inputs, **self.outputs})

    def made_by(self, kind: str) -> NDArray[np.bool_]:
        """(m,) whether the origin of each synapse begins so, as with `BLOCK_ORIGIN`."""
        return np.array([name.startswith(kind) for name in self.origins], bool)[self.origin]

    @property
    def electrical(self) -> NDArray[np.bool_]:
        """(m,) whether each synapse is a gap junction."""
        by_class = [SYNAPSE_TYPES[synapse_class.type].electrical for synapse_class in self.network.classes]
        return np.array(by_class, bool)[self.network.synapse_class]

    @property
    def directed_ends(self) -> tuple[Ints, Ints]:
        """Sources and targets of all ways a signal can take; a gap junction is a way in either direction."""
        network, gaps = self.network, self.electrical
        source = np.concatenate([network.source, network.target[gaps]])
        return source, np.concatenate([network.target, network.source[gaps]])

    @property
    def learns(self) -> bool:
        """Whether a weight can change at all, be it only by pruning."""
        return bool(self.can_change.any())

    @property
    def can_change(self) -> NDArray[np.bool_]:
        """(m,) whether each weight can change, be it only by pruning."""
        by_class = [
            SYNAPSE_TYPES[kind.type].bounded
            and (kind.parameters["learning_rate"] > 0 or kind.parameters.get("pruning_threshold", 0) > 0)
            for kind in self.network.classes
        ]
        return np.array(by_class, bool)[self.network.synapse_class]

    @property
    def learns_from_reward(self) -> bool:
        """Whether reward comes to the brain and can change a weight."""
        return self.reward is not None and any(
            SYNAPSE_TYPES[kind.type].rewarded and kind.parameters["learning_rate"] > 0
            for kind in self._classes_in_use
        )

    @property
    def _classes_in_use(self) -> list[SynapseClass]:
        return [self.network.classes[index] for index in np.unique(self.network.synapse_class)]
