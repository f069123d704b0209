"""The share of prunable synapses that survive pruning, by the component that they come from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from spikeworm_env.experiments.learning.conditions import TREATMENT
from spikeworm_env.reports.condition_style import style_of
from spikeworm_env.reports.figure_style import new_figure
from spikeworm_env.reports.figures._figure import FigureKind, Needs

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from spikeworm_env.experiments.learning.run_record import RunRecord
    from spikeworm_env.experiments.learning.study import Study

SHOWN = (TREATMENT, "no_reward", "random_pruning")


def survival_figure(study: Study) -> Figure:
    """Every brain as a point, the mean as a bar: the treatment, no reward, random pruning."""
    conditions = [name for name in SHOWN if name in study.conditions]
    shares = {name: survival(study.runs_of(name)) for name in conditions}
    components = sorted(shares[TREATMENT], key=lambda name: -float(np.mean(shares[TREATMENT][name])))
    figure = new_figure(8.6, 1.6 + (0.16 + 0.2 * len(conditions)) * len(components))
    axes = figure.add_subplot()
    thick = 0.8 / len(conditions)
    for number, condition in enumerate(conditions):
        style = style_of(condition)
        for row, component in enumerate(components):
            values, place = np.array(shares[condition].get(component, [])), row - 0.4 + thick * (number + 0.5)
            if not values.size:
                continue
            axes.barh(
                place, values.mean(), height=0.88 * thick, color=style.colour, alpha=0.35,
                label=None if row else style.label,
            )  # fmt: skip
            lift = 0.25 * thick * np.sin(2.4 * np.arange(values.size))
            axes.plot(values, place + lift, ls="", marker=style.marker, ms=3.5, mew=0, color=style.colour)
    axes.set_yticks(range(len(components)), components)
    axes.set_ylim(len(components) - 0.4, -0.6)
    axes.set_xlim(0, 1.02)
    axes.set_xlabel("share of prunable synapses that survive")
    axes.set_ylabel("from component")
    axes.set_title(f"{study.brain}: synapses that survive in {len(study.brain_seeds)} brains", fontsize=11)
    axes.spines[["top", "right"]].set_visible(False)
    figure.legend(loc="outside lower center", ncols=len(conditions), frameon=False)
    return figure


def survival(runs: Sequence[RunRecord]) -> dict[str, list[float]]:
    """Component → the share of prunable synapses from it that survive, of each brain that has any."""
    found: dict[str, list[float]] = {}
    for run in runs:
        counts: dict[str, list[int]] = {}
        for row in run.weights.by_group():
            both = counts.setdefault(row.group.source_component, [0, 0])
            both[0] += row.prunable
            both[1] += row.pruned
        for component, (prunable, pruned) in counts.items():
            if prunable:
                found.setdefault(component, []).append(1 - pruned / prunable)
    return found


FIGURE = FigureKind(
    name="study_survival",
    file="survival.png",
    needs=Needs.STUDY,
    about="share of prunable synapses that survive, by source component",
    draw=survival_figure,
    order=130,
    fits=lambda study: study.can_prune,
)
