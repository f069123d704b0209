"""The trajectory of a population: principal components of its activity over time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from spikeworm_env.analysis.rates import firing_rates
from spikeworm_env.analysis.signals import Signal
from spikeworm_env.analysis.traces import Traces
from spikeworm_env.checks import choice, whole
from spikeworm_env.errors import InputError
from spikeworm_env.frames import frame
from spikeworm_env.plotting import axes

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from pandas import DataFrame

ACTIVITY, DERIVATIVE = "activity", "derivative"
KINDS: Final = (ACTIVITY, DERIVATIVE)


@dataclass(frozen=True, eq=False)
class Trajectory:
    """Activity of a population along its first k principal components.

    Attributes:
        times_s: (m,) seconds.
        scores: (m, k) the trajectory: z-scored activity along each component.
        loadings: (n, k) the components, of length 1; that of greatest magnitude is positive.
        explained: (k,) share of the variance along each, of all of what the components were made of.
        ids: (n,) the neurons: those whose activity changes.
        labels: (n,) their names.
        of: ``"activity"`` or ``"derivative"``.
    """

    times_s: NDArray[np.float64]
    scores: NDArray[np.float64]
    loadings: NDArray[np.float64]
    explained: NDArray[np.float64]
    ids: NDArray[np.int64]
    labels: NDArray[np.str_]
    of: str

    def to_frame(self) -> DataFrame:
        """A row each time: ``time_s``, ``pc1``, ``pc2``, …; needs pandas."""
        return frame({"time_s": self.times_s, **{f"pc{k + 1}": each for k, each in enumerate(self.scores.T)}})

    def plot(self, ax: Axes | None = None, colour: Signal | None = None) -> Axes:
        """The trajectory in the first three components, or two on flat axes. Needs matplotlib.

        Args:
            ax: axes, flat or with ``projection="3d"``; None: new ones, solid if there are three components.
            colour: a signal of the same trial, which gives the colour; None: time.
        """
        k = self.scores.shape[1]
        ax = axes(ax, "3d" if k >= 3 else None)
        from matplotlib.collections import LineCollection
        from mpl_toolkits.mplot3d.art3d import Line3DCollection

        solid = hasattr(ax, "zaxis")
        shown = self.scores[:, : 3 if solid else 2]
        if shown.shape[1] < (3 if solid else 2):
            raise InputError(f"components are {k}; expected at least {3 if solid else 2} for these axes")
        values, label = self._coloured(colour)
        lines = (Line3DCollection if solid else LineCollection)(
            list(np.stack([shown[:-1], shown[1:]], axis=1)), array=(values[:-1] + values[1:]) / 2, lw=1
        )
        lines.set_cmap("twilight_shifted" if colour is not None and colour.circular else "viridis")
        ax.add_collection(lines)
        for axis, along, share in zip("xyz", shown.T, self.explained, strict=False):
            getattr(ax, f"set_{axis}lim")(along.min(), along.max())
            getattr(ax, f"set_{axis}label")(f"PC{'xyz'.index(axis) + 1} ({100 * share:.0f}%)")
        ax.figure.colorbar(lines, ax=ax, label=label, shrink=0.7, pad=0.18 if solid else 0.02)
        return ax

    def _coloured(self, colour: Signal | None) -> tuple[NDArray[np.float64], str]:
        """(m,) values and what they are."""
        if colour is None:
            return self.times_s, "time, s"
        return np.interp(self.times_s, colour.times_s, colour.values), colour.axis_label


def population_trajectory(
    source: object,
    neurons: Any = None,
    *,
    of: str = ACTIVITY,
    components: int = 3,
    kernel_s: float = 0.25,
    every_s: float = 0.05,
) -> Trajectory:
    """Principal components of population activity, and its trajectory along them.

    The activity of each neuron is z-scored over time; neurons whose activity never changes are left out.

    Args:
        source: as for `spike_trains`, whose smoothed rates are the activity; or `Traces`: firing rates or
            calcium of one's own settings.
        neurons: a pattern of names, or None for all; None for traces.
        of: ``"activity"``: components of the z-scored activity. ``"derivative"``: components of its
            derivative, each neuron's again divided by its standard deviation, so that slow drifts weigh
            little; the trajectory is the activity along them, which is the integral of the derivative.
            Kato et al. 2015, Cell 163:656, do the latter with fluorescence.
        components: k, 1 to the number of times or of neurons.
        kernel_s, every_s: as for `firing_rates`.

    Raises:
        InputError: as `spike_trains` and `firing_rates`, more components than can be, or no activity.
    """
    choice("of", of, KINDS)
    if isinstance(source, Traces):
        if neurons is not None:
            raise InputError("neurons: expected None, as the source is traces of chosen neurons")
        traces = source
    else:
        traces = firing_rates(source, neurons, kernel_s=kernel_s, every_s=every_s)
    active = np.ptp(traces.values, axis=0) > 1e-9 * np.abs(traces.values).max(initial=0.0)
    m, n = len(traces.times_s), int(np.count_nonzero(active))
    if m < 3 or n == 0:
        raise InputError(f"source has {n} neurons whose activity changes, at {m} times; expected 1 and 3")
    k = whole("components", components, 1, min(m - 1, n))
    z = _standard(traces.values[:, active])
    loadings, explained = _components(z if of == ACTIVITY else _standard(np.gradient(z, axis=0)), k)
    return Trajectory(
        traces.times_s, z @ loadings, loadings, explained, traces.ids[active], traces.labels[active], of
    )


def _standard(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """(m, n) with mean 0 and standard deviation 1 over time."""
    centred = values - values.mean(axis=0)
    return _divided(centred, centred.std(axis=0))


def _divided(values: NDArray[np.float64], by: NDArray[np.float64]) -> NDArray[np.float64]:
    """Columns over their divisors; 0 where that is 0."""
    return np.divide(values, by, out=np.zeros_like(values), where=by > 0)


def _components(x: NDArray[np.float64], k: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """(n, k) loadings and (k,) shares of variance, from the smaller of the two Gram matrices of x (m, n)."""
    m, n = x.shape
    values, vectors = np.linalg.eigh(x @ x.T if m < n else x.T @ x)
    values, vectors = values[::-1][:k], vectors[:, ::-1][:, :k]
    loadings = x.T @ vectors if m < n else vectors
    loadings = _divided(loadings, np.linalg.norm(loadings, axis=0))
    largest = loadings[np.abs(loadings).argmax(axis=0), np.arange(k)]
    return loadings * np.sign(largest), values / np.square(x).sum()
