"""The learning curves of a study."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spikeworm_env.plotting import axes
from spikeworm_env.reports.figures.study_learning import draw_curves, legend_entries

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from spikeworm_env.experiments.learning.study import Study


def plot_study(study: Study, ax: Axes | None = None) -> Axes:
    """What `Study.plot` draws."""
    ax = axes(ax, size=(8.4, 5.0))
    draw_curves(ax, study)
    ax.legend(*legend_entries(ax, study), loc="upper left", bbox_to_anchor=(1.01, 1.0), frameon=False)
    return ax
