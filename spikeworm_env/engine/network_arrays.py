"""The arrays of a network as it runs: made from the network, and set back to their start in place."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from spikeworm_env.engine.arrays import (
    NOISE_SD,
    NOISE_TICKS,
    SHORT,
    WINDOW,
    WORD,
    ContinuousArrays,
    DelayQueue,
    InterventionArrays,
    ModelNeurons,
    Modulators,
    Net,
    Neurons,
    Noise,
    SynapseArrays,
)
from spikeworm_env.engine.network import Network
from spikeworm_env.engine.neurons import MEMBRANE, NEURON_MODELS, NEURON_TYPES, NeuronModel
from spikeworm_env.engine.synapse_records import parameter_records, synapse_dtype
from spikeworm_env.engine.synapses import SynapseType
from spikeworm_env.errors import InputError
from spikeworm_env.kernels.alignment import aligned

MAX_IN_FLIGHT = 2**24  # spikes of long delay, 24 bytes each


class NetworkArrays:
    """The arrays of one network, and the order of its synapses in them.

    Args:
        network: the network.
        synapse_types: all types that kernels have loops for, in order of name.

    Attributes:
        net: all arrays.
        types: type name → the type, as given.
        models: name of a neuron model → ``ModelNeurons``; of the models that the network has neurons of.
        event_driven: type name → ``SynapseArrays``.
        continuous: type name → ``ContinuousArrays``.
        continuous_weight: type name → (k,) weights of a continuous type, silenced or not.
        synapse_order: type name → (k,) synapse indices of the network, in the order of the type's arrays.
    """

    def __init__(self, network: Network, synapse_types: Iterable[SynapseType]) -> None:
        self.types = {each.name: each for each in synapse_types}
        self.synapse_order: dict[str, NDArray[np.int64]] = {}
        types = network.synapse_type
        for name in self.types:
            of_type = np.flatnonzero(types == name)
            self.synapse_order[name] = of_type[np.argsort(network.source[of_type], kind="stable")]
        order = self.synapse_order
        self.event_driven = {
            name: _synapse_arrays(network, each, order[name])
            for name, each in self.types.items()
            if not each.continuous
        }
        self.continuous = {
            name: _continuous_arrays(network, each, order[name])
            for name, each in self.types.items()
            if each.continuous
        }
        self.continuous_weight = {name: each.w.copy() for name, each in self.continuous.items()}
        v = aligned(np.zeros(network.n_neurons))
        self.models = {each.name: _model_neurons(network, each, v) for each in network.neuron_models}
        self.net = Net(
            neurons=_neurons(network, v),
            noise=_noise(network),
            interventions=no_interventions(),
            ring=aligned(np.zeros((SHORT, network.n_neurons))),
            delay_queue=_delay_queue(network),
            modulators=_modulators(network),
            active_synapses=np.zeros(network.n_synapses + 32, dtype=np.uint32),
            random=np.zeros(1, dtype=np.uint64),
            plasticity=np.zeros(1),
        )

    def restart(self, tick: int) -> None:
        """Set all that a brain changes as it runs to its start; weights and persistent state stay.

        Args:
            tick: the next tick.
        """
        net = self.net
        for name, of_model in self.models.items():
            _start(NEURON_MODELS[name], of_model, net.neurons.v)
        neurons, modulators = net.neurons, net.modulators
        for array in (neurons.drive, neurons.above, neurons.fired, neurons.spike_count, net.ring):
            array.fill(0)
        for array in (modulators.history, modulators.in_window, modulators.activity):
            array.fill(0)
        for each in self.types.values():
            if each.state and not each.continuous:
                syn = self.event_driven[each.name].syn
                for name in each.state.keys() - set(each.persistent):
                    syn[name] = each.state[name]
                syn["last"] = max(tick - 1, 0)  # a reward may come before the next tick
        self.net = net._replace(delay_queue=_empty_queue(net.delay_queue.head.size))

    def use_classes(self, network: Network) -> None:
        """Give the synapses the classes of ``network``, whose synapses are those of the arrays."""
        for name, of_type in self.event_driven.items():
            params, of_type.syn["row"] = _parameters(network, self.types[name], self.synapse_order[name])
            self.event_driven[name] = of_type._replace(params=params)

    def grow_delay_queue(self) -> None:
        """Double the capacity of the delay queue.

        Raises:
            InputError: it would hold more spikes than `MAX_IN_FLIGHT`.
        """
        queue = self.net.delay_queue
        old, more = queue.next_index.size, max(64, queue.next_index.size)
        if old + more > MAX_IN_FLIGHT:
            raise InputError(
                f"network: over {old} spikes are in flight with delays of {SHORT} ticks or more; "
                f"expected at most {MAX_IN_FLIGHT}"
            )
        chain = np.arange(old + 1, old + more + 1)
        chain[-1] = queue.free[0]
        longer = queue._replace(
            next_index=np.concatenate([queue.next_index, chain]),
            target=np.concatenate([queue.target, np.zeros(more, dtype=np.int64)]),
            value=np.concatenate([queue.value, np.zeros(more)]),
            free=np.array([old, queue.free[1] + more]),
        )
        self.net = self.net._replace(delay_queue=longer)


def _synapse_arrays(network: Network, synapse_type: SynapseType, order: NDArray[np.int64]) -> SynapseArrays:
    params, row = _parameters(network, synapse_type, order)
    syn = np.zeros(order.size, dtype=synapse_dtype(synapse_type))
    syn["target"] = network.target[order]
    syn["delay"] = network.delay[order]
    syn["w"] = network.weight[order]
    syn["row"] = row
    for name, value in synapse_type.state.items():
        syn[name] = value
    if network.experience is not None and order.size:
        rank = np.argsort(np.argsort(order))  # of each synapse, among those of its type
        for name in synapse_type.persistent:
            syn[name] = network.experience.persistent[synapse_type.name][name][rank]
        if synapse_type.state:
            syn["last"] = max(network.experience.age - 1, 0)
    return SynapseArrays(
        first=_offsets(network.source[order], network.n_neurons),
        syn=syn,
        params=params,
        in_first=_offsets(network.target[order], network.n_neurons),
        in_syn=np.argsort(network.target[order], kind="stable").astype(np.uint32),
        gain=np.ones(1),
    )


def _offsets(ids: NDArray, n: int) -> NDArray[np.uint32]:
    return np.concatenate([[0], np.cumsum(np.bincount(ids, minlength=n))]).astype(np.uint32)


def _continuous_arrays(
    network: Network, synapse_type: SynapseType, order: NDArray[np.int64]
) -> ContinuousArrays:
    params, row = _parameters(network, synapse_type, order)
    return ContinuousArrays(
        source=network.source[order].astype(np.uint32),
        target=network.target[order].astype(np.uint32),
        w=network.weight[order].astype(np.float64),
        row=row.astype(np.uint16),
        params=params,
        gain=np.ones(1),
    )


def _parameters(
    network: Network, synapse_type: SynapseType, order: NDArray[np.int64]
) -> tuple[NDArray, NDArray[np.int64]]:
    """(parameter records, one per class of the type; (k,) the record of each synapse)."""
    classes, row = np.unique(network.synapse_class[order], return_inverse=True)
    rows = [dict(network.classes[k].parameters) for k in classes]
    return parameter_records(synapse_type, rows), row.reshape(-1)


def _model_neurons(network: Network, model: NeuronModel, v: NDArray[np.float64]) -> ModelNeurons:
    """The arrays of a model's neurons at their starting values, which are set in ``v`` as well."""
    classes = network.neuron_classes
    is_of_model = np.array([NEURON_TYPES[each.type].model is model for each in classes], bool)
    ids = np.flatnonzero(is_of_model[network.neuron_class])
    parameters = {
        name: aligned(
            np.array([each.parameters.get(name, 0.0) for each in classes])[network.neuron_class[ids]]
        )
        for name in model.parameters
    }
    place = np.full(network.n_neurons, -1, dtype=np.int32)
    place[ids] = np.arange(ids.size)
    state = tuple(aligned(np.zeros(ids.size)) for name in model.state if name != MEMBRANE)
    of_model = ModelNeurons(runs(ids, place), place, state, tuple(parameters.values()))
    _start(model, of_model, v)
    return of_model


