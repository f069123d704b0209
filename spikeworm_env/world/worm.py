"""A worm in a dish: its whole state in one record, and the one compiled call that moves it.

The order within a tick: muscles take up the spikes, the wall presses, the body moves, the head smells, the
tick is counted. What holds at tick t is the same for any division of the time into calls.
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np
from numpy.typing import NDArray

from spikeworm_env.world import muscles, progress, senses
from spikeworm_env.world.arena import concentration, press_wall
from spikeworm_env.world.body import advance_body, body_fields, place_body, place_nodes
from spikeworm_env.world.kernel import inner, kernel
from spikeworm_env.world.muscles import DAMPING, STIFFNESS, contract
from spikeworm_env.world.progress import chemotaxis_indices, note_start, note_tick
from spikeworm_env.world.scale import N_LINKS, N_NODES, TICK_S
from spikeworm_env.world.senses import sense, smell

WORM: Final = np.dtype(body_fields(N_LINKS) + muscles.FIELDS + senses.FIELDS + progress.FIELDS)
"""Everything that a worm is; a copy of the record is a snapshot, an array of records a population."""

Worms = np.ndarray[tuple[int], np.dtype[np.void]]

TELEMETRY: Final = (
    "tick",
    "x",
    "y",
    "heading_rad",
    "distance",
    "concentration",
    "concentration_change",
    "touching_s",
    "ci_time",
    "ci_net",
    "ci_clipped",
    "min_distance",
    "start_distance",
)
"""What an observer is told besides the senses, in the order of the array that `advance` writes."""


@kernel
def advance(worms, foods, share, ticks, dish_radius, drag_ratio, observation, telemetry):
    """Move a worm by a number of ticks and say what it senses and how it fares.

    Args:
        worms: (1,) record of `WORM`; written.
        foods: (k, 4) x, y, peak, sigma.
        share: (2, 24) float64, share of each muscle's motor neurons spiking per tick, the same in every tick;
            values outside 0..1 are clipped.
        ticks: how many, >= 0.
        dish_radius: BL.
        drag_ratio: normal over tangential drag.
        observation: (77,) float32 output, see `channels.LAYOUT`.
        telemetry: (13,) float64 output, see `TELEMETRY`; ``concentration_change`` and ``touching_s`` are over
            these ticks, the indices since the start.

    Returns:
        False, with nothing changed, if ``share`` holds NaN or infinity.
    """
    for side in range(share.shape[0]):
        for i in range(share.shape[1]):
            if not math.isfinite(share[side, i]):
                return False
            share[side, i] = min(max(share[side, i], 0.0), 1.0)
    worm = worms[0]
    smell_before, touching_before = worm["smell"], worm["touching_ticks"]
    plan = np.empty((N_LINKS, 4))
    nodes = np.empty((N_NODES, 2))
    contact = np.empty((N_NODES, 5))
    for _ in range(ticks):
        contract(worm["activation"], share, worm["slack"], worm["target"])
        touching = _touch_wall(worm, dish_radius, nodes, contact)
        advance_body(worm, worm["target"], drag_ratio, STIFFNESS, DAMPING, TICK_S, touching, contact, plan)
        smell(worm, foods)
        note_tick(worm, foods)
    sense(worm, foods, observation)
    _report(worm, smell_before, touching_before, telemetry)
    return True


@inner
def _touch_wall(worm, dish_radius, nodes, contact):
    """Let the wall press; False if nothing touches. The head alone tells when the body is out of reach."""
    worm["head_force"], worm["tail_force"] = 0.0, 0.0
    x, y = worm["head"][0], worm["head"][1]
    reach = dish_radius - 1.0
    if reach > 0.0 and x * x + y * y < reach * reach:
        return False
    place_nodes(worm, nodes)
    head, tail, whole = press_wall(nodes, dish_radius, TICK_S, contact)
    worm["head_force"], worm["tail_force"] = head, tail
    if whole > 0.0:
        worm["touching_ticks"] += 1
        return True
    return False


@inner
def _report(worm, smell_before, touching_before, telemetry):
    """Write `TELEMETRY`."""
    telemetry[0] = worm["tick"]
    telemetry[1], telemetry[2] = worm["head"][0], worm["head"][1]
    telemetry[3] = math.atan2(-worm["sine"][0], -worm["cosine"][0])
    telemetry[4] = worm["distance"]
    telemetry[5] = worm["smell"]
    telemetry[6] = worm["smell"] - smell_before
    telemetry[7] = (worm["touching_ticks"] - touching_before) * TICK_S
    telemetry[8], telemetry[9], telemetry[10] = chemotaxis_indices(worm)
    telemetry[11] = worm["min_distance"]
    telemetry[12] = worm["start_distance"]


def hatch(foods: NDArray[np.float64], x: float, y: float, heading_rad: float) -> Worms:
    """A straight, relaxed worm, head tip at (x, y), facing ``heading_rad``: a (1,) record of `WORM`."""
    worms = np.zeros(1, WORM)
    worm = worms[0]
    worm["slack"] = 1.0
    place_body(worm, x, y, heading_rad + math.pi)
    worm["smell"] = worm["usual_smell"] = concentration(foods, x, y)
    note_start(worm, foods)
    return worms


def node_positions(worms: Worms) -> NDArray[np.float64]:
    """Where head tip, joints and tail tip of a worm are: (25, 2), BL, head first."""
    nodes = np.empty((N_NODES, 2))
    place_nodes(worms[0], nodes)
    return nodes
