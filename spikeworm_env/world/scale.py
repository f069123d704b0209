"""Numbers of the world: segments, the length of a tick, the drag ratio of agar."""

from __future__ import annotations

from typing import Final

from spikeworm_env.anatomy import N_JOINTS, N_LINKS, N_NODES, N_SEGMENTS

__all__ = [
    "DEFAULT_FRAME_SKIP",
    "DRAG_RATIO",
    "MAX_SECONDS",
    "N_JOINTS",
    "N_LINKS",
    "N_NODES",
    "N_SEGMENTS",
    "TICKS_PER_S",
    "TICK_S",
]

TICK_S: Final = 1e-3
TICKS_PER_S: Final = 1000
MAX_SECONDS: Final = 86_400  # longest episode
DEFAULT_FRAME_SKIP: Final = 10  # ticks for which an action holds: control at 100 Hz; 1 is lock-step

DRAG_RATIO: Final = 40.0  # normal / tangential drag on agar; Boyle, Berri & Cohen 2012
