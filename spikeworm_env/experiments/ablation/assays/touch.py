"""A touched nose."""

from __future__ import annotations

import numpy as np

from spikeworm_env.experiments.ablation.assays._assay import Hatch, Measure, assay
from spikeworm_env.experiments.ablation.assays._track import SAMPLE_S, Track, turned_rad
from spikeworm_env.trials.kinematics import BACKWARDS_BL_PER_S, SPEED_WINDOW_S

RESPONSE_S = (0.5, 2.0)  # after the touch began: reversals last some seconds, and take a while to begin
TURN_S = 4.0  # after which a reorientation is over


@assay(
    Measure("velocity_before", "BL/s", "along the body in the 2 s before the touch; negative: tail first"),
    Measure("reversal", "BL/s", "velocity 0.5 to 2 s after the touch", wanted="low"),
    Measure("reversal_s", "s", "from the touch until forwards again; 0 if it never went tail first"),
    Measure("reorientation", "rad", "how far the body's axis turned by 4 s after"),
)
def touch(hatch: Hatch, *, at_s: float = 5.0, touch_s: float = 0.3, watch_s: float = 7.0) -> dict[str, float]:
    """The nose is touched for 0.3 s: does it back off, for how long, and does it turn?"""
    animal = hatch()
    animal.live(at_s)
    animal.live(touch_s, head_touch=1.0)
    animal.live(watch_s - touch_s)
    track = animal.track
    before = track.between(at_s - SPEED_WINDOW_S, at_s)
    turned_at = at_s + TURN_S
    return {
        "velocity_before": before.mean_velocity,
        "reversal": track.between(*(at_s + after for after in RESPONSE_S)).mean_velocity,
        "reversal_s": backwards_for(track, at_s),
        "reorientation": turned_rad(
            before, track.between(turned_at - SPEED_WINDOW_S / 2, turned_at + SPEED_WINDOW_S / 2)
        ),
    }


def backwards_for(track: Track, touched_s: float) -> float:
    """Seconds from a touch until the worm goes forwards again; at most to the end of the track.

    0 if it did not go tail first within `RESPONSE_S`.
    """
    velocity = track.smooth_velocity[round(touched_s / SAMPLE_S) :]
    begun = np.flatnonzero(velocity[: round(RESPONSE_S[1] / SAMPLE_S)] < BACKWARDS_BL_PER_S)
    if begun.size == 0:
        return 0.0
    over = np.flatnonzero(velocity[begun[0] :] > -BACKWARDS_BL_PER_S)
    return float((begun[0] + over[0] if over.size else velocity.size) * SAMPLE_S)


ASSAY = touch
