"""Spike trains: the spikes of some neurons in a window of time, from a trial or from arrays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from spikeworm_env.checks import number, wholes
from spikeworm_env.compiler.compiled_brain import CompiledBrain
from spikeworm_env.errors import InputError, shown
from spikeworm_env.frames import frame
from spikeworm_env.plotting import axes
from spikeworm_env.trials.brain_recording import BrainRecording
from spikeworm_env.trials.result import TrialResult
from spikeworm_env.world.scale import MAX_SECONDS

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from pandas import DataFrame

Times = NDArray[np.float64]
Ids = NDArray[np.int64]
Labels = NDArray[np.str_]


@dataclass(frozen=True, eq=False)
class SpikeTrains:
    """Spikes of n neurons.

    Attributes:
        times_s: (k,) ascending, seconds since the start of the trial.
        neurons: (k,) id of the neuron of each spike.
        ids: (n,) the neurons, ascending; some may have no spike.
        labels: (n,) their names, ``"component.label"``; copies of a block share them.
        start_s, stop_s: the window; ``start_s <= times_s < stop_s``.
    """

    times_s: Times
    neurons: Ids
    ids: Ids
    labels: Labels
    start_s: float
    stop_s: float

    @classmethod
    def of(cls, trains: Sequence[ArrayLike], stop_s: float, start_s: float = 0.0) -> SpikeTrains:
        """From the spike times of each neuron; their ids count from 0.

        Args:
            trains: n arrays of times in seconds, in any order.
            stop_s, start_s: the window.

        Raises:
            InputError: no arrays of finite numbers, a window of no length, or a spike outside it.
        """
        start_s = number("start_s", start_s, -MAX_SECONDS, MAX_SECONDS, "s")
        stop_s = number("stop_s", stop_s, start_s, MAX_SECONDS, "s", above=True)
        listed = [_times(index, each) for index, each in enumerate(_sequence(trains))]
        if any(((each < start_s) | (each >= stop_s)).any() for each in listed):
            raise InputError(f"trains: a spike is outside the window from {start_s:g} to {stop_s:g} s")
        n = len(listed)
        times = np.concatenate([*listed, np.empty(0)])
        neurons = np.repeat(np.arange(n), [each.size for each in listed])
        order = np.argsort(times, kind="stable")
        labels = np.array([str(k) for k in range(n)], np.str_)
        return cls(times[order], neurons[order], np.arange(n), labels, start_s, stop_s)

    def select(self, neurons: object) -> SpikeTrains:
        """Those of some of the neurons: their ids.

        Raises:
            InputError: an id is not among them.
        """
        wanted = np.unique(np.array(wholes("neurons", neurons, 0), dtype=np.int64))
        if not np.isin(wanted, self.ids).all():
            raise InputError(f"neurons are {shown(neurons)}; expected some of {shown(self.ids.tolist())}")
        kept = np.isin(self.neurons, wanted)
        labels = self.labels[np.searchsorted(self.ids, wanted)]
        return replace(
            self, times_s=self.times_s[kept], neurons=self.neurons[kept], ids=wanted, labels=labels
        )

    def between(self, start_s: float, stop_s: float) -> SpikeTrains:
        """Those in a part of the window.

        Raises:
            InputError: it is not a part of it.
        """
        start_s = number("start_s", start_s, self.start_s, self.stop_s, "s")
        stop_s = number("stop_s", stop_s, start_s, self.stop_s, "s", above=True)
        kept = (self.times_s >= start_s) & (self.times_s < stop_s)
        return replace(
            self, times_s=self.times_s[kept], neurons=self.neurons[kept], start_s=start_s, stop_s=stop_s
        )

    def train(self, neuron: int) -> Times:
        """(k,) spike times of one neuron, seconds."""
        return self.times_s[self.neurons == neuron]

    @property
    def columns(self) -> Ids:
        """(k,) index into ``ids`` of the neuron of each spike."""
        return np.searchsorted(self.ids, self.neurons)

    @property
    def counts(self) -> Ids:
        """(n,) spikes of each neuron."""
        return np.bincount(self.columns, minlength=self.ids.size)

    @property
    def seconds(self) -> float:
        """Length of the window."""
        return self.stop_s - self.start_s

    @property
    def mean_rates_hz(self) -> NDArray[np.float64]:
        """(n,) spikes per second of each neuron over the window, Hz."""
        return self.counts / self.seconds

    def to_frame(self) -> DataFrame:
        """A row each neuron: ``neuron``, ``label``, ``spikes``, ``mean_rate_hz``; needs pandas."""
        return frame(
            {
                "neuron": self.ids,
                "label": self.labels,
                "spikes": self.counts,
                "mean_rate_hz": self.mean_rates_hz,
            }
        )

    def plot(self, ax: Axes | None = None) -> Axes:
        """A raster: a row each neuron. Needs matplotlib."""
        ax = axes(ax)
        ax.plot(self.times_s, self.columns, "|", color="k", ms=3)
        ax.set(xlim=(self.start_s, self.stop_s), ylim=(self.ids.size - 0.5, -0.5), xlabel="time, s")
        if self.ids.size <= MOST_NAMED:
            ax.set_yticks(range(self.ids.size), self.labels)
        else:
            ax.set_ylabel("neuron")
        return ax


MOST_NAMED = 20  # neurons whose labels are legible beside each other


def spike_trains(source: object, neurons: Any = None) -> SpikeTrains:
    """The spikes of some neurons.

    Args:
        source: a trial with a recording (``run_trial(..., record="spikes")``), its recording, or
            `SpikeTrains`.
        neurons: a pattern of names such as ``"klinotaxis"``, see `Names.ids`; ids of spike trains; None: all.

    Raises:
        InputError: it is no such source, spikes were not recorded, or there are no such neurons.
    """
    if isinstance(source, SpikeTrains):
        return source if neurons is None else source.select(neurons)
    recording = recording_of(source)
    times, of_spike = recording.spikes(neurons)
    n = recording.compiled.network.n_neurons
    ids = np.arange(n) if neurons is None else recording.compiled.ids(neurons)
    return SpikeTrains(times, of_spike, ids, labels_of(recording.compiled, ids), 0.0, recording.seconds)


def several(source: object) -> list[Any]:
    """The sources of a list, or one alone.

    Raises:
        InputError: the list is empty.
    """
    listed = list(source) if isinstance(source, list | tuple) else [source]
    if not listed:
        raise InputError("source is an empty list; expected at least one trial")
    return listed


def recording_of(source: object) -> BrainRecording:
    """The recording of a trial, or the recording itself.

    Raises:
        InputError: there is none.
    """
    if isinstance(source, BrainRecording):
        return source
    if not isinstance(source, TrialResult):
        raise InputError(f"source is {shown(source)}; expected a trial, its recording or SpikeTrains")
    if source.recording is None:
        raise InputError("source is a trial without a recording; expected run_trial(..., record='spikes')")
    return source.recording


def labels_of(compiled: CompiledBrain, ids: Ids) -> Labels:
    """(n,) ``"component.label"`` of neurons."""
    names = np.array([each.name for each in compiled.components], np.str_)
    return np.char.add(np.char.add(names[compiled.component[ids]], "."), compiled.label[ids])


def _sequence(trains: object) -> list[Any]:
    if not (isinstance(trains, list | tuple) or (isinstance(trains, np.ndarray) and trains.ndim)):
        raise InputError(f"trains are {shown(trains)}; expected a list of arrays, one each neuron")
    return list(trains)


def _times(index: int, train: object) -> Times:
    try:
        times = np.asarray(train, dtype=np.float64)
    except (TypeError, ValueError, OverflowError):
        times = np.full(1, np.nan)
    if times.ndim != 1 or not np.isfinite(times).all():
        raise InputError(f"trains[{index}] is {shown(train)}; expected an array of finite times in seconds")
    return np.sort(times)
