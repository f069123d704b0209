"""The state of a brain as named arrays, and the checks of a state that comes from outside.

The kernels do not check their arrays, so a state that no brain can have must be found here.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterator, Mapping

import numpy as np
from numpy.typing import NDArray

from spikeworm_env.engine.arrays import (
    NOISE_TICKS,
    DelayQueue,
    ModelNeurons,
    Modulators,
    SynapseArrays,
)
from spikeworm_env.engine.network import LIMIT, MAX_AGE_TICKS, Network
from spikeworm_env.engine.network_arrays import NetworkArrays
from spikeworm_env.engine.neurons import NEURON_MODELS
from spikeworm_env.engine.synapses import SynapseType
from spikeworm_env.errors import InputError, shown

State = dict[str, NDArray]

MAX_STATE = 1e18  # of a trace, gain or count: no rule exceeds it, and reward times this is still finite
MAX_MEMBRANE = 1e100  # of v, u and currents in flight: none reaches it, and no step from it leads to NaN

# Arrays that change as the brain runs, besides the other states of neurons and the synapses.
VARIABLES = {
    "neurons": ("v",),
    "delay_queue": ("head", "next_index", "target", "value", "free"),
    "modulators": ("history", "in_window", "activity"),
}
PLAIN_VARIABLES = ("ring", "random")  # arrays of the net itself
# as long as the largest number of delayed spikes in flight so far has required
RESIZABLE = ("delay_queue.next_index", "delay_queue.target", "delay_queue.value")
NETWORK_FIELDS = {"target", "delay", "row"}  # of a synapse record, fixed by the network


def identity(network: Network) -> str:
    """A hash of the network without what a brain can change, such as weights."""
    digest = hashlib.sha256()
    for name in ("background", "noise"):
        digest.update(np.asarray(getattr(network, name), dtype="<f8").tobytes())
    for name in ("neuron_class", "source", "target", "delay", "synapse_class"):
        digest.update(np.asarray(getattr(network, name), dtype="<i8").tobytes())
    digest.update(network.weight[network.continuous].astype("<f8").tobytes())
    digest.update(repr([np.asarray(group).tolist() for group in network.modulators]).encode())
    for classes in (network.neuron_classes, network.classes):
        digest.update(repr([(each.type, sorted(each.parameters.items())) for each in classes]).encode())
    return digest.hexdigest()


def get_state(arrays: NetworkArrays) -> State:
    """Copies of all arrays that change as the brain runs, by dotted name."""
    state = {name: getattr(arrays.net, name).copy() for name in PLAIN_VARIABLES}
    for part, names in VARIABLES.items():
        state |= {f"{part}.{name}": getattr(getattr(arrays.net, part), name).copy() for name in names}
    for name, of_model in arrays.models.items():
        state |= {key: array.copy() for key, array in _neuron_states(name, of_model)}
    return state | {f"synapses.{name}": _copied(of_type.syn) for name, of_type in arrays.event_driven.items()}


def set_state(arrays: NetworkArrays, state: Mapping[str, NDArray]) -> None:
    """Copy a state with arrays of the right shapes and types into ``arrays``."""
    for name in PLAIN_VARIABLES:
        getattr(arrays.net, name)[...] = state[name]
    for part, names in VARIABLES.items():
        for name in names:
            if f"{part}.{name}" not in RESIZABLE:
                getattr(getattr(arrays.net, part), name)[...] = state[f"{part}.{name}"]
    resized = {key.split(".")[1]: np.array(state[key], order="C") for key in RESIZABLE}
    arrays.net = arrays.net._replace(delay_queue=arrays.net.delay_queue._replace(**resized))
    for model, of_model in arrays.models.items():
        for key, array in _neuron_states(model, of_model):
            array[:] = state[key]
    for name, of_type in arrays.event_driven.items():
        saved = state[f"synapses.{name}"]
        for field in set(saved.dtype.names or ()) - NETWORK_FIELDS:
            of_type.syn[field] = saved[field]


def check_shapes(state: Mapping[str, NDArray], expected: State, optional: Collection[str]) -> None:
    """Raise InputError unless ``state`` has the network, names, shapes and types of ``expected``.

    It may have the names of ``optional``, which are checked elsewhere, and no others.
    """
    if not isinstance(state, Mapping):
        raise InputError(f"state is a {type(state).__name__}; expected arrays by name")
    missing = sorted(set(expected) - set(state))
    if missing:
        raise InputError(f"state lacks {', '.join(missing)}")
    if str(state["network"]) != str(expected["network"]):
        raise InputError("state belongs to another network")
    unknown = set(state) - set(expected) - set(optional)
    if unknown:
        raise InputError(f"state has unknown arrays: {shown(sorted(map(str, unknown)))}")
    for name, array in expected.items():
        found, resizable = state[name], name == "rng" or name in RESIZABLE
        if not isinstance(found, np.ndarray):
            raise InputError(f"state {name} is a {type(found).__name__}; expected an array")
        shape = (found.size,) if resizable else array.shape
        if found.dtype != array.dtype or found.shape != shape:
            raise InputError(
                f"state {name} is {found.dtype} {found.shape}; expected {array.dtype} {array.shape}"
            )


def check_values(arrays: NetworkArrays, tick: int, noise_start: int) -> None:
    """Raise InputError if ``arrays`` hold values that no brain can have at ``tick``."""
    if not 0 <= noise_start <= tick < noise_start + NOISE_TICKS or tick > MAX_AGE_TICKS:
        raise InputError(f"state is damaged: tick is {tick} and noise_start {noise_start}")
    problem = next(_problems(arrays, tick), None)
    if problem:
        raise InputError(f"state is damaged: {problem}")


def restored_generator(saved: NDArray[np.uint8]) -> np.random.Generator:
    """The generator of the noise from its state as JSON text; raises InputError if it is damaged."""
    rng = np.random.Generator(np.random.PCG64(0))
    try:
        rng.bit_generator.state = json.loads(saved.tobytes().decode())
    except (ValueError, TypeError, LookupError, OverflowError, RecursionError) as error:
        raise InputError(f"state rng is damaged: {error}") from error
    return rng


def _neuron_states(model: str, of_model: ModelNeurons) -> Iterator[tuple[str, NDArray]]:
    """(name, array) of each state of a model's neurons except the membrane potential."""
    names = list(NEURON_MODELS[model].state)[1:]
    yield from zip((f"neurons.{model}.{name}" for name in names), of_model.state, strict=True)


