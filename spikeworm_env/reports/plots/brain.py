"""The connections of a brain."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spikeworm_env.compiler import CompiledBrain
from spikeworm_env.compiler.edits import compiled_from
from spikeworm_env.engine.brain import Brain
from spikeworm_env.plotting import axes
from spikeworm_env.reports.figures._kinds import legend_handles
from spikeworm_env.reports.figures.connectivity import CELL_IN, MANY, draw_connectivity

if TYPE_CHECKING:
    from matplotlib.axes import Axes

SMALL_CELL_IN = 0.38  # side of a cell where there are more than `MANY`, inches
NAMES_IN = 2.2  # room for the names of rows and columns, inches
LEGEND_IN = 1.8


def plot_brain(brain: CompiledBrain | Brain, ax: Axes | None = None) -> Axes:
    """What the brain's ``plot`` draws."""
    compiled = compiled_from(brain) if isinstance(brain, Brain) else brain
    count = len(compiled.components)
    cell_in = CELL_IN if count <= MANY else SMALL_CELL_IN
    side = cell_in * count + NAMES_IN
    if ax is not None:
        cell_in = _side_in(ax) / (count + NAMES_IN / CELL_IN)
    ax = axes(ax, size=(max(side, 3.0) + LEGEND_IN, max(side, 3.0)))
    shown = draw_connectivity(ax, compiled, cell_in)
    handles = legend_handles(shown, as_lines=False)
    ax.legend(handles=handles, loc="upper left", bbox_to_anchor=(1.02, 1.0), frameon=False, fontsize=8)
    return ax


def _side_in(ax: Axes) -> float:
    """The shorter side of axes, inches."""
    box = ax.get_window_extent()
    figure = ax.get_figure(root=True)
    return min(box.width, box.height) / (figure.dpi if figure is not None else 100.0)
