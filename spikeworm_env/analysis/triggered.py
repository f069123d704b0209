"""The spike-triggered average: what a worm does or senses around the spikes of neurons."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from spikeworm_env.analysis.correlogram import INTERVAL_PERCENT
from spikeworm_env.analysis.signals import Signal, signal
from spikeworm_env.analysis.trains import SpikeTrains, several, spike_trains
from spikeworm_env.checks import number, whole
from spikeworm_env.errors import InputError, shown
from spikeworm_env.frames import frame
from spikeworm_env.plotting import axes
from spikeworm_env.seeds import checked_seed

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from pandas import DataFrame

Values = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class TriggeredAverage:
    """The mean of a signal around spikes.

    Attributes:
        lags_s: (l,) whole samples of the signal; < 0: before the spike.
        mean: (l,) in the unit of the signal.
        expected: (l,) the same after shuffling: the mean of the signal where spikes are counted.
        low, high: (l,) 2.5 and 97.5 percent of shuffles, lag by lag.
        n_spikes: spikes that are averaged: those whose whole window the signal covers.
        name, unit: of the signal.
    """

    lags_s: Values
    mean: Values
    expected: Values
    low: Values
    high: Values
    n_spikes: int
    name: str
    unit: str

    def to_frame(self) -> DataFrame:
        """A row each lag: ``lag_s``, ``mean``, ``expected``, ``low``, ``high``; needs pandas."""
        named = {name: getattr(self, name) for name in ("mean", "expected", "low", "high")}
        return frame({"lag_s": self.lags_s, **named})

    def plot(self, ax: Axes | None = None) -> Axes:
        """The mean against the lag, with what shuffles give in grey. Needs matplotlib."""
        ax = axes(ax)
        ax.plot(self.lags_s, self.mean, label=f"{self.n_spikes} spikes")
        ax.plot(self.lags_s, self.expected, color="0.4", lw=1)
        ax.fill_between(self.lags_s, self.low, self.high, color="0.4", alpha=0.3, lw=0, label="shuffled, 95%")
        ax.set(xlabel="time from the spike, s", ylabel=f"{self.name.replace('_', ' ')}, {self.unit}")
        ax.legend(fontsize="small")
        return ax


def spike_triggered_average(
    source: object,
    neurons: Any,
    of: str | Signal | list[Signal],
    *,
    before_s: float = 1.0,
    after_s: float = 1.0,
    shuffles: int = 200,
    seed: int = 0,
) -> TriggeredAverage:
    """The mean of a signal around the spikes of neurons, all spikes of all of them with equal weight.

    Between samples the signal is interpolated linearly. In each shuffle the spikes are moved together by a
    random number of samples, those that leave the window coming in at its other end: their pattern stays, and
    only its relation to the signal is lost.

    Args:
        source: as for `spike_trains`, or a list of them.
        neurons: a pattern of names, or None for all.
        of: the signal: a name of `signals.SIGNALS` if the sources are trials, or a `Signal`; a list of
            them for a list of sources.
        before_s, after_s: the window about a spike, rounded to samples.
        shuffles: how many.
        seed: of the shuffles.

    Raises:
        InputError: as `spike_trains`, an unknown signal, one that is not defined (NaN) somewhere or is
            circular, an argument out of range, a window that the signal does not cover twice, or no spikes.
    """
    before_s, after_s = number("before_s", before_s, 0, 3600, "s"), number("after_s", after_s, 0, 3600, "s")
    shuffles, seed = whole("shuffles", shuffles, 1, 100_000), checked_seed(seed, "seed")
    pairs = trains_and_signals(source, neurons, of)
    sample_s = same_interval([each for _, each in pairs])
    window = (round(before_s / sample_s), round(after_s / sample_s))
    parts = [_Part.of(trains, each, *window) for trains, each in pairs]
    spikes = float(sum(part.weights.sum() for part in parts))
    if round(spikes) == 0:
        raise InputError("neurons: there is no spike whose window the signal covers; expected at least one")
    rng = np.random.default_rng(seed)
    drawn = np.array([_summed(parts, rng) for _ in range(shuffles)]) / spikes
    low, high = np.percentile(drawn, INTERVAL_PERCENT, axis=0)
    return TriggeredAverage(
        lags_s=sample_s * np.arange(-window[0], window[1] + 1, dtype=np.float64),
        mean=_summed(parts) / spikes,
        expected=drawn.mean(axis=0),
        low=low,
        high=high,
        n_spikes=round(spikes),
        name=pairs[0][1].name,
        unit=pairs[0][1].unit,
    )


def _summed(parts: list[_Part], rng: np.random.Generator | None = None) -> Values:
    """(l,) sum of the signals around all spikes, these shuffled if there is a generator."""
    return np.sum([part.summed(0 if rng is None else part.shift(rng)) for part in parts], axis=0)


def trains_and_signals(source: object, neurons: Any, of: object) -> list[tuple[SpikeTrains, Signal]]:
    """The spike trains and the signal of each source.

    Raises:
        InputError: as `spike_trains`, an unknown signal, or another number of signals than of sources.
    """
    sources = several(source)
    listed = of if isinstance(of, list) else [of] * len(sources)
    if len(listed) != len(sources):
        raise InputError(f"of has {len(listed)} signals; expected {len(sources)}, one each source")
    if not all(isinstance(each, str | Signal) for each in listed):
        raise InputError(f"of is {shown(of)}; expected the name of a signal, or a Signal")
    found = [
        each if isinstance(each, Signal) else signal(own, each)
        for own, each in zip(sources, listed, strict=True)
    ]
    return [(spike_trains(own, neurons), each) for own, each in zip(sources, found, strict=True)]


def same_interval(listed: list[Signal]) -> float:
    """The sampling interval of all signals, seconds.

    Raises:
        InputError: they differ.
    """
    first = listed[0].sample_s
    if any(abs(each.sample_s - first) > 1e-6 * first for each in listed):
        raise InputError("of: the signals have different intervals between samples; expected the same")
    return first


@dataclass(frozen=True, eq=False)
class _Part:
    """One source.

    Attributes:
        weights: (w,) spikes at each sample that may be the middle of a window; one between two samples counts
            for both, in proportion to its nearness, which is linear interpolation of the signal.
        values: (w + before + after,) the signal.
    """

    weights: Values
    values: Values

    @classmethod
    def of(cls, trains: SpikeTrains, signal: Signal, before: int, after: int) -> _Part:
        if signal.circular or not np.isfinite(signal.values).all():
            raise InputError(f"of: {signal.name} is circular or has gaps; expected numbers throughout")
        width = signal.values.size - before - after
        if width < before + after + 2:
            raise InputError(
                f"before_s + after_s are {(before + after) * signal.sample_s:g} s; expected less than "
                f"half of the signal's {signal.values.size * signal.sample_s:g} s"
            )
        position = (trains.times_s - signal.times_s[0]) / signal.sample_s - before
        position = position[(position >= 0) & (position <= width - 1)]
        left = np.minimum(position.astype(np.int64), width - 2)
        share = position - left
        weights = np.zeros(width)
        np.add.at(weights, left, 1 - share)
        np.add.at(weights, left + 1, share)
        return cls(weights, signal.values)

    def summed(self, shift: int) -> Values:
        """(l,) sum of the signal around the spikes, these moved by so many samples."""
        return np.correlate(self.values, np.roll(self.weights, shift), "valid")

    def shift(self, rng: np.random.Generator) -> int:
        return int(rng.integers(1, self.weights.size))
