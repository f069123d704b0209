"""Weights before and after: one row for each group of synapses, one panel for each of a few conditions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from spikeworm_env.experiments.learning.conditions import TREATMENT
from spikeworm_env.reports.condition_style import style_of
from spikeworm_env.reports.figure_style import new_figure
from spikeworm_env.reports.figures._figure import FigureKind, Needs

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from spikeworm_env.experiments.learning.run_record import RunRecord
    from spikeworm_env.experiments.learning.study import Study
    from spikeworm_env.experiments.learning.weight_changes import SynapseGroup

SHOWN = (TREATMENT, "swapped", "no_reward", "inverted_reward")
MOST_ROWS = 24


def change_figure(study: Study) -> Figure:
    """Mean weights of each group: initial, after training in each brain, and over all brains.

    Of more than `MOST_ROWS` groups, those that the treatment changes most.
    """
    conditions = [name for name in SHOWN if name in study.conditions]
    tables = {name: _means(study.runs_of(name)) for name in conditions}
    groups = _most_changed(tables[TREATMENT])
    figure = new_figure(3.6 + 2.9 * len(conditions), 1.7 + 0.36 * len(groups))
    panels = figure.subplots(1, len(conditions), sharex=True, sharey=True, squeeze=False)[0]
    for axes, name in zip(panels, conditions, strict=True):
        _panel(axes, name, groups, tables[name])
    panels[0].set_yticks(range(len(groups)), [_label(group, groups) for group in groups], fontsize=9)
    panels[0].set_ylim(len(groups) - 0.4, -0.6)
    left_out = len(tables[TREATMENT]) - len(groups)
    note = f"; {left_out} groups that changed less are not shown" if left_out else ""
    figure.suptitle(f"{study.brain}: mean weight of each group of synapses that learn{note}", fontsize=11)
    figure.legend(*panels[0].get_legend_handles_labels(), loc="outside lower center", ncols=3, frameon=False)
    return figure


Means = Mapping["SynapseGroup", tuple[list[float], list[float]]]


def _means(runs: Sequence[RunRecord]) -> Means:
    """Group → its mean weight before and after training, of each brain that has it."""
    found: dict[SynapseGroup, tuple[list[float], list[float]]] = {}
    for run in runs:
        for row in run.weights.by_group():
            initial, end = found.setdefault(row.group, ([], []))
            initial.append(row.initial)
            end.append(row.final)
    return found


def _most_changed(means: Means) -> list[SynapseGroup]:
    """Those to be shown, in their order in the recipe."""
    by_change = sorted(means, key=lambda group: -abs(np.mean(means[group][1]) - np.mean(means[group][0])))
    kept = set(by_change[:MOST_ROWS])
    return [group for group in means if group in kept]


def _panel(axes: Axes, condition: str, groups: Sequence[SynapseGroup], means: Means) -> None:
    style = style_of(condition)
    for row, group in enumerate(groups):
        initial, end = means.get(group, ([], []))
        if not end:
            continue
        initial_mean, final_mean, first = float(np.mean(initial)), float(np.mean(end)), row == 0
        axes.plot(
            [initial_mean, final_mean], [row, row], color=style.colour, linewidth=1.6, alpha=0.8, zorder=2
        )
        lift = 0.16 * np.sin(2.4 * np.arange(len(end)))
        axes.plot(
            end, row + lift, ls="", marker=".", ms=5, mew=0, color="#777777", alpha=0.6, zorder=1,
            label="each brain after training" if first else None,
        )  # fmt: skip
        axes.plot(
            initial_mean, row, ls="", marker="|", ms=13, mew=2, color="#222222", zorder=3,
            label="initial" if first else None,
        )  # fmt: skip
        axes.plot(
            final_mean, row, ls="", marker="o", ms=7, mec="white", mew=0.8, color=style.colour, zorder=4,
            label="mean of all brains" if first else None,
        )  # fmt: skip
    axes.set_title(style.label, fontsize=10, color=style.colour, fontweight="bold")
    axes.set_xlabel("weight")
    axes.grid(axis="y", color="#eeeeee", linewidth=0.8)
    axes.set_axisbelow(True)
    axes.spines[["top", "right"]].set_visible(False)


def _label(group: SynapseGroup, groups: Sequence[SynapseGroup]) -> str:
    """Source and target; with the origin's name before them where that alone does not tell groups apart."""
    plain = f"{group.source} → {group.target}"
    twins = [other for other in groups if (other.source, other.target) == (group.source, group.target)]
    return plain if len(twins) == 1 else f"{group.origin.partition(' ')[0]} {plain}"


FIGURE = FigureKind(
    name="study_weights",
    file="weights.png",
    needs=Needs.STUDY,
    about="mean weight of each group of synapses, initial and after training",
    draw=change_figure,
    order=110,
)
