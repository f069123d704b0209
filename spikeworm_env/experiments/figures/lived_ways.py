"""The ways of one brain in its first and its last life, beside the same brain without reward."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from spikeworm_env.experiments.figures.conditions import look_of
from spikeworm_env.experiments.figures.pen import new_figure
from spikeworm_env.experiments.learning.conditions import CLAIM
from spikeworm_env.rendering.field import CONTOURS
from spikeworm_env.rendering.theme import LIGHT, Colour

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from spikeworm_env.experiments.learning.history import History, Track
    from spikeworm_env.experiments.learning.study import Study

BESIDE = ("no_reward", "frozen", "yoked_reward")  # the first of them that there is
GRID = 161  # places along either axis of the dish at which the field is drawn


def ways_figure(study: Study) -> Figure:
    """One row for the claim, one for a control of the same brain in the same dishes: first and last life.

    The brain is the one in the middle: as many did better as worse.
    """
    seed = study.middle_brain
    beside = [name for name in BESIDE if name in study.conditions][:1]
    rows = [study.history(name, seed) for name in (CLAIM, *beside)]
    figure = new_figure(8.4, 0.7 + 4.1 * len(rows))
    panels = figure.subplots(len(rows), 2, squeeze=False)
    for row, history in zip(panels, rows, strict=True):
        for axes, track in zip(row, (history.first, history.last), strict=True):
            _draw(axes, study, history, track)
    figure.suptitle(f"{study.brain}, brain seed {seed}: the head's way in two lives", fontsize=11)
    return figure


def _draw(axes: Axes, study: Study, history: History, track: Track) -> None:
    radius = float(study.plan.trial.settings()["dish_radius"])
    food, others = _told_apart(study, track)
    _field(axes, radius, food)
    look = look_of(history.condition)
    x, y = track.path.T
    axes.plot(x, y, color=look.colour, linewidth=1.4, solid_capstyle="round")
    axes.plot(x[0], y[0], ls="", marker="o", ms=7, mfc="white", mec=look.colour, mew=1.6)
    axes.plot(x[-1], y[-1], ls="", marker="o", ms=7, color=look.colour, mec="white")
    axes.plot(food[:, 0], food[:, 1], ls="", marker="*", ms=14, color=_hex(LIGHT.food), mec="white")
    axes.plot(others[:, 0], others[:, 1], ls="", marker="X", ms=9, color=_hex(LIGHT.muted), mec="white")
    life = history.lives[track.life - 1]
    axes.set_title(f"{look.label}, life {track.life}: ci_net {life.ci_net:.2f}", fontsize=10)
    axes.set_aspect("equal")
    axes.set_xlim(-1.04 * radius, 1.04 * radius)
    axes.set_ylim(-1.04 * radius, 1.04 * radius)
    axes.axis("off")
    axes.plot([-radius, 5 - radius], [-radius, -radius], color=_hex(LIGHT.muted), linewidth=2)
    axes.text(
        2.5 - radius, 0.7 - radius, "5 BL", ha="center", va="bottom", fontsize=8, color=_hex(LIGHT.muted)
    )


def _told_apart(study: Study, track: Track) -> tuple[np.ndarray, np.ndarray]:
    """What smells: foods, and places that only smell."""
    marker = study.plan.trial_of(track.life).marker
    if marker is None:
        return track.food, track.food[:0]
    return track.food[marker : marker + 1], np.delete(track.food, marker, axis=0)


def _field(axes: Axes, radius: float, food: np.ndarray) -> None:
    """The concentration of the food in shades, within the wall."""
    from matplotlib.colors import BoundaryNorm, LinearSegmentedColormap
    from matplotlib.patches import Circle

    along = np.linspace(-radius, radius, GRID)
    x, y = np.meshgrid(along, along)
    strength = np.zeros_like(x)
    for food_x, food_y, peak, sigma in food[:, :4].tolist():
        strength += peak * np.exp(-((x - food_x) ** 2 + (y - food_y) ** 2) / (2 * sigma**2))
    shades = LinearSegmentedColormap.from_list("field", [_hex(colour) for colour in LIGHT.field])
    highest = max(float(strength.max()), 1e-9)
    levels = [0.0, *(share * highest for share in CONTOURS), 1.01 * highest]
    wall = Circle((0, 0), radius, fill=False, edgecolor=_hex(LIGHT.wall), linewidth=1.4)
    axes.add_patch(wall)
    picture = axes.contourf(x, y, strength, levels=levels, cmap=shades, norm=BoundaryNorm(levels, 256))
    picture.set_clip_path(wall)


def _hex(colour: Colour) -> str:
    return "#" + "".join(f"{part:02x}" for part in colour)
