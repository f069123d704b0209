"""Calcium as it would be imaged: spikes → calcium → fluorescence of an indicator → noisy frames."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from types import MappingProxyType
from typing import Any, ClassVar, Final

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.signal import lfilter

from spikeworm_env.analysis.rates import grid
from spikeworm_env.analysis.traces import Traces
from spikeworm_env.analysis.trains import SpikeTrains, spike_trains
from spikeworm_env.checks import known_name, number
from spikeworm_env.kernels.random_draws import normals
from spikeworm_env.seeds import checked_seed

Values = NDArray[np.float64]

REST_NM: Final = (
    50.0  # calcium at rest; assumed, as in NAOMi (Song et al. 2021, J. Neurosci. Methods 358:109173)
)


@dataclass(frozen=True)
class Indicator:
    """A calcium indicator.

    Attributes:
        peak_s: from a spike to the peak of its fluorescence.
        half_decay_s: from the peak to half of it.
        one_spike: ΔF/F of one spike at its peak.
        kd_nm: calcium of half saturation, nM.
        hill: Hill coefficient.
        dynamic_range: fluorescence with saturating calcium over that without calcium.
    """

    peak_s: float
    half_decay_s: float
    one_spike: float
    kd_nm: float
    hill: float
    dynamic_range: float

    @cached_property
    def taus_s(self) -> tuple[float, float]:
        """Time constants of the decay and of the rise of calcium after a spike.

        Those of exp(−t / decay) − exp(−t / rise) with this peak and this half decay.
        """
        return _taus(self.peak_s, self.half_decay_s)

    @cached_property
    def spike_nm(self) -> float:
        """Calcium of one spike at its peak, nM: the amount that gives ``one_spike``."""
        return float(
            brentq(lambda nm: self.fluorescence(np.array(nm)) - self.one_spike, 0.0, 1e3 * self.kd_nm)
        )

    def fluorescence(self, added_nm: Values) -> Values:
        """ΔF/F of calcium above rest, nM."""
        rest = self._bright(np.array(REST_NM))
        return self._bright(REST_NM + added_nm) / rest - 1

    def _bright(self, calcium_nm: Values) -> Values:
        """Fluorescence over that without calcium."""
        bound = 1 / (1 + (self.kd_nm / calcium_nm) ** self.hill)
        return 1 + (self.dynamic_range - 1) * bound


INDICATORS: Final[Mapping[str, Indicator]] = MappingProxyType(
    {
        "gcamp6s": Indicator(0.179, 0.550, 0.23, 144.0, 2.90, 63.2),
        "gcamp6f": Indicator(0.045, 0.142, 0.19, 375.0, 2.27, 51.8),
    }
)
"""Chen et al. 2013, Nature 499:295: kinetics and ΔF/F of single spikes in mouse visual cortex in vivo;
affinity, cooperativity and dynamic range of the purified protein."""


@cache
def _taus(peak_s: float, half_decay_s: float) -> tuple[float, float]:
    def rise_of(decay: float) -> float:
        """The rise with which the peak comes at ``peak_s``."""

        def late(rise: float) -> float:
            return np.log(decay / rise) * decay * rise / (decay - rise) - peak_s

        return float(brentq(late, 1e-9 * decay, (1 - 1e-9) * decay))

    def left(decay: float) -> float:
        """Height at the half decay, over half of the peak, less 1."""
        rise = rise_of(decay)
        at = peak_s + np.array([0.0, half_decay_s])
        peak, later = np.exp(-at / decay) - np.exp(-at / rise)
        return float(2 * later / peak - 1)

    decay = float(brentq(left, 1.0001 * peak_s, 10 * half_decay_s))
    return decay, rise_of(decay)


@dataclass(frozen=True, eq=False)
class Calcium(Traces):
    """ΔF/F of n neurons in m frames; ``indicator`` is the name of the indicator."""

    quantity: ClassVar[str] = "ΔF/F"
    column: ClassVar[str] = "dff"

    indicator: str


def calcium(
    source: object,
    neurons: Any = None,
    *,
    indicator: str = "gcamp6s",
    imaging_hz: float = 10.0,
    noise: float = 0.02,
    seed: int = 0,
) -> Calcium:
    """Fluorescence of a calcium indicator, as a microscope would see it.

    Each spike adds calcium with the rise and decay of the indicator; a Hill curve turns the sum into
    fluorescence, so that weak activity is amplified and strong activity saturates. Frames are samples of it
    at one moment each, with Gaussian noise whose variance is in proportion to the fluorescence, as that of
    photons is. Calcium that comes without spikes, bleaching and motion are not modelled.

    Args:
        source, neurons: as for `spike_trains`.
        indicator: a name of `INDICATORS`.
        imaging_hz: frames per second; 0.01 to 1000.
        noise: standard deviation at rest of ΔF/F in one second of frames; a frame has noise · √imaging_hz.
            About the standardised noise level of Rupprecht et al. 2021, Nat. Neurosci. 24:1324, over 100.
        seed: of the noise.

    Raises:
        InputError: as `spike_trains`, an unknown indicator, or an argument out of range.
    """
    known_name("indicator", indicator, INDICATORS)
    imaging_hz = number("imaging_hz", imaging_hz, 0.01, 1000, "Hz")
    noise, seed = number("noise", noise, 0, 100), checked_seed(seed, "seed")
    trains, kind = spike_trains(source, neurons), INDICATORS[indicator]
    times = grid(trains, 1 / imaging_hz)
    signal = kind.fluorescence(kind.spike_nm * _calcium(trains, times, *kind.taus_s))
    if noise:
        rng = np.random.default_rng(seed)
        deviation = noise * np.sqrt(imaging_hz) * np.sqrt(1 + signal)
        signal = signal + deviation * normals(rng, signal.shape)
    return Calcium(times, signal, trains.ids, trains.labels, indicator)


def _calcium(trains: SpikeTrains, times: Values, decay_s: float, rise_s: float) -> Values:
    """(m, n) sum of the kernels of all spikes before, the peak of one being 1."""
    at = np.log(decay_s / rise_s) * decay_s * rise_s / (decay_s - rise_s)
    peak = np.exp(-at / decay_s) - np.exp(-at / rise_s)
    return np.maximum((_decaying(trains, times, decay_s) - _decaying(trains, times, rise_s)) / peak, 0.0)


def _decaying(trains: SpikeTrains, times: Values, tau_s: float) -> Values:
    """(m, n) sum of exp(−t / tau) over the spikes before each time."""
    frame = np.searchsorted(times, trains.times_s, side="left")  # the first frame at or after each spike
    seen = frame < times.size
    frame, at, columns = frame[seen], trains.times_s[seen], trains.columns[seen]
    new = np.zeros((times.size, trains.ids.size))
    np.add.at(new, (frame, columns), np.exp(-(times[frame] - at) / tau_s))
    every = times[1] - times[0] if times.size > 1 else 0.0
    return lfilter([1.0], [1.0, -np.exp(-every / tau_s)], new, axis=0)