def _start(model: NeuronModel, of_model: ModelNeurons, v: NDArray[np.float64]) -> None:
    """Set the states of a model's neurons to their starting values."""
    start = model.start(dict(zip(model.parameters, of_model.parameters, strict=True)))
    v[of_model.place >= 0] = start.pop(MEMBRANE)
    for array, value in zip(of_model.state, start.values(), strict=True):
        array[:] = value


def runs(ids: NDArray[np.int64], place: NDArray[np.int32]) -> NDArray[np.uint64]:
    """(r, 3) first id, last id + 1 and id − place, of each run of consecutive ids, which ascend."""
    starts = np.flatnonzero(np.diff(ids, prepend=-2) != 1)
    ends = np.append(starts, ids.size)[1:]
    first = ids[starts]
    return np.stack([first, ids[ends - 1] + 1, first - place[first]], axis=1).astype(np.uint64)


def _neurons(network: Network, v: NDArray[np.float64]) -> Neurons:
    n = network.n_neurons
    return Neurons(
        v=v,
        background=aligned(np.array(network.background, dtype=np.float64)),
        drive=aligned(np.zeros(n)),
        above=aligned(np.zeros(-(-n // WORD) * WORD, dtype=np.uint8)),
        fired=np.zeros(n, dtype=np.int64),
        spike_count=np.zeros(n, dtype=np.int32),
    )


def _noise(network: Network) -> Noise:
    noisy = np.flatnonzero(network.noise > 0)
    return Noise(
        runs=runs(noisy, np.cumsum(network.noise > 0) - 1),
        step=network.noise[noisy] / NOISE_SD,
        raw=np.zeros((NOISE_TICKS, noisy.size), dtype=np.uint16),
        start=np.zeros(1, dtype=np.int64),
    )


def no_interventions() -> InterventionArrays:
    """The arrays of a brain to which nothing is done."""
    nothing = np.empty(0, dtype=np.uint32)
    return InterventionArrays(
        stimulated=nothing,
        column=nothing,
        currents=np.empty((1, 0)),
        start=np.zeros(1, dtype=np.int64),
        silenced=np.empty(0, dtype=np.uint8),
        clamped=nothing,
    )


def _delay_queue(network: Network) -> DelayQueue:
    long = network.delay[network.delay >= SHORT]
    return _empty_queue(int(long.max()) + 1 if long.size else 1)


def _empty_queue(rows: int) -> DelayQueue:
    """A queue for delays below that many ticks."""
    return DelayQueue(
        head=np.full(rows, -1),
        next_index=np.empty(0, dtype=np.int64),
        target=np.empty(0, dtype=np.int64),
        value=np.empty(0),
        free=np.array([-1, 0]),
    )


def _modulators(network: Network) -> Modulators:
    sizes = np.array([group.size for group in network.modulators], dtype=np.float64)
    members = np.concatenate([*network.modulators, np.empty(0, dtype=np.int64)]).astype(np.int64)
    owner = np.repeat(np.arange(sizes.size), sizes.astype(np.int64))
    return Modulators(
        first=_offsets(members, network.n_neurons),
        group=owner[np.argsort(members, kind="stable")].astype(np.int64),
        size=sizes,
        history=np.zeros((WINDOW, sizes.size), dtype=np.int64),
        in_window=np.zeros(sizes.size, dtype=np.int64),
        activity=np.zeros(sizes.size),
    )
