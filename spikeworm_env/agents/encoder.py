"""Encoder: from sound, tones or any multi-channel signal to input currents of neurons, one row per tick."""

from __future__ import annotations

import os
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike, NDArray

from spikeworm_env.checks import file_path, number, whole
from spikeworm_env.engine.network import LIMIT
from spikeworm_env.errors import InputError, reason, shown

Floats = NDArray[np.float64]

TICKS_PER_SECOND = 1000
MOST_BANDS = 10_000
MOST_SAMPLES = 500_000_000  # 4 GB
MOST_IN_A_FILE = 20_000_000  # samples of all channels: 20 minutes at 16 kHz; 160 MB
MOST_IN_SPECTRA = 25_000_000  # numbers: 400 MB; 6 minutes at 16 kHz with the default window and hop
MOST_BYTES = 8 * MOST_IN_A_FILE  # of a file


@dataclass(frozen=True, eq=False)
class Sound:
    """One channel of sound.

    Attributes:
        samples: (samples,) amplitudes; full scale of a PCM file is ±1.
        rate: samples per second, Hz.

    Raises:
        InputError: no samples, another shape, a value that is not a number within ±1e9, or a rate that is not
            positive.
    """

    samples: Floats
    rate: float

    def __post_init__(self) -> None:
        number("rate", self.rate, 0, LIMIT, above=True)
        object.__setattr__(self, "samples", _numbers("samples", self.samples, dimensions=1))

    @classmethod
    def read(cls, path: str | Path) -> Sound:
        """Read a WAV file, PCM or float of any width; several channels are averaged.

        Raises:
            InputError: there is no such file, it is no WAV file, it is truncated or empty, or it holds more
                than 20 million samples.
        """
        from scipy.io import wavfile

        path = file_path("path", path)
        if not os.path.isfile(path):  # to open a named pipe would wait for its writer
            raise InputError(f"{path}: cannot be read as a WAV file: no such file")
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", wavfile.WavFileWarning)  # chunks without sound
                warnings.filterwarnings("error", message="Reached EOF", category=wavfile.WavFileWarning)
                size = os.path.getsize(path)
                if size > MOST_BYTES:
                    raise ValueError(f"it has {size:,} bytes; expected at most {MOST_BYTES:,}")
                rate, data = wavfile.read(path)
        except Exception as error:  # a damaged file makes SciPy raise almost anything
            raise InputError(f"{path}: cannot be read as a WAV file: {reason(error)}") from error
        if data.size == 0:
            raise InputError(f"{path}: holds no samples")
        if data.size > MOST_IN_A_FILE:
            raise InputError(f"{path}: holds {data.size:,} samples; expected at most {MOST_IN_A_FILE:,}")
        samples = data.astype(np.float64)
        if np.issubdtype(data.dtype, np.integer):
            width = np.iinfo(data.dtype)
            middle = 0.5 * (width.max + 1) if width.min == 0 else 0.0  # 8-bit PCM is unsigned
            samples -= middle
            samples /= width.max + 1 - middle
        return cls(samples.mean(axis=1) if samples.ndim == 2 else samples, rate)

    @classmethod
    def tone(cls, frequency: float, seconds: float, amplitude: float = 1.0, rate: float = 16_000) -> Sound:
        """A sine.

        Args:
            frequency: Hz, above 0 and at most half the rate.
            seconds: duration, at least one sample.
            amplitude: peak, >= 0.
            rate: samples per second, Hz.

        Raises:
            InputError: a value out of its range.
        """
        number("rate", rate, 0, LIMIT, above=True)
        number("frequency", frequency, 0, LIMIT, above=True)
        number("seconds", seconds, 0, LIMIT, above=True)
        number("amplitude", amplitude, 0, LIMIT)
        _below_nyquist("frequency", frequency, rate)
        if not 1 <= round(seconds * rate) <= MOST_SAMPLES:
            raise InputError(f"seconds is {seconds:g} at {rate:g} Hz; expected 1 to {MOST_SAMPLES:,} samples")
        time = np.arange(round(seconds * rate)) / rate
        return cls(amplitude * np.sin(2 * np.pi * frequency * time), rate)


