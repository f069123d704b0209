"""The network as columns: the output of the compiler and the input of a brain."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from spikeworm_env.engine.neurons import NEURON_TYPES, NeuronModel
from spikeworm_env.engine.synapses import SYNAPSE_TYPES

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

MAX_DELAY = 10_000  # ticks
MAX_NEURON_CLASSES = 100_000  # distinct parameter sets of neurons
MAX_CLASSES = 4_000  # distinct parameter sets, each with decay tables of 16 kB
MAX_GROUPS = MAX_CLASSES  # of modulators: each has a history, and a class reads one
MAX_COUNT = 2**31 - 1  # of a persistent state, which has 32 bits in kernels and files
LIMIT = 1e9  # of a current, weight or reward; more is a mistake, as is NaN
MAX_AGE_TICKS = 2**53  # ticks, 285,000 years: so far a float counts them exactly, as rules and files do


class ReadOnly:
    """Base class of frozen dataclasses whose arrays are read-only views, as several may share them."""

    def __post_init__(self) -> None:
        for name, value in vars(self).items():
            if isinstance(value, np.ndarray) and value.flags.writeable:
                view = value.view()
                view.flags.writeable = False
                self.__dict__[name] = view

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self.__post_init__()


@dataclass(frozen=True)
class NeuronClass:
    """One distinct set of parameters of one neuron type.

    Attributes:
        type: name of the neuron type, such as ``"RS"``.
        parameters: every parameter of its model by name; see ``engine.neurons.resolve_neuron``.
    """

    type: str
    parameters: Mapping[str, float]


def neuron_columns(neurons: Iterable[NeuronClass]) -> tuple[Ints, tuple[NeuronClass, ...]]:
    """The columns ``neuron_class`` and ``neuron_classes`` of a network with these neurons, in this order."""
    index_of: dict[tuple, int] = {}
    classes: list[NeuronClass] = []
    indices = []
    for neuron in neurons:
        key = (neuron.type, *sorted(neuron.parameters.items()))
        if key not in index_of:
            index_of[key] = len(classes)
            classes.append(neuron)
        indices.append(index_of[key])
    return np.array(indices, np.int64), tuple(classes)


@dataclass(frozen=True)
class SynapseClass:
    """One distinct set of parameters of one synapse type.

    Attributes:
        type: name of the synapse type, such as ``"plastic"``.
        parameters: every parameter of that type by name; see ``engine.synapses.resolve_parameters``.
    """

    type: str
    parameters: Mapping[str, float]


@dataclass(frozen=True, eq=False)
class Experience:
    """The record that a trained network keeps of its training, besides its weights.

    Attributes:
        age: ticks run since the initial weights.
        initial_weight: (m,) weights before training, in the network's order.
        persistent: synapse type → name of a persistent state → (k,) values, for the k synapses of that type
            in the network's order; see ``engine.synapses``.
    """

    age: int
    initial_weight: Floats
    persistent: Mapping[str, Mapping[str, NDArray]]


@dataclass(frozen=True, eq=False)
class Network(ReadOnly):
    """Neurons and synapses, one array a column.

    Attributes:
        neuron_class: (n,) index into ``neuron_classes``.
        neuron_classes: the distinct parameter sets of neurons; `neuron_columns` makes both.
        background: (n,) tonic current, in the unit of the models' current.
        noise: (n,) standard deviation of the uniform noise current, drawn in every tick.
        source, target: (m,) neuron ids; for a symmetric type the two ends, in either order.
        weight: (m,) current per spike; for a continuous type as its file states, >= 0 if it is symmetric.
        delay: (m,) ticks from spike to arrival, >= 1; 0 for continuous types alone.
        synapse_class: (m,) index into ``classes``.
        classes: the distinct parameter sets.
        modulators: groups of neuron ids; the parameter of a class that names a group is an index here.
        experience: of a trained network, the record of its training, else None; ``weight`` is then trained.
    """

    neuron_class: Ints
    neuron_classes: tuple[NeuronClass, ...]
    background: Floats
    noise: Floats
    source: Ints
    target: Ints
    weight: Floats
    delay: Ints
    synapse_class: Ints
    classes: tuple[SynapseClass, ...]
    modulators: tuple[Ints, ...] = field(default=())
    experience: Experience | None = None

    @property
    def n_neurons(self) -> int:
        return self.neuron_class.size

    @property
    def n_synapses(self) -> int:
        return self.source.size

    def by_neuron(self, of_class: Callable[[NeuronClass], Any], dtype: DTypeLike) -> NDArray:
        """(n,) for each neuron what ``of_class`` returns for its class."""
        return np.array([of_class(each) for each in self.neuron_classes], dtype)[self.neuron_class]

    @property
    def neuron_type(self) -> NDArray[np.str_]:
        """(n,) name of each neuron's type."""
        return self.by_neuron(lambda each: each.type, np.str_)

    @property
    def neuron_model(self) -> NDArray[np.str_]:
        """(n,) name of each neuron's model."""
        return self.by_neuron(lambda each: NEURON_TYPES[each.type].model.name, np.str_)

    @property
    def neuron_models(self) -> tuple[NeuronModel, ...]:
        """The models that it has neurons of, in order of name."""
        used = {self.neuron_classes[k].type for k in np.unique(self.neuron_class)}
        models = {NEURON_TYPES[name].model for name in used}
        return tuple(sorted(models, key=lambda model: model.name))

    @property
    def fires(self) -> NDArray[np.bool_]:
        """(n,) whether each neuron can fire; a graded one cannot."""
        return self.by_neuron(lambda each: NEURON_TYPES[each.type].model.fires, bool)

    def by_synapse(self, of_class: Callable[[SynapseClass], Any], dtype: DTypeLike) -> NDArray:
        """(m,) for each synapse what ``of_class`` returns for its class."""
        return np.array([of_class(each) for each in self.classes], dtype)[self.synapse_class]

    @property
    def synapse_type(self) -> NDArray[np.str_]:
        """(m,) name of each synapse's type."""
        return self.by_synapse(lambda each: each.type, np.str_)

    @property
    def continuous(self) -> NDArray[np.bool_]:
        """(m,) whether each synapse is of a continuous type, which needs no spikes and has no delay."""
        return self.by_synapse(lambda each: SYNAPSE_TYPES[each.type].continuous, bool)

    @property
    def symmetric(self) -> NDArray[np.bool_]:
        """(m,) whether each synapse conducts in both directions, as a gap junction does."""
        return self.by_synapse(lambda each: SYNAPSE_TYPES[each.type].symmetric, bool)

    @property
    def gates(self) -> tuple[tuple[int, Ints], ...]:
        """(index into ``classes``, ids of the neurons that open it) of each class with a modulator group."""
        groups = [(k, each, SYNAPSE_TYPES[each.type].needs_modulator) for k, each in enumerate(self.classes)]
        return tuple(
            (index, self.modulators[int(each.parameters[name])])
            for index, each, name in groups
            if name is not None
        )


def weight_bounds(network: Network) -> tuple[Floats, Floats]:
    """(least, greatest) weight by synapse class; infinite for types without bounds."""
    bounds = [SYNAPSE_TYPES[each.type].weight_bounds(each.parameters) for each in network.classes]
    low, high = np.array(bounds, float).reshape(-1, 2).T
    return low, high


def pruned(network: Network) -> NDArray[np.bool_]:
    """(m,) which synapses have been pruned: they have weight 0, whatever their bounds, and no rule acts."""
    gone = np.zeros(network.n_synapses, bool)
    if network.experience is not None:
        for name, states in network.experience.persistent.items():
            prunes = SYNAPSE_TYPES[name].prunes
            if prunes is not None and prunes.mark in states:
                gone[network.synapse_type == name] = states[prunes.mark] == 0
    return gone
