"""Comparisons, studies, ablations and trainings as tables of notebooks: the terminal's numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spikeworm_env.frames import html_table
from spikeworm_env.reports.text_tables import (
    EFFECT_COLUMNS,
    ablation_note,
    comparison_notes,
    comparison_table,
    effect_cells,
    study_notes,
    study_table,
)
from spikeworm_env.reports.training_rows import TRAINING_COLUMNS, training_rows

if TYPE_CHECKING:
    from spikeworm_env.experiments.ablation.ablate import Ablation
    from spikeworm_env.experiments.comparison.comparison import Comparison
    from spikeworm_env.experiments.learning.study import Study
    from spikeworm_env.experiments.learning.training import Training


def comparison_html(comparison: Comparison) -> str:
    """A row for each agent and control, and for the oracle."""
    return html_table(*comparison_table(comparison), list(comparison_notes(comparison)))


def study_html(study: Study) -> str:
    """A row for each condition."""
    return html_table(*study_table(study), list(study_notes(study)))


def ablation_html(ablation: Ablation) -> str:
    """A row for each lesion and measure."""
    rows = [[effect.lesion, *effect_cells(effect)] for effect in ablation.effects]
    title = f"lesions of {ablation.brain}"
    return html_table(title, ("lesion", *EFFECT_COLUMNS), rows, [ablation_note(ablation)])


def training_html(training: Training) -> str:
    """A row for each episode, and for the evaluation before the first."""
    return html_table(repr(training)[1:-1], TRAINING_COLUMNS, list(training_rows(training.compiled)))
