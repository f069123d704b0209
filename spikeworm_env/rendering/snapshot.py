"""The state of the world for one frame."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from spikeworm_env.anatomy import N_NODES, N_SEGMENTS
from spikeworm_env.errors import InputError
from spikeworm_env.rendering.field import NOTHING, Scene

TRAIL_PERIOD_S = 0.05


@dataclass(frozen=True, eq=False)
class Snapshot:
    """The arena and the worm at one moment. Lengths in body lengths (BL), origin in the arena's centre, y up.

    Args:
        arena_radius: radius of the arena, BL, > 0.
        foods: (k, 4) float, k >= 0: x, y, peak concentration, sigma (> 0) of each Gaussian food.
        nodes: (25, 2) float, the ends of the links from the head tip to the tail tip.
        activation: (2, 24) float in [0, 1], muscles head to tail; row 0 dorsal, row 1 ventral.
        trail: (m, 2) float, m >= 0, positions of the head every 50 ms, oldest first.
        time_s: time since reset, s.
        duration_s: duration of the trial, s.
        distance: from the head tip to the nearest food, BL.
        concentration: at the head tip.
        ci_time: chemotaxis index so far, mean over time; NaN is shown as a dash.
        ci_net: chemotaxis index so far, net approach; NaN is shown as a dash.
        title: heading, for example the agent and the seed.
        others: (j, 4) float, sources of another odour, such as a repellent; as ``foods``.
        stocks: (k,) float in [0, 1], share of each food that is left; None: foods are not eaten.
        swapped: whether the foods have the other odour.
        eaten: foods eaten so far; None: foods are not eaten.

    Raises:
        InputError: an array of the wrong shape, or a value out of range.
    """

    arena_radius: float
    foods: np.ndarray
    nodes: np.ndarray
    activation: np.ndarray
    trail: np.ndarray
    time_s: float
    duration_s: float
    distance: float
    concentration: float
    ci_time: float
    ci_net: float
    title: str = ""
    others: np.ndarray = field(default_factory=lambda: NOTHING)
    stocks: np.ndarray | None = None
    swapped: bool = False
    eaten: float | None = None

    @property
    def scene(self) -> Scene:
        """The arena without the worm."""
        return Scene(self.arena_radius, self.foods, self.others, self.stocks, self.swapped)

    def __post_init__(self) -> None:
        if not 0 < self.arena_radius < np.inf:
            raise InputError(
                f"snapshot: arena_radius is {self.arena_radius}; expected a finite number above 0"
            )
        check_foods(self.foods, "snapshot")
        check_foods(self.others, "snapshot: others")
        if self.stocks is not None:
            if np.shape(self.stocks) != (len(self.foods),):
                raise InputError(f"snapshot: stocks: shape is {np.shape(self.stocks)}; expected one per food")
            if not ((np.asarray(self.stocks) >= 0) & (np.asarray(self.stocks) <= 1)).all():
                raise InputError("snapshot: stocks: a value is out of range; expected 0 to 1")
        check_array(self.nodes, (N_NODES, 2), "snapshot: nodes")
        check_array(self.activation, (2, N_SEGMENTS), "snapshot: activation")
        if np.min(self.activation) < 0 or np.max(self.activation) > 1:
            raise InputError("snapshot: activation: a value is out of range; expected 0 to 1")
        check_array(self.trail, (None, 2), "snapshot: trail")


def check_array(array: np.ndarray, shape: tuple[int | None, int], what: str) -> None:
    """Check that an array is finite and of this shape, in which ``None`` stands for any length."""
    found = np.shape(array)
    if len(found) != 2 or any(want not in (None, have) for want, have in zip(shape, found, strict=True)):
        wanted = f"({', '.join('any' if n is None else str(n) for n in shape)})"
        raise InputError(f"{what}: shape is {found}; expected {wanted}")
    if not np.isfinite(array).all():
        raise InputError(f"{what}: a value is not finite; expected finite ones")


def check_foods(foods: np.ndarray, what: str) -> None:
    """Check that foods are (k, 4) and that every width is above 0."""
    check_array(foods, (None, 4), f"{what}: foods")
    if len(foods) and np.min(np.asarray(foods)[:, 3]) <= 0:
        raise InputError(f"{what}: foods: a sigma is not positive; expected values above 0")
