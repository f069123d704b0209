"""The arrays of a network in the form that the kernels take: all of them behind one handle.

A call unboxes one pointer (0.6 µs) instead of sixty arrays (7 µs), and each loop reads only the arrays that
it uses.
"""

# mypy: disable-error-code="name-defined"

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from spikeworm_env.engine.network import Network
from spikeworm_env.engine.neurons import MEMBRANE, NEURON_TYPES, NeuronModel
from spikeworm_env.engine.synapse_records import parameter_records, synapse_dtype
from spikeworm_env.engine.synapses import SynapseType
from spikeworm_env.errors import InputError
from spikeworm_env.kernels.alignment import aligned
from spikeworm_env.kernels.function_handles import disowned, handle_type

SHORT = 16  # delays below this many ticks go through the ring, longer ones through the delay queue
WINDOW = 50  # ticks; the activity of a modulator group is a count over this window
MAX_IN_FLIGHT = 2**24  # spikes of long delay, 24 bytes each
NOISE_TICKS = 64  # ticks of noise drawn in one block
NOISE_MEAN = (2**16 - 1) / 2.0  # of the raw noise, 16 random bits
NOISE_SD = np.sqrt((2**32 - 1) / 12.0)
WORD = 8  # spike flags tested at once
STIMULUS_TICKS = 1024  # ticks of stimuli prepared in one block


class Neurons(NamedTuple):
    """What neurons of all models have, (n,) each."""

    v: NDArray
    background: NDArray
    drive: NDArray  # background + external current, constant throughout a call
    above: NDArray  # (n, rounded up to whole words) 1 where v has reached the threshold, else 0
    fired: NDArray  # neuron ids; the first k entries are those that fired in this tick
    spike_count: NDArray  # spikes since the call began


class ModelNeurons(NamedTuple):
    """The k neurons of one model, ordered by id: one array for each state and parameter."""

    runs: NDArray  # (r, 3) unsigned first, end, gap: neurons first … end − 1 have the values at id − gap
    place: NDArray  # (n,) index of each neuron in the arrays below; −1: of another model
    state: tuple  # one (k,) array per state of the model except v
    parameters: tuple  # one (k,) array per parameter


class Noise(NamedTuple):
    """Uniform noise current of the q neurons whose noise is not 0."""

    noisy: NDArray  # (q,) neuron ids
    step: NDArray  # (q,) standard deviation / standard deviation of the raw noise
    raw: NDArray  # (NOISE_TICKS, q) integers, uniform on 0 … 65535
    start: NDArray  # (1,) tick of the first row


class InterventionArrays(NamedTuple):
    """What is done to neurons from outside; all arrays are empty where nothing is."""

    stimulated: NDArray  # (e,) neuron ids, one entry per stimulus and neuron, in the order of the stimuli
    column: NDArray  # (e,) index of the entry's column of currents
    currents: NDArray  # (STIMULUS_TICKS, c) of the ticks from start; (1, c) if all are constant
    start: NDArray  # (1,) tick of the first row
    silenced: NDArray  # (n,) 1 where a neuron is silenced, else 0; (0,) if none is
    clamped: NDArray  # (h,) ids of the neurons whose membrane potential is held


class DelayQueue(NamedTuple):
    """Spikes in flight with a long delay: one linked list per due tick, in a common pool of entries."""

    head: NDArray  # (longest delay + 1,) newest entry due, row = due tick mod its size; −1: none
    next_index: NDArray  # (capacity,) the next older entry, or the next free one; −1: none
    target: NDArray  # (capacity,) neuron ids
    value: NDArray  # (capacity,) currents
    free: NDArray  # (2,) first free entry and number of free entries


class Modulators(NamedTuple):
    """Activity of the g modulator groups."""

    first: NDArray  # (n + 1,) neuron i belongs to the groups group[first[i] : first[i + 1]]
    group: NDArray
    size: NDArray  # (g,) neurons per group
    history: NDArray  # (WINDOW, g) spikes, row = tick mod WINDOW
    in_window: NDArray  # (g,) sum of the rows
    activity: NDArray  # (g,) spikes per neuron in the window


class SynapseArrays(NamedTuple):
    """All k synapses of one event-driven type, ordered by source."""

    first: NDArray  # (n + 1,) the outgoing synapses of neuron i are syn[first[i] : first[i + 1]]
    syn: NDArray  # (k,) records of `synapse_dtype`
    params: NDArray  # parameter records, one per synapse class
    in_first: NDArray  # (n + 1,) the incoming synapses of i are syn[in_syn[in_first[i] : in_first[i + 1]]]
    in_syn: NDArray  # (k,) indices into syn, ordered by target
    gain: NDArray  # (1,) factor of the currents that the synapses deliver; 1 without a drug


class ContinuousArrays(NamedTuple):
    """All k synapses of one continuous type, ordered by source."""

    source: NDArray  # (k,) neuron ids
    target: NDArray  # (k,) neuron ids
    w: NDArray  # (k,) weights; 0 where a silenced neuron closes the synapse
    row: NDArray  # (k,) indices into params
    params: NDArray  # parameter records, one per synapse class
    gain: NDArray  # (1,) as of `SynapseArrays`


