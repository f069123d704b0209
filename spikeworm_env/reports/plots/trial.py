"""The path of one trial."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from spikeworm_env.plotting import axes
from spikeworm_env.rendering.theme import LIGHT
from spikeworm_env.reports.figure_style import EXCITATORY
from spikeworm_env.reports.figures.study_paths import draw_field, hex_colour

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from spikeworm_env.trials.result import TrialResult

MARGIN_BL = 1.5  # around the path and the foods


def plot_trial(result: TrialResult, ax: Axes | None = None) -> Axes:
    """What `TrialResult.plot` draws."""
    ax = axes(ax)
    food, ink = result.food, EXCITATORY
    shown = np.concatenate([result.path, food[:, :2]])
    low, high = shown.min(axis=0), shown.max(axis=0)
    middle, reach = (low + high) / 2, float((high - low).max()) / 2 + MARGIN_BL
    (left, bottom), (right, top) = middle - reach, middle + reach
    draw_field(ax, np.linspace(left, right, 161), np.linspace(bottom, top, 161), food)
    x, y = result.path.T
    ax.plot(x, y, color=ink, linewidth=1.4, solid_capstyle="round", label="head")
    ax.plot(food[:, 0], food[:, 1], ls="", marker="*", ms=14, color=hex_colour(LIGHT.food), mec="white")
    ax.plot(x[0], y[0], ls="", marker="o", ms=7, mfc="white", mec=ink, mew=1.6)
    ax.plot(x[-1], y[-1], ls="", marker="o", ms=7, color=ink, mec="white")
    ax.set_aspect("equal")
    ax.set_xlim(left, right)
    ax.set_ylim(bottom, top)
    ax.set_xlabel("x, body lengths")
    ax.set_ylabel("y, body lengths")
    ax.set_title(
        f"{result.agent}, seed {result.seed}, {result.seconds:g} s: ci_time {result.ci_time:.2f}\n"
        "head from ○ to ●; ★ food",
        fontsize=10,
    )
    return ax
