"""Where the neurons of a brain are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from spikeworm_env.reports.figure_style import colour, new_figure
from spikeworm_env.reports.figures._columns import ascending
from spikeworm_env.reports.figures._figure import FigureKind, Needs

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from spikeworm_env.compiler import CompiledBrain

ROW_IN = 1.9  # height of a layer, inches
NAME_SPACING = 0.035  # between names, of the width of the brain
NO_LAYER = "no layer"


def layer_figure(compiled: CompiledBrain) -> Figure:
    """A row for each layer: its neurons from above, in micrometres, each component with its name."""
    groups: dict[str, list[int]] = {}
    for index, part in enumerate(compiled.components):
        groups.setdefault(part.layer or NO_LAYER, []).append(index)
    figure = new_figure(13.0, 0.9 + ROW_IN * len(groups))
    rows = figure.subplots(len(groups), 1, sharex=True, squeeze=False)[:, 0]
    x = compiled.position[:, 0]
    room = max(float(np.ptp(x)), 1.0) * 0.04
    for axes, (layer, members) in zip(rows, groups.items(), strict=True):
        _draw_layer(axes, compiled, members)
        neurons = np.count_nonzero(np.isin(compiled.component, members))
        axes.set_ylabel(f"{layer}\n{neurons} neurons\ny, µm")
    rows[-1].set_xlim(float(x.min()) - room, float(x.max()) + 2 * room)
    rows[-1].set_xlabel("x, µm")
    figure.suptitle(
        f"{compiled.meta.recipe_name}: {compiled.network.n_neurons} neurons in {len(groups)} layers"
    )
    return figure


def _draw_layer(axes: Axes, compiled: CompiledBrain, members: list[int]) -> None:
    """The components of one layer, and above the axes their names, apart from each other."""
    x, y, _ = compiled.position.T
    middle = {index: float(x[compiled.component == index].mean()) for index in members}
    ordered = sorted(members, key=lambda index: (middle[index], index))
    spacing = max(float(np.ptp(x)), 1.0) * NAME_SPACING
    offsets = spacing * np.arange(len(ordered))
    names_x = offsets + ascending(
        np.array([middle[each] for each in ordered]) - offsets, np.ones(len(ordered))
    )
    for place, (index, name_x) in enumerate(zip(ordered, names_x.tolist(), strict=True)):
        own, ink = compiled.component == index, colour(place)
        axes.scatter(x[own], y[own], s=14, color=ink)
        axes.annotate(
            compiled.components[index].name,
            (middle[index], float(y[own].max())),
            (name_x, 1.06),
            textcoords=axes.get_xaxis_transform(),
            rotation=30,
            fontsize=9,
            color=ink,
            arrowprops={"arrowstyle": "-", "color": ink, "linewidth": 0.6},
            annotation_clip=False,
        )
    axes.margins(y=0.2)
    axes.spines[["top", "right"]].set_visible(False)


FIGURE = FigureKind(
    name="layers",
    file="layers.png",
    needs=Needs.BRAIN,
    about="positions of the neurons, layer by layer, with the names of the components",
    draw=layer_figure,
    order=20,
)
