"""Recording of a brain: spikes, weights and voltages, in buffers of limited size."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from spikeworm_env.checks import whole, wholes
from spikeworm_env.conveniences import convenience
from spikeworm_env.engine.names import Names, Pattern, SynapsePattern
from spikeworm_env.engine.network import Network
from spikeworm_env.errors import InputError, shown

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from pandas import DataFrame

FIRST_ROWS = 1024


class Recordable(Protocol):
    """What a recorder reads of a brain."""

    network: Network

    @property
    def n_neurons(self) -> int: ...
    @property
    def names(self) -> Names: ...
    @property
    def ticks(self) -> int: ...
    @property
    def v(self) -> NDArray[np.float64]: ...
    @property
    def weights(self) -> NDArray[np.float64]: ...


class RowBuffer:
    """A table that grows to ``limit`` rows; each further row replaces the oldest.

    Attributes:
        dropped: number of rows that were replaced.
    """

    def __init__(self, width: int, limit: int, dtype: type) -> None:
        self._rows: NDArray = np.empty((min(FIRST_ROWS, limit), width), dtype=dtype)
        self._limit, self._written = limit, 0

    @property
    def dropped(self) -> int:
        """Number of rows that were replaced."""
        return max(0, self._written - self._limit)

    def append(self, rows: NDArray) -> None:
        """Add (k, width) rows."""
        self._written += max(0, len(rows) - self._limit)
        rows = rows[-self._limit :]
        while self._written + len(rows) > len(self._rows) < self._limit:
            more = min(len(self._rows), self._limit - len(self._rows))
            self._rows = np.concatenate([self._rows, np.empty_like(self._rows[:more])])
        at = (self._written + np.arange(len(rows))) % len(self._rows)
        self._rows[at] = rows
        self._written += len(rows)

    def rows(self) -> NDArray:
        """(k, width), oldest first; a copy."""
        if self._written <= len(self._rows):
            return self._rows[: self._written].copy()
        return np.roll(self._rows, -(self._written % len(self._rows)), axis=0)


class Recorder:
    """Records a brain; call ``observe`` after each tick.

    Args:
        brain: the brain to record.
        spikes: the neurons whose spikes are kept: ids, or a pattern such as ``"head"``, see `Names.ids`;
            None: all.
        weights: the synapses whose weight is sampled every ``weights_every`` ticks: indices, or a pattern
            such as ``"klinotaxis -> head"``, see `Names.synapses`.
        voltages: the neurons whose membrane potential is sampled every ``voltages_every`` ticks: ids, or a
            pattern such as ``"klinotaxis"``, see `Names.ids`.
        every: both intervals, in ticks; None: those of ``weights_every`` and ``voltages_every``.
        max_spikes: greatest number of spikes kept; further spikes replace the oldest.
        max_samples: the same for the samples of weights and of voltages.

    Attributes:
        brain: the brain.

    Raises:
        InputError: an id out of range, a pattern that matches nothing, a limit or interval that is not a
            whole number of at least 1, or something else than a brain.
    """

    def __init__(  # noqa: PLR0913 - what is recorded, one word each
        self,
        brain: Recordable,
        *,
        spikes: Pattern | None = None,
        weights: SynapsePattern = (),
        weights_every: int = 100,
        voltages: Pattern = (),
        voltages_every: int = 1,
        every: int | None = None,
        max_spikes: int = 4_000_000,
        max_samples: int = 100_000,
    ) -> None:
        if not hasattr(brain, "network") or not hasattr(brain, "ticks"):
            raise InputError(f"brain is {shown(brain)}; expected a Brain")
        if every is not None:
            weights_every = voltages_every = whole("every", every, 1)
        for name, value in (
            ("weights_every", weights_every),
            ("voltages_every", voltages_every),
            ("max_spikes", max_spikes),
            ("max_samples", max_samples),
        ):
            whole(name, value, 1)
        self.brain = brain
        self._synapses, self._neurons = _synapses(brain, weights), _neurons(brain, voltages)
        self._spiking: NDArray[np.bool_] | None = None  # (n,) whose spikes are kept
        if spikes is not None:
            self._spiking = np.zeros(brain.n_neurons, bool)
            self._spiking[_neurons(brain, spikes, "spikes")] = True
        self._every = {"weights": weights_every, "voltages": voltages_every}
        self._spikes = RowBuffer(2, max_spikes, np.int64)
        self._weights = RowBuffer(1 + self._synapses.size, max_samples, np.float64)
        self._voltages = RowBuffer(1 + self._neurons.size, max_samples, np.float64)

    @property
    def neurons(self) -> NDArray[np.int64]:
        """(k,) ids of the neurons whose membrane potential is sampled, in the order of the columns."""
        return self._neurons

    @property
    def synapses(self) -> NDArray[np.int64]:
        """(k,) indices of the synapses whose weight is sampled, in the order of the columns."""
        return self._synapses

    def observe(self, fired: NDArray[np.int64]) -> None:
        """Record the last tick; ``fired`` are the (k,) ids of the neurons that fired in it."""
        tick = self.brain.ticks - 1
        if self._spiking is not None:
            fired = fired[self._spiking[fired]]
        if fired.size:
            self._spikes.append(np.column_stack([np.full(fired.size, tick), fired]))
        if self._synapses.size and tick % self._every["weights"] == 0:
            self._weights.append(np.concatenate([[tick], self.brain.weights[self._synapses]])[None])
        if self._neurons.size and tick % self._every["voltages"] == 0:
            self._voltages.append(np.concatenate([[tick], self.brain.v[self._neurons]])[None])

    @property
    def spikes(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """(k,) ticks and (k,) neuron ids, ordered by tick."""
        rows = self._spikes.rows()
        return rows[:, 0], rows[:, 1]

    @property
    def weights(self) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """(k,) ticks and (k, synapses) weights."""
        rows = self._weights.rows()
        return rows[:, 0].astype(np.int64), rows[:, 1:]

    @property
    def voltages(self) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """(k,) ticks and (k, neurons) membrane potentials in mV, after the reset of those that fired."""
        rows = self._voltages.rows()
        return rows[:, 0].astype(np.int64), rows[:, 1:]

    @property
    def dropped_spikes(self) -> int:
        """Number of spikes that later ones replaced."""
        return self._spikes.dropped

    def spike_counts(self) -> NDArray[np.int64]:
        """(n,) recorded spikes of each neuron."""
        return np.bincount(self.spikes[1], minlength=self.brain.n_neurons)

    def __repr__(self) -> str:
        return (
            f"<Recorder of {self.brain.n_neurons} neurons: {self.spikes[0].size} spikes, "
            f"{self.voltages[0].size} samples of the voltages of {self.neurons.size} neurons, "
            f"{self.weights[0].size} of the weights of {self.synapses.size} synapses>"
        )

    def _repr_html_(self) -> str:
        return convenience("recording_html")(self)

    def to_frame(self, of: str | None = None) -> DataFrame:
        """Spikes, voltages or weights as a pandas frame, a row for each spike or sampled value.

        Args:
            of: ``"spikes"`` (as None), ``"voltages"`` or ``"weights"``. The columns are those of a trial's
                recording, see `BrainRecording.to_frame`, with ``tick`` instead of ``time_s``, and no names
                if the brain has none.

        Raises:
            InputError: it was not recorded, or pandas is not installed.
        """
        return convenience("recording_frame")(self, of)

    def to_json(self) -> dict[str, Any]:
        """What was recorded, and how much, as JSON types; the samples are in the frames."""
        return convenience("recording_json")(self)

    def plot(self, ax: Axes | None = None, of: str | None = None) -> Axes:
        """A raster of the spikes, or voltages or weights over time: lines, or an image if there are many.

        Args:
            ax: axes of matplotlib to draw on; those of a new figure if None.
            of: ``"spikes"`` (as None), ``"voltages"`` or ``"weights"``.

        Raises:
            InputError: it was not recorded, or matplotlib is not installed.
        """
        return convenience("plot_recording")(self, ax, of)


def _synapses(brain: Recordable, pattern: SynapsePattern) -> NDArray[np.int64]:
    if isinstance(pattern, str | Mapping):
        return brain.names.synapses(pattern)
    return np.array(wholes("weights", pattern, 0, brain.network.n_synapses - 1), dtype=np.int64)


def _neurons(brain: Recordable, pattern: Pattern, name: str = "voltages") -> NDArray[np.int64]:
    """Ids stay in the order in which they are given; those of names ascend."""
    if isinstance(pattern, str) or (isinstance(pattern, list | tuple) and str in map(type, pattern)):
        return brain.names.ids(pattern)
    return np.array(wholes(name, pattern, 0, brain.n_neurons - 1), dtype=np.int64)
