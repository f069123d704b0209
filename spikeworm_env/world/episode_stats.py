"""Per-episode statistics of a worm: running sums over the ticks since its start, and the chemotaxis indices.

With h the distance from the head to the nearest food, means over the ticks since the start:

    ci_time     1 - mean(h) / h(0)
    ci_net      (h(0) - h(now)) / h(0)
    ci_clipped  mean(max(0, 1 - h / h(0)))        Izquierdo & Lockery 2010

All are 0 at the start.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from spikeworm_env.kernels.binding import inner
from spikeworm_env.world.arena import distance_to_food
from spikeworm_env.world.record_types import Field, Records

FIELDS: Final[tuple[Field, ...]] = (
    ("tick", "i8", "ticks since the start"),
    ("touching_ticks", "i8", "ticks in which any part of the body touched the wall"),
    ("distance", "f8", "h, from the head tip to the nearest food, BL"),
    ("start_distance", "f8", "h(0), BL"),
    ("min_distance", "f8", "least h so far, BL"),
    ("sum_distance", "f8", "sum of h over the ticks, BL"),
    ("sum_clipped", "f8", "sum of max(0, 1 - h / h(0)) over the ticks"),
)


def start_stats(worm: np.void, sources: Records) -> None:
    """Set the sums to those of the start, before any tick."""
    distance = distance_to_food(sources, worm["head"][0], worm["head"][1])
    worm["tick"] = 0
    worm["touching_ticks"] = 0
    worm["distance"] = distance
    worm["start_distance"] = distance
    worm["min_distance"] = distance
    worm["sum_distance"] = 0.0
    worm["sum_clipped"] = 0.0


@inner
def update_stats(worm, sources):
    """Add one tick to the sums."""
    distance = distance_to_food(sources, worm["head"][0], worm["head"][1])
    worm["tick"] += 1
    worm["distance"] = distance
    worm["min_distance"] = min(worm["min_distance"], distance)
    worm["sum_distance"] += distance
    worm["sum_clipped"] += max(0.0, 1.0 - distance / worm["start_distance"])


@inner
def chemotaxis_indices(worm):
    """(ci_time, ci_net, ci_clipped) over the ticks so far."""
    ticks, start = worm["tick"], worm["start_distance"]
    if ticks == 0:
        return 0.0, 0.0, 0.0
    return (
        1.0 - worm["sum_distance"] / (ticks * start),
        (start - worm["distance"]) / start,
        worm["sum_clipped"] / ticks,
    )
