"""The worm as these examples train it: it decides twice a second, and smells change rather than strength.

The head sweeps from side to side once in 1.4 s, so that one look tells little: three in a row cover a sweep.
"""

from __future__ import annotations

from typing import Any, Final

import gymnasium
import numpy as np
from gymnasium.spaces import Box
from gymnasium.wrappers import FlattenObservation, FrameStackObservation, TransformObservation
from numpy.typing import NDArray

from spikeworm_env.envs.observation import LAYOUT

ID: Final = "spikeworm_env:SpikeWorm/Steering-v0"
DECISION_TICKS: Final = 500
HISTORY: Final = 3
NECK_JOINTS: Final = 4
LEAST_SMELL: Final = 1e-3  # below which there is nothing to compare with
CONTRAST_GAIN, CHANGE_GAIN = 50.0, 20.0  # both are then about 1 where the worm starts


def make_env(**arguments: Any) -> gymnasium.Env:
    """The environment with these arguments, and the observation as `senses` has it, the last three in one."""
    env = gymnasium.make(ID, frame_skip=DECISION_TICKS, **arguments)
    space = Box(-np.inf, np.inf, (6,), np.float32)
    env = TransformObservation(env, senses, space)
    return FlattenObservation(FrameStackObservation(env, HISTORY, padding_type="reset"))


def senses(observation: NDArray[np.float32]) -> NDArray[np.float32]:
    """What the policy sees, (6,) float32: the smell's contrast between right and left and its change, both
    relative to its strength; the strength; touch at head and tail; how the neck is bent."""
    smell, left, right, change, head, tail = observation[:6]
    neck = observation[LAYOUT["joint_angle"]][:NECK_JOINTS].mean()
    strength = smell + LEAST_SMELL
    contrast, change = CONTRAST_GAIN * (right - left) / strength, CHANGE_GAIN * change / strength
    return np.array([contrast, change, smell, head, tail, neck], np.float32)
