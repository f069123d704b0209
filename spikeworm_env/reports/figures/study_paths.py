"""Paths of one brain in two training episodes and two evaluations, beside the same brain without reward."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from spikeworm_env.experiments.learning.conditions import TREATMENT
from spikeworm_env.experiments.learning.run_record import RECORDED_PATHS
from spikeworm_env.rendering.field import CONTOURS
from spikeworm_env.rendering.theme import LIGHT, Colour
from spikeworm_env.reports.condition_style import style_of
from spikeworm_env.reports.figure_style import new_figure
from spikeworm_env.reports.figures._figure import FigureKind, Needs
from spikeworm_env.world.arena import concentration_on_grid

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.contour import ContourSet
    from matplotlib.figure import Figure

    from spikeworm_env.experiments.learning.run_record import HeadPath
    from spikeworm_env.experiments.learning.study import Study

BESIDE = ("no_reward", "no_learning", "yoked_reward")  # the first of them that there is
GRID = 161  # places along either axis of the arena at which the field is drawn


def paths_figure(study: Study) -> Figure:
    """One row for the treatment, one for a control of the same brain.

    Each shows two training episodes, and one held-out arena before and after training. The brain has the
    median index after training.
    """
    seed, episodes = study.median_brain, study.plan.episodes
    beside = [name for name in BESIDE if name in study.conditions][:1]
    rows = [study.run(name, seed) for name in (TREATMENT, *beside)]
    figure = new_figure(3.3 * len(RECORDED_PATHS), 0.6 + 3.5 * len(rows))
    panels = figure.subplots(len(rows), len(RECORDED_PATHS), squeeze=False)
    titles = ("first episode", f"episode {episodes}", "held out, untrained", f"held out, after {episodes}")
    for row, run in zip(panels, rows, strict=True):
        style = style_of(run.condition)
        for axes, name, title in zip(row, RECORDED_PATHS, titles, strict=True):
            track = run.paths[name]
            _draw(axes, float(study.plan.trial.settings()["arena_radius"]), track, style.colour)
            axes.set_title(f"{title}: ci_net {track.ci_net:.2f}", fontsize=10)
        row[0].text(
            -0.02, 0.5, style.label, rotation=90, va="center", ha="right", transform=row[0].transAxes,
            color=style.colour, fontweight="bold",
        )  # fmt: skip
    figure.suptitle(f"{study.brain}, brain seed {seed}: path of the head from ○ to ●; ★ food", fontsize=11)
    return figure


def _draw(axes: Axes, radius: float, track: HeadPath, colour: str) -> None:
    food, others = _foods_and_others(track)
    muted = hex_colour(LIGHT.muted)
    _field(axes, radius, food)
    x, y = track.path.T
    axes.plot(x, y, color=colour, linewidth=1.4, solid_capstyle="round")
    axes.plot(food[:, 0], food[:, 1], ls="", marker="*", ms=14, color=hex_colour(LIGHT.food), mec="white")
    axes.plot(others[:, 0], others[:, 1], ls="", marker="X", ms=9, color=muted, mec="white")
    axes.plot(x[0], y[0], ls="", marker="o", ms=7, mfc="white", mec=colour, mew=1.6)
    axes.plot(x[-1], y[-1], ls="", marker="o", ms=7, color=colour, mec="white")
    axes.set_aspect("equal")
    axes.set_xlim(-1.04 * radius, 1.04 * radius)
    axes.set_ylim(-1.04 * radius, 1.04 * radius)
    axes.axis("off")
    axes.plot([-radius, 5 - radius], [-radius, -radius], color=muted, linewidth=2)
    axes.text(2.5 - radius, 0.7 - radius, "5 BL", ha="center", va="bottom", fontsize=8, color=muted)


def _foods_and_others(track: HeadPath) -> tuple[np.ndarray, np.ndarray]:
    """Sources of odour: foods, and sources without food."""
    if track.marker is None:
        return track.food, track.food[:0]
    return track.food[track.marker : track.marker + 1], np.delete(track.food, track.marker, axis=0)


def _field(axes: Axes, radius: float, food: np.ndarray) -> None:
    """The concentration of the food in shades, within the wall."""
    from matplotlib.patches import Circle

    along = np.linspace(-radius, radius, GRID)
    wall = Circle((0, 0), radius, fill=False, edgecolor=hex_colour(LIGHT.wall), linewidth=1.4)
    axes.add_patch(wall)
    draw_field(axes, along, along, food).set_clip_path(wall)


def draw_field(axes: Axes, x: np.ndarray, y: np.ndarray, food: np.ndarray) -> ContourSet:
    """Draw the concentration of the food in shades on a grid of places (BL)."""
    from matplotlib.colors import BoundaryNorm, LinearSegmentedColormap

    strength = concentration_on_grid(food[:, :4], x, y)
    shades = LinearSegmentedColormap.from_list("field", [hex_colour(colour) for colour in LIGHT.field])
    highest = max(float(strength.max()), 1e-9)
    levels = [0.0, *(share * highest for share in CONTOURS), 1.01 * highest]
    return axes.contourf(x, y, strength, levels=levels, cmap=shades, norm=BoundaryNorm(levels, 256))


def hex_colour(colour: Colour) -> str:
    """A colour of the theme as matplotlib writes it."""
    return "#" + "".join(f"{part:02x}" for part in colour)


FIGURE = FigureKind(
    name="study_paths",
    file="paths.png",
    needs=Needs.STUDY,
    about="paths of the median brain before and after training, beside a control",
    draw=paths_figure,
    order=120,
)
