"""Learning curves of a study: the index of all brains, learning off, over training episodes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from spikeworm_env.experiments.learning import LEARNED_CI_NET
from spikeworm_env.reports.condition_style import style_of
from spikeworm_env.reports.figure_style import new_figure
from spikeworm_env.reports.figures._figure import FigureKind, Needs

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from spikeworm_env.experiments.learning.outcome import Outcome
    from spikeworm_env.experiments.learning.study import Study

LEAST_DOT_PLOTS = 2.4  # inches for single brains, so that the title above them fits
LEARNED = f"has learned from {LEARNED_CI_NET:g} on"
APART = 0.05  # episodes between the marks of two conditions


def learning_figure(study: Study) -> Figure:
    """On the left ``ci_net`` over episodes with 95% bands, on the right every brain at the end."""
    count = len(study.outcomes)
    dot_plots = max(1.0 + 0.55 * count, LEAST_DOT_PLOTS)
    figure = new_figure(7.2 + dot_plots, 5.4)
    curves, brains = figure.subplots(1, 2, sharey=True, width_ratios=[6.0, dot_plots])
    draw_curves(curves, study)
    for index, outcome in enumerate(study.outcomes):
        _dot_plot(brains, index, outcome, study.final_index(outcome.condition))
    _mark_levels(brains)
    brains.set_title(f"every brain after {study.plan.episodes} episodes", fontsize=10, loc="left")
    labels = [style_of(outcome.condition).label for outcome in study.outcomes]
    brains.set_xticks(range(count), labels, rotation=40, ha="right", rotation_mode="anchor")
    brains.set_xlim(-0.6, count - 0.4)
    brains.tick_params(axis="x", length=0)
    handles, names = legend_entries(curves, study)
    figure.legend(handles, names, loc="outside lower center", ncols=min(len(names), 5), frameon=False)
    return figure


def draw_curves(axes: Axes, study: Study) -> None:
    """Draw ``ci_net`` over episodes, a labelled line for each condition."""
    _mark_plan(axes, study)
    for index, outcome in reversed(list(enumerate(study.outcomes))):  # the treatment on top
        _curve(axes, outcome, APART * index)
    _mark_levels(axes)
    axes.set_xlabel("training episodes")
    axes.set_ylabel("ci_net on held-out trials, learning off")
    axes.set_xticks(range(study.plan.all_episodes + 1))
    seeds = study.plan.test_seeds
    name = ", ".join([study.brain, *study.edits])
    axes.set_title(
        f"{name}: {len(study.brain_seeds)} brains, trial {study.plan.trial_label}, "
        f"tested on seeds from {seeds[0]}",
        fontsize=10,
        loc="left",
    )


def legend_entries(axes: Axes, study: Study) -> tuple[list[Artist], list[str]]:
    """What a legend of the curves has, and its names: the conditions in their order, and the level."""
    handles, names = axes.get_legend_handles_labels()
    by_name = dict(zip(names, handles, strict=True))
    shown = [*(style_of(outcome.condition).label for outcome in study.outcomes), LEARNED]
    return [by_name[name] for name in shown], shown


def _mark_levels(axes: Axes) -> None:
    axes.axhline(0.0, color="#999999", linewidth=0.8, zorder=0)
    dashes = (0, (4, 3))
    axes.axhline(LEARNED_CI_NET, color="#999999", linewidth=0.8, linestyle=dashes, zorder=0, label=LEARNED)
    axes.spines[["top", "right"]].set_visible(False)


def _mark_plan(axes: Axes, study: Study) -> None:
    """Flips as lines, extinction as a shade, each with its word above the curves."""
    plan, above = study.plan, axes.get_xaxis_transform()
    words: dict[str, Any] = {"transform": above, "va": "top", "fontsize": 8.5, "color": "#555555"}
    for flip in plan.flips:
        axes.axvline(flip, color="#555555", linewidth=0.9, linestyle=":")
        axes.text(flip + 0.06, 0.995, "flip", **words)
    if plan.extinction:
        axes.axvspan(plan.episodes, plan.all_episodes, color="#eeeeee", zorder=-1, linewidth=0)
        axes.text(plan.episodes + 0.06, 0.995, "no reward", **words)


def _curve(axes: Axes, outcome: Outcome, shift: float) -> None:
    """A line through the means; a band where there are many evaluations, else bars."""
    style, scores = style_of(outcome.condition), outcome.scores
    episodes = np.array([score.after_episode for score in scores], float)
    mean = np.array([score.ci_net.mean for score in scores])
    low = np.array([_or(score.ci_net.low, score.ci_net.mean) for score in scores])
    high = np.array([_or(score.ci_net.high, score.ci_net.mean) for score in scores])
    dense = len(set(episodes.tolist())) > 2
    if dense:
        axes.fill_between(episodes, low, high, color=style.colour, alpha=0.18, linewidth=0)
    else:
        episodes = episodes + shift * (episodes > 0)
        axes.errorbar(
            episodes,
            mean,
            yerr=(mean - low, high - mean),
            ls="",
            color=style.colour,
            elinewidth=1.1,
            capsize=2,
        )
    axes.plot(
        episodes,
        mean,
        color=style.colour,
        marker=style.marker,
        markersize=5,
        linewidth=style.width,
        linestyle="-" if dense else (0, (4, 2)),
        label=style.label,
    )


def _dot_plot(axes: Axes, index: int, outcome: Outcome, values: NDArray[np.float64]) -> None:
    """Every brain as a point, the mean as a line, its interval as a bar."""
    style, end = style_of(outcome.condition), outcome.after.ci_net
    jitter = 0.18 * np.sin(2.4 * np.arange(values.size))  # a spread that is the same every time
    axes.plot(index + jitter, values, ls="", marker=style.marker, ms=4, color=style.colour, alpha=0.55, mew=0)
    axes.plot([index - 0.3, index + 0.3], [end.mean] * 2, color=style.colour, linewidth=2.2)
    if end.low is not None and end.high is not None:
        axes.plot([index] * 2, [end.low, end.high], color=style.colour, linewidth=1.2)


def _or(value: float | None, other: float) -> float:
    return other if value is None else value


FIGURE = FigureKind(
    name="study_learning",
    file="learning.png",
    needs=Needs.STUDY,
    about="ci_net over episodes for every condition, and every brain at the end",
    draw=learning_figure,
    order=100,
)
