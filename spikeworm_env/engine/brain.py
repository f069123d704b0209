"""A brain: a network that ticks. It owns time, noise and state; every rule belongs to a neuron or synapse."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from spikeworm_env.engine.assembly import kernels
from spikeworm_env.engine.memory import NOISE_TICKS, SHORT, Memory
from spikeworm_env.engine.network import LIMIT, MAX_AGE_TICKS, Experience, Network, validate
from spikeworm_env.engine.soundness import flaw
from spikeworm_env.engine.synapses import SYNAPSE_TYPES
from spikeworm_env.errors import InputError
from spikeworm_env.seeds import checked_seed

if TYPE_CHECKING:
    from spikeworm_env.engine.recorder import Recorder

State = dict[str, NDArray]

WHOLE = (int, np.integer)  # a tuple: a union would be built anew at every tick

# What changes as the brain runs, besides synapses; the rest of `Cells` is fixed by the network.
CELL_STATE = {
    "neurons": ("v", "u"),
    "late": ("head", "following", "target", "value", "free"),
    "modulators": ("history", "in_window", "activity"),
}
GROWING = ("late.following", "late.target", "late.value")  # as long as arrivals in flight have needed


class Brain:
    """A spiking network that runs in ticks of 1 ms.

    Args:
        network: what to run; it is checked and copied, never changed.
        seed: of the noise that the network's neurons receive, 0 to 2**63 - 1.
        learning: whether weights may change; may be set at any time.

    Attributes:
        on_tick: called after every tick, those of `advance` among them, with the (k,) ids of the neurons that
            fired, ascending: a view, valid until the next tick. It must leave the brain alone. None, as it is
            at first and in copies and pickles, costs nothing.

    Raises:
        InputError: the seed is not a whole number in its range.
        RecipeError: the network cannot be run; every problem is named.
    """

    def __init__(self, network: Network, seed: int = 0, learning: bool = True) -> None:
        seed = checked_seed(seed)
        validate(network)
        self.network = network
        self.learning = learning
        self.on_tick: Callable[[NDArray[np.int64]], None] | None = None
        self._kernels = kernels()
        self._late_per_tick = int((network.delay >= SHORT).sum())
        self._silence, self._shape = np.empty(0), (network.n_neurons,)
        self._accepted: NDArray[np.float64] | None = None
        self._tick = network.experience.age if network.experience else 0
        self._net: Any  # the memory, as the kernels see it
        self._remember(Memory(network))
        self._seed(seed)

    @property
    def n_neurons(self) -> int:
        return self.network.n_neurons

    @property
    def ticks(self) -> int:
        """Ticks lived so far, 1 ms each."""
        return self._tick

    @property
    def v(self) -> NDArray[np.float64]:
        """(n,) membrane potentials in mV; a view, valid until the next tick."""
        return self._neurons.v

    @property
    def spike_counts(self) -> NDArray[np.int32]:
        """(n,) spikes of each neuron in the last ``tick`` or ``advance``; a view, valid until the next."""
        return self._neurons.spike_count

    # ---- running --------------------------------------------------------------------------------------
    def tick(self, current: ArrayLike | None = None) -> NDArray[np.int64]:
        """Run one tick.

        Args:
            current: (n,) external current into each neuron; none if left out.

        Returns:
            (k,) ids of the neurons that fired, ascending.

        Raises:
            InputError: ``current`` has another shape, is not of real numbers, or has a value that is not a
                number within ±1e9. Nothing has changed then, ``spike_counts`` included.
        """
        n_fired = self._advance(1, current)
        return self._neurons.fired[:n_fired].copy()

    def advance(self, ticks: int, current: ArrayLike | None = None) -> NDArray[np.int32]:
        """Run ``ticks`` ticks under one constant external current; returns ``spike_counts``.

        Raises:
            InputError: as ``tick``, or ``ticks`` is not a whole number of at least 1.
        """
        self._advance(_positive(ticks), current)
        return self._neurons.spike_count

    def run(self, ticks: int, current: ArrayLike | None = None, recorder: Recorder | None = None) -> Recorder:
        """Run ``ticks`` ticks and record each.

        Args:
            ticks: how many, >= 1.
            current: (n,) for every tick, or (ticks, n) for each its own; none if left out.
            recorder: where to record; by default a new one that keeps the spikes.

        Raises:
            InputError: as ``advance``. A row of ``current`` that is not usable stops the run before its tick.
        """
        from spikeworm_env.engine.recorder import Recorder

        recorder = Recorder(self) if recorder is None else recorder
        ticks = _positive(ticks)
        rows = None if current is None else _numbers(current)
        timed = rows is not None and rows.ndim == 2
        if rows is not None and timed and rows.shape != (ticks, self.n_neurons):
            raise InputError(f"current has shape {rows.shape}; expected ({ticks}, {self.n_neurons})")
        for k in range(ticks):
            recorder.observe(self.tick(rows[k] if rows is not None and timed else rows))
        return recorder

    def deliver_reward(self, r: float) -> None:
        """Turn eligibility into weight: Δw = lr · e · r, soft-bounded, in every ``reward_plastic`` synapse.

        It acts as at the end of the last tick. Zero changes nothing, nor does any reward while not learning.

        Raises:
            InputError: ``r`` is not a number within ±1e9.
        """
        if not isinstance(r, int | float | np.integer | np.floating) or not abs(r) <= LIMIT:
            raise InputError(f"reward is {r!r}; expected a number within ±{LIMIT:g}")
        if r != 0.0 and self.learning:
            self._kernels.reward(self._net, float(r), max(self._tick - 1, 0))

    def _advance(self, ticks: int, current: ArrayLike | None) -> int:
        external = self._silence if current is None else self._checked(current)
        plasticity = 1.0 if self.learning else 0.0
        n_fired, begins = 0, True
        while ticks > 0:
            if self._noise_end == self._tick:
                self._draw_noise(self._tick)
            # listeners hear of every tick, and the kernel remembers only who fired in its last
            part = min(ticks, self._noise_end - self._tick) if self.on_tick is None else 1
            n_fired = self._kernels.advance(
                self._net, external, begins, self._tick, part, plasticity, self._late_per_tick
            )
            if n_fired == -2 - part:
                k = int(np.argmax(~(np.abs(external) <= LIMIT)))
                raise InputError(
                    f"current of neuron {k} is {external[k]}; expected a number within ±{LIMIT:g}"
                )
            begins = False
            done = -1 - n_fired if n_fired < 0 else part
            self._tick += done
            ticks -= done
            if n_fired < 0:
                self._memory.grow_late()
                self._net = self._kernels.handle(self._memory.net)
            elif self.on_tick is not None:
                self.on_tick(self._neurons.fired[:n_fired])
        return n_fired

    def _checked(self, current: ArrayLike) -> NDArray[np.float64]:
        accepted = self._accepted
        if current is accepted and accepted is not None and accepted.shape == self._shape:
            return accepted  # an agent hands in the same array at every step
        external = _numbers(current)
        if external.shape != self._shape:
            raise InputError(f"current has shape {external.shape}; expected ({self.n_neurons},)")
        self._accepted = external if external is current else None
        return external

    def _seed(self, seed: int) -> None:
        self._rng = np.random.Generator(np.random.PCG64(seed))
        self._noise_end = self._tick

    def _draw_noise(self, start: int) -> None:
        """Noise for a block of ticks from ``start``; remembers the generator as it was before."""
        self._rng_before = self._rng.bit_generator.state
        self._noise_end = start + NOISE_TICKS
        self._memory.net.noise.start[0] = start
        noise = self._memory.net.noise.raw
        bits = self._rng.bit_generator.random_raw(-(-noise.size // 4))
        noise[:] = bits.astype("<u8", copy=False).view("<u2")[: noise.size].reshape(noise.shape)

    # ---- synapses -------------------------------------------------------------------------------------
    @property
    def weights(self) -> NDArray[np.float64]:
        """(m,) weights now, in the network's order; for gap junctions their conductance."""
        weights = np.empty(self.network.n_synapses)
        for name, junctions in self._memory.junctions.items():
            weights[self._memory.places[name]] = junctions.g
        for name, group in self._memory.groups.items():
            weights[self._memory.places[name]] = group.syn["w"]
        return weights

    def synapse_state(self, type_name: str) -> dict[str, NDArray]:
        """State of the synapses of one type, in the network's order, as it was when each was last touched.

        Returns:
            name → (k,), with ``synapse``: their numbers in the network, and ``w``: their weights.
        """
        if type_name not in self._memory.groups:
            raise InputError(
                f"synapse type {type_name!r} has no state; {', '.join(self._memory.groups)} have"
            )
        places = self._memory.places[type_name]
        order = np.argsort(places)
        syn = self._memory.groups[type_name].syn[order]
        names = ("w", *SYNAPSE_TYPES[type_name].state)
        return {"synapse": places[order], **{name: syn[name].copy() for name in names}}

    def grown(self) -> Network:
        """The network as it is now: with the weights learned, and the experience that they come from."""
        network, lived = self.network, self.network.experience
        persistent = {
            name: {field: self.synapse_state(name)[field] for field in SYNAPSE_TYPES[name].persistent}
            for name in self._memory.groups
            if SYNAPSE_TYPES[name].persistent
        }
        born = lived.initial_weight if lived else network.weight
        return replace(network, weight=self.weights, experience=Experience(self._tick, born, persistent))

    # ---- state ----------------------------------------------------------------------------------------
    def reset(self, seed: int = 0) -> None:
        """Start the same brain anew: membrane, arrivals, traces and gains are fresh, what was learned stays.

        Weights, the developmental record (spikes, coincidences, who was pruned) and the age remain.

        Args:
            seed: of the noise from now on, 0 to 2**63 - 1.

        Raises:
            InputError: the seed is not a whole number in its range. Nothing has changed then.
        """
        seed = checked_seed(seed)
        fresh = Memory(self.network)
        for name, group in self._memory.groups.items():
            kept = fresh.groups[name].syn
            for field in ("w", *SYNAPSE_TYPES[name].persistent):
                kept[field] = group.syn[field]
            if SYNAPSE_TYPES[name].state:
                kept["last"] = max(self._tick - 1, 0)  # a reward may come before the next tick
        self._remember(fresh)
        self._seed(seed)

    def state(self) -> State:
        """Everything that a brain of the same network needs to continue bit for bit; arrays by name."""
        drawn = self._tick < self._noise_end
        rng = json.dumps(self._rng_before if drawn else self._rng.bit_generator.state)
        state: State = {
            "network": np.array(self._identity()),
            "tick": np.array(self._tick),
            "learning": np.array(self.learning),
            "noise_start": np.array(self._noise_end - NOISE_TICKS if drawn else self._tick),
            "rng": np.frombuffer(rng.encode(), dtype=np.uint8).copy(),
        }
        state.update({name: array.copy() for name, array in _cell_state(self._memory).items()})
        state.update({f"synapses.{name}": _copied(group.syn) for name, group in self._memory.groups.items()})
        return state

    def restore(self, state: Mapping[str, NDArray]) -> None:
        """Become what ``state`` was taken from.

        Raises:
            InputError: it is of another network, incomplete, damaged, or its arrays have other shapes or
                types, numbers that are not finite, or weights out of their bounds. Nothing has changed then.
        """
        self._fits(state)
        tick, noise_start = int(state["tick"]), int(state["noise_start"])
        memory = Memory(self.network)
        _take_cell_state(memory, state)
        for name, group in memory.groups.items():
            saved = state[f"synapses.{name}"]
            for field in set(saved.dtype.names or ()) - {"target", "delay", "row"}:  # these never change
                group.syn[field] = saved[field]
        in_time = 0 <= noise_start <= tick < noise_start + NOISE_TICKS and tick <= MAX_AGE_TICKS
        fault = flaw(memory, tick) if in_time else f"tick is {tick} and noise_start {noise_start}"
        if fault:
            raise InputError(f"state is damaged: {fault}")
        rng = _generator(state["rng"])
        self._remember(memory)
        self._tick = self._noise_end = tick
        self.learning = bool(state["learning"])
        self._rng = rng
        if noise_start < tick:
            self._draw_noise(noise_start)

    def __reduce__(self) -> tuple[Any, ...]:
        """Copies and pickles are made of the network and the state, and continue bit for bit."""
        return _revive, (self.network, self.state())

    def _fits(self, state: Mapping[str, NDArray]) -> None:
        expected = self.state()
        if not isinstance(state, Mapping):
            raise InputError(f"state is a {type(state).__name__}; expected arrays by name")
        missing = sorted(set(expected) - set(state))
        if missing:
            raise InputError(f"state lacks {', '.join(missing)}")
        if str(state["network"]) != self._identity():
            raise InputError("state belongs to another network")
        for name, array in expected.items():
            found, free = state[name], name == "rng" or name in GROWING
            if not isinstance(found, np.ndarray):
                raise InputError(f"state {name} is a {type(found).__name__}; expected an array")
            shape = (found.size,) if free else array.shape
            if found.dtype != array.dtype or found.shape != shape:
                raise InputError(
                    f"state {name} is {found.dtype} {found.shape}; expected {array.dtype} {array.shape}"
                )

    def _identity(self) -> str:
        """A hash of what the network is, apart from what its brain may change."""
        digest = hashlib.sha256()
        for name in ("a", "b", "c", "d", "background", "noise"):
            digest.update(np.asarray(getattr(self.network, name), dtype="<f8").tobytes())
        for name in ("source", "target", "delay", "synapse_class"):
            digest.update(np.asarray(getattr(self.network, name), dtype="<i8").tobytes())
        for junctions in self._memory.junctions.values():
            digest.update(junctions.g.astype("<f8").tobytes())
        digest.update(repr([np.asarray(group).tolist() for group in self.network.modulators]).encode())
        digest.update(repr([(c.type, sorted(c.parameters.items())) for c in self.network.classes]).encode())
        return digest.hexdigest()

    def _remember(self, memory: Memory) -> None:
        self._memory = memory
        self._neurons = memory.net.neurons  # at hand, since every tick needs them
        self._net = self._kernels.handle(memory.net)


