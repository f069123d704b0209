"""What a renderer is shown of an environment, and when."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from spikeworm_env.envs.settings import Settings
from spikeworm_env.world.arena import SIGMA
from spikeworm_env.world.scale import TICKS_PER_S
from spikeworm_env.world.worm import Worms, node_positions

if TYPE_CHECKING:
    from spikeworm_env.rendering.renderer import Renderer

RENDER_FPS: Final = 25
TRAIL_TICKS: Final = 50


class Viewer:
    """Keeps the head's trail and shows frames.

    Args:
        mode: ``"human"`` or ``"rgb_array"``.
        size_px: side of a frame.
        settings: of the environment.
    """

    def __init__(self, mode: str, size_px: int, settings: Settings) -> None:
        self._mode, self._size_px, self._settings = mode, size_px, settings
        # a window cannot show more frames than there are steps
        self._frame_ticks = max(TICKS_PER_S // RENDER_FPS, settings.frame_skip)
        self._renderer: Renderer | None = None
        self._trail: list[tuple[float, float]] = []
        self._next_trail_tick = self._next_frame_tick = 0

    def __getstate__(self) -> dict[str, Any]:
        """All but the renderer, which the copy makes anew when it draws: windows cannot be copied."""
        return {**self.__dict__, "_renderer": None}

    def restart(self, tick: int, x: float, y: float) -> None:
        """Begin a new trail with the head at (x, y), BL."""
        self._trail = [(x, y)]
        self._next_trail_tick, self._next_frame_tick = tick + TRAIL_TICKS, tick

    def follow(self, tick: int, x: float, y: float) -> bool:
        """Lengthen the trail; True if a window is due for its next frame.

        Frames are due at the rate of `RENDER_FPS` in simulated time, whatever the ticks per step, so that the
        renderer, which waits for its own frame rate, shows real time.
        """
        if tick >= self._next_trail_tick:
            self._trail.append((x, y))
            self._next_trail_tick += TRAIL_TICKS * (1 + (tick - self._next_trail_tick) // TRAIL_TICKS)
        if self._mode != "human" or tick < self._next_frame_tick:
            return False
        self._next_frame_tick += self._frame_ticks * (1 + (tick - self._next_frame_tick) // self._frame_ticks)
        return True

    def draw(
        self, worms: Worms, sources: NDArray[np.float64], info: dict[str, Any], title: str
    ) -> NDArray[np.uint8] | None:
        """Draw one frame: (size, size, 3) uint8, or None when it went to a window."""
        # pygame is loaded by those alone who look
        from spikeworm_env.rendering.renderer import Renderer
        from spikeworm_env.rendering.snapshot import Snapshot

        if self._renderer is None:
            self._renderer = Renderer(self._mode, self._size_px, TICKS_PER_S / self._frame_ticks)
        return self._renderer.draw(
            Snapshot(
                dish_radius=self._settings.dish_radius,
                foods=sources[:, : SIGMA + 1].copy(),
                nodes=node_positions(worms),
                activation=1.0 - worms["slack"][0] ** 2,
                trail=np.array(self._trail),
                time_s=info["time_s"],
                duration_s=self._settings.duration_ticks / TICKS_PER_S,
                distance=info["distance"],
                concentration=info["concentration"],
                ci_time=info["ci_time"],
                ci_net=info["ci_net"],
                title=title,
            )
        )

    def close(self) -> None:
        """Close the window, if there is one."""
        if self._renderer is not None:
            self._renderer.close()
            self._renderer = None
