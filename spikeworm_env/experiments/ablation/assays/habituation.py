"""The same touch again and again."""

from __future__ import annotations

import math

from spikeworm_env.experiments.ablation.assays._assay import Hatch, Measure, assay

LEAST_BL = 0.05  # a shorter way back is no reversal that could wane


@assay(
    Measure("first", "BL", "way back after the first touch", wanted="high"),
    Measure("last", "BL", "way back after the last touch"),
    Measure("ratio", "", "last over first; not measured where the first touch had no effect", wanted="low"),
    Measure("velocity_between", "BL/s", "in the 2 s before the later touches; above 0: it had recovered"),
)
def habituation(
    hatch: Hatch, *, settle_s: float = 5.0, touches: int = 5, touch_s: float = 0.2, apart_s: float = 8.0
) -> dict[str, float]:
    """Five touches of 0.2 s, 8 s apart: does the response wane?"""
    animal = hatch()
    animal.live(settle_s)
    starts = [settle_s + k * apart_s for k in range(touches)]
    for _ in starts:
        animal.live(touch_s, head_touch=1.0)
        animal.live(apart_s - touch_s)
    track = animal.track
    ways = [track.between(start, start + apart_s).way_back for start in starts]
    between = [track.between(start - 2.0, start).mean_velocity for start in starts[1:]]
    return {
        "first": ways[0],
        "last": ways[-1],
        "ratio": ways[-1] / ways[0] if ways[0] >= LEAST_BL else math.nan,
        "velocity_between": sum(between) / len(between) if between else math.nan,
    }


ASSAY = habituation
