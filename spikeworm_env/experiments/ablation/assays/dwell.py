"""Beside the food."""

from __future__ import annotations

from spikeworm_env.experiments.ablation.assays._assay import DEFAULT_ARENA, Hatch, Measure, assay

NEAR_BL = 1.5


@assay(
    Measure(
        "distance", "BL", "mean distance of the head from the food over the last two thirds", wanted="low"
    ),
    Measure("speed", "BL/s", "of the drag centre over the same time"),
    Measure("near", "", "share of that time within 1.5 BL", wanted="high"),
    Measure("turning_rate", "rad/s", "how fast the body's axis turns over that time"),
)
def dwell(hatch: Hatch, *, start_bl: float = 1.0, seconds: float = 60.0) -> dict[str, float]:
    """Begins 1 BL from the food and has 60 s: does it stay?"""
    animal = hatch(DEFAULT_ARENA.with_changes(start_distance=start_bl))
    animal.live(seconds)
    late = animal.track.between(seconds / 3, seconds)
    return {
        "distance": float(late.distance.mean()),
        "speed": late.speed,
        "near": float((late.distance <= NEAR_BL).mean()),
        "turning_rate": late.turning_rate,
    }


ASSAY = dwell
