"""Pictures of blocks, brains and what brains do, for reports. They need matplotlib: the extra ``report``."""

from spikeworm_env.reports.figures.activity import activity_figure
from spikeworm_env.reports.figures.brain import connectivity_figure, degree_figure, layer_figure
from spikeworm_env.reports.figures.circuit import circuit_figure
from spikeworm_env.reports.figures.learning import curve_figure, pruned_figure, weights_figure
from spikeworm_env.reports.figures.style import save_figure

__all__ = [
    "activity_figure",
    "circuit_figure",
    "connectivity_figure",
    "curve_figure",
    "degree_figure",
    "layer_figure",
    "pruned_figure",
    "save_figure",
    "weights_figure",
]
