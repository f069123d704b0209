"""What an experimenter can do to a living brain: interventions and scheduled events, a part of `Brain`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from spikeworm_env.checks import number, whole, wholes
from spikeworm_env.engine import active
from spikeworm_env.engine.active import Clamp, Drug, Ids, Intervention, Silence, Stimulus, Waveform
from spikeworm_env.engine.arrays import STIMULUS_TICKS, Neurons
from spikeworm_env.engine.assembly import Assembly
from spikeworm_env.engine.lesioned import check_weights, lesioned_network
from spikeworm_env.engine.network import LIMIT, MAX_AGE_TICKS, Network
from spikeworm_env.engine.network_arrays import NetworkArrays
from spikeworm_env.engine.schedule import NEVER, Event, Schedule
from spikeworm_env.errors import InputError, shown


class Interventions:
    """Base class of `Brain`.

    Attributes:
        network: the network as it was given; weights that are set and lesions do not change it.
    """

    network: Network
    _assembly: Assembly

    def __init__(self, arrays: NetworkArrays, tick: int) -> None:
        self._handles = 0
        self._restarts = 0  # by `reset` and `restore`
        self._schedule = Schedule()
        self._schedules: set[int] = set()
        self._lesioned: Ids = np.empty(0, dtype=np.int64)
        self._edits: list[str] = []  # what `lesion`, `scale_weights` and `set_weights` did, in short phrases
        self._current_network = self.network
        self._active: dict[int, Intervention]
        self._arrays: NetworkArrays
        self._neurons: Neurons
        self._net: Any  # handle of the arrays, for the kernels
        self._tick: int
        self._stop: int  # the tick before which a run returns from the kernel to Python
        self._stimuli_end: int  # the first tick after the block of stimuli
        self._use({}, arrays, tick)

    @property
    def weights(self) -> NDArray[np.float64]:
        """(m,) current weights, in the network's order; a read-only copy, see `set_weights`."""
        weights = np.empty(self.network.n_synapses)
        for name, of_type in self._arrays.event_driven.items():
            weights[self._arrays.synapse_order[name]] = of_type.syn["w"]
        for name, of_continuous in self._arrays.continuous_weight.items():
            weights[self._arrays.synapse_order[name]] = of_continuous
        weights.flags.writeable = False
        return weights

    @property
    def edits(self) -> tuple[str, ...]:
        """What `lesion`, `scale_weights` and `set_weights` have done, in short phrases, in order."""
        return tuple(self._edits)

    @property
    def lesioned(self) -> NDArray[np.int64]:
        """(k,) indices of the synapses that `lesion` has removed, ascending; a copy."""
        return self._lesioned.copy()

    # ---- until they are ended -------------------------------------------------------------------------
    def stimulate(self, ids: ArrayLike, waveform: float | Waveform) -> int:
        """Inject a current into neurons, in addition to all others, from the next tick until `end`.

        Args:
            ids: (k,) neuron ids.
            waveform: a constant current within ±1e9, or an object with a method
                ``values(first_tick, n_ticks, n_ids)`` that returns (n_ticks,) or (n_ticks, n_ids) currents,
                ticks counted from the start of the stimulus. It is asked for blocks of ticks in advance, some
                of them again, and must return the same values again.

        Returns:
            A handle for `end`.

        Raises:
            InputError: an id out of range or twice, or a current that is not a number within ±1e9. The brain
                is unchanged. A waveform that fails later stops a run before its tick.
        """
        return self._begin(self._stimulus(ids, waveform, self._tick))

    def silence(self, ids: ArrayLike) -> int:
        """Silence neurons from the next tick until `end`.

        Their membranes run on and are reset at threshold, but their spikes are counted nowhere: they reach
        no synapse, no modulator and no ``spike_counts``. Gap junctions with them are open circuits, and
        other continuous synapses from them carry no current.

        Args:
            ids: (k,) neuron ids.

        Returns:
            A handle for `end`.

        Raises:
            InputError: an id out of range or twice. The brain is unchanged.
        """
        return self._begin(self._silence(ids))

    def clamp(self, ids: ArrayLike, mv: float) -> int:
        """Hold the membrane potential of neurons from the next tick until `end`; they fire no spikes.

        Continuous synapses read the held potential, other states of the model follow it, and the currents
        into the neurons have no effect. Of several clamps on a neuron the last that was started holds it.

        Args:
            ids: (k,) neuron ids.
            mv: potential in mV, within ±1e9.

        Returns:
            A handle for `end`, after which the potential moves on from the held value.

        Raises:
            InputError: an id out of range or twice, or ``mv`` is not a number in its range. The brain is
                unchanged.
        """
        return self._begin(self._clamp(ids, mv))

    def drug(self, synapse_type: str, factor: float) -> int:
        """Multiply all currents that synapses of one type deliver, from the next tick until `end`.

        Currents in flight arrive unchanged, and weights and learning do not see the factor. The factors of
        several drugs on a type multiply.

        Args:
            synapse_type: name of a synapse type of which the network has synapses.
            factor: 0 to 1e9; 0 blocks the type.

        Returns:
            A handle for `end`.

        Raises:
            InputError: the network has no synapse of this type, or ``factor`` is not a number in its range.
                The brain is unchanged.
        """
        return self._begin(self._drug(synapse_type, factor))

    def end(self, handle: int) -> None:
        """End an intervention, or cancel the pending events of a call of `schedule`.

        Raises:
            InputError: ``handle`` belongs to nothing that is active. The brain is unchanged.
        """
        known = {*self._active, *self._schedules}
        if not isinstance(handle, int | np.integer) or isinstance(handle, bool) or handle not in known:
            listed = ", ".join(map(str, sorted(known))) or "none"
            raise InputError(f"handle is {shown(handle)}; expected one of what is active: {listed}")
        handle = int(handle)
        if handle in self._schedules:
            self._schedules.remove(handle)
            self._schedule.drop(handle)
            self._stop = self._tick
        else:
            self._use({key: each for key, each in self._active.items() if key != handle})

    # ---- at once --------------------------------------------------------------------------------------
    def lesion(self, synapses: ArrayLike) -> None:
        """Set the weights of synapses to 0 for good: no learning, reward, homeostasis or `reset` undoes it.

        Args:
            synapses: (k,) indices of synapses, in the network's order.

        Raises:
            InputError: an index out of range or twice. The brain is unchanged.
        """
        indices = self._synapse_indices(synapses)
        self._use_lesions(np.union1d(self._lesioned, indices))
        self._edits.append(f"lesion of {_number_of(indices)}")

    def scale_weights(self, synapses: ArrayLike, factor: float) -> None:
        """Multiply the weights of synapses, once.

        Args:
            synapses: (k,) indices of synapses, in the network's order.
            factor: 0 to 1e9.

        Raises:
            InputError: an index out of range or twice, or a weight that would leave the bounds of its
                synapse. The brain is unchanged.
        """
        indices = self._synapse_indices(synapses)
        factor = number("factor", factor, 0.0, LIMIT)
        self._change_weights(indices, self.weights[indices] * factor)
        self._edits.append(f"{_number_of(indices)} scaled by {factor:g}")

    def set_weights(self, synapses: ArrayLike, weights: ArrayLike) -> None:
        """Set the weights of synapses, once.

        Args:
            synapses: (k,) indices of synapses, in the network's order.
            weights: (k,), or one for all.

        Raises:
            InputError: an index out of range or twice, weights of another shape, or a weight outside the
                bounds of its synapse, negative for a gap junction, or not 0 for a lesioned or pruned synapse.
                The brain is unchanged.
        """
        indices = self._synapse_indices(synapses)
        try:
            values = np.asarray(weights)
        except (TypeError, ValueError) as error:
            raise InputError(f"weights: not an array of numbers: {error}") from error
        if values.dtype.kind not in "iuf" or values.shape not in ((), indices.shape):
            raise InputError(
                f"weights: {values.dtype} {values.shape}; expected one number or {indices.size} of them"
            )
        self._change_weights(indices, np.broadcast_to(values.astype(np.float64), indices.shape))
        self._edits.append(f"weights of {_number_of(indices)} set")

    # ---- at a tick ------------------------------------------------------------------------------------
    def schedule(self, events: Iterable[Event]) -> int:
        """Run functions exactly before given ticks, also within an `advance` of many ticks.

        Args:
            events: pairs ``(tick, function)``; the function is called with the brain before its tick of that
                number, which is ``ticks`` at that time. Events of one tick run in the order in which they
                were added. A function may intervene, reward, and add events, and must not run, reset or
                restore the brain. If it raises an error, the run stops before the tick.

        Returns:
            A handle; `end` cancels those events that are still pending.

        Raises:
            InputError: an event is no such pair, or its tick is over. No event is added.
        """
        if not isinstance(events, Iterable):
            raise InputError(f"events is {shown(events)}; expected pairs of a tick and a function")
        checked = [self._event(k, each) for k, each in enumerate(events)]
        handle = self._new_handle()
        self._schedule.add(handle, checked)
        self._schedules.add(handle)
        self._stop = self._tick
        return handle

    def _event(self, k: int, event: object) -> Event:
        if not isinstance(event, tuple | list) or len(event) != 2 or not callable(event[1]):
            raise InputError(f"events[{k}] is {shown(event)}; expected a tick and a function of the brain")
        return whole(f"events[{k}]: tick", event[0], self._tick, MAX_AGE_TICKS), event[1]

    def _run_events(self) -> None:
        """Run the events of the next tick."""
        while self._schedule.next_tick <= self._tick:
            before = self._tick, self._restarts
            self._schedule.pop()(self)
            if before != (self._tick, self._restarts):
                raise InputError("a scheduled event has run, reset or restored the brain")

    def _renew_stimuli(self) -> None:
        """Prepare the block of stimuli that begins with the next tick."""
        if active.renew_stimuli(self._arrays, self._active, self._tick):
            self._stimuli_end = self._tick + STIMULUS_TICKS
        else:
            self._use(self._active)

    # ---- shared ---------------------------------------------------------------------------------------
    def _new_handle(self) -> int:
        self._handles += 1
        return self._handles

    def _begin(self, intervention: Intervention) -> int:
        self._use({**self._active, self._handles + 1: intervention})
        return self._new_handle()

    def _use(
        self,
        interventions: dict[int, Intervention],
        arrays: NetworkArrays | None = None,
        tick: int | None = None,
    ) -> None:
        """Let the kernels carry out these interventions, and no other, on these arrays from this tick.

        By default on the present arrays, from the next tick. A waveform that is refused changes nothing.
        """
        arrays, tick = arrays or self._arrays, self._tick if tick is None else tick
        active.use(arrays, interventions, tick)
        self._active, self._tick = interventions, tick
        self._stimuli_end = tick + STIMULUS_TICKS if active.needs_renewal(interventions) else NEVER
        self._stop = tick
        self._arrays = arrays
        self._neurons = arrays.net.neurons  # every tick needs them
        self._read_only = tuple(map(_read_only, (self._neurons.v, self._neurons.spike_count)))
        self._net = self._assembly.handle(arrays)

    def _use_lesions(self, lesioned: Ids) -> None:
        network = lesioned_network(self.network, lesioned)
        self._lesioned, self._current_network = lesioned, network
        weights = self.weights.copy()
        weights[lesioned] = 0.0
        self._arrays.use_classes(network)
        for name, of_type in self._arrays.event_driven.items():
            prunes = self._arrays.types[name].prunes
            if prunes is not None:
                of_type.syn[prunes.mark][np.isin(self._arrays.synapse_order[name], lesioned)] = 0
        self._write_weights(weights)

    def _change_weights(self, synapses: Ids, values: NDArray[np.float64]) -> None:
        check_weights(self._current_network, self._arrays, self._lesioned, synapses, values)
        weights = self.weights.copy()
        weights[synapses] = values
        self._write_weights(weights)

    def _write_weights(self, weights: NDArray[np.float64]) -> None:
        for name, order in self._arrays.synapse_order.items():
            if name in self._arrays.event_driven:
                self._arrays.event_driven[name].syn["w"] = weights[order]
            else:
                self._arrays.continuous_weight[name][:] = weights[order]
        self._use(self._active)

    # ---- state ----------------------------------------------------------------------------------------
    def _intervention_state(self) -> dict[str, NDArray]:
        """Arrays by name of what interventions have changed; none without them."""
        state = active.to_state(self._active)
        if self._lesioned.size:
            state["lesioned"] = self._lesioned.copy()
        for name, weights in self._arrays.continuous_weight.items():
            if not np.array_equal(weights, self.network.weight[self._arrays.synapse_order[name]]):
                state[f"weights.{name}"] = weights.copy()
        return state

    @property
    def _optional_names(self) -> set[str]:
        """The names that `_intervention_state` can have."""
        return {*active.NAMES, "lesioned", *(f"weights.{name}" for name in self._arrays.continuous_weight)}

    def _restored_lesions(self, state: Mapping[str, NDArray]) -> Ids:
        return self._synapse_indices(state.get("lesioned", np.empty(0, dtype=np.int64)))

    def _restore_interventions(
        self, state: Mapping[str, NDArray], lesioned: Ids, arrays: NetworkArrays, tick: int
    ) -> None:
        """Take over what `_intervention_state` returned, with the other arrays of its brain.

        Raises:
            InputError: it is damaged. The brain is unchanged.
        """
        network = lesioned_network(self.network, lesioned)
        for name, order in self._arrays.synapse_order.items():
            weights = state.get(f"weights.{name}")
            if weights is None or name not in arrays.continuous:
                continue
            if (
                not isinstance(weights, np.ndarray)
                or weights.dtype != np.float64
                or weights.shape != order.shape
            ):
                raise InputError(f"state weights.{name} is damaged; expected {order.size} numbers")
            check_weights(network, arrays, lesioned, order, weights)
            arrays.continuous_weight[name][:] = weights
        interventions = self._restored_interventions(state)
        self._restarts += 1
        self._use(interventions, arrays, tick)
        self._lesioned, self._current_network = lesioned, network
        self._handles = max(self._handles, *interventions, 0)
        self._schedule, self._schedules = Schedule(), set()

    def _restored_interventions(self, state: Mapping[str, NDArray]) -> dict[int, Intervention]:
        """The interventions that a state holds, checked as those of a caller."""
        make: dict[str, Callable[..., Intervention]] = {
            "Stimulus": self._stimulus,
            "Silence": self._silence,
            "Clamp": self._clamp,
            "Drug": self._drug,
        }
        found: dict[int, Intervention] = {}
        for handle, kind, values in active.from_state(state):
            try:
                found[whole("handle", handle, 1, NEVER)] = make[kind](**values)
            except (KeyError, TypeError) as error:
                raise InputError(f"state interventions is damaged: {error}") from error
        return found

    # ---- checked values -------------------------------------------------------------------------------
    def _stimulus(self, ids: ArrayLike, waveform: object, start: int) -> Stimulus:
        checked: float | Waveform
        if callable(getattr(waveform, "values", None)):
            checked = waveform  # type: ignore[assignment]
        elif isinstance(waveform, int | float | np.number):
            checked = number("waveform", waveform, -LIMIT, LIMIT)
        else:
            raise InputError(f"waveform is {shown(waveform)}; expected a current or an object with values(…)")
        return Stimulus(self._neuron_ids(ids), checked, whole("start", start, 0, MAX_AGE_TICKS))

    def _silence(self, ids: ArrayLike) -> Silence:
        return Silence(self._neuron_ids(ids))

    def _clamp(self, ids: ArrayLike, mv: float) -> Clamp:
        return Clamp(self._neuron_ids(ids), number("mv", mv, -LIMIT, LIMIT, "mV"))

    def _drug(self, synapse_type: str, factor: float) -> Drug:
        present = [name for name, order in self._arrays.synapse_order.items() if order.size]
        if not isinstance(synapse_type, str) or synapse_type not in present:
            listed = ", ".join(present) or "none"
            raise InputError(
                f"synapse_type is {shown(synapse_type)}; expected a type of this network: {listed}"
            )
        return Drug(synapse_type, number("factor", factor, 0.0, LIMIT))

    def _neuron_ids(self, ids: ArrayLike) -> Ids:
        return _indices("ids", ids, self.network.n_neurons)

    def _synapse_indices(self, synapses: ArrayLike) -> Ids:
        return _indices("synapses", synapses, self.network.n_synapses)


def _read_only(array: NDArray) -> NDArray:
    view = array.view()
    view.flags.writeable = False
    return view


def _number_of(synapses: Ids) -> str:
    return f"{synapses.size} synapse{'s' if synapses.size != 1 else ''}"


def _indices(name: str, value: ArrayLike, limit: int) -> Ids:
    """Different whole numbers from 0 to ``limit`` − 1, as an array."""
    found = np.array(wholes(name, value, 0, limit - 1), dtype=np.int64)
    values, counts = np.unique(found, return_counts=True)
    if values.size < found.size:
        raise InputError(f"{name}: {values[counts > 1][0]} stands in it more than once; expected each once")
    return found
