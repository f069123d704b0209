"""The senses: concentration at the head, touch at both ends, joint angles and muscle activations."""

from __future__ import annotations

import math
from typing import Final

from spikeworm_env.kernels.binding import inner
from spikeworm_env.kernels.elementary import expm1
from spikeworm_env.world.arena import concentration
from spikeworm_env.world.record_types import LAYOUT, Field
from spikeworm_env.world.scale import TICK_S

NOSE_HALF_WIDTH: Final = 0.04  # BL from the head tip to either of its two side sensors
ADAPTATION_S: Final = 1.0
ADAPTATION_RATE: Final = -expm1(-TICK_S / ADAPTATION_S)
FIRST_ODOUR: Final = 0  # the odour whose channels every environment has
TOUCH_FORCE: Final = 0.5  # c_t BL^2/s at which the sense of touch reaches 1 - 1/e

FIELDS: Final[tuple[Field, ...]] = (
    ("concentration", "f8", "of the first odour at the head tip, food peaks"),
    ("adapted_concentration", "f8", "its exponential mean, time constant 1 s"),
    ("head_force", "f8", "of the wall on the front third of the body, c_t BL^2/s"),
    ("tail_force", "f8", "of the wall on the rear third of the body, c_t BL^2/s"),
)

CONCENTRATION: Final = LAYOUT["concentration"].start
CONCENTRATION_LEFT: Final = LAYOUT["concentration_left"].start
CONCENTRATION_RIGHT: Final = LAYOUT["concentration_right"].start
ADAPTED_CHANGE: Final = LAYOUT["adapted_change"].start
HEAD_TOUCH: Final = LAYOUT["head_touch"].start
TAIL_TOUCH: Final = LAYOUT["tail_touch"].start
JOINT_ANGLE: Final = LAYOUT["joint_angle"].start
DORSAL_ACTIVATION: Final = LAYOUT["dorsal_activation"].start
VENTRAL_ACTIVATION: Final = LAYOUT["ventral_activation"].start


@inner
def update_concentration(worm, sources):
    """Measure the concentration at the head tip for one tick, and adapt to it."""
    worm["concentration"] = concentration(sources, FIRST_ODOUR, worm["head"][0], worm["head"][1])
    worm["adapted_concentration"] += ADAPTATION_RATE * (worm["concentration"] - worm["adapted_concentration"])


@inner
def nose_offset(worm):
    """(x, y) from the head tip to its left side sensor, BL; the right one is opposite."""
    return NOSE_HALF_WIDTH * worm["sine"][0], -NOSE_HALF_WIDTH * worm["cosine"][0]


@inner
def write_senses(worm, sources, observation):
    """Write the channels that every environment has.

    Args:
        worm: record with the fields of body, muscles and senses.
        sources: (k,) records of `record_types.SOURCE_FIELDS`.
        observation: (>= N_SENSES,) float32 output, see `record_types.LAYOUT`.
    """
    x, y = worm["head"][0], worm["head"][1]
    left_x, left_y = nose_offset(worm)
    observation[CONCENTRATION] = worm["concentration"]
    observation[CONCENTRATION_LEFT] = concentration(sources, FIRST_ODOUR, x + left_x, y + left_y)
    observation[CONCENTRATION_RIGHT] = concentration(sources, FIRST_ODOUR, x - left_x, y - left_y)
    observation[ADAPTED_CHANGE] = worm["concentration"] - worm["adapted_concentration"]
    observation[HEAD_TOUCH] = -expm1(-worm["head_force"] / TOUCH_FORCE)
    observation[TAIL_TOUCH] = -expm1(-worm["tail_force"] / TOUCH_FORCE)
    theta, relaxation = worm["theta"], worm["relaxation"]
    for j in range(theta.shape[0]):
        observation[JOINT_ANGLE + j] = min(max(theta[j], -math.pi), math.pi)
    for i in range(relaxation.shape[1]):
        observation[DORSAL_ACTIVATION + i] = 1.0 - relaxation[0, i] * relaxation[0, i]
        observation[VENTRAL_ACTIVATION + i] = 1.0 - relaxation[1, i] * relaxation[1, i]
