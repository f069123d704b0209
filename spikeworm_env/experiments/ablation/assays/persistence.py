"""The smell is lost on the way."""

from __future__ import annotations

from spikeworm_env.experiments.ablation.assays._assay import Hatch, Measure, assay
from spikeworm_env.experiments.ablation.assays._stimuli import odour_of, towards_food

EARLY_S, LATE_S = (1.0, 5.0), (8.0, 15.0)  # after the loss


@assay(
    Measure("approach_speed", "BL/s", "before the loss", wanted="high"),
    Measure("approach_turning", "rad/s", "before the loss"),
    Measure("early_speed", "BL/s", "1 to 5 s after the loss"),
    Measure("early_turning", "rad/s", "1 to 5 s after the loss"),
    Measure("early_backwards", "", "share of that time moving tail first"),
    Measure("late_speed", "BL/s", "8 to 15 s after the loss"),
    Measure("late_turning", "rad/s", "8 to 15 s after the loss"),
    Measure("late_backwards", "", "share of that time moving tail first"),
)
def persistence(
    hatch: Hatch, *, approach_s: float = 10.0, lost_s: float = 15.0, concentration: float = 0.05
) -> dict[str, float]:
    """Facing the food for 10 s, then the smell drops to 0.05 for good: does it search, and how long?"""
    animal = hatch(place=towards_food)
    animal.live(approach_s)
    animal.live(lost_s, **odour_of(animal, concentration))
    track = animal.track
    approach = track.between(approach_s / 2, approach_s)
    early, late = (track.between(*(approach_s + after for after in span)) for span in (EARLY_S, LATE_S))
    return {
        "approach_speed": approach.speed,
        "approach_turning": approach.turning_rate,
        "early_speed": early.speed,
        "early_turning": early.turning_rate,
        "early_backwards": early.backwards_share,
        "late_speed": late.speed,
        "late_turning": late.turning_rate,
        "late_backwards": late.backwards_share,
    }


ASSAY = persistence