def _copied(records: NDArray) -> NDArray:
    """Field by field: the gaps between fields hold arbitrary bytes, and equal states are equal bytes."""
    copy = np.zeros(records.shape, records.dtype)  # zeros_like would leave the gaps
    for name in records.dtype.names or ():
        copy[name] = records[name]
    return copy


def _problems(arrays: NetworkArrays, tick: int) -> Iterator[str]:
    net = arrays.net
    if not _delay_queue_is_consistent(net.delay_queue, net.neurons.v.size):
        yield "the entries of the delay queue contradict each other"
    if not _modulators_are_consistent(net.modulators):
        yield "the history of the modulators contradicts their activity"
    neuron_states = (pair for model, own in arrays.models.items() for pair in _neuron_states(model, own))
    for name, array in (
        ("neurons.v", net.neurons.v),
        *neuron_states,
        ("ring", net.ring),
        ("delay_queue.value", net.delay_queue.value),
    ):
        if not (np.abs(array) <= MAX_MEMBRANE).all():
            yield f"{name} has a value that is not a number within ±{MAX_MEMBRANE:g}"
    for name, of_type in arrays.event_driven.items():
        problems = _synapse_problems(arrays.types[name], of_type, tick)
        yield from (f"synapses.{name}: {problem}" for problem in problems)


def _synapse_problems(synapse_type: SynapseType, of_type: SynapseArrays, tick: int) -> Iterator[str]:
    syn, row = of_type.syn, of_type.syn["row"]
    if not (np.abs(syn["w"]) <= LIMIT).all():
        yield f"a weight is not a number within ±{LIMIT:g}"
    if synapse_type.bounds is not None and syn.size:
        low, high = (of_type.params[name][row] for name in synapse_type.bounds)
        prunes = synapse_type.prunes
        gone = np.zeros(syn.size, bool) if prunes is None else (syn[prunes.mark] == 0) & (syn["w"] == 0.0)
        if (~gone & ((syn["w"] < low) | (syn["w"] > high))).any():
            yield "a weight is outside its bounds"
    for name in synapse_type.state:
        if not (np.abs(syn[name]) <= MAX_STATE).all():
            yield f"{name} is not a number within ±{MAX_STATE:g}"
        if name in synapse_type.persistent and (syn[name] < 0).any():
            yield f"{name} is negative"
    if synapse_type.state and ((syn["last"] < 0) | (syn["last"] > max(tick - 1, 0))).any():
        yield f"its last update is not before tick {tick}"


def _delay_queue_is_consistent(delay_queue: DelayQueue, n_neurons: int) -> bool:
    """Whether every entry is in exactly one linked list, and has a target that exists."""
    size = delay_queue.next_index.size
    if delay_queue.target.size != size or delay_queue.value.size != size:
        return False
    pointers = np.concatenate([delay_queue.head, delay_queue.next_index, delay_queue.free[:1]])
    if pointers.min() < -1 or not np.array_equal(np.sort(pointers[pointers >= 0]), np.arange(size)):
        return False
    n_free, entry = 0, delay_queue.free[0]
    while entry >= 0:  # ends: each entry has one predecessor, so none is visited twice
        n_free, entry = n_free + 1, delay_queue.next_index[entry]
    targets_exist = (delay_queue.target >= 0) & (delay_queue.target < n_neurons)
    return n_free == delay_queue.free[1] and bool(targets_exist.all())


def _modulators_are_consistent(modulators: Modulators) -> bool:
    """Whether the activity of every group follows from its history."""
    history, size = modulators.history, modulators.size
    possible: NDArray[np.bool_] = (history >= 0) & (history <= size)
    in_window = history.sum(axis=0)
    return bool(
        possible.all()
        and np.array_equal(modulators.in_window, in_window)
        and np.array_equal(modulators.activity, in_window / size)
    )
