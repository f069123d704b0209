"""The pictures of a study."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from spikeworm_env.experiments.figures import (
    learning_figure,
    pruning_figure,
    save_figure,
    ways_figure,
    weights_figure,
)

if TYPE_CHECKING:
    from spikeworm_env.experiments.learning.study import Study

CURVES_FILE, WEIGHTS_FILE, WAYS_FILE, PRUNING_FILE = "learning.png", "weights.png", "ways.png", "pruning.png"


def draw_study(study: Study, folder: Path) -> list[Path]:
    """Draw learning curves, weights, ways and, where synapses can be pruned, who was; where they are.

    Raises:
        InputError: matplotlib is missing, or a file cannot be written.
    """
    figures = {CURVES_FILE: learning_figure, WEIGHTS_FILE: weights_figure, WAYS_FILE: ways_figure}
    if study.can_prune:
        figures[PRUNING_FILE] = pruning_figure
    for name, draw in figures.items():
        save_figure(draw(study), folder / name)
    return [folder / name for name in figures]
