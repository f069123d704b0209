"""The arena: sources that smell and a round wall that pushes back.

A source is a row of numbers, see `SOURCE`, and smells as ``peak exp(-d^2 / 2 sigma^2)``; smells of one
odour add, and a negative peak is a repellent. The wall is a stiff one-sided spring, without friction, on
every node of the body: at a depth p beyond the arena's radius it pushes inward with ``k p``. The depth is
taken at the end of the tick, as a force now and a drag ``dt k r r^T`` along the radius r, so that the body's
balance of forces holds with the wall in it and no stiffness makes it unstable.
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np
from numpy.typing import NDArray

from spikeworm_env.kernels.binding import inner, kernel
from spikeworm_env.kernels.elementary import exp

SOURCE: Final = ("x", "y", "peak", "sigma", "odour", "food")
"""The columns of a source: place and width in BL, the number of its odour, and 1 if it is food, else 0.

What an arena keeps of its sources besides (how full, how fast) is in further columns of its own.
"""

X, Y, PEAK, SIGMA, ODOUR, FOOD = range(len(SOURCE))

WALL_STIFFNESS: Final = (
    1000.0  # k, c_t BL^2/s per BL: a worm that pushes with all its thrust sinks in by 1e-3 BL
)


def sources(places: NDArray[np.float64], peak: float, sigma: float) -> NDArray[np.float64]:
    """Foods of odour 0 as rows of `SOURCE`.

    Args:
        places: (k, 2) BL.
        peak: the smell at a food.
        sigma: its width, BL.
    """
    rows = np.empty((len(places), len(SOURCE)))
    rows[:, :PEAK] = places
    rows[:, PEAK:] = peak, sigma, 0.0, 1.0
    return rows


@inner
def gaussian(dx, dy, sigma):
    """The smell of a source at (dx, dy) from it, in its own peaks."""
    return exp(-0.5 * (dx * dx + dy * dy) / (sigma * sigma))


@kernel
def concentration(sources, odour, x, y):
    """The smell of an odour at a point, in units of a food's peak; sources (k, >= 6), see `SOURCE`."""
    total = 0.0
    for i in range(sources.shape[0]):
        if sources[i, ODOUR] == odour:
            dx, dy = x - sources[i, X], y - sources[i, Y]
            total += sources[i, PEAK] * gaussian(dx, dy, sources[i, SIGMA])
    return total


@kernel
def distance_to_food(sources, x, y):
    """The distance from a point to the nearest food, BL."""
    nearest = math.inf
    for i in range(sources.shape[0]):
        if sources[i, FOOD] != 0.0:
            dx, dy = x - sources[i, X], y - sources[i, Y]
            nearest = min(nearest, dx * dx + dy * dy)
    return math.sqrt(nearest)


@kernel
def press_wall(nodes, arena_radius, dt, contact):
    """Find what the wall does to a body.

    Args:
        nodes: (n + 1, 2) head tip to tail tip, BL.
        arena_radius: BL; the centre of the arena is the origin.
        dt: the tick, s.
        contact: (n + 1, 5) output: for each node the extra drag xx, xy, yy and the force x, y.

    Returns:
        (head, tail): forces upon the front and the rear third of the nodes, c_t BL^2/s, and the force upon
        all of them, which is 0 when nothing touches.
    """
    n_nodes = nodes.shape[0]
    third = n_nodes // 3
    head, tail, whole = 0.0, 0.0, 0.0
    contact[:] = 0.0
    for i in range(n_nodes):
        x, y = nodes[i, 0], nodes[i, 1]
        radius = math.sqrt(x * x + y * y)
        depth = radius - arena_radius
        if depth > 0.0:
            rx, ry = x / radius, y / radius
            drag, force = dt * WALL_STIFFNESS, WALL_STIFFNESS * depth
            contact[i, 0], contact[i, 1], contact[i, 2] = drag * rx * rx, drag * rx * ry, drag * ry * ry
            contact[i, 3], contact[i, 4] = -force * rx, -force * ry
            whole += force
            if i < third:
                head += force
            elif i >= n_nodes - third:
                tail += force
    return head, tail, whole
