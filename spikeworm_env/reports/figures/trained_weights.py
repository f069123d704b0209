"""The weights of one trained brain, initial and now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spikeworm_env.engine.network import pruned
from spikeworm_env.experiments.learning.weight_changes import changes_by_origin
from spikeworm_env.reports.figure_style import EXCITATORY, INHIBITORY, new_figure
from spikeworm_env.reports.figures._figure import FigureKind, Needs
from spikeworm_env.reports.figures._origins import ARROW, short_origin

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from spikeworm_env.compiler import CompiledBrain

IN_A_ROW = 4
MOST_DOTS = 4000  # of one origin; more would show nothing more
MOST_PANELS = 24


def weights_figure(compiled: CompiledBrain) -> Figure:
    """Initial weight and weight now of each synapse that learns, a panel for each origin.

    Of many origins the `MOST_PANELS` whose weights have changed most are shown.

    Raises:
        ValueError: the brain is untrained, or nothing in it learns.
    """
    network, experience = compiled.network, compiled.network.experience
    every = changes_by_origin(compiled)
    changed_most = sorted(every, key=lambda part: -part.largest_change)[:MOST_PANELS]
    parts = [part for part in every if part in changed_most]
    if experience is None or not parts:
        raise ValueError("no weights to draw; expected a trained brain that learns")
    columns = min(IN_A_ROW, len(parts))
    rows = -(-len(parts) // columns)
    figure = new_figure(3.2 * columns + 0.4, 3.2 * rows + 0.4)
    learns, gone = compiled.can_change, pruned(network)
    panels = figure.subplots(rows, columns, squeeze=False).ravel()
    for part, axes in zip(parts, panels, strict=False):
        own = learns & (compiled.origin == compiled.origins.index(part.origin))
        initial, now = experience.initial_weight[own], network.weight[own]
        low, high = min(initial.min(), now.min()), max(initial.max(), now.max())
        margin = 0.05 * (high - low) or 1.0
        ends = [low - margin, high + margin]
        axes.plot(ends, ends, color="#cccccc", linewidth=0.8, zorder=0)
        shown = slice(None, None, max(1, part.synapses // MOST_DOTS))
        for mask, ink, label in ((~gone[own], EXCITATORY, "alive"), (gone[own], INHIBITORY, "pruned")):
            if mask.any():
                axes.plot(
                    initial[mask][shown], now[mask][shown], ".", ms=4, alpha=0.5, color=ink, label=label
                )
        axes.set_title(short_origin(part.origin).replace(ARROW, f"\n{ARROW.lstrip()}"), fontsize=8)
        axes.set_xlim(ends)
        axes.set_ylim(ends)
        if part.pruned:
            axes.legend(frameon=False, fontsize=7)
    for axes in panels[len(parts) :]:
        axes.set_visible(False)
    figure.supxlabel("initial weight")
    figure.supylabel("weight now")
    shown_of = "" if len(parts) == len(every) else f"; {len(parts)} of {len(every)} origins, the most changed"
    figure.suptitle(f"{compiled.meta.recipe_name}, training episodes: {len(compiled.episodes)}{shown_of}")
    return figure


FIGURE = FigureKind(
    name="trained_weights",
    file="weights.png",
    needs=Needs.TRAINED,
    about="each weight that learns, initial and now, by origin",
    draw=weights_figure,
    order=70,
    fits=lambda compiled: bool(changes_by_origin(compiled)),
)
