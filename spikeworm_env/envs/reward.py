"""The reward terms that several environments share: their fields, and the functions that write them."""

from __future__ import annotations

from typing import Final

from spikeworm_env.kernels.binding import inner
from spikeworm_env.world.record_types import Field

WALL_COST_PER_S: Final = 0.1

APPROACH: Final[Field] = (
    "approach",
    "f8",
    "change of the concentration at the head over the step; sums to end - start",
)
WALL: Final[Field] = ("wall", "f8", "-0.1 per second in which any part of the body touches the wall")


@inner
def add_approach(telemetry, reward_terms):
    """Set the term ``approach``: the change of concentration at the head."""
    reward_terms["approach"] = telemetry["concentration_change"]


@inner
def add_wall_cost(telemetry, reward_terms):
    """Set the term ``wall``: what touching the wall costs, <= 0."""
    reward_terms["wall"] = 0.0 - WALL_COST_PER_S * telemetry["touching_s"]


@inner
def add_approach_and_wall_cost(telemetry, reward_terms):
    """Set the terms ``approach`` and ``wall``."""
    add_approach(telemetry, reward_terms)
    add_wall_cost(telemetry, reward_terms)
