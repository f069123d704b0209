"""The terms that most environments reward."""

from __future__ import annotations

from typing import Final

from spikeworm_env.world.kernel import inner
from spikeworm_env.world.worm import TELEMETRY

WALL_COST_PER_S: Final = 0.1
APPROACH_AND_WALL: Final = ("approach", "wall")

CHANGE, TOUCHING_S = TELEMETRY.index("concentration_change"), TELEMETRY.index("touching_s")


@inner
def approach_and_wall(telemetry, terms):
    """The change of concentration at the head, and the cost of touching the wall."""
    terms[0] = telemetry[CHANGE]
    terms[1] = 0.0 - WALL_COST_PER_S * telemetry[TOUCHING_S]