def _copied(records: NDArray) -> NDArray:
    """Field by field: between fields lies what was in memory by chance, and equal states are equal bytes."""
    copy = np.zeros(records.shape, records.dtype)  # zeros_like would leave the gaps
    for name in records.dtype.names or ():
        copy[name] = records[name]
    return copy


def _positive(ticks: int) -> int:
    if not isinstance(ticks, WHOLE) or isinstance(ticks, bool) or ticks < 1:
        raise InputError(f"ticks is {ticks!r}; expected a whole number of at least 1")
    return int(ticks)


def _revive(network: Network, state: State) -> Brain:
    brain = Brain(network)
    brain.restore(state)
    return brain


def _numbers(current: ArrayLike) -> NDArray[np.float64]:
    """The current as the kernels take it: plain, in one piece, 64-bit floats."""
    if isinstance(current, np.ma.MaskedArray):
        raise InputError("current is a masked array; expected an array of real numbers, all of them known")
    try:
        array = np.asarray(current)
    except (TypeError, ValueError) as error:
        raise InputError(f"current is not an array of numbers: {error}") from error
    if array.dtype.kind not in "iuf":  # NumPy would take texts for numbers, and half of a complex one
        raise InputError(f"current is an array of {array.dtype}; expected real numbers")
    with np.errstate(over="ignore"):  # what is too large becomes infinite, which the kernel refuses
        return np.asarray(array, dtype=np.float64, order="C")


def _generator(saved: NDArray[np.uint8]) -> np.random.Generator:
    rng = np.random.Generator(np.random.PCG64(0))
    try:
        rng.bit_generator.state = json.loads(saved.tobytes().decode())
    except (ValueError, TypeError, LookupError, OverflowError, RecursionError) as error:
        raise InputError(f"state rng is damaged: {error}") from error
    return rng


def _cell_state(memory: Memory) -> State:
    """The changing arrays of neurons, arrivals and modulators, by dotted name; not copied."""
    arrays = {
        f"{part}.{name}": getattr(getattr(memory.net, part), name)
        for part, names in CELL_STATE.items()
        for name in names
    }
    return {"ring": memory.net.ring, **arrays}


def _take_cell_state(memory: Memory, state: Mapping[str, NDArray]) -> None:
    memory.net = memory.net._replace(
        ring=np.array(state["ring"], order="C"),
        **{
            part: getattr(memory.net, part)._replace(
                **{name: np.array(state[f"{part}.{name}"], order="C") for name in names}
            )
            for part, names in CELL_STATE.items()
        },
    )
