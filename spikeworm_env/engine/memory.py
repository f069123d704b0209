"""The network laid out for the kernels: every array of a brain behind one handle.

A call unboxes one pointer (0.6 µs) instead of sixty arrays (7 µs), and a loop reaches for just those that
it needs.
"""

# mypy: disable-error-code="name-defined"

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from spikeworm_env.engine.network import Network
from spikeworm_env.engine.neurons.izhikevich import V_START
from spikeworm_env.engine.synapses import SYNAPSE_TYPES, SynapseType
from spikeworm_env.kernels.elementary import exponentials
from spikeworm_env.kernels.handles import disowned, handle_type, record_dtype

SHORT = 16  # delays below this many ticks go through the ring, longer ones through the late lists
WINDOW = 50  # ticks over which the activity of a modulator group is counted
HORIZON = 1024  # entries of a decay table; a longer pause is taken in several steps
FOLDS_TO_REST = 1500  # e-fold decays after which a 64-bit float stands still; see `steps_to_rest`
NOISE_TICKS = 64  # ticks of noise that are drawn at once
NOISE_MEAN = (2**16 - 1) / 2.0  # of the raw noise, 16 random bits
NOISE_SD = np.sqrt((2**32 - 1) / 12.0)
WORD = 8  # flags that are looked at in one go

CHEMICAL = tuple(kind for kind in SYNAPSE_TYPES.values() if not kind.electrical)
ELECTRICAL = tuple(kind for kind in SYNAPSE_TYPES.values() if kind.electrical)


class Neurons(NamedTuple):
    """State and parameters of the neurons, (n,) each."""

    v: NDArray
    u: NDArray
    a: NDArray
    b: NDArray
    c: NDArray
    d: NDArray
    background: NDArray
    drive: NDArray  # background + external, the same throughout a call
    above: NDArray  # (n, rounded up to whole words) 1 where v has reached the threshold, else 0
    fired: NDArray  # ids; the first k of them fired in this tick
    spike_count: NDArray  # since the call began


class Noise(NamedTuple):
    """Uniform noise for the q neurons that have any."""

    noisy: NDArray  # (q,) their ids
    step: NDArray  # (q,) standard deviation over that of the raw noise
    raw: NDArray  # (NOISE_TICKS, q) whole numbers, uniform on 0 … 65535
    start: NDArray  # (1,) the tick that the first row is for


class Late(NamedTuple):
    """Arrivals of long delay: a chain for each due tick, through a common pool of places."""

    head: NDArray  # (longest delay + 1,) newest event due, row = due tick mod its size; −1: none
    following: NDArray  # (capacity,) the next older event, or the next free place
    target: NDArray  # (capacity,)
    value: NDArray  # (capacity,)
    free: NDArray  # (2,) first free place and number of free places


class Modulators(NamedTuple):
    """Activity of the g modulator groups."""

    first: NDArray  # (n + 1,) the groups of each neuron
    group: NDArray
    size: NDArray  # (g,)
    history: NDArray  # (WINDOW, g) spikes by tick mod WINDOW
    in_window: NDArray  # (g,) their sum
    activity: NDArray  # (g,) spikes per neuron in the window


class Group(NamedTuple):
    """All synapses of one chemical type, ordered by source."""

    first: NDArray  # (n + 1,) the outgoing synapses of each neuron
    syn: NDArray  # records
    params: NDArray  # records, one for each distinct set
    in_first: NDArray  # (n + 1,) the incoming synapses of each neuron
    in_syn: NDArray  # their places in syn


class Junctions(NamedTuple):
    """All synapses of one electrical type."""

    end_1: NDArray
    end_2: NDArray
    g: NDArray


class Net(NamedTuple):
    """The whole network."""

    neurons: Neurons
    noise: Noise
    ring: NDArray  # (SHORT, n) arrivals of short delay, row = due tick mod SHORT
    late: Late
    modulators: Modulators
    listed: NDArray  # the synapses that this tick's spikes concern, of one type after another
    groups: tuple  # a Group for each chemical type, in order of name
    junctions: tuple  # Junctions for each electrical type


NeuronsType, neurons_handle = handle_type("NeuronsType", Neurons._fields, __name__)
NoiseType, noise_handle = handle_type("NoiseType", Noise._fields, __name__)
LateType, late_handle = handle_type("LateType", Late._fields, __name__)
ModulatorsType, modulators_handle = handle_type("ModulatorsType", Modulators._fields, __name__)
GroupType, group_handle = handle_type("GroupType", Group._fields, __name__)
JunctionsType, junctions_handle = handle_type("JunctionsType", Junctions._fields, __name__)
NetType, net_handle = handle_type("NetType", Net._fields, __name__)


def handle(net):
    """Everything in ``net`` behind one pointer. The arrays belong to ``Memory``, which must outlive it."""
    neurons, noise, ring, late, modulators, listed, groups, junctions = net
    return net_handle(
        neurons_handle(*disowned(neurons)),
        noise_handle(*disowned(noise)),
        disowned(ring),
        late_handle(*disowned(late)),
        modulators_handle(*disowned(modulators)),
        disowned(listed),
        group_handles(groups),  # noqa: F821  bound: one handle for each group
        junctions_handles(junctions),  # noqa: F821
    )


