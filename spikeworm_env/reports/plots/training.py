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
    ax = axes(ax)
    draw_index(ax, training.compiled)
    ax.set_xlabel("training episodes")
    ax.legend(loc="best", frameon=False)
    return ax
