"""The effects of lesions as a coloured table."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from spikeworm_env.frames import figure
from spikeworm_env.plotting import axes

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from spikeworm_env.experiments.ablation.ablate import Ablation

CELL_IN, LETTER_IN = 0.6, 0.085  # widths of a cell and of a letter of a name, inches
STRONGEST = 2.0  # Cohen's dz from which a cell is not darker
SIGNIFICANT = 0.05


def plot_ablation(ablation: Ablation, ax: Axes | None = None) -> Axes:
    """What `Ablation.plot` draws."""
    lesions = list(ablation.synapses)
    measures = list(dict.fromkeys(f"{each.assay}.{each.measure.name}" for each in ablation.effects))
    cells = {(each.lesion, f"{each.assay}.{each.measure.name}"): each for each in ablation.effects}
    names_in = LETTER_IN * max(map(len, lesions), default=0)
    ax = axes(ax, size=(2.2 + names_in + CELL_IN * len(measures), 2.2 + 0.35 * len(lesions)))
    dz = np.full((len(lesions), len(measures)), np.nan)
    for (lesion, measure), effect in cells.items():
        row, column = lesions.index(lesion), measures.index(measure)
        starred = "*" if effect.p is not None and effect.p < SIGNIFICANT else ""
        dz[row, column] = np.nan if effect.dz is None else effect.dz
        pale = effect.dz is None or abs(effect.dz) < 0.7 * STRONGEST
        text, ink = f"{figure(effect.dz, 1)}{starred}", "black" if pale else "white"
        ax.text(column, row, text, ha="center", va="center", fontsize=8, color=ink)
    image = ax.imshow(dz, cmap="RdBu_r", vmin=-STRONGEST, vmax=STRONGEST, aspect="auto")
    ax.set_xticks(range(len(measures)), measures, rotation=40, ha="right", rotation_mode="anchor")
    ax.set_yticks(range(len(lesions)), lesions)
    ax.tick_params(length=0)
    seeds = len(ablation.trial_seeds)
    ax.set_title(f"{ablation.brain}: lesioned less intact, {seeds} seeds; * p < {SIGNIFICANT}", fontsize=10)
    ax.figure.colorbar(image, ax=ax, label="Cohen's dz", extend="both")
    return ax
