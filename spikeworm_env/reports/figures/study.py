"""The pictures of a study."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from spikeworm_env.reports.figures.changed_weights import change_figure
from spikeworm_env.reports.figures.learning_curves import learning_figure
from spikeworm_env.reports.figures.paths import paths_figure
from spikeworm_env.reports.figures.style import save_figure
from spikeworm_env.reports.figures.survival import survival_figure

if TYPE_CHECKING:
    from spikeworm_env.experiments.learning.study import Study

CURVES_FILE, WEIGHTS_FILE, WAYS_FILE, SURVIVAL_FILE = (
    "learning.png",
    "weights.png",
    "ways.png",
    "survival.png",
)


def draw_study(study: Study, folder: Path) -> list[Path]:
    """Draw learning curves, weights, ways and, where synapses can be pruned, who was; where they are.

    Raises:
        InputError: matplotlib is missing, or a file cannot be written.
    """
    figures = {CURVES_FILE: learning_figure, WEIGHTS_FILE: change_figure, WAYS_FILE: paths_figure}
    if study.can_prune:
        figures[SURVIVAL_FILE] = survival_figure
    for name, draw in figures.items():
        save_figure(draw(study), folder / name)
    return [folder / name for name in figures]
