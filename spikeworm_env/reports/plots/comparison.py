"""The rows of a comparison, one below the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from spikeworm_env.batch.participants import ORACLE
from spikeworm_env.plotting import axes
from spikeworm_env.reports.figure_style import EXCITATORY, GAP

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from spikeworm_env.experiments.comparison.comparison import Comparison

ROW_IN = 0.45  # height of a row, inches


def plot_comparison(comparison: Comparison, ax: Axes | None = None) -> Axes:
    """What `Comparison.plot` draws."""
    rows = {**comparison.summaries, ORACLE: comparison.oracle}
    ax = axes(ax, size=(7.0, 1.4 + ROW_IN * len(rows)))
    for y, (name, summary) in enumerate(rows.items()):
        values = np.array([result.ci_time for result in comparison.results[name]])
        jitter = 0.16 * np.sin(2.4 * np.arange(values.size))  # a spread that is the same every time
        ax.plot(values, y + jitter, ls="", marker="o", ms=4, mew=0, alpha=0.7, color=GAP)
        estimate = summary.ci_time
        if estimate.low is not None and estimate.high is not None:
            ax.plot([estimate.low, estimate.high], [y, y], color=EXCITATORY, linewidth=2.2)
        ax.plot(estimate.mean, y, ls="", marker="D", ms=7, color=EXCITATORY, mec="white")
    ax.axvline(0.0, color="#999999", linewidth=0.8, zorder=0)
    ax.set_yticks(range(len(rows)), list(rows))
    ax.set_ylim(len(rows) - 0.5, -0.5)
    ax.tick_params(axis="y", length=0)
    interval = "" if comparison.oracle.ci_time.low is None else ", 95% interval"
    ax.set_xlabel(f"ci_time: mean{interval} and each trial")
    first, last = comparison.trial_seeds[0], comparison.trial_seeds[-1]
    ax.set_title(
        f"trial {comparison.trial.label(comparison.frame_skip)}, seeds {first} to {last}", fontsize=10
    )
    ax.spines[["top", "right"]].set_visible(False)
    return ax