@dataclass(frozen=True)
class Encoder:
    """From sound to currents, one frequency band per group of neurons.

    The current into a neuron is ``offset + gain * value``, held within ±``limit``, where the value is the
    amplitude of its band: A for a sine of peak A that lies inside the band. The window is centred on the
    tick, so a current begins up to half a window before its sound.

    Attributes:
        bands: number of bands, >= 1, of equal width in log frequency.
        low: lower edge of the lowest band, Hz, > 0.
        high: upper edge of the highest band, Hz, at most half the rate of the sound.
        window: length of the (Hann) window, ms. A band must hold a multiple of 1000 / window Hz.
        hop: from one window to the next, ms, at most ``window``; between them currents are interpolated.
        gain: current per unit of value.
        offset: current at value 0.
        limit: the largest current of either sign, > 0.

    Raises:
        InputError: a value out of its range.
    """

    bands: int = 8
    low: float = 100.0
    high: float = 6400.0
    window: float = 40.0
    hop: float = 5.0
    gain: float = 20.0
    offset: float = 0.0
    limit: float = 100.0

    def __post_init__(self) -> None:
        whole("bands", self.bands, 1, MOST_BANDS)
        for name in ("low", "high", "window", "hop", "limit"):
            number(name, getattr(self, name), 0, LIMIT, above=True)
        for name in ("gain", "offset"):
            number(name, getattr(self, name), -LIMIT, LIMIT)
        if self.low >= self.high:
            raise InputError(f"low is {self.low:g} Hz; expected less than high, {self.high:g} Hz")
        if self.hop > self.window:
            raise InputError(f"hop is {self.hop:g} ms; expected at most the window, {self.window:g} ms")

    @property
    def edges(self) -> Floats:
        """(bands + 1,) edges of the bands, Hz, ascending."""
        return np.geomspace(self.low, self.high, self.bands + 1)

    def amplitudes(self, sound: Sound) -> Floats:
        """(ticks, bands) amplitude of each band at the middle of each tick, >= 0.

        Raises:
            InputError: the sound is shorter than a tick, ``high`` is above half its rate, its rate is too low
                for the window or the hop, a band is too narrow for the window, or the sound is too long for
                the hop.
        """
        from scipy.signal import stft

        if not isinstance(sound, Sound):
            raise InputError(f"sound is {shown(sound)}; expected a Sound")
        rate = sound.rate
        _below_nyquist("high", self.high, rate)
        ticks = int(sound.samples.size * TICKS_PER_SECOND / rate)
        if ticks < 1:
            raise InputError(f"the sound has {sound.samples.size} samples; expected at least 1 ms of them")
        length, step = (round(ms * rate / TICKS_PER_SECOND) for ms in (self.window, self.hop))
        if length < 2 or step < 1:
            raise InputError(
                f"window {self.window:g} ms and hop {self.hop:g} ms are {length} and {step} samples "
                f"at {rate:g} Hz; expected at least 2 and 1"
            )
        spectra = sound.samples.size // step * (length // 2 + 1)
        if spectra > MOST_IN_SPECTRA:
            raise InputError(
                f"the sound has {sound.samples.size:,} samples, with {spectra:,} numbers in its spectra; "
                f"expected at most {MOST_IN_SPECTRA:,}: a shorter sound or a longer hop"
            )
        hann = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(length) / length)
        padded = np.pad(sound.samples, (0, max(0, length - sound.samples.size)))
        frequencies, times, spectrum = stft(padded, rate, hann, nperseg=length, noverlap=length - step)
        band = np.searchsorted(self.edges, frequencies, side="right") - 1
        spread = length * (hann**2).sum() / hann.sum() ** 2  # bins over which the window spreads a sine
        power = np.abs(spectrum)
        del spectrum  # the largest array
        power **= 2
        power *= 4.0
        power /= spread
        middles = (np.arange(ticks) + 0.5) / TICKS_PER_SECOND
        found = np.empty((ticks, self.bands))
        for k in range(self.bands):
            if not (band == k).any():
                raise InputError(
                    f"band {k}, {self.edges[k]:g} to {self.edges[k + 1]:g} Hz, is too narrow for "
                    f"a window of {self.window:g} ms; expected fewer bands or a longer window"
                )
            found[:, k] = np.interp(middles, times, np.sqrt(power[band == k].sum(axis=0)))
        return found

    def encode(self, sound: Sound, ids: Sequence[ArrayLike], n: int) -> Floats:
        """Currents of a sound.

        Args:
            sound: the input.
            ids: for each band, lowest first, the ids of its neurons; may be empty.
            n: neurons of the network.

        Returns:
            (ticks, n), for ``Brain.run``; 0 for neurons of no band. A neuron of several bands receives their
            sum.

        Raises:
            InputError: as ``amplitudes`` and ``channels``.
        """
        return self.channels(self.amplitudes(sound), ids, n)

    def channels(self, values: ArrayLike, ids: Sequence[ArrayLike], n: int) -> Floats:
        """Currents of a multi-channel signal; ``gain``, ``offset`` and ``limit`` apply.

        Args:
            values: (ticks, channels).
            ids: for each channel the ids of its neurons; may be empty.
            n: neurons of the network.

        Returns:
            (ticks, n), as ``encode``.

        Raises:
            InputError: values of another shape or not numbers within ±1e9, not one array of ids a channel, an
                id that is repeated or not from 0 to n - 1.
        """
        signal = _numbers("values", values, dimensions=2)
        n = whole("n", n, 1, MOST_SAMPLES // len(signal))
        listed = isinstance(ids, Sequence) or (isinstance(ids, np.ndarray) and ids.ndim > 0)
        if not listed or len(ids) != signal.shape[1]:
            raise InputError(
                f"ids is {shown(ids)}; expected a list of ids for each of {signal.shape[1]} channels"
            )
        strength = np.clip(self.offset + self.gain * signal, -self.limit, self.limit)
        currents = np.zeros((len(signal), int(n)))
        for k, group in enumerate(ids):
            currents[:, _ids(f"ids[{k}]", group, int(n))] += strength[:, [k]]
        return currents


def _below_nyquist(name: str, frequency: float, rate: float) -> None:
    if frequency > rate / 2:
        raise InputError(f"{name} is {frequency:g} Hz; expected at most half the rate, {rate / 2:g} Hz")


def _numbers(name: str, values: ArrayLike, dimensions: int) -> Floats:
    try:
        array = np.array(values, dtype=np.float64)
    except (TypeError, ValueError, OverflowError, RecursionError):
        raise InputError(f"{name} is {shown(values)}; expected numbers") from None
    if array.ndim != dimensions or array.size == 0:
        raise InputError(f"{name} has shape {array.shape}; expected {dimensions} dimensions, none empty")
    if not (np.abs(array) <= LIMIT).all():
        raise InputError(f"{name} has a value that is not a number within ±{LIMIT:g}")
    return array


def _ids(name: str, ids: ArrayLike, n: int) -> NDArray[np.int64]:
    try:
        array = np.atleast_1d(np.asarray(ids))
    except (TypeError, ValueError, OverflowError, RecursionError):
        raise InputError(f"{name} is {shown(ids)}; expected a list of ids") from None
    if array.size == 0:
        return np.empty(0, dtype=np.int64)
    if array.ndim != 1 or not np.issubdtype(array.dtype, np.integer):
        raise InputError(f"{name} is not a list of whole numbers")
    if array.min() < 0 or array.max() >= n:
        raise InputError(f"{name} has an id outside 0 to {n - 1}")
    if np.unique(array).size < array.size:
        raise InputError(f"{name} has an id twice")
    return array.astype(np.int64)
