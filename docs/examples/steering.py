"""The environment of the training examples: two decisions a second, observations of changes in concentration.

The head sweeps from side to side once in 1.4 s, so an observation is a stack of three, which covers a sweep.
"""

from __future__ import annotations

from typing import Any, Final

import gymnasium
import numpy as np
from gymnasium.spaces import Box
from gymnasium.wrappers import FlattenObservation, FrameStackObservation, TransformObservation

from spikeworm_env.agents.odour import N_SENSES, senses
from spikeworm_env.agents.ppo import DECISION_TICKS, N_FRAMES

__all__ = ["DECISION_TICKS", "ID", "make_env"]

ID: Final = "spikeworm_env:SpikeWorm/Steering-v0"


def make_env(**arguments: Any) -> gymnasium.Env:
    """The environment with these arguments; an observation is the last three of `senses`, flattened."""
    env = gymnasium.make(ID, frame_skip=DECISION_TICKS, **arguments)
    space = Box(-np.inf, np.inf, (N_SENSES,), np.float32)
    env = TransformObservation(env, senses, space)
    return FlattenObservation(FrameStackObservation(env, N_FRAMES, padding_type="reset"))
