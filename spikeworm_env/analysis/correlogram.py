"""Cross-correlograms: when neurons fire relative to the spikes of others, and what chance alone gives."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from spikeworm_env.analysis.trains import SpikeTrains, several, spike_trains
from spikeworm_env.checks import choice, number, whole
from spikeworm_env.errors import InputError
from spikeworm_env.frames import frame
from spikeworm_env.kernels.random_draws import uniforms
from spikeworm_env.plotting import axes
from spikeworm_env.seeds import checked_seed
from spikeworm_env.world.scale import TICK_S

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from pandas import DataFrame

Values = NDArray[np.float64]

SHUFFLE, SHIFT_PREDICTOR, NONE = "shuffle", "shift_predictor", "none"
BASELINES: Final = (SHUFFLE, SHIFT_PREDICTOR, NONE)
MOST_BINS: Final = 10_000  # on each side of zero
INTERVAL_PERCENT: Final = (2.5, 97.5)
ROUNDING_S: Final = 1e-7  # a lag on the edge of two bins counts to the upper one, however it was rounded


@dataclass(frozen=True, eq=False)
class CrossCorrelogram:
    """The rate of neurons b around the spikes of neurons a.

    Attributes:
        lags_s: (2 k + 1,) middles of the bins; > 0: b fires after a. A bin holds lags from its lower edge up
            to, and without, its upper one.
        counts: (2 k + 1,) pairs of spikes; no spike is paired with itself.
        rate_hz: (2 k + 1,) rate of one neuron of b at that lag from a spike of a, corrected for the pairs
            that the ends of the recording cut off.
        expected_hz: (2 k + 1,) the same by chance: the mean over shuffles, or the shift predictor; NaN if
            there is no baseline.
        low_hz, high_hz: (2 k + 1,) 2.5 and 97.5 percent of shuffles, lag by lag; NaN without shuffles.
        baseline: ``"shuffle"``, ``"shift_predictor"`` or ``"none"``.
    """

    lags_s: Values
    counts: NDArray[np.int64]
    rate_hz: Values
    expected_hz: Values
    low_hz: Values
    high_hz: Values
    baseline: str

    def to_frame(self) -> DataFrame:
        """A row each lag; the columns are the arrays. Needs pandas."""
        names = ("lags_s", "counts", "rate_hz", "expected_hz", "low_hz", "high_hz")
        return frame({"lag_s" if name == "lags_s" else name: getattr(self, name) for name in names})

    def plot(self, ax: Axes | None = None) -> Axes:
        """Rate against lag in ms, with the baseline in grey. Needs matplotlib."""
        ax = axes(ax)
        lags = 1000 * self.lags_s
        ax.step(lags, self.rate_hz, where="mid")
        ax.plot(lags, self.expected_hz, color="0.4", lw=1, label=f"expected ({self.baseline})")
        ax.fill_between(lags, self.low_hz, self.high_hz, color="0.4", alpha=0.3, lw=0)
        ax.set(xlabel="lag, ms", ylabel="rate, Hz", ylim=(0, None))
        if self.baseline != NONE:
            ax.legend(fontsize="small")
        return ax


def cross_correlogram(
    source: object,
    a: Any,
    b: Any = None,
    *,
    bin_s: float = 0.005,
    max_lag_s: float = 0.2,
    baseline: str = SHUFFLE,
    shuffles: int = 100,
    seed: int = 0,
) -> CrossCorrelogram:
    """The cross-correlogram of neurons a with neurons b; of a with themselves, the autocorrelogram.

    Args:
        source: as for `spike_trains`, or a list of trials of the same length, whose pairs are summed.
        a, b: patterns of neurons; b None: a.
        bin_s: width of a bin, seconds; at least a tick of 1 ms.
        max_lag_s: the greatest lag, rounded to a whole number of bins.
        baseline: ``"shuffle"``: the spikes of b moved by a random time, those that leave the window coming in
            at its other end, so that rate and intervals stay and only the relation to a is lost.
            ``"shift_predictor"``: b of the next trial, for a list of trials under the same stimulus, so that
            what the stimulus alone explains stays (Perkel, Gerstein & Moore 1967, Biophys. J. 7:419).
            ``"none"``.
        shuffles: how many.
        seed: of the shuffles.

    Raises:
        InputError: as `spike_trains`, an argument out of range, a recording shorter than four times the
            greatest lag, or a shift predictor with less than two trials or trials of unequal length.
    """
    choice("baseline", baseline, BASELINES)
    bin_s = number("bin_s", bin_s, TICK_S, 3600, "s")
    half = whole(
        "max_lag_s / bin_s", round(number("max_lag_s", max_lag_s, 0, 86_400, "s") / bin_s), 0, MOST_BINS
    )
    shuffles, seed = whole("shuffles", shuffles, 1, 100_000), checked_seed(seed, "seed")
    first = [spike_trains(each, a) for each in several(source)]
    second = first if b is None else [spike_trains(each, b) for each in several(source)]
    edges = bin_s * (np.arange(2 * half + 2, dtype=np.float64) - half - 0.5)
    for trains in first:
        if trains.seconds < 4 * edges[-1]:
            raise InputError(
                f"max_lag_s is {max_lag_s:g}; expected at most a quarter of {trains.seconds:g} s"
            )
    exposure = _exposure(first, second, edges)
    counts = _all_pairs(first, second, edges)
    counts[half] -= sum(_identical(x, y) for x, y in zip(first, second, strict=True))
    rate = np.divide(counts, exposure, out=np.full(counts.size, np.nan), where=exposure > 0)
    expected, low, high = (np.full(counts.size, np.nan) for _ in range(3))
    if baseline == SHUFFLE and exposure.any():
        rng = np.random.default_rng(seed)
        drawn = np.array([_shuffled(first, second, edges, rng) for _ in range(shuffles)]) / exposure
        expected, (low, high) = drawn.mean(axis=0), np.percentile(drawn, INTERVAL_PERCENT, axis=0)
    elif baseline == SHIFT_PREDICTOR:
        expected = _predicted(first, second, edges)
    return CrossCorrelogram(edges[:-1] + bin_s / 2, counts, rate, expected, low, high, baseline)


def _pairs(a: SpikeTrains, b_times: Values, edges: Values) -> NDArray[np.int64]:
    """(bins,) pairs by lag; ``b_times`` ascending."""
    below = [int(np.searchsorted(b_times, a.times_s + edge - ROUNDING_S).sum()) for edge in edges]
    return np.array(below[1:], dtype=np.int64) - np.array(below[:-1], dtype=np.int64)


def _all_pairs(a: Sequence[SpikeTrains], b: Sequence[SpikeTrains], edges: Values) -> NDArray[np.int64]:
    """(bins,) pairs by lag, each trial of a with the one of b."""
    found = [_pairs(x, y.times_s, edges) for x, y in zip(a, b, strict=True)]
    return np.sum(found, axis=0, dtype=np.int64)


def _identical(a: SpikeTrains, b: SpikeTrains) -> int:
    """Spikes that are in both, each of which would be paired with itself."""
    return int(np.isin(a.neurons, b.ids).sum())


def _exposure(a: Sequence[SpikeTrains], b: Sequence[SpikeTrains], edges: Values) -> Values:
    """(bins,) seconds for which neurons of b are seen at each lag from spikes of a, wherever these are."""
    lags = np.abs((edges[:-1] + edges[1:]) / 2)
    width = edges[1] - edges[0]
    lags[len(lags) // 2] = width / 4  # the mean of |lag| in the bin about zero
    seconds = np.zeros(lags.size)
    for x, y in zip(a, b, strict=True):
        seconds += x.times_s.size * y.ids.size * width * (1 - lags / x.seconds)
    return seconds


def _shuffled(
    a: Sequence[SpikeTrains], b: Sequence[SpikeTrains], edges: Values, rng: np.random.Generator
) -> NDArray[np.int64]:
    """(bins,) pairs after a shift by more than the greatest lag in either direction."""
    total = np.zeros(len(edges) - 1, dtype=np.int64)
    for x, y in zip(a, b, strict=True):
        shift = uniforms(rng, 2 * edges[-1], y.seconds - 2 * edges[-1])
        moved = np.sort((y.times_s - y.start_s + shift) % y.seconds) + y.start_s
        total += _pairs(x, moved, edges)
    return total


def _predicted(a: Sequence[SpikeTrains], b: Sequence[SpikeTrains], edges: Values) -> Values:
    if len(a) < 2:
        raise InputError("baseline is 'shift_predictor'; expected a list of at least two trials as source")
    if len({(each.start_s, each.stop_s) for each in [*a, *b]}) > 1:
        raise InputError("source: trials of unequal length have no shift predictor")
    following = [*b[1:], b[0]]
    exposure = _exposure(a, following, edges)
    pairs = _all_pairs(a, following, edges)
    return np.divide(pairs, exposure, out=np.full(exposure.size, np.nan), where=exposure > 0)