class Memory:
    """The arrays of one network, and which synapse of the network stands where.

    Attributes:
        net: all arrays.
        groups: type name → ``Group``.
        junctions: type name → ``Junctions``.
        places: type name → (k,) numbers, in the network, of the synapses of that type in their order here.
    """

    def __init__(self, network: Network) -> None:
        self.places: dict[str, NDArray[np.int64]] = {}
        type_of = np.array([klass.type for klass in network.classes], dtype=object)
        of_synapse = type_of[network.synapse_class] if network.n_synapses else np.empty(0, dtype=object)
        for name in SYNAPSE_TYPES:
            places = np.flatnonzero(of_synapse == name)
            self.places[name] = places[np.argsort(network.source[places], kind="stable")]
        self.groups = {kind.name: _group(network, kind, self.places[kind.name]) for kind in CHEMICAL}
        self.junctions = {kind.name: _junctions(network, self.places[kind.name]) for kind in ELECTRICAL}
        self.net = Net(
            neurons=_neurons(network),
            noise=_noise(network),
            ring=np.zeros((SHORT, network.n_neurons)),
            late=_late(network),
            modulators=_modulators(network),
            listed=np.zeros(network.n_synapses + 32, dtype=np.int32),
            groups=tuple(self.groups.values()),
            junctions=tuple(self.junctions.values()),
        )

    def grow_late(self) -> None:
        """Double the places for arrivals that are more than a few ticks away."""
        late = self.net.late
        old, more = late.following.size, max(64, late.following.size)
        chain = np.arange(old + 1, old + more + 1)
        chain[-1] = late.free[0]
        grown = late._replace(
            following=np.concatenate([late.following, chain]),
            target=np.concatenate([late.target, np.zeros(more, dtype=np.int64)]),
            value=np.concatenate([late.value, np.zeros(more)]),
            free=np.array([old, late.free[1] + more]),
        )
        self.net = self.net._replace(late=grown)


def synapse_dtype(kind: SynapseType) -> np.dtype:
    """Record of one synapse: what it is, its weight, its own state, and the tick of its last touch.

    Kept small: what a spike costs is mostly the wait for these records to come from memory.
    """
    fields: list = [("target", np.int32), ("delay", np.int16), ("row", np.int16), ("w", np.float64)]
    fields += [(name, np.float64) for name, value in kind.state.items() if isinstance(value, float)]
    fields += [(name, np.int32) for name, value in kind.state.items() if isinstance(value, int)]
    # last, so that no type's record is the beginning of another's: numba would take one for the other
    fields += [("last", np.int64)] if kind.state else []
    return record_dtype(fields)


def _parameter_records(kind: SynapseType, rows: list[dict[str, float]]) -> NDArray:
    fields: list = [(name, np.float64) for name in kind.parameters]
    fields += [("number", np.int64), ("steps_to_rest", np.int64)]
    fields += [(name, np.float64, (HORIZON,)) for name in kind.fades]
    records = np.zeros(len(rows), dtype=record_dtype(fields))
    ticks = np.arange(HORIZON)
    for k, row in enumerate(rows):
        for name in kind.parameters:
            records[k][name] = row[name]
        for table, tau in kind.fades.items():
            faded = -ticks / row[tau]
            exponentials(faded)
            records[k][table] = faded
        records[k]["steps_to_rest"] = steps_to_rest(
            max((row[tau] for tau in kind.fades.values()), default=0.0)
        )
    return records


def steps_to_rest(tau: float) -> int:
    """Steps of HORIZON − 1 ticks after which decay by a time constant of ``tau`` ms changes nothing any more.

    From the greatest float (e^710) it takes 1,418 e-fold decays to the first that loses digits and 36 more
    until a step is less than half of the last digit, which rounding then takes back. Longer pauses give the
    same bits, so that no pause costs more.
    """
    return math.ceil(FOLDS_TO_REST * tau / (HORIZON - 1)) + 2


def _group(network: Network, kind: SynapseType, places: NDArray[np.int64]) -> Group:
    classes = np.unique(network.synapse_class[places])
    row_of_class = np.zeros(len(network.classes) + 1, dtype=np.int64)
    row_of_class[classes] = np.arange(classes.size)
    syn = np.zeros(places.size, dtype=synapse_dtype(kind))
    syn["target"] = network.target[places]
    syn["delay"] = network.delay[places]
    syn["w"] = network.weight[places]
    syn["row"] = row_of_class[network.synapse_class[places]]
    for name, value in kind.state.items():
        syn[name] = value
    if network.experience is not None and places.size:
        order = np.argsort(np.argsort(places))  # of each place, among those of its type
        for name in kind.persistent:
            syn[name] = network.experience.persistent[kind.name][name][order]
        if kind.state:
            syn["last"] = max(network.experience.age - 1, 0)
    return Group(
        first=_offsets(network.source[places], network.n_neurons),
        syn=syn,
        params=_parameter_records(kind, [dict(network.classes[k].parameters) for k in classes]),
        in_first=_offsets(network.target[places], network.n_neurons),
        in_syn=np.argsort(network.target[places], kind="stable").astype(np.int32),
    )


def _offsets(ids: NDArray, n: int) -> NDArray[np.int32]:
    return np.concatenate([[0], np.cumsum(np.bincount(ids, minlength=n))]).astype(np.int32)


def _junctions(network: Network, places: NDArray[np.int64]) -> Junctions:
    return Junctions(
        end_1=network.source[places].astype(np.int32),
        end_2=network.target[places].astype(np.int32),
        g=network.weight[places].astype(np.float64),
    )


def _neurons(network: Network) -> Neurons:
    n = network.n_neurons
    parameters = {name: np.array(getattr(network, name), dtype=np.float64) for name in "abcd"}
    return Neurons(
        v=np.full(n, V_START),
        u=parameters["b"] * V_START,
        **parameters,
        background=np.array(network.background, dtype=np.float64),
        drive=np.zeros(n),
        above=np.zeros(-(-n // WORD) * WORD, dtype=np.uint8),
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


def _late(network: Network) -> Late:
    long = network.delay[network.delay >= SHORT]
    return Late(
        head=np.full(int(long.max()) + 1 if long.size else 1, -1),
        following=np.empty(0, dtype=np.int64),
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
