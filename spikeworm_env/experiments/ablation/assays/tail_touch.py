"""Touch of the tail."""

from __future__ import annotations

from spikeworm_env.experiments.ablation.assays._assay import MakeWorm, Measure, assay
from spikeworm_env.trials.kinematics import SPEED_WINDOW_S


@assay(
    Measure("before", "BL/s", "velocity along the body in the 2 s before; negative: tail first"),
    Measure("after", "BL/s", "velocity in the 2 s from the touch on", wanted="high"),
    Measure("change", "BL/s", "after less before", wanted="high"),
)
def tail_touch(
    make_worm: MakeWorm, *, at_s: float = 5.0, touch_s: float = 0.3, watch_s: float = SPEED_WINDOW_S
) -> dict[str, float]:
    """The tail is touched for 0.3 s: acceleration."""
    worm = make_worm()
    worm.run(at_s)
    worm.run(touch_s, tail_touch=1.0)
    worm.run(watch_s - touch_s)
    track = worm.track
    before = track.between(at_s - SPEED_WINDOW_S, at_s).mean_velocity
    after = track.between(at_s, at_s + watch_s).mean_velocity
    return {"before": before, "after": after, "change": after - before}


ASSAY = tail_touch
