"""The learning curve of one trained brain, with its reward and the change of its weights."""

from __future__ import annotations

from itertools import cycle
from typing import TYPE_CHECKING

import numpy as np

from spikeworm_env.compiler.training_record import evaluation_series
from spikeworm_env.reports.figure_style import EXCITATORY, GAP, INHIBITORY, new_figure
from spikeworm_env.reports.figures._figure import FigureKind, Needs

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from spikeworm_env.compiler import CompiledBrain

MARKERS = ("-o", "--s", ":^")  # of the evaluations of one training after the other


def curve_figure(compiled: CompiledBrain) -> Figure:
    """``ci_net`` in training and in evaluations, and below it the reward and the change of weights.

    The evaluations of each training are one line.
    """
    figure = new_figure(8.0, 6.6)
    from matplotlib.ticker import MaxNLocator

    index, reward = figure.subplots(2, 1, sharex=True, height_ratios=[2, 1])
    episodes = compiled.episodes
    numbers = [episode.number for episode in episodes]
    draw_index(index, compiled)
    sums = [episode.rpe_sum for episode in episodes]
    reward.bar(numbers, sums, width=0.6, color=GAP, alpha=0.6, label="sum of the reward prediction errors")
    reward.axhline(0, color="#cccccc", linewidth=0.8)
    reward.set_ylabel("reward")
    reward.set_xlabel("training episodes")
    change = reward.twinx()
    largest = [episode.largest_change for episode in episodes]
    change.plot(numbers, largest, "-o", ms=4, color=INHIBITORY, label="largest change of a weight")
    change.set_ylabel("largest change of a weight", color=INHIBITORY)
    change.set_ylim(bottom=0)
    reward.xaxis.set_major_locator(MaxNLocator(integer=True))
    for axes in (reward, change):
        axes.spines["top"].set_visible(False)
    reward.spines["right"].set_visible(False)
    figure.legend(loc="outside lower center", ncols=2, frameon=False)
    return figure


def draw_index(axes: Axes, compiled: CompiledBrain) -> None:
    """Draw ``ci_net`` of the training episodes and of the evaluations with learning off."""
    numbers = [episode.number for episode in compiled.episodes]
    axes.axhline(0, color="#cccccc", linewidth=0.8, zorder=0)
    axes.plot(
        numbers,
        [episode.ci_net for episode in compiled.episodes],
        "o",
        mfc="white",
        color=GAP,
        label="in the episode",
    )
    every = evaluation_series(compiled.evaluations)
    for series, marker in zip(every, cycle(MARKERS)):
        for episode, found in series.by_episode.items():
            axes.plot([episode] * len(found), found, ".", ms=5, alpha=0.5, color=EXCITATORY)
        on = "" if len(every) == 1 else f", training {series.training}, {series.trial}"
        label = f"with learning off{on}: mean, and each trial"
        tested = list(series.by_episode)
        means = np.array([series.index(episode) for episode in tested], float)
        axes.plot(tested, means, marker, color=EXCITATORY, label=label)
    axes.set_ylabel("ci_net")
    axes.set_title(f"{compiled.meta.recipe_name}, brain {compiled.meta.seed}: {_conditions(compiled)}")
    axes.spines[["top", "right"]].set_visible(False)


def _conditions(compiled: CompiledBrain) -> str:
    names = dict.fromkeys(episode.condition for episode in compiled.episodes)
    trials = dict.fromkeys(episode.trial for episode in compiled.episodes)
    return "; ".join((", ".join(names) or "untrained", *trials, *compiled.meta.edits))


FIGURE = FigureKind(
    name="training_curve",
    file="learning.png",
    needs=Needs.TRAINED,
    about="ci_net over episodes, reward, and the largest change of a weight",
    draw=curve_figure,
    order=60,
)
