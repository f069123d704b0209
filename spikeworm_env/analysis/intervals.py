"""Interspike intervals, and how regular they are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from spikeworm_env.analysis.trains import spike_trains
from spikeworm_env.frames import frame
from spikeworm_env.plotting import axes

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from pandas import DataFrame


@dataclass(frozen=True, eq=False)
class InterspikeIntervals:
    """Intervals between successive spikes of n neurons.

    Attributes:
        intervals_s: (k,) seconds, neuron after neuron, in order of time.
        columns: (k,) index into ``ids`` of the neuron of each.
        ids: (n,) the neurons, ascending.
        labels: (n,) their names.
    """

    intervals_s: NDArray[np.float64]
    columns: NDArray[np.int64]
    ids: NDArray[np.int64]
    labels: NDArray[np.str_]

    def of(self, neuron: int) -> NDArray[np.float64]:
        """(k,) the intervals of one neuron, in order of time, seconds."""
        return self.intervals_s[self.ids[self.columns] == neuron]

    @property
    def mean_s(self) -> NDArray[np.float64]:
        """(n,) mean interval, seconds; NaN for fewer than two spikes."""
        return self._mean(self.intervals_s, self.columns)

    @property
    def cv(self) -> NDArray[np.float64]:
        """(n,) standard deviation of the intervals over their mean; NaN for fewer than three spikes.

        0 for a regular train, 1 for a Poisson train. Slow changes of the rate raise it.
        """
        mean = self.mean_s
        deviation = np.sqrt(self._mean((self.intervals_s - mean[self.columns]) ** 2, self.columns))
        enough = np.bincount(self.columns, minlength=self.ids.size) >= 2
        return np.divide(deviation, mean, out=np.full(mean.size, np.nan), where=enough & (mean > 0))

    @property
    def cv2(self) -> NDArray[np.float64]:
        """(n,) mean of 2 (absolute b − a) / (a + b) over successive intervals a, b; NaN for < 3 spikes.

        1 for a Poisson train, as for the CV, and hardly changed by slow changes of the rate.

        Source: Holt et al. 1996, J. Neurophysiol. 75:1806.
        """
        a, b = self.intervals_s[:-1], self.intervals_s[1:]
        same = self.columns[:-1] == self.columns[1:]
        difference, total = 2 * np.abs(b - a)[same], (a + b)[same]
        ratio = np.divide(difference, total, out=np.zeros(total.size), where=total > 0)
        return self._mean(ratio, self.columns[:-1][same])

    def _mean(self, values: NDArray[np.float64], columns: NDArray[np.int64]) -> NDArray[np.float64]:
        n = self.ids.size
        counts = np.bincount(columns, minlength=n)
        sums = np.bincount(columns, values, minlength=n)
        return np.divide(sums, counts, out=np.full(n, np.nan), where=counts > 0)

    def to_frame(self) -> DataFrame:
        """A row each neuron: ``neuron``, ``label``, ``intervals``, ``mean_s``, ``cv``, ``cv2``."""
        return frame(
            {
                "neuron": self.ids,
                "label": self.labels,
                "intervals": np.bincount(self.columns, minlength=self.ids.size),
                "mean_s": self.mean_s,
                "cv": self.cv,
                "cv2": self.cv2,
            }
        )

    def plot(self, ax: Axes | None = None) -> Axes:
        """A histogram of all intervals, ms. Needs matplotlib."""
        ax = axes(ax)
        ax.hist(1000 * self.intervals_s, bins="auto" if self.intervals_s.size else 1)
        ax.set(xlabel="interspike interval, ms", ylabel="intervals")
        return ax


def interspike_intervals(source: object, neurons: Any = None) -> InterspikeIntervals:
    """The interspike intervals of each neuron.

    Args:
        source, neurons: as for `spike_trains`.

    Raises:
        InputError: as `spike_trains`.
    """
    trains = spike_trains(source, neurons)
    order = np.argsort(trains.columns, kind="stable")
    times, columns = trains.times_s[order], trains.columns[order]
    same = columns[:-1] == columns[1:]
    return InterspikeIntervals(np.diff(times)[same], columns[:-1][same], trains.ids, trains.labels)
