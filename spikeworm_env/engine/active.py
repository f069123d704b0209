"""The interventions that are active in a brain: values, the arrays that kernels read, and their state."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from spikeworm_env.engine.arrays import STIMULUS_TICKS, InterventionArrays
from spikeworm_env.engine.network import LIMIT
from spikeworm_env.engine.network_arrays import NetworkArrays, no_interventions, runs
from spikeworm_env.errors import InputError, shown

Ids = NDArray[np.int64]
T = TypeVar("T")


class Waveform(Protocol):
    """A current that changes with time: a pure function of the tick, asked for some ticks more than once."""

    def values(self, first_tick: int, n_ticks: int, n_ids: int) -> NDArray[np.float64]:
        """(n_ticks,) one current for all neurons, or (n_ticks, n_ids), from a tick of the stimulus."""
        ...


@dataclass(frozen=True, eq=False)
class Stimulus:
    """A current into neurons; ``start`` is the tick of its first value."""

    ids: Ids
    waveform: float | Waveform
    start: int

    def currents(self, first: int, n_ticks: int) -> NDArray[np.float64]:
        """(n_ticks, 1 or k) currents from tick ``first`` of the brain.

        Raises:
            InputError: the waveform returns another shape, or a value that is not a number within ±1e9.
        """
        if isinstance(self.waveform, float):
            return np.full((n_ticks, 1), self.waveform)
        k = self.ids.size
        found = np.asarray(self.waveform.values(first - self.start, n_ticks, k))
        if found.dtype.kind not in "iuf" or found.shape not in ((n_ticks,), (n_ticks, k)):
            raise InputError(
                f"waveform: values({first - self.start}, {n_ticks}, {k}) is {found.dtype} {found.shape}; "
                f"expected real numbers of shape ({n_ticks},) or ({n_ticks}, {k})"
            )
        good = np.abs(found) <= LIMIT
        if not good.all():
            raise InputError(f"waveform: a value is {found[~good][0]}; expected numbers within ±{LIMIT:g}")
        return found.reshape(n_ticks, -1).astype(np.float64, copy=False)


@dataclass(frozen=True, eq=False)
class Silence:
    """Neurons whose spikes reach nothing."""

    ids: Ids


@dataclass(frozen=True, eq=False)
class Clamp:
    """Neurons whose membrane potential is held, in mV."""

    ids: Ids
    mv: float


@dataclass(frozen=True, eq=False)
class Drug:
    """A factor of all currents that synapses of one type deliver."""

    synapse_type: str
    factor: float


Intervention = Stimulus | Silence | Clamp | Drug
Active = Mapping[int, Intervention]  # handle → intervention, in the order in which they began


def of_kind(active: Active, kind: type[T]) -> list[T]:
    """The active interventions of one kind, oldest first."""
    return [each for each in active.values() if isinstance(each, kind)]


def gains(active: Active) -> dict[str, float]:
    """Synapse type → product of the factors of all drugs on it.

    Raises:
        InputError: a product is above 1e9.
    """
    found: dict[str, float] = {}
    for drug in of_kind(active, Drug):
        found[drug.synapse_type] = found.get(drug.synapse_type, 1.0) * drug.factor
        if not found[drug.synapse_type] <= LIMIT:
            raise InputError(
                f"factor: all drugs on {drug.synapse_type} together multiply its currents by "
                f"{found[drug.synapse_type]:g}; expected at most {LIMIT:g}"
            )
    return found


def with_stimuli(before: InterventionArrays, active: Active, tick: int) -> InterventionArrays:
    """The arrays with the currents of the block of ticks that begins at ``tick``.

    Raises:
        InputError: as `Stimulus.currents`.
    """
    stimuli = of_kind(active, Stimulus)
    if not stimuli:
        return before._replace(**{name: getattr(no_interventions(), name) for name in _STIMULUS_ARRAYS})
    rows = STIMULUS_TICKS if needs_renewal(active) else 1
    blocks = [each.currents(tick, rows) for each in stimuli]
    columns, first = [], 0
    for each, block in zip(stimuli, blocks, strict=True):
        columns.append(first + np.arange(each.ids.size) % block.shape[1])
        first += block.shape[1]
    return before._replace(
        stimulated=np.concatenate([each.ids for each in stimuli]).astype(np.uint32),
        column=np.concatenate(columns).astype(np.uint32),
        currents=np.ascontiguousarray(np.hstack(blocks)),
        start=np.array([tick]),
    )


def needs_renewal(active: Active) -> bool:
    """Whether a stimulus changes with time."""
    return any(not isinstance(each.waveform, float) for each in of_kind(active, Stimulus))


_STIMULUS_ARRAYS = ("stimulated", "column", "currents", "start")


def use(arrays: NetworkArrays, active: Active, tick: int) -> None:
    """Let the kernels carry out these interventions, and no other, from ``tick``.

    Raises:
        InputError: as `gains` and `with_stimuli`; the arrays are unchanged.
    """
    factor, with_currents = gains(active), with_stimuli(arrays.net.interventions, active, tick)
    silences, clamps = of_kind(active, Silence), of_kind(active, Clamp)
    n = arrays.net.neurons.v.size
    silenced, held = np.zeros(n, dtype=np.uint8), np.zeros(n, dtype=bool)
    for silence in silences:
        silenced[silence.ids] = 1
    for clamp in clamps:  # where two hold a neuron, the later one does
        arrays.net.neurons.v[clamp.ids] = clamp.mv
        arrays.net.neurons.above[clamp.ids] = 0
        held[clamp.ids] = True
    for name, event_driven in arrays.event_driven.items():
        event_driven.gain[0] = factor.get(name, 1.0)
    for name, of_type in arrays.continuous.items():
        of_type.gain[0] = factor.get(name, 1.0)
        closed = silenced[of_type.source] != 0
        if arrays.types[name].symmetric:
            closed |= silenced[of_type.target] != 0
        of_type.w[:] = np.where(closed, 0.0, arrays.continuous_weight[name])
    for name, of_model in arrays.models.items():
        free = runs(np.flatnonzero((of_model.place >= 0) & ~held), of_model.place)
        if not np.array_equal(free, of_model.runs):
            arrays.models[name] = of_model._replace(runs=free)
    arrays.net = arrays.net._replace(
        interventions=with_currents._replace(
            silenced=silenced if silences else np.empty(0, dtype=np.uint8),
            clamped=np.flatnonzero(held).astype(np.uint32),
        ),
    )


def renew_stimuli(arrays: NetworkArrays, active: Active, tick: int) -> bool:
    """Prepare the block of ticks that begins at ``tick`` in place; False if a block needs another width.

    Raises:
        InputError: as `with_stimuli`.
    """
    now, first = arrays.net.interventions, 0
    for each in of_kind(active, Stimulus):
        if isinstance(each.waveform, float):
            first += 1
            continue
        block = each.currents(tick, STIMULUS_TICKS)
        place = now.currents[:, first : first + block.shape[1]]
        if place.shape != block.shape:
            return False
        place[:] = block
        first += block.shape[1]
    now.start[0] = tick
    return first == now.currents.shape[1]


NAMES: Final = ("interventions", "waveforms")
"""The arrays of `to_state`."""


def to_state(active: Active) -> dict[str, NDArray]:
    """The active interventions as arrays by name; waveforms are objects. None without interventions."""
    if not active:
        return {}
    rows: list[tuple[int, str, dict[str, Any]]] = []
    waveforms: list[Waveform] = []
    for handle, each in active.items():
        values = {name: _plain(value) for name, value in vars(each).items()}
        if isinstance(each, Stimulus) and not isinstance(each.waveform, float):
            values["waveform"] = None
            waveforms.append(each.waveform)
        rows.append((handle, type(each).__name__, values))
    state = {"interventions": np.frombuffer(json.dumps(rows).encode(), dtype=np.uint8).copy()}
    if waveforms:
        held = np.empty(len(waveforms), dtype=object)
        held[:] = waveforms
        state["waveforms"] = held
    return state


def from_state(state: Mapping[str, NDArray]) -> list[tuple[Any, Any, dict[str, Any]]]:
    """(handle, name of the class, values by name) of each that `to_state` wrote; not checked.

    Raises:
        InputError: they cannot be read.
    """
    if "interventions" not in state:
        return []
    try:
        rows = json.loads(np.asarray(state["interventions"], dtype=np.uint8).tobytes().decode())
        waveforms = iter(state.get("waveforms", ()))
        for _, _, values in rows:
            if values.get("waveform", 0.0) is None:
                values["waveform"] = next(waveforms)
        return [(handle, kind, values) for handle, kind, values in rows]
    except (ValueError, TypeError, LookupError, AttributeError, StopIteration, RecursionError) as error:
        raise InputError(f"state interventions is damaged: {shown(error)}") from error


def _plain(value: object) -> object:
    return value.tolist() if isinstance(value, np.ndarray) else value
