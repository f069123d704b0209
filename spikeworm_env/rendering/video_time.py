"""When the frames of a video are due that shows real time."""

from __future__ import annotations

from spikeworm_env.world.scale import TICKS_PER_S

FPS = 10  # 14 frames in a wave of the body; each takes 30 ms to draw and encode
FRAME_TICKS = TICKS_PER_S // FPS


class FrameTimes:
    """Counts the frames of one video."""

    def __init__(self) -> None:
        self._next_tick = 0

    def due(self, tick: int) -> int:
        """How many frames show the state at this tick; a long step is shown for its duration."""
        if tick < self._next_tick:
            return 0
        count = 1 + (tick - self._next_tick) // FRAME_TICKS
        self._next_tick += count * FRAME_TICKS
        return count
