"""The worm's proportions and the length of a tick."""

from __future__ import annotations

from typing import Final

N_SEGMENTS: Final = 24  # rows of body wall muscle in a quadrant, rounded; one link each
N_LINKS: Final = N_SEGMENTS
N_JOINTS: Final = N_LINKS - 1
N_NODES: Final = N_LINKS + 1  # head tip, joints, tail tip

TICK_S: Final = 1e-3
TICKS_PER_S: Final = 1000
DEFAULT_FRAME_SKIP: Final = 10  # ticks for which an action holds: control at 100 Hz; 1 is lock-step

DRAG_RATIO: Final = 40.0  # normal / tangential drag on agar; Boyle, Berri & Cohen 2012
