"""Pictures of blocks, brains and what brains do, for reports. They need matplotlib: the extra ``report``."""

from spikeworm_env.experiments.figures.activity import activity_figure
from spikeworm_env.experiments.figures.brain import connectivity_figure, degree_figure, layer_figure
from spikeworm_env.experiments.figures.circuit import circuit_figure
from spikeworm_env.experiments.figures.learned_weights import weights_figure
from spikeworm_env.experiments.figures.learning_curves import learning_figure
from spikeworm_env.experiments.figures.lived_ways import ways_figure
from spikeworm_env.experiments.figures.pen import save_figure
from spikeworm_env.experiments.figures.pruning import pruning_figure

__all__ = [
    "activity_figure",
    "circuit_figure",
    "connectivity_figure",
    "degree_figure",
    "layer_figure",
    "learning_figure",
    "pruning_figure",
    "save_figure",
    "ways_figure",
    "weights_figure",
]
