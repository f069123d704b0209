"""Tuning curves: the rate of neurons as a function of what a worm senses or does, with intervals."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from spikeworm_env.analysis.correlogram import INTERVAL_PERCENT
from spikeworm_env.analysis.signals import Signal
from spikeworm_env.analysis.traces import MOST_LINES
from spikeworm_env.analysis.trains import SpikeTrains
from spikeworm_env.analysis.triggered import same_interval, trains_and_signals
from spikeworm_env.checks import number, whole
from spikeworm_env.errors import InputError, shown
from spikeworm_env.frames import frame
from spikeworm_env.plotting import axes
from spikeworm_env.seeds import checked_seed

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from pandas import DataFrame

Values = NDArray[np.float64]

FEWEST_BLOCKS: Final = 10  # fewer give no useful interval
RESAMPLES: Final = 1000
MOST_BINS: Final = 1000


@dataclass(frozen=True, eq=False)
class TuningCurve:
    """Rates of n neurons in b bins of a signal.

    Attributes:
        edges: (b + 1,) of the bins, in the unit of the signal.
        occupancy_s: (b,) seconds for which the signal was in each bin.
        rate_hz: (n, b) spikes in a bin over its occupancy; NaN where there is none.
        low_hz, high_hz: (n, b) 95% interval; NaN where it is not known.
        ids: (n,) the neurons, ascending.
        labels: (n,) their names.
        name, unit: of the signal.
    """

    edges: Values
    occupancy_s: Values
    rate_hz: Values
    low_hz: Values
    high_hz: Values
    ids: NDArray[np.int64]
    labels: NDArray[np.str_]
    name: str
    unit: str

    @property
    def middles(self) -> Values:
        """(b,) of the bins."""
        return (self.edges[:-1] + self.edges[1:]) / 2

    def to_frame(self) -> DataFrame:
        """A row each neuron and bin; ``from`` and ``to`` are its edges. Needs pandas."""
        n, b = self.rate_hz.shape
        return frame(
            {
                "neuron": np.repeat(self.ids, b),
                "label": np.repeat(self.labels, b),
                "from": np.tile(self.edges[:-1], n),
                "to": np.tile(self.edges[1:], n),
                "occupancy_s": np.tile(self.occupancy_s, n),
                **{name: getattr(self, name).ravel() for name in ("rate_hz", "low_hz", "high_hz")},
            }
        )

    def plot(self, ax: Axes | None = None) -> Axes:
        """A line and its interval for each neuron, or an image if there are more than eight."""
        ax = axes(ax)
        if self.ids.size <= MOST_LINES:
            for label, rate, low, high in zip(
                self.labels, self.rate_hz, self.low_hz, self.high_hz, strict=True
            ):
                (line,) = ax.plot(self.middles, rate, marker="o", ms=3, label=str(label))
                ax.fill_between(self.middles, low, high, color=line.get_color(), alpha=0.2, lw=0)
            ax.set(ylabel="rate, Hz", ylim=(0, None))
            ax.legend(fontsize="small")
        else:
            rows = np.arange(self.ids.size + 1) - 0.5
            image = ax.pcolormesh(self.edges, rows, self.rate_hz)
            ax.figure.colorbar(image, ax=ax, label="rate, Hz")
            ax.set(ylabel="neuron", ylim=(rows[-1], rows[0]))
        ax.set_xlabel(f"{self.name.replace('_', ' ')}, {self.unit}")
        return ax


def tuning_curve(
    source: object,
    neurons: Any,
    of: str | Signal | list[Signal],
    *,
    bins: int | ArrayLike = 10,
    block_s: float = 5.0,
    seed: int = 0,
) -> TuningCurve:
    """The mean rate of each neuron in each range of a signal.

    The interval is the 2.5 to 97.5 percentile of 1000 resamples of blocks of time with replacement (a block
    bootstrap: neighbouring moments are alike, and single spikes or samples would give too narrow intervals).
    It is unknown with fewer than ten blocks; more trials give more.

    Args:
        source: as for `spike_trains`, or a list of them.
        neurons: a pattern of names, or None for all.
        of: the signal: a name of `signals.SIGNALS` if the sources are trials, such as ``"concentration"``,
            ``"concentration_change"`` or ``"bearing"``, or a `Signal`; a list of them for a list of sources.
        bins: how many: of equal occupancy, or of equal width for angles; or their edges, ascending. A bin
            holds its lower edge, the last one both.
        block_s: length of a block, longer than what is alike; at least one sample.
        seed: of the resamples.

    Raises:
        InputError: as `spike_trains`, an unknown signal, or an argument out of range.
    """
    block_s, seed = number("block_s", block_s, 1e-3, 86_400, "s"), checked_seed(seed, "seed")
    pairs = trains_and_signals(source, neurons, of)
    sample_s = same_interval([each for _, each in pairs])
    edges = _edges(bins, pairs)
    per_block = max(round(block_s / sample_s), 1)
    parts = [_by_block(trains, each, edges, per_block) for trains, each in pairs]
    seconds = np.concatenate([part[0] for part in parts]) * sample_s
    spikes = np.concatenate([part[1] for part in parts], axis=1)
    low, high = _interval(seconds, spikes, np.random.default_rng(seed))
    first, signal = pairs[0]
    return TuningCurve(
        edges=edges,
        occupancy_s=seconds.sum(axis=0),
        rate_hz=_ratio(spikes.sum(axis=1), seconds.sum(axis=0)),
        low_hz=low,
        high_hz=high,
        ids=first.ids,
        labels=first.labels,
        name=signal.name,
        unit=signal.unit,
    )


def _edges(bins: object, pairs: list[tuple[SpikeTrains, Signal]]) -> Values:
    if isinstance(bins, np.ndarray | list | tuple):
        return _checked_edges(bins)
    count = whole("bins", bins, 1, MOST_BINS)
    if pairs[0][1].circular:
        return np.linspace(-np.pi, np.pi, count + 1)
    values = np.concatenate([each.values for _, each in pairs])
    values = values[np.isfinite(values)]
    if not values.size:
        raise InputError(f"of: {pairs[0][1].name} has no values; expected some")
    edges = np.unique(np.quantile(values, np.linspace(0, 1, count + 1)))
    return edges if edges.size > 1 else edges[0] + np.array([-0.5, 0.5])


def _checked_edges(bins: ArrayLike) -> Values:
    try:
        edges = np.asarray(bins, dtype=np.float64)
    except (TypeError, ValueError, OverflowError):
        edges = np.full(2, np.nan)
    if edges.ndim != 1 or not 2 <= edges.size <= MOST_BINS + 1 or not np.isfinite(edges).all():
        raise InputError(f"bins is {shown(bins)}; expected a number of bins, or at least two edges")
    if not (np.diff(edges) > 0).all():
        raise InputError(f"bins is {shown(bins)}; expected ascending edges")
    return edges


def _by_block(
    trains: SpikeTrains, signal: Signal, edges: Values, per_block: int
) -> tuple[Values, NDArray[np.int64]]:
    """((k, b) samples, (n, k, b) spikes) by block of time and bin of the signal.

    A spike belongs to the sample that is nearest in time, at most half an interval away.
    """
    m, b, n = signal.values.size, edges.size - 1, trains.ids.size
    inside = (signal.values >= edges[0]) & (signal.values <= edges[-1])  # NaN is outside
    bin_of = np.minimum(np.searchsorted(edges, signal.values, side="right") - 1, b - 1)
    cell = np.arange(m) // per_block * b + bin_of
    k = (m - 1) // per_block + 1
    samples = np.bincount(cell[inside], minlength=k * b).reshape(k, b)
    nearest = np.floor((trains.times_s - signal.times_s[0]) / signal.sample_s + 0.5).astype(np.int64)
    counted = (nearest >= 0) & (nearest < m)
    counted[counted] = inside[nearest[counted]]
    of_spike = trains.columns[counted] * (k * b) + cell[nearest[counted]]
    return samples.astype(np.float64), np.bincount(of_spike, minlength=n * k * b).reshape(n, k, b)


def _interval(seconds: Values, spikes: NDArray[np.int64], rng: np.random.Generator) -> tuple[Values, Values]:
    """(n, b) each; seconds (k, b), spikes (n, k, b)."""
    n, k, b = spikes.shape
    low, high = np.full((n, b), np.nan), np.full((n, b), np.nan)
    if k < FEWEST_BLOCKS:
        return low, high
    chosen = rng.integers(k, size=(RESAMPLES, k))
    drawn = np.stack([np.bincount(row, minlength=k) for row in chosen]).astype(np.float64)
    occupancy = drawn @ seconds
    known = (occupancy > 0).mean(axis=0) > 0.95  # a bin that a few blocks visit has no interval
    for neuron in range(n):
        rates = _ratio(drawn @ spikes[neuron], occupancy)[:, known]
        low[neuron, known], high[neuron, known] = np.nanpercentile(rates, INTERVAL_PERCENT, axis=0)
    return low, high


def _ratio(spikes: NDArray, seconds: Values) -> Values:
    seconds = np.broadcast_to(seconds, spikes.shape)
    return np.divide(spikes, seconds, out=np.full(spikes.shape, np.nan), where=seconds > 0)
