"""How many synapses the neurons of a brain have."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from spikeworm_env.reports.figure_style import colour, new_figure
from spikeworm_env.reports.figures._figure import FigureKind, Needs

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from spikeworm_env.compiler import CompiledBrain


def degree_figure(compiled: CompiledBrain) -> Figure:
    """How many neurons receive and make how many synapses; a gap junction counts at both ends for both."""
    figure = new_figure(9.0, 4.0)
    from matplotlib.ticker import MaxNLocator

    source, target = compiled.directed_ends
    for index, (title, ends) in enumerate((("incoming", target), ("outgoing", source))):
        degree = np.bincount(ends, minlength=compiled.network.n_neurons)
        axes = figure.add_subplot(1, 2, index + 1)
        most = int(degree.max(initial=0))
        edges = np.arange(-0.5, most + 1 + most // 40, 1 + most // 40)  # whole numbers in the middle of bins
        axes.hist(degree, bins=edges.tolist(), color=colour(index), edgecolor="white", linewidth=0.5)
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        axes.set_yscale("log")
        axes.set_ylim(bottom=0.8)
        axes.set_xlabel(f"{title} synapses")
        axes.set_ylabel("neurons")
        axes.set_title(f"{title}: mean {degree.mean():.1f}, most {most}")
        axes.spines[["top", "right"]].set_visible(False)
    return figure


FIGURE = FigureKind(
    name="degrees",
    file="degrees.png",
    needs=Needs.BRAIN,
    about="distribution of incoming and outgoing synapses per neuron",
    draw=degree_figure,
    order=40,
)
