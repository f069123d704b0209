"""One frame: the whole dish, the worm close up, readings and charts."""

from __future__ import annotations

import numpy as np

from spikeworm_env.errors import InputError, UnknownNameError
from spikeworm_env.rendering.field import dish_image
from spikeworm_env.rendering.hud import draw_charts, draw_readings
from spikeworm_env.rendering.layout import Layout
from spikeworm_env.rendering.marks import draw_foods, draw_scale_bar
from spikeworm_env.rendering.quiet_pygame import pygame
from spikeworm_env.rendering.snapshot import Snapshot
from spikeworm_env.rendering.theme import DARK, Theme, mix
from spikeworm_env.rendering.trail import draw_trail
from spikeworm_env.rendering.view import View
from spikeworm_env.rendering.window import Window
from spikeworm_env.rendering.worm import SMALLEST_BODY_PX, draw_body, draw_small_body

MODES = ("rgb_array", "human")
SIZE_RANGE_PX = (320, 4096)
GRID_BL = 0.5  # lines in the close-up, by which its motion is seen


class Renderer:
    """Draws snapshots, as arrays or in a window.

    Args:
        mode: ``"rgb_array"`` needs neither display nor sound; ``"human"`` opens a window at the first frame.
        size_px: side of the square frame, 320 to 4096 px.
        fps: frames per second that ``"human"`` keeps to, > 0.
        theme: colours.

    Raises:
        UnknownNameError: no such mode.
        InputError: a size or a rate out of range; ``"human"`` without a display.
    """

    def __init__(self, mode: str, size_px: int = 800, fps: float = 25, theme: Theme = DARK) -> None:
        if mode not in MODES:
            raise UnknownNameError("render mode", mode, MODES)
        low, high = SIZE_RANGE_PX
        if not low <= size_px <= high:
            raise InputError(f"render size must be {low} to {high} px, got {size_px}")
        if not 0 < fps < np.inf:
            raise InputError(f"frames per second must be above 0 and finite, got {fps}")
        self.mode, self.fps = mode, fps
        self.layout = Layout(int(size_px))
        self._theme = theme
        self._canvas = pygame.Surface((self.layout.size_px, self.layout.size_px), 0, 32)
        self._ground = self._canvas.copy()
        self._ground_key: tuple[bytes, float] | None = None
        self._window = Window(self.layout.size_px, fps, "SpikeWorm") if mode == "human" else None

    def draw(self, snapshot: Snapshot) -> np.ndarray | None:
        """Draw one frame; the snapshot stays as it is.

        Returns:
            (size, size, 3) uint8, red green blue, a fresh array; ``None`` in mode ``"human"``.

        Raises:
            InputError: ``"human"`` cannot open its window.
        """
        if self._window is not None:
            if not self._window.closed:
                self._paint(snapshot)
                self._window.show(self._canvas)
            return None
        self._paint(snapshot)
        return surface_array(self._canvas)

    @property
    def window_closed(self) -> bool:
        """Whether there was a window and it was closed, by the user or by `close`."""
        return self._window is not None and self._window.closed

    def close(self) -> None:
        """Close the window, if there is one; closing twice is harmless."""
        if self._window is not None:
            self._window.close()

    def _paint(self, snapshot: Snapshot) -> None:
        layout, theme, canvas = self.layout, self._theme, self._canvas
        dish = layout.dish_view(snapshot.dish_radius)
        near = layout.close_up_view(snapshot.nodes)
        self._prepare_ground(snapshot, dish)
        canvas.blit(self._ground, (0, 0))
        draw_trail(canvas, dish, snapshot.trail, theme.trail, layout.px(2))
        draw_small_body(canvas, dish, snapshot.nodes, SMALLEST_BODY_PX * layout.size_px / 800)
        self._paint_close_up(snapshot, near)
        self._join(dish, near)
        draw_readings(canvas, layout, snapshot, theme)
        draw_charts(canvas, layout, snapshot, theme)

    def _prepare_ground(self, snapshot: Snapshot, dish: View) -> None:
        """Paint what does not move, unless it is already there for these foods and this dish."""
        key = (np.asarray(snapshot.foods, dtype=float).tobytes(), float(snapshot.dish_radius))
        if key == self._ground_key:
            return
        layout, theme, ground = self.layout, self._theme, self._ground
        ground.fill(theme.paper)
        blit_array(ground, dish, dish_image(dish, snapshot.foods, snapshot.dish_radius, theme, layout.px(1)))
        draw_foods(ground, dish, snapshot.foods, layout.px(4), theme)
        corner = (layout.dish.left, layout.dish.bottom)
        draw_scale_bar(ground, dish.pixels_per_bl, corner, layout.px(80), theme.muted, theme.paper)
        self._ground_key = key

    def _paint_close_up(self, snapshot: Snapshot, near: View) -> None:
        layout, theme, canvas = self.layout, self._theme, self._canvas
        blit_array(
            canvas, near, dish_image(near, snapshot.foods, snapshot.dish_radius, theme, layout.px(2), GRID_BL)
        )
        canvas.set_clip(pygame.Rect(near.area))
        draw_foods(canvas, near, snapshot.foods, layout.px(10), theme)
        draw_trail(canvas, near, snapshot.trail, theme.trail, layout.px(2))
        draw_body(canvas, near, snapshot.nodes, snapshot.activation)
        corner = (near.left + layout.px(12), near.top + near.height - layout.px(12))
        draw_scale_bar(canvas, near.pixels_per_bl, corner, layout.px(90), theme.ink, theme.paper)
        canvas.set_clip(None)
        pygame.draw.rect(canvas, theme.muted, near.area, width=layout.px(1))

    def _join(self, dish: View, near: View) -> None:
        """Frame in the dish what the close-up shows, and lead the eye from one to the other."""
        colour = mix(self._theme.muted, self._theme.ink, 0.3)
        side = round(near.width / near.pixels_per_bl * dish.pixels_per_bl)
        frame = pygame.Rect(0, 0, side, side)
        place = dish.to_pixels(np.array([near.centre]))[0]
        frame.center = (round(place[0]), round(place[1]))
        pygame.draw.rect(self._canvas, colour, frame, width=1)
        pygame.draw.aaline(
            self._canvas,
            mix(self._theme.paper, self._theme.muted, 0.75),
            frame.bottomright,
            (near.left, near.top),
        )


def surface_array(surface: pygame.Surface) -> np.ndarray:
    """The surface's pixels as a fresh (height, width, 3) uint8 array."""
    pixels = pygame.surfarray.pixels3d(surface)
    return np.ascontiguousarray(pixels.transpose(1, 0, 2))


def blit_array(canvas: pygame.Surface, view: View, image: np.ndarray) -> None:
    """Put a (height, width, 3) uint8 image where the view is on the canvas."""
    canvas.blit(
        pygame.image.frombuffer(image.tobytes(), (view.width, view.height), "RGB"), (view.left, view.top)
    )
