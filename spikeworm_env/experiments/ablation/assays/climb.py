"""The default trial as an assay."""

from __future__ import annotations

from spikeworm_env.experiments.ablation.assays._assay import DEFAULT_ARENA, Hatch, Measure, assay


@assay(
    Measure("ci_time", "", "1 - mean distance / start distance", wanted="high"),
    Measure("ci_net", "", "approach over start distance", wanted="high"),
    Measure("success", "", "1 if the head came within 1 BL of the food", wanted="high"),
    Measure("speed", "BL/s", "of the drag centre along its path", wanted="high"),
    Measure("turning_rate", "rad/s", "how fast the body's axis turns, either way"),
    Measure("backwards", "", "share of time moving tail first"),
    Measure("straightness", "", "distance over path within 10 s"),
    Measure("reversals", "1/min", "times it moved tail first for 0.5 s or more"),
)
def climb(hatch: Hatch, *, seconds: float = DEFAULT_ARENA.settings()["duration_s"]) -> dict[str, float]:
    """An arena of food and 90 s: does it get there, and how does it move?"""
    animal = hatch()
    animal.live(seconds)
    info, track = animal.info, animal.track
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


ASSAY = climb
