"""Waveforms of a stimulus: numbers without unit by tick, which the stimulus' current multiplies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Annotated, Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from spikeworm_env.checks import known_name
from spikeworm_env.engine.network import LIMIT
from spikeworm_env.errors import InputError, shown
from spikeworm_env.interventions._fields import Json, Number, Seed, Value
from spikeworm_env.kernels.random_draws import normals
from spikeworm_env.world.scale import MAX_SECONDS, TICK_S, TICKS_PER_S

Floats = NDArray[np.float64]

MOST_SAMPLES = 1_000_000  # numbers of an array
NOISE_BLOCK = 256  # ticks that are drawn at once
TICKS_PER_MS = TICKS_PER_S / 1000

Size = Annotated[float, Number("value, times the stimulus' current", -LIMIT, LIMIT)]


@dataclass(frozen=True)
class Waveform(Value):
    """Base of waveforms: pure functions of the tick since the stimulus began."""

    @property
    def text(self) -> str:
        """The waveform in a phrase."""
        raise NotImplementedError

    def values(self, first_tick: int, n_ticks: int, n_ids: int) -> Floats:
        """(n_ticks,) for all neurons, or (n_ticks, n_ids)."""
        raise NotImplementedError

    def check_width(self, n_ids: int) -> None:
        """Refuse a number of neurons that it has no values for.

        Raises:
            InputError: it has not.
        """


@dataclass(frozen=True)
class Pulses(Waveform):
    """A train of pulses: 1 during each pulse, 0 between; the first begins with the stimulus.

    Args:
        width_ms: duration of a pulse, at least one tick of 1 ms; to the nearest.
        rate_hz: pulses a second, up to 1000. Each begins with the tick nearest to its time.
    """

    name: ClassVar[str] = "pulses"
    width_ms: Annotated[float, Number("duration of a pulse, ms", TICK_S * 1000, MAX_SECONDS * 1000)]
    rate_hz: Annotated[float, Number("pulses a second", 0, TICKS_PER_S, above=True)]

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.width_ms * self.rate_hz > 1000:
            raise InputError(
                f"width_ms is {self.width_ms:g}; expected at most {1000 / self.rate_hz:g}, the time from "
                f"pulse to pulse at {self.rate_hz:g} Hz"
            )

    @property
    def text(self) -> str:
        return f"pulses of {self.width_ms:g} ms at {self.rate_hz:g} Hz"

    def values(self, first_tick: int, n_ticks: int, n_ids: int) -> Floats:
        ticks = np.arange(first_tick, first_tick + n_ticks)
        period, width = TICKS_PER_S / self.rate_hz, max(1, round(self.width_ms * TICKS_PER_MS))
        pulse = np.ceil((ticks + 0.5) / period) - 1  # the last one that begins at or before the tick
        return (ticks - np.floor(pulse * period + 0.5) < width).astype(np.float64)


@dataclass(frozen=True)
class Ramp(Waveform):
    """A straight line from one value to another, which stays there.

    Args:
        duration_s: of the ramp, at least one tick.
        first, last: values at its beginning and its end.
    """

    name: ClassVar[str] = "ramp"
    duration_s: Annotated[float, Number("duration, s", TICK_S, MAX_SECONDS)]
    first: Size = 0.0
    last: Size = 1.0

    @property
    def text(self) -> str:
        return f"a ramp from {self.first:g} to {self.last:g} in {self.duration_s:g} s"

    def values(self, first_tick: int, n_ticks: int, n_ids: int) -> Floats:
        ticks = np.arange(first_tick, first_tick + n_ticks, dtype=np.float64)
        done = np.minimum(ticks / (self.duration_s * TICKS_PER_S), 1.0)
        return self.first + (self.last - self.first) * done


@dataclass(frozen=True)
class Noise(Waveform):
    """White Gaussian noise, drawn for each neuron and tick from a stream of its own.

    The same seed gives the same noise on every machine and in every trial ("frozen noise").

    Args:
        sd: standard deviation.
        mean: mean.
        seed: of the stream.
    """

    name: ClassVar[str] = "noise"
    sd: Annotated[float, Number("standard deviation, times the stimulus' current", 0, LIMIT)] = 1.0
    mean: Size = 0.0
    seed: Seed = 0

    @property
    def text(self) -> str:
        return f"noise of mean {self.mean:g} and sd {self.sd:g} (seed {self.seed})"

    def values(self, first_tick: int, n_ticks: int, n_ids: int) -> Floats:
        blocks = range(first_tick // NOISE_BLOCK, (first_tick + n_ticks - 1) // NOISE_BLOCK + 1)
        drawn = np.concatenate([_noise_block(self.seed, block, n_ids) for block in blocks])
        start = first_tick - blocks.start * NOISE_BLOCK
        return self.mean + self.sd * drawn[start : start + n_ticks]


@lru_cache(maxsize=8)
def _noise_block(seed: int, block: int, n_ids: int) -> Floats:
    """(NOISE_BLOCK, n_ids) standard normal numbers."""
    stream = np.random.SeedSequence(seed, spawn_key=(block,))
    return normals(np.random.default_rng(stream), (NOISE_BLOCK, n_ids))


class RowsField:
    """A field that holds numbers by tick, or by tick and neuron."""

    def check(self, name: str, value: object) -> tuple:
        try:
            rows = np.array(value, dtype=np.float64)
        except (TypeError, ValueError):
            raise InputError(f"{name} is {shown(value)}; expected an array of numbers") from None
        if rows.ndim not in (1, 2) or not 0 < rows.size <= MOST_SAMPLES or not (np.abs(rows) <= LIMIT).all():
            raise InputError(
                f"{name} has shape {rows.shape}; expected (ticks,) or (ticks, neurons), 1 to "
                f"{MOST_SAMPLES:,} numbers within ±{LIMIT:g}"
            )
        listed = rows.tolist()
        return tuple(tuple(row) for row in listed) if rows.ndim == 2 else tuple(listed)

    def schema(self) -> dict[str, Json]:
        value = {"type": "number", "minimum": -LIMIT, "maximum": LIMIT}
        row = {"anyOf": [value, {"type": "array", "items": value, "minItems": 1}]}
        return {"type": "array", "items": row, "minItems": 1, "description": "values, one a tick"}


@dataclass(frozen=True)
class Samples(Waveform):
    """An array: one value a tick, or one a tick and neuron; 0 after its end.

    Args:
        rows: (ticks,) or (ticks, neurons).
    """

    name: ClassVar[str] = "samples"
    rows: Annotated[tuple, RowsField()]

    @property
    def text(self) -> str:
        array = _array(self.rows)
        span = f"{len(array) * TICK_S:g} s of an array"
        return span if array.ndim == 1 else f"{span} for {array.shape[1]} neurons"

    def to_dict(self) -> Any:
        """As JSON types: the list itself."""
        return [list(row) if isinstance(row, tuple) else row for row in self.rows]

    def values(self, first_tick: int, n_ticks: int, n_ids: int) -> Floats:
        array = _array(self.rows)
        found = np.zeros((n_ticks, *array.shape[1:]))
        part = array[first_tick : first_tick + n_ticks]
        found[: len(part)] = part
        return found

    def check_width(self, n_ids: int) -> None:
        array = _array(self.rows)
        if array.ndim == 2 and array.shape[1] != n_ids:
            raise InputError(f"waveform is an array for {array.shape[1]} neurons; expected {n_ids}")


@lru_cache(maxsize=8)
def _array(rows: tuple) -> Floats:
    return np.array(rows, dtype=np.float64)


WAVEFORMS: Mapping[str, type[Waveform]] = {each.name: each for each in (Pulses, Ramp, Noise)}


class WaveformField:
    """A field that holds a waveform."""

    def check(self, name: str, value: object) -> Waveform:
        if isinstance(value, Waveform):
            return value
        if isinstance(value, Mapping):
            if "kind" not in value:
                raise InputError(f"{name}: key 'kind' is missing")
            kind = WAVEFORMS[known_name(f"kind of {name}", value["kind"], WAVEFORMS)]
            try:
                return kind.from_dict(value)
            except InputError as error:
                raise InputError(f"{name}: {error}") from None
        if isinstance(value, list | tuple | np.ndarray):
            return Samples(RowsField().check(name, value))
        raise InputError(f"{name} is {shown(value)}; expected {', '.join(WAVEFORMS)} or an array")

    def schema(self) -> dict[str, Json]:
        return {"anyOf": [*(each.schema() for each in WAVEFORMS.values()), RowsField().schema()]}


@dataclass(frozen=True)
class Scaled:
    """A waveform times a current, as a brain takes it."""

    waveform: Waveform
    current: float

    def values(self, first_tick: int, n_ticks: int, n_ids: int) -> Floats:
        """(n_ticks,) or (n_ticks, n_ids) currents, none beyond the limit of the brain."""
        return np.clip(self.current * self.waveform.values(first_tick, n_ticks, n_ids), -LIMIT, LIMIT)
