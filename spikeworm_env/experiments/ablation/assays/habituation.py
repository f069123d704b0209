"""The same touch repeated."""

from __future__ import annotations

import math

from spikeworm_env.experiments.ablation.assays._assay import MakeWorm, Measure, assay

LEAST_BL = 0.05  # a shorter distance is no reversal that could decline


@assay(
    Measure("first", "BL", "reversal distance after the first touch", wanted="high"),
    Measure("last", "BL", "reversal distance after the last touch"),
    Measure("ratio", "", "last over first; not measured where the first touch had no effect", wanted="low"),
    Measure("velocity_between", "BL/s", "in the 2 s before the later touches; above 0: it had recovered"),
)
def habituation(
    make_worm: MakeWorm,
    *,
    settle_s: float = 5.0,
    touches: int = 5,
    touch_s: float = 0.2,
    apart_s: float = 8.0,
) -> dict[str, float]:
    """Five touches of 0.2 s, 8 s apart: decline of the response."""
    worm = make_worm()
    worm.run(settle_s)
    starts = [settle_s + k * apart_s for k in range(touches)]
    for _ in starts:
        worm.run(touch_s, head_touch=1.0)
        worm.run(apart_s - touch_s)
    track = worm.track
    distances = [track.between(start, start + apart_s).reversal_distance for start in starts]
    between = [track.between(start - 2.0, start).mean_velocity for start in starts[1:]]
    return {
        "first": distances[0],
        "last": distances[-1],
        "ratio": distances[-1] / distances[0] if distances[0] >= LEAST_BL else math.nan,
        "velocity_between": sum(between) / len(between) if between else math.nan,
    }


ASSAY = habituation
