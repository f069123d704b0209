"""The learning curve of a training."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spikeworm_env.plotting import axes
from spikeworm_env.reports.figures.training_curve import draw_index

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from spikeworm_env.experiments.learning.training import Training


def plot_training(training: Training, ax: Axes | None = None) -> Axes:
    """What `Training.plot` draws."""
    ax = axes(ax, size=(8.4, 4.2))
    from matplotlib.ticker import MaxNLocator

    draw_index(ax, training.compiled)
    ax.set_xlabel("training episodes")
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    ax.legend(loc="upper left", bbox_to_anchor=(1.01, 1.0), frameon=False, fontsize=8)
    return ax
