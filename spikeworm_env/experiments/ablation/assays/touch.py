"""Touch of the nose."""

from __future__ import annotations

import numpy as np

from spikeworm_env.experiments.ablation.assays._assay import MakeWorm, Measure, assay
from spikeworm_env.experiments.ablation.assays._track import SAMPLE_S, Track, turned_rad
from spikeworm_env.trials.kinematics import BACKWARDS_BL_PER_S, SPEED_WINDOW_S

RESPONSE_S = (0.5, 2.0)  # after the start of the touch: a reversal starts late and lasts some seconds
TURN_S = 4.0  # by then a reorientation has ended


@assay(
    Measure("velocity_before", "BL/s", "along the body in the 2 s before the touch; negative: tail first"),
    Measure("reversal", "BL/s", "velocity 0.5 to 2 s after the touch", wanted="low"),
    Measure("reversal_s", "s", "from the touch until it moves forwards again; 0 without a reversal"),
    Measure("reorientation", "rad", "turn of the body axis 4 s after the touch"),
)
def touch(
    make_worm: MakeWorm, *, at_s: float = 5.0, touch_s: float = 0.3, watch_s: float = 7.0
) -> dict[str, float]:
    """The nose is touched for 0.3 s: reversal, its duration, and the turn after it."""
    worm = make_worm()
    worm.run(at_s)
    worm.run(touch_s, head_touch=1.0)
    worm.run(watch_s - touch_s)
    track = worm.track
    before = track.between(at_s - SPEED_WINDOW_S, at_s)
    turned_at = at_s + TURN_S
    return {
        "velocity_before": before.mean_velocity,
        "reversal": track.between(*(at_s + after for after in RESPONSE_S)).mean_velocity,
        "reversal_s": reversal_duration(track, at_s),
        "reorientation": turned_rad(
            before, track.between(turned_at - SPEED_WINDOW_S / 2, turned_at + SPEED_WINDOW_S / 2)
        ),
    }


def reversal_duration(track: Track, touched_s: float) -> float:
    """Seconds from a touch until the worm moves forwards again, at most to the end of the track.

    0 if it did not move tail first within `RESPONSE_S`.
    """
    velocity = track.smooth_velocity[round(touched_s / SAMPLE_S) :]
    begun = np.flatnonzero(velocity[: round(RESPONSE_S[1] / SAMPLE_S)] < BACKWARDS_BL_PER_S)
    if begun.size == 0:
        return 0.0
    over = np.flatnonzero(velocity[begun[0] :] > -BACKWARDS_BL_PER_S)
    return float((begun[0] + over[0] if over.size else velocity.size) * SAMPLE_S)


ASSAY = touch
