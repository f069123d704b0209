"""The brain: a network that runs in ticks, with its time, noise and state."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from spikeworm_env.checks import flag
from spikeworm_env.engine.arrays import NOISE_TICKS, SHORT
from spikeworm_env.engine.assembly import Assembly, kernels
from spikeworm_env.engine.clock import DELAYED, STOP, TICK
from spikeworm_env.engine.interventions import Interventions
from spikeworm_env.engine.lesioned import lesioned_network
from spikeworm_env.engine.named_network import NamedNetwork
from spikeworm_env.engine.names import Named, Names
from spikeworm_env.engine.network import LIMIT, Experience, Network
from spikeworm_env.engine.network_arrays import NetworkArrays
from spikeworm_env.engine.network_checks import validate
from spikeworm_env.engine.recorder import Recorder
from spikeworm_env.engine.state import (
    State,
    check_shapes,
    check_values,
    get_state,
    identity,
    restored_generator,
    set_state,
)
from spikeworm_env.engine.synapses import SYNAPSE_TYPES
from spikeworm_env.engine.synapses._random import initial_word
from spikeworm_env.errors import InputError, shown
from spikeworm_env.seeds import checked_seed

MAX_TICKS = 86_400_000  # of one call: a day
WHOLE = (int, np.integer)  # a tuple: a union would be built anew at every tick


class Brain(Interventions, NamedNetwork):
    """A spiking network that runs in ticks of 1 ms.

    Args:
        network: the network to run; it is checked and copied, never changed. A compiled brain gives its
            names as well.
        seed: seed of the neurons' noise current and of the random stream of synapse rules, 0 to 2**63 - 1.
        learning: whether weights may change; can be set at any time.

    Attributes:
        on_tick: callback after every tick, also within `advance`, with the (k,) ids of the neurons that
            fired, ascending; a view, valid until the next tick. It must not change the brain. None by
            default and in copies and pickles.

    Raises:
        InputError: the seed is not a whole number in its range, or ``learning`` no bool.
        RecipeError: the network is not valid; the message lists every problem.
    """

    def __init__(self, network: Network | Named, seed: int = 0, learning: bool = True) -> None:
        seed = checked_seed(seed)
        self._named: Named | None = None
        if not isinstance(network, Network) and isinstance(getattr(network, "network", None), Network):
            self._named, network = network, network.network
        validate(network)  # type: ignore[arg-type]
        assert isinstance(network, Network)
        self.network = network
        self.learning = flag("learning", learning)
        self.on_tick: Callable[[NDArray[np.int64]], None] | None = None
        self._types = tuple(SYNAPSE_TYPES.values())
        self._kernels, self._assembly = kernels(), Assembly()
        self._delayed_per_tick = int((network.delay >= SHORT).sum())
        self._no_current, self._shape = np.empty(0), (network.n_neurons,)
        self._accepted: NDArray[np.float64] | None = None
        super().__init__(
            NetworkArrays(network, self._types), network.experience.age if network.experience else 0
        )
        self._seed(seed)

    @property
    def n_neurons(self) -> int:
        """Number of neurons."""
        return self.network.n_neurons

    @property
    def compiled(self) -> Named | None:
        """The compiled brain that it was made from; None if it was made from a network."""
        return self._named

    @property
    def names(self) -> Names:
        """Names of its neurons and synapses; those of the compiled brain that it was made from."""
        return Names(self.network) if self._named is None else self._named.names

    @property
    def _present_weights(self) -> NDArray[np.float64]:
        return self.weights

    def __repr__(self) -> str:
        meta = getattr(self._named, "meta", None)
        of = "" if meta is None else f" of {meta.recipe_name}"
        return (
            f"<Brain{of}: {self.n_neurons} neurons, {self.network.n_synapses} synapses, "
            f"{self.ticks} ticks run, learning {'on' if self.learning else 'off'}>"
        )

    @property
    def ticks(self) -> int:
        """Ticks run so far, 1 ms each; ``reset`` does not change it."""
        return self._tick

    @property
    def v(self) -> NDArray[np.float64]:
        """(n,) membrane potentials in mV; a read-only view, valid until the next tick; see `clamp`."""
        return self._read_only[0]

    @property
    def spike_counts(self) -> NDArray[np.int32]:
        """(n,) spikes of each neuron in the last ``tick`` or ``advance``; a read-only view.

        It is valid until the next of them.
        """
        return self._read_only[1]

    # ---- running --------------------------------------------------------------------------------------
    def tick(self, current: ArrayLike | None = None) -> NDArray[np.int64]:
        """Run one tick.

        Args:
            current: (n,) external current into each neuron; None: no current.

        Returns:
            (k,) ids of the neurons that fired, ascending.

        Raises:
            InputError: ``current`` has another shape or type, or a value that is not a number within ±1e9.
                The brain is unchanged, including ``spike_counts``.
        """
        n_fired = self._advance(1, current)
        return self._neurons.fired[:n_fired].copy()

    def advance(self, ticks: int, current: ArrayLike | None = None) -> NDArray[np.int32]:
        """Run ``ticks`` ticks with a constant external current; returns ``spike_counts``.

        Raises:
            InputError: as ``tick``, or ``ticks`` is not a whole number from 1 to 86,400,000.
        """
        self._advance(_positive(ticks), current)
        return self._neurons.spike_count

    def run(self, ticks: int, current: ArrayLike | None = None, recorder: Recorder | None = None) -> Recorder:
        """Run ``ticks`` ticks and record each.

        Args:
            ticks: number of ticks, 1 to 86,400,000.
            current: (n,) for all ticks, or (ticks, n) with one row per tick; None: no current.
            recorder: the recorder; by default a new one that records spikes.

        Raises:
            InputError: as ``advance``. An invalid row of ``current`` stops the run before its tick.
        """
        recorder = Recorder(self) if recorder is None else recorder
        if not isinstance(recorder, Recorder):
            raise InputError(f"recorder is {shown(recorder)}; expected a Recorder")
        ticks = _positive(ticks)
        rows = None if current is None else _numbers(current)
        timed = rows is not None and rows.ndim == 2
        if rows is not None and timed and rows.shape != (ticks, self.n_neurons):
            raise InputError(f"current has shape {rows.shape}; expected ({ticks}, {self.n_neurons})")
        for k in range(ticks):
            recorder.observe(self.tick(rows[k] if rows is not None and timed else rows))
        return recorder

    def deliver_reward(self, reward: float) -> None:
        """Apply a reward to the synapses of every type that has a rule for it, such as ``reward_plastic``.

        The reward acts at the end of the last tick. A reward of 0 changes nothing, and without learning no
        reward does.

        Args:
            reward: in the unit of the recipe's reward, within ±1e9.

        Raises:
            InputError: ``reward`` is not a number within ±1e9.
        """
        if not isinstance(reward, int | float | np.integer | np.floating) or not abs(reward) <= LIMIT:
            raise InputError(f"reward is {shown(reward)}; expected a number within ±{LIMIT:g}")
        if reward != 0.0 and self.learning:
            loops = self._assembly.reward_table(self._arrays)
            self._kernels.deliver_reward(loops, float(reward), max(self._tick - 1, 0))

    # ---- kernels of others that run its ticks -----------------------------------------------------------
    @property
    def handle(self) -> Any:
        """The handle of its arrays for the kernel ``advance``; another one after each `serve`."""
        return self._net

    @property
    def advance_kernel(self) -> Callable[..., int]:
        """The kernel that runs ticks; see `tick.advance`."""
        return self._kernels.advance

    def to_clock(self, clock: NDArray[np.int64]) -> None:
        """Write the time into a clock, see `engine.clock`."""
        clock[TICK], clock[STOP], clock[DELAYED] = self._tick, self._stop, self._delayed_per_tick

    def from_clock(self, clock: NDArray[np.int64]) -> None:
        """Take the time over from a clock, whose kernel has run ticks of this brain."""
        self._tick = int(clock[TICK])

    def serve(self, clock: NDArray[np.int64], external: NDArray[np.float64], *, full: bool) -> None:
        """Do what a kernel stopped for before the tick of its clock; write the time into the clock.

        Args:
            clock: of the kernel.
            external: (n,) current of the step; (0,) where its first tick has run.
            full: whether the delay queue was full; otherwise something is due.

        Raises:
            InputError: a current is not a number within ±1e9, or what an event raises.
        """
        self._tick = int(clock[TICK])
        if full:
            self._grow_delay_queue()
        else:
            self._prepare(external)
        self.to_clock(clock)

    def _grow_delay_queue(self) -> None:
        self._arrays.grow_delay_queue()
        self._net = self._assembly.handle(self._arrays)

    def _advance(self, ticks: int, current: ArrayLike | None) -> int:
        external = self._no_current if current is None else self._checked(current)
        n_fired, begins = 0, True
        while ticks > 0:
            if self._stop == self._tick:
                self._prepare(external if begins else self._no_current)
            # a listener is called after every tick, and the kernel keeps only the spikes of its last tick
            part = min(ticks, self._stop - self._tick) if self.on_tick is None else 1
            plasticity = 1.0 if self.learning else 0.0
            n_fired = self._kernels.advance(
                self._net, external, begins, self._tick, part, plasticity, self._delayed_per_tick
            )
            if n_fired == -2 - part:
                refuse_beyond_limit(external)
            begins = False
            done = -1 - n_fired if n_fired < 0 else part
            self._tick += done
            ticks -= done
            if n_fired < 0:
                self._grow_delay_queue()
            elif self.on_tick is not None:
                self.on_tick(self._neurons.fired[:n_fired])
        return n_fired

    def _prepare(self, external: NDArray[np.float64]) -> None:
        """Do what is due before the next tick, and find the tick before which something is due again."""
        if self._schedule.next_tick <= self._tick:
            refuse_beyond_limit(external)  # the kernel would, but after the events
            self._run_events()
        if self._noise_end == self._tick:
            self._draw_noise(self._tick)
        if self._stimuli_end <= self._tick:
            self._renew_stimuli()
        self._stop = min(self._noise_end, self._stimuli_end, self._schedule.next_tick)

    def _checked(self, current: ArrayLike) -> NDArray[np.float64]:
        accepted = self._accepted
        if current is accepted and accepted is not None and accepted.shape == self._shape:
            return accepted  # an agent passes the same array at every step
        external = _numbers(current)
        if external.shape != self._shape:
            raise InputError(f"current has shape {external.shape}; expected ({self.n_neurons},)")
        self._accepted = external if external is current else None
        return external

    def _seed(self, seed: int) -> None:
        self._rng = np.random.Generator(np.random.PCG64(seed))
        self._noise_end = self._stop = self._tick
        self._arrays.net.random[0] = initial_word(seed)

    def _draw_noise(self, start: int) -> None:
        """Draw the noise of a block of ticks from ``start``."""
        self._noise_end = start + NOISE_TICKS
        self._arrays.net.noise.start[0] = start
        noise = self._arrays.net.noise.raw
        bits = self._rng.bit_generator.random_raw(self._words_in_block)
        noise[:] = bits.astype("<u8", copy=False).view("<u2")[: noise.size].reshape(noise.shape)

    @property
    def _words_in_block(self) -> int:
        return -(-self._arrays.net.noise.raw.size // 4)

    def _generator_state(self, *, before_block: bool) -> Any:
        """The state of the noise's generator, now or before the block of noise in use was drawn."""
        generator = np.random.PCG64()
        generator.state = self._rng.bit_generator.state  # type: ignore[assignment]
        if before_block:
            generator.advance(-self._words_in_block)
        return generator.state

    # ---- synapses -------------------------------------------------------------------------------------
    def synapse_state(self, type_name: str) -> dict[str, NDArray]:
        """State of the synapses of one type, in the network's order, as of the last update of each.

        Returns:
            name → (k,) values of each state, with ``synapse``: indices in the network, and ``w``: weights;
            read-only.

        Raises:
            InputError: there is no synapse type of this name, or it is continuous and has no state.
        """
        event_driven = self._arrays.event_driven
        if not isinstance(type_name, str) or type_name not in event_driven:
            raise InputError(f"synapse type {shown(type_name)} has no state; {', '.join(event_driven)} have")
        synapse = self._arrays.synapse_order[type_name]
        ascending = np.argsort(synapse)
        syn = event_driven[type_name].syn[ascending]
        names = ("w", *self._arrays.types[type_name].state)
        found = {"synapse": synapse[ascending], **{name: syn[name].copy() for name in names}}
        for values in found.values():
            values.flags.writeable = False
        return found

    def trained_network(self) -> Network:
        """The network with the current weights, and the `Experience` that training has added to it.

        A lesioned synapse has weight 0, initially too, and no rule that changes it.
        """
        experience = self.network.experience
        persistent = {
            name: {field: self.synapse_state(name)[field] for field in each.persistent}
            for name, each in self._arrays.types.items()
            if each.persistent
        }
        initial = (experience.initial_weight if experience else self.network.weight).astype(np.float64)
        initial[self._lesioned] = 0.0
        experience = Experience(self._tick, initial, persistent)
        return replace(self._current_network, weight=self.weights, experience=experience)

    # ---- state ----------------------------------------------------------------------------------------
    def reset(self, seed: int = 0) -> None:
        """Reset membranes, spikes in flight, traces and gains; weights and persistent state stay.

        Persistent state is the developmental record (spikes, coincidences, pruned synapses) and ``ticks``.

        Args:
            seed: seed of the noise and of random synapses from now on, 0 to 2**63 - 1.

        Raises:
            InputError: the seed is not a whole number in its range. The brain is unchanged.
        """
        seed = checked_seed(seed)
        if self._active:
            self._use(self._active)  # a waveform that raises an error does so before anything has changed
        self._restarts += 1
        self._arrays.restart(self._tick)
        self._use(self._active)
        self._seed(seed)

    def state(self) -> State:
        """Name → array: all that a brain of the same network needs to continue bit for bit; copies."""
        return self._plain_state() | self._intervention_state()

    def _plain_state(self) -> State:
        """The state of a brain without interventions."""
        drawn = self._tick < self._noise_end
        rng = json.dumps(self._generator_state(before_block=drawn))
        return {
            "network": np.array(identity(self.network)),
            "tick": np.array(self._tick),
            "learning": np.array(self.learning),
            "noise_start": np.array(self._noise_end - NOISE_TICKS if drawn else self._tick),
            "rng": np.frombuffer(rng.encode(), dtype=np.uint8).copy(),
            **get_state(self._arrays),
        }

    def restore(self, state: Mapping[str, NDArray]) -> None:
        """Set the brain to a state that ``state()`` returned, of this brain or one of the same network.

        Raises:
            InputError: the state belongs to another network, is incomplete or damaged, has unknown arrays or
                arrays of other shapes or types, values that are not finite, or weights outside their bounds.
                The brain is unchanged.
        """
        check_shapes(state, self._plain_state(), self._optional_names)
        tick, noise_start = int(state["tick"]), int(state["noise_start"])
        lesioned = self._restored_lesions(state)
        arrays = NetworkArrays(lesioned_network(self.network, lesioned), self._types)
        set_state(arrays, state)
        check_values(arrays, tick, noise_start)
        rng = restored_generator(state["rng"])
        self._restore_interventions(state, lesioned, arrays, tick)
        self._noise_end = tick
        self.learning = bool(state["learning"])
        self._rng = rng
        if noise_start < tick:
            self._draw_noise(noise_start)

    def __reduce__(self) -> tuple[Any, ...]:
        """Copies and pickles hold the network and the state, and continue bit for bit."""
        return _restored, (self._named or self.network, self.state(), self.edits)


