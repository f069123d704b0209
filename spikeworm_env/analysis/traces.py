"""Traces: one value for each neuron at each time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np
from numpy.typing import NDArray

from spikeworm_env.frames import frame
from spikeworm_env.plotting import axes

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from pandas import DataFrame

MOST_LINES = 8  # neurons that are drawn as lines; more are an image


@dataclass(frozen=True, eq=False)
class Traces:
    """Values of n neurons at m even times.

    Attributes:
        times_s: (m,) seconds since the start of the trial.
        values: (m, n) in the unit of the class.
        ids: (n,) the neurons, ascending.
        labels: (n,) their names.
    """

    quantity: ClassVar[str]
    column: ClassVar[str]

    times_s: NDArray[np.float64]
    values: NDArray[np.float64]
    ids: NDArray[np.int64]
    labels: NDArray[np.str_]

    @property
    def population(self) -> NDArray[np.float64]:
        """(m,) the mean over neurons."""
        return self.values.mean(axis=1)

    def to_frame(self) -> DataFrame:
        """A row each neuron and time: ``time_s``, ``neuron``, ``label`` and the value; needs pandas."""
        m, n = self.values.shape
        return frame(
            {
                "time_s": np.tile(self.times_s, n),
                "neuron": np.repeat(self.ids, m),
                "label": np.repeat(self.labels, m),
                self.column: self.values.T.ravel(),
            }
        )

    def plot(self, ax: Axes | None = None) -> Axes:
        """A line each neuron, or an image if there are more than eight. Needs matplotlib."""
        ax = axes(ax)
        ax.set_xlabel("time, s")
        if self.ids.size <= MOST_LINES:
            ax.plot(self.times_s, self.values, label=self.labels.tolist())
            ax.set_ylabel(self.quantity)
            ax.legend(fontsize="small")
        else:
            half = (self.times_s[-1] - self.times_s[0]) / max(self.times_s.size - 1, 1) / 2
            extent = (self.times_s[0] - half, self.times_s[-1] + half, self.ids.size - 0.5, -0.5)
            image = ax.imshow(self.values.T, aspect="auto", extent=extent, interpolation="nearest")
            ax.figure.colorbar(image, ax=ax, label=self.quantity)
            ax.set_ylabel("neuron")
        return ax
