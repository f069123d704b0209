"""What the worm senses: the layout of an observation, said once.

The kernel that writes an observation and the environment that documents it both read it from here.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

import numpy as np

from spikeworm_env.world.scale import N_JOINTS, N_SEGMENTS

SENSES: Final = np.dtype(
    [
        ("concentration", "f4"),
        ("concentration_left", "f4"),
        ("concentration_right", "f4"),
        ("adapted_change", "f4"),
        ("head_touch", "f4"),
        ("tail_touch", "f4"),
        ("joint_angle", "f4", (N_JOINTS,)),
        ("dorsal_activation", "f4", (N_SEGMENTS,)),
        ("ventral_activation", "f4", (N_SEGMENTS,)),
    ]
)


def _slices(layout: np.dtype) -> Mapping[str, slice]:
    fields: Mapping[str, Any] = layout.fields or {}
    width = 4  # bytes
    return MappingProxyType(
        {
            name: slice(offset // width, (offset + kind.itemsize) // width)
            for name, (kind, offset, *_) in fields.items()
        }
    )


LAYOUT: Final = _slices(SENSES)
"""Channels by name: where each is found in the flat observation."""

N_SENSES: Final = SENSES.itemsize // 4
