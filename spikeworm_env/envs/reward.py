"""The terms that most environments reward, as functions for their kernels."""

from __future__ import annotations

from typing import Final

from spikeworm_env.kernels.binding import inner
from spikeworm_env.world.worm import TELEMETRY

WALL_COST_PER_S: Final = 0.1
APPROACH_AND_WALL: Final = ("approach", "wall")

CHANGE, TOUCHING_S = TELEMETRY.index("concentration_change"), TELEMETRY.index("touching_s")


@inner
def wall_cost(telemetry):
    """What touching the wall costs in these ticks, <= 0."""
    return 0.0 - WALL_COST_PER_S * telemetry[TOUCHING_S]


@inner
def approach(telemetry):
    """The change of concentration at the head in these ticks."""
    return telemetry[CHANGE]


@inner
def approach_and_wall(telemetry, terms):
    """What nearly all reward."""
    terms[0] = approach(telemetry)
    terms[1] = wall_cost(telemetry)


@inner
def wall_alone(telemetry, terms):
    """The cost of touching the wall, after a first term that was paid tick by tick."""
    terms[1] = wall_cost(telemetry)
