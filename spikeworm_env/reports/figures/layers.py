"""Where the neurons of a brain are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import numpy as np

from spikeworm_env.reports.figure_style import PALETTE, colour, new_figure
from spikeworm_env.reports.figures._figure import FigureKind, Needs

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from spikeworm_env.compiler import CompiledBrain


def layer_figure(compiled: CompiledBrain) -> Figure:
    """The neurons in space, in micrometres, coloured by component; by layer if components are many."""
    figure = new_figure(9.0, 6.5)
    axes = cast(Any, figure.add_subplot(projection="3d"))  # matplotlib's 3-D has no types
    by_layer = len(compiled.components) > len(PALETTE)
    groups: dict[str, list[int]] = {}
    for index, part in enumerate(compiled.components):
        layer = f" ({part.layer})" if part.layer else ""
        label = (part.layer or "no layer") if by_layer else f"{part.name}{layer}"
        groups.setdefault(label, []).append(index)
    for index, (label, members) in enumerate(groups.items()):
        x, y, z = compiled.position[np.isin(compiled.component, members)].T
        axes.scatter(x, y, z, s=14, color=colour(index), label=label, depthshade=False)
    axes.set_xlabel("x, µm")
    axes.set_ylabel("y, µm")
    axes.set_zlabel("z, µm")
    axes.set_title(f"{compiled.meta.recipe_name}: {compiled.network.n_neurons} neurons")
    figure.legend(loc="outside right upper", frameon=False)
    return figure


FIGURE = FigureKind(
    name="layers",
    file="layers.png",
    needs=Needs.BRAIN,
    about="positions of the neurons, coloured by component or layer",
    draw=layer_figure,
    order=20,
)
