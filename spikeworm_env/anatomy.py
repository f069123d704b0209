"""The worm's proportions, which body and brains share."""

from __future__ import annotations

from typing import Final

N_SEGMENTS: Final = 24  # rows of body wall muscle in a quadrant, rounded; one link each
N_LINKS: Final = N_SEGMENTS
N_JOINTS: Final = N_LINKS - 1
N_NODES: Final = N_LINKS + 1  # head tip, joints, tail tip
