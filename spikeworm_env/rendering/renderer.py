"""Frames as arrays or in a window."""

from __future__ import annotations

import numpy as np

from spikeworm_env.errors import InputError, UnknownNameError
from spikeworm_env.rendering.brain_snapshot import BrainSnapshot
from spikeworm_env.rendering.controls import Controls
from spikeworm_env.rendering.frame import Frame
from spikeworm_env.rendering.frame_layout import FrameLayout
from spikeworm_env.rendering.options import RenderOptions
from spikeworm_env.rendering.overlay import draw_overlay
from spikeworm_env.rendering.snapshot import Snapshot
from spikeworm_env.rendering.view import View, surface_array
from spikeworm_env.rendering.window import Window

MODES = ("rgb_array", "human")
SIZE_RANGE_PX = (240, 4096)
CAPTION = "SpikeWorm (h: keys)"
IDLE_FPS = 25.0  # at which a window that waits follows its keys


class Renderer:
    """Draws snapshots, as arrays or in a window.

    Args:
        mode: ``"rgb_array"`` needs neither display nor sound; ``"human"`` opens a window at the first frame.
        size_px: side of the square frame, 240 to 4096 px.

    Attributes:
        controls: the keys and the mouse of the window.

    Raises:
        UnknownNameError: no such mode.
        InputError: a size out of range; ``"human"`` without a display.
    """

    def __init__(self, mode: str, size_px: int = 800) -> None:
        if mode not in MODES:
            raise UnknownNameError("render mode", mode, MODES)
        low, high = SIZE_RANGE_PX
        if not low <= size_px <= high:
            raise InputError(f"render_size is {size_px}; expected {low} to {high} px")
        self.mode, self.controls = mode, Controls()
        self._size_px = int(size_px)
        self._frame = Frame(self._size_px)
        self._window = Window(self._size_px, CAPTION) if mode == "human" else None

    def draw(
        self, snapshot: Snapshot, render_options: RenderOptions | None = None, fps: float = 25.0
    ) -> np.ndarray | None:
        """Draw one frame. The snapshot is not changed; keys of a window may change the render options.

        Args:
            snapshot: the world.
            render_options: theme, camera and panel; defaults if None.
            fps: frames per second of a window, > 0. A paused window returns when it may continue.

        Returns:
            (size, size, 3) uint8, red green blue, a fresh array; ``None`` in mode ``"human"``.

        Raises:
            InputError: render options out of range; ``"human"`` cannot open its window.
        """
        render_options = RenderOptions() if render_options is None else render_options
        render_options.check()
        if not 0 < fps < np.inf:
            raise InputError(f"fps is {fps}; expected a finite number above 0")
        if self._window is None:
            self._frame.paint(snapshot, render_options, _brain(render_options))
            return surface_array(self._frame.canvas)
        if not self._window.closed:
            self._show(self._window, snapshot, render_options, fps)
        return None

    def _show(self, window: Window, snapshot: Snapshot, render_options: RenderOptions, fps: float) -> None:
        """Show the snapshot until the next one is due and the window is no longer paused."""
        controls, brain, goes_on = self.controls, None, False
        waits = max(1, int(IDLE_FPS / fps))  # a slow frame is shown several times, so that keys have effect
        rate = fps * waits
        while True:
            for event in window.events():
                controls.handle(event, render_options, self.views)
            if controls.closed:
                window.close()
                return
            if brain is None:
                brain = _brain(render_options)
            self._frame.paint(snapshot, render_options, brain if render_options.show_panel else None)
            layout = FrameLayout(self._size_px, brain is not None and render_options.show_panel)
            draw_overlay(self._frame.canvas, layout, controls, render_options.colours, self.views)
            goes_on = goes_on or controls.take_frame()
            window.show(self._frame.canvas, rate if goes_on else IDLE_FPS)
            waits -= goes_on
            if waits == 0:
                return

    @property
    def views(self) -> list[View]:
        """The parts of the last frame that show the arena: the close-up, if any, and the large view."""
        return self._frame.views

    @property
    def window_closed(self) -> bool:
        """Whether a window was open and has been closed, by the user or by `close`."""
        return self._window is not None and self._window.closed

    def close(self) -> None:
        """Close the window, if there is one; closing twice is harmless."""
        if self._window is not None:
            self._window.close()


def _brain(render_options: RenderOptions) -> BrainSnapshot | None:
    return render_options.panel() if render_options.panel is not None and render_options.show_panel else None
