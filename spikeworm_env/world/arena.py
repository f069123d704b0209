"""The arena: sources of odours and a round wall that pushes back.

A source is a record, see `record_types.SOURCE_FIELDS`. Its concentration is ``peak exp(-d^2 / 2 sigma^2)`` at
a distance d; concentrations of one odour add, and a negative peak is a repellent. The wall is a stiff
one-sided spring, without friction, on every node of the body: at a depth p beyond the arena's radius it
pushes inward with ``k p``. The depth is taken at the end of the tick, as a force now and a drag
``dt k r r^T`` along the radius r, so that the balance of forces holds with the wall and no stiffness makes it
unstable.
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np
from numpy.typing import NDArray

from spikeworm_env.kernels.binding import inner, kernel
from spikeworm_env.kernels.elementary import exp
from spikeworm_env.world.record_types import SOURCE, Records

WALL_STIFFNESS: Final = (
    1000.0  # k, c_t BL^2/s per BL: a worm that pushes with all its thrust sinks in by 1e-3 BL
)


def make_foods(
    positions: NDArray[np.float64], peak: float, sigma: float, dtype: np.dtype[np.void] = SOURCE
) -> Records:
    """Foods of odour 0 as (k,) records; further fields of ``dtype`` are 0.

    Args:
        positions: (k, 2) BL.
        peak: the concentration at a food.
        sigma: width of its Gaussian, BL.
        dtype: of a source.
    """
    foods = np.zeros(len(positions), dtype)
    foods["position"], foods["peak"], foods["sigma"], foods["food"] = positions, peak, sigma, 1
    return foods


def gaussians_of(sources: Records) -> NDArray[np.float64]:
    """(k, 4) x, y, peak and sigma of sources, BL; a copy."""
    return np.column_stack((sources["position"], sources["peak"], sources["sigma"]))


@inner
def gaussian(dx, dy, sigma):
    """The concentration of a source of peak 1 at (dx, dy) from it."""
    return exp(-0.5 * (dx * dx + dy * dy) / (sigma * sigma))


@kernel
def concentration(sources, odour, x, y):
    """The concentration of an odour at a point, in units of a food's peak; sources (k,) records."""
    total = 0.0
    for i in range(sources.shape[0]):
        source = sources[i]
        if source["odour"] == odour:
            dx, dy = x - source["position"][0], y - source["position"][1]
            total += source["peak"] * gaussian(dx, dy, source["sigma"])
    return total


def concentration_on_grid(
    gaussians: NDArray[np.floating], x: NDArray[np.floating], y: NDArray[np.floating]
) -> NDArray[np.float32]:
    """The sum of Gaussians on a grid, for pictures.

    Args:
        gaussians: (k, 4) x, y, peak and sigma of each, BL; see `gaussians_of`.
        x: (w,) coordinates, BL.
        y: (h,) coordinates, BL.

    Returns:
        (h, w) float32.
    """
    total = np.zeros((len(y), len(x)), np.float32)
    _add_on_grid(*(np.array(part, np.float64, order="C") for part in (gaussians, x, y)), total)
    return total


@kernel
def _add_on_grid(gaussians, x, y, total):
    """Add Gaussians; each is a product of one in x and one in y: w + h exponentials instead of w h."""
    along_x = np.empty(x.shape[0], np.float32)
    for k in range(gaussians.shape[0]):
        source_x, source_y, peak, sigma = gaussians[k]
        for j in range(x.shape[0]):
            along_x[j] = gaussian(x[j] - source_x, 0.0, sigma)
        for i in range(y.shape[0]):
            along_y = np.float32(peak * gaussian(0.0, y[i] - source_y, sigma))
            for j in range(x.shape[0]):
                total[i, j] += along_y * along_x[j]


@kernel
def distance_to_food(sources, x, y):
    """The distance from a point to the nearest food, BL."""
    nearest = math.inf
    for i in range(sources.shape[0]):
        source = sources[i]
        if source["food"] != 0:
            dx, dy = x - source["position"][0], y - source["position"][1]
            nearest = min(nearest, dx * dx + dy * dy)
    return math.sqrt(nearest)


@kernel
def wall_contact(nodes, arena_radius, dt, contact):
    """Compute the forces of the wall on a body.

    Args:
        nodes: (n + 1, 2) head tip to tail tip, BL.
        arena_radius: BL; the centre of the arena is the origin.
        dt: the tick, s.
        contact: (n + 1, 5) output: for each node the extra drag xx, xy, yy and the force x, y.

    Returns:
        (head, tail, whole): forces upon the front third, the rear third and all of the nodes, c_t BL^2/s; the
        last is 0 when nothing touches.
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
