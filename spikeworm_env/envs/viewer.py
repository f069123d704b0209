"""When an environment is drawn, and the snapshot that the renderer gets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from spikeworm_env.envs.settings import Settings
from spikeworm_env.world.arena import gaussians_of
from spikeworm_env.world.record_types import Records
from spikeworm_env.world.scale import TICKS_PER_S
from spikeworm_env.world.worm import Worms, node_positions

if TYPE_CHECKING:
    from spikeworm_env.rendering.options import RenderOptions
    from spikeworm_env.rendering.renderer import Renderer

WINDOW_FPS: Final = 25
TRAIL_TICKS: Final = 50


class Viewer:
    """Keeps the head's trail, draws frames, and reads the input of a window's user.

    Args:
        mode: ``"human"`` or ``"rgb_array"``.
        size_px: side of a frame.
        settings: of the environment.
    """

    def __init__(self, mode: str, size_px: int, settings: Settings) -> None:
        self._mode, self._size_px, self._settings = mode, size_px, settings
        self._renderer: Renderer | None = None
        self._trail, self._trail_length = np.empty((256, 2)), 0
        self._next_trail_tick = self._next_frame_tick = 0

    def __getstate__(self) -> dict[str, Any]:
        """All but the renderer: windows cannot be copied; a copy makes its own when it draws."""
        return {**self.__dict__, "_renderer": None}

    def restart(self, tick: int, x: float, y: float) -> None:
        """Begin a new trail with the head at (x, y), BL."""
        self._set_ended(False)
        self._trail_length = 0
        self._lengthen(x, y)
        self._next_trail_tick, self._next_frame_tick = tick + TRAIL_TICKS, tick

    def follow(self, tick: int, x: float, y: float) -> bool:
        """Lengthen the trail; True if a window is due for its next frame.

        Frames are due at the rate of `WINDOW_FPS` in the window's time, for any ticks per step, so that the
        renderer, which waits for its own frame rate, shows real time or the chosen multiple of it.
        """
        if tick >= self._next_trail_tick:
            self._lengthen(x, y)
            self._next_trail_tick += TRAIL_TICKS * (1 + (tick - self._next_trail_tick) // TRAIL_TICKS)
        if self._mode != "human" or tick < self._next_frame_tick:
            return False
        ticks = self._frame_ticks
        self._next_frame_tick += ticks * (1 + (tick - self._next_frame_tick) // ticks)
        return True

    def end(self) -> bool:
        """Make the next frame the last of the episode: a window shows it until its user closes the window.

        Returns:
            Whether there is a window that a user can close.
        """
        from spikeworm_env.rendering.display import is_seen

        held = self._mode == "human" and is_seen()
        self._set_ended(held)
        return held

    def take_clicks(self) -> list[tuple[float, float]]:
        """(x, y) in the arena where a window's user clicked since the last call, BL."""
        if self._renderer is None:
            return []
        clicks = self._renderer.controls.take_clicks()
        return [(x, y) for x, y in clicks if np.hypot(x, y) < self._settings.arena_radius]

    def draw(
        self,
        worms: Worms,
        sources: Records,
        info: dict[str, Any],
        title: str,
        render_options: RenderOptions,
    ) -> NDArray[np.uint8] | None:
        """Draw one frame: (size, size, 3) uint8, or None if it is shown in a window."""
        # pygame is imported only where frames are drawn
        from spikeworm_env.rendering.renderer import Renderer
        from spikeworm_env.rendering.snapshot import Snapshot

        if self._renderer is None:
            self._renderer = Renderer(self._mode, self._size_px)
        is_food = sources["food"] > 0
        snapshot = Snapshot(
            arena_radius=self._settings.arena_radius,
            foods=gaussians_of(sources[is_food]),
            nodes=node_positions(worms),
            activation=1.0 - worms["relaxation"][0] ** 2,
            trail=self._trail[: self._trail_length].copy(),
            time_s=info["time_s"],
            duration_s=self._settings.duration_ticks / TICKS_PER_S,
            distance=info["distance"],
            concentration=info["concentration"],
            ci_time=info["ci_time"],
            ci_net=info["ci_net"],
            title=title,
            others=_strengths(sources[~is_food]),
            swapped=bool(sources["odour"][is_food].any()),
            stocks=info.get("stock"),
            eaten=info.get("eaten"),
        )
        return self._renderer.draw(snapshot, render_options, self._speed * TICKS_PER_S / self._frame_ticks)

    def close(self) -> None:
        """Close the window, if there is one."""
        if self._renderer is not None:
            self._renderer.close()
            self._renderer = None

    def _set_ended(self, ended: bool) -> None:
        if self._renderer is not None:
            self._renderer.controls.ended = ended

    @property
    def _speed(self) -> float:
        """Simulated seconds per second, as the window's user has set it."""
        return 1.0 if self._renderer is None else self._renderer.controls.speed

    @property
    def _frame_ticks(self) -> int:
        """Ticks from frame to frame: a window cannot show more frames than there are steps."""
        return max(round(self._speed * TICKS_PER_S / WINDOW_FPS), self._settings.frame_skip)

    def _lengthen(self, x: float, y: float) -> None:
        if self._trail_length == len(self._trail):
            self._trail = np.concatenate((self._trail, np.empty_like(self._trail)))
        self._trail[self._trail_length] = x, y
        self._trail_length += 1


def _strengths(sources: Records) -> NDArray[np.float64]:
    """(k, 4) position, absolute peak and width of sources; a repellent's peak is as high as a food's."""
    shown = sources.copy()
    shown["peak"] = np.abs(shown["peak"])
    return gaussians_of(shown)