class Net(NamedTuple):
    """All arrays of a network."""

    neurons: Neurons
    models: tuple  # one ModelNeurons per neuron model that the network has neurons of, in order of name
    noise: Noise
    interventions: InterventionArrays
    ring: NDArray  # (SHORT, n) currents in flight with a short delay, row = due tick mod SHORT
    delay_queue: DelayQueue
    modulators: Modulators
    active_synapses: NDArray  # scratch: the synapses of the neurons that fired, one type at a time
    random: NDArray  # (1,) state of the random stream of synapse rules
    plasticity: NDArray  # (1,) 1 while the brain learns, else 0
    event_driven: tuple  # one SynapseArrays per event-driven type, in order of name
    continuous: tuple  # one ContinuousArrays per continuous type, in order of name


SURROUNDINGS = (
    "activity",
    "plasticity",
    "v",
    "random",
)  # arrays that synapse rules can read, see `tick.Context`

NeuronsType, neurons_handle = handle_type("NeuronsType", Neurons._fields, __name__)
ModelNeuronsType, model_neurons_handle = handle_type("ModelNeuronsType", ModelNeurons._fields, __name__)
NoiseType, noise_handle = handle_type("NoiseType", Noise._fields, __name__)
InterventionArraysType, intervention_arrays_handle = handle_type(
    "InterventionArraysType", InterventionArrays._fields, __name__
)
DelayQueueType, delay_queue_handle = handle_type("DelayQueueType", DelayQueue._fields, __name__)
ModulatorsType, modulators_handle = handle_type("ModulatorsType", Modulators._fields, __name__)
SynapseArraysType, synapse_arrays_handle = handle_type("SynapseArraysType", SynapseArrays._fields, __name__)
ContinuousArraysType, continuous_arrays_handle = handle_type(
    "ContinuousArraysType", ContinuousArrays._fields, __name__
)
SurroundingsType, surroundings_handle = handle_type("SurroundingsType", SURROUNDINGS, __name__)
NetType, net_handle = handle_type("NetType", (*Net._fields, "surroundings"), __name__)


def handle(net):
    """All arrays of ``net`` behind one pointer; ``NetworkArrays`` owns them and must outlive the handle."""
    (
        neurons,
        models,
        noise,
        interventions,
        ring,
        delay_queue,
        modulators,
        active_synapses,
        random,
        plasticity,
        event_driven,
        continuous,
    ) = net
    return net_handle(
        neurons_handle(*disowned(neurons)),
        model_neurons_handles(models),  # noqa: F821  bound: one handle per model
        noise_handle(*disowned(noise)),
        intervention_arrays_handle(*disowned(interventions)),
        disowned(ring),
        delay_queue_handle(*disowned(delay_queue)),
        modulators_handle(*disowned(modulators)),
        disowned(active_synapses),
        disowned(random),
        disowned(plasticity),
        synapse_arrays_handles(event_driven),  # noqa: F821  bound: one handle per type
        continuous_arrays_handles(continuous),  # noqa: F821
        surroundings_handle(
            disowned(modulators.activity), disowned(plasticity), disowned(neurons.v), disowned(random)
        ),
    )


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
            models=tuple(self.models.values()),
            noise=_noise(network),
            interventions=no_interventions(),
            ring=aligned(np.zeros((SHORT, network.n_neurons))),
            delay_queue=_delay_queue(network),
            modulators=_modulators(network),
            active_synapses=np.zeros(network.n_synapses + 32, dtype=np.uint32),
            random=np.zeros(1, dtype=np.uint64),
            plasticity=np.zeros(1),
            event_driven=tuple(self.event_driven.values()),
            continuous=tuple(self.continuous.values()),
        )

    def use_classes(self, network: Network) -> None:
        """Give the synapses the classes of ``network``, whose synapses are those of the arrays."""
        for name, of_type in self.event_driven.items():
            params, of_type.syn["row"] = _parameters(network, self.types[name], self.synapse_order[name])
            self.event_driven[name] = of_type._replace(params=params)
        self.net = self.net._replace(event_driven=tuple(self.event_driven.values()))

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
    of_model = np.array([NEURON_TYPES[each.type].model is model for each in classes], bool)
    ids = np.flatnonzero(of_model[network.neuron_class])
    parameters = {
        name: aligned(
            np.array([each.parameters.get(name, 0.0) for each in classes])[network.neuron_class[ids]]
        )
        for name in model.parameters
    }
    start = {name: aligned(np.full(ids.size, value)) for name, value in model.start(parameters).items()}
    v[ids] = start.pop(MEMBRANE)
    place = np.full(network.n_neurons, -1, dtype=np.int32)
    place[ids] = np.arange(ids.size)
    return ModelNeurons(runs(ids, place), place, tuple(start.values()), tuple(parameters.values()))


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
        noisy=noisy,
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
    return DelayQueue(
        head=np.full(int(long.max()) + 1 if long.size else 1, -1),
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
