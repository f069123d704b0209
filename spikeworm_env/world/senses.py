"""The senses: smell at the head, touch at both ends, the bend of each joint, the state of each muscle."""

from __future__ import annotations

import math
from typing import Final

from spikeworm_env.kernels.binding import inner
from spikeworm_env.kernels.elementary import expm1
from spikeworm_env.world.arena import concentration
from spikeworm_env.world.body import Field
from spikeworm_env.world.channels import LAYOUT
from spikeworm_env.world.scale import TICK_S

NOSE_HALF_WIDTH: Final = 0.04  # BL from the head tip to either of its two side sensors
ADAPTATION_S: Final = 1.0
ADAPTATION_RATE: Final = -expm1(-TICK_S / ADAPTATION_S)
FIRST_ODOUR: Final = 0  # what every worm smells
TOUCH_FORCE: Final = 0.5  # c_t BL^2/s at which the sense of touch reaches 1 - 1/e

FIELDS: Final[list[Field]] = [
    ("smell", "f8"),  # concentration at the head tip
    ("adapted_concentration", "f8"),  # its exponential mean
    ("head_force", "f8"),  # of the wall, c_t BL^2/s
    ("tail_force", "f8"),
]

CONCENTRATION, LEFT, RIGHT, CHANGE, HEAD_TOUCH, TAIL_TOUCH, JOINT, DORSAL, VENTRAL = (
    part.start for part in LAYOUT.values()
)


@inner
def smell(worm, sources):
    """Smell at the head tip for one tick and adapt to it."""
    worm["smell"] = concentration(sources, FIRST_ODOUR, worm["head"][0], worm["head"][1])
    worm["adapted_concentration"] += ADAPTATION_RATE * (worm["smell"] - worm["adapted_concentration"])


@inner
def nose_offset(worm):
    """(x, y) from the head tip to its left side sensor, BL; the right one is opposite."""
    return NOSE_HALF_WIDTH * worm["sine"][0], -NOSE_HALF_WIDTH * worm["cosine"][0]


@inner
def sense(worm, sources, observation):
    """Write what a worm senses now.

    Args:
        worm: record with the fields of body, muscles and senses.
        sources: (k, >= 6) see `arena.SOURCE`.
        observation: (>= 77,) float32 output, laid out as `channels.LAYOUT` says.
    """
    x, y = worm["head"][0], worm["head"][1]
    left_x, left_y = nose_offset(worm)
    observation[CONCENTRATION] = worm["smell"]
    observation[LEFT] = concentration(sources, FIRST_ODOUR, x + left_x, y + left_y)
    observation[RIGHT] = concentration(sources, FIRST_ODOUR, x - left_x, y - left_y)
    observation[CHANGE] = worm["smell"] - worm["adapted_concentration"]
    observation[HEAD_TOUCH] = -expm1(-worm["head_force"] / TOUCH_FORCE)
    observation[TAIL_TOUCH] = -expm1(-worm["tail_force"] / TOUCH_FORCE)
    theta, slack = worm["theta"], worm["slack"]
    for j in range(theta.shape[0]):
        observation[JOINT + j] = min(max(theta[j], -math.pi), math.pi)
    for i in range(slack.shape[1]):
        observation[DORSAL + i] = 1.0 - slack[0, i] * slack[0, i]
        observation[VENTRAL + i] = 1.0 - slack[1, i] * slack[1, i]
