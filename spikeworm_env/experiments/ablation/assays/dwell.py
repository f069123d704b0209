"""Time near the food."""

from __future__ import annotations

from spikeworm_env.experiments.ablation.assays._assay import DEFAULT_ARENA, MakeWorm, Measure, assay

NEAR_BL = 1.5


@assay(
    Measure(
        "distance", "BL", "mean distance of the head from the food over the last two thirds", wanted="low"
    ),
    Measure("speed", "BL/s", "mean speed of the drag centre over the same time"),
    Measure("near", "", "share of that time within 1.5 BL", wanted="high"),
    Measure("turning_rate", "rad/s", "mean rate of turning of the body axis over that time"),
)
def dwell(make_worm: MakeWorm, *, start_bl: float = 1.0, seconds: float = 60.0) -> dict[str, float]:
    """Starts 1 BL from the food, 60 s: dwelling near the food."""
    worm = make_worm(DEFAULT_ARENA.with_changes(start_distance=start_bl))
    worm.run(seconds)
    late = worm.track.between(seconds / 3, seconds)
    return {
        "distance": float(late.distance.mean()),
        "speed": late.speed,
        "near": float((late.distance <= NEAR_BL).mean()),
        "turning_rate": late.turning_rate,
    }


ASSAY = dwell