def _positive(ticks: int) -> int:
    if not isinstance(ticks, WHOLE) or isinstance(ticks, bool) or not 1 <= ticks <= MAX_TICKS:
        raise InputError(f"ticks is {shown(ticks)}; expected a whole number from 1 to {MAX_TICKS}")
    return int(ticks)


def refuse_beyond_limit(external: NDArray[np.float64]) -> None:
    """Refuse a current with a value that is not a number within ±LIMIT.

    Raises:
        InputError: naming the neuron.
    """
    good = np.abs(external) <= LIMIT
    if not good.all():
        k = int(np.argmin(good))
        raise InputError(f"current of neuron {k} is {external[k]}; expected a number within ±{LIMIT:g}")


def _restored(network: Network | Named, state: State, edits: tuple[str, ...] = ()) -> Brain:
    brain = Brain(network)
    brain.restore(state)
    brain._edits = list(edits)
    return brain


def _numbers(current: ArrayLike) -> NDArray[np.float64]:
    """The current as a contiguous array of 64-bit floats."""
    if isinstance(current, np.ma.MaskedArray):
        raise InputError("current is a masked array; expected an array of real numbers, all of them known")
    try:
        array = np.asarray(current)
    except (TypeError, ValueError) as error:
        raise InputError(f"current is not an array of numbers: {error}") from error
    if array.dtype.kind not in "iuf":  # NumPy would convert texts, and drop imaginary parts
        raise InputError(f"current is an array of {array.dtype}; expected real numbers")
    with np.errstate(over="ignore"):  # too large a value becomes infinite, which the kernel refuses
        return np.asarray(array, dtype=np.float64, order="C")
