"""The observation: what an agent may know. `LAYOUT` names the channels of the flat vector."""

from __future__ import annotations

import math
from typing import Final

import numpy as np
from gymnasium.spaces import Box, Space
from numpy.typing import NDArray

from spikeworm_env.world.channels import LAYOUT, N_SENSES

__all__ = ["CHEMICAL", "LAYOUT", "N_SENSES", "observation_space"]

CHEMICAL: Final = ("concentration", "concentration_left", "concentration_right", "adapted_change")
"""The channels that carry smell."""


def observation_space(max_concentration: float) -> Space[NDArray[np.float32]]:
    """The bounds of every channel, (77,) float32.

    Args:
        max_concentration: the sum of the foods' peaks.
    """
    bounds = {
        "concentration": (0.0, max_concentration),
        "concentration_left": (0.0, max_concentration),
        "concentration_right": (0.0, max_concentration),
        "adapted_change": (-max_concentration, max_concentration),
        "head_touch": (0.0, 1.0),
        "tail_touch": (0.0, 1.0),
        "joint_angle": (-math.pi, math.pi),
        "dorsal_activation": (0.0, 1.0),
        "ventral_activation": (0.0, 1.0),
    }
    low, high = np.empty(N_SENSES, np.float32), np.empty(N_SENSES, np.float32)
    for name, channel in LAYOUT.items():
        low[channel], high[channel] = bounds[name]
    return Box(low, high, dtype=np.float32)
