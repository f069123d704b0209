"""The default trial as an assay."""

from __future__ import annotations

from spikeworm_env.experiments.ablation.assays._assay import DEFAULT_ARENA, MakeWorm, Measure, assay


@assay(
    Measure("ci_time", "", "1 - mean distance / start distance", wanted="high"),
    Measure("ci_net", "", "approach over start distance", wanted="high"),
    Measure("success", "", "1 if the head came within 1 BL of the food", wanted="high"),
    Measure("speed", "BL/s", "mean speed of the drag centre along its path", wanted="high"),
    Measure("turning_rate", "rad/s", "mean rate of turning of the body axis"),
    Measure("backwards", "", "share of the time moving tail first"),
    Measure("straightness", "", "distance over path within 10 s"),
    Measure("reversals", "1/min", "reversals of 0.5 s or more"),
)
def chemotaxis(
    make_worm: MakeWorm, *, seconds: float = DEFAULT_ARENA.settings()["duration_s"]
) -> dict[str, float]:
    """An arena with food, 90 s: approach to the food, and locomotion."""
    worm = make_worm()
    worm.run(seconds)
    info, track = worm.info, worm.track
    return {
        "ci_time": info["ci_time"],
        "ci_net": info["ci_net"],
        "success": info["success"],
        "speed": track.speed,
        "turning_rate": track.turning_rate,
        "backwards": track.backwards_share,
        "straightness": track.straightness,
        "reversals": track.reversals_per_min,
    }


ASSAY = chemotaxis
