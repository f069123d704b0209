"""Loss of the odour during approach."""

from __future__ import annotations

from spikeworm_env.experiments.ablation.assays._assay import MakeWorm, Measure, assay
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
    make_worm: MakeWorm, *, approach_s: float = 10.0, lost_s: float = 15.0, concentration: float = 0.05
) -> dict[str, float]:
    """Facing the food for 10 s, then at a uniform concentration of 0.05 for 15 s: search after loss."""
    worm = make_worm(place=towards_food)
    worm.run(approach_s)
    worm.run(lost_s, **odour_of(worm, concentration))
    track = worm.track
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
