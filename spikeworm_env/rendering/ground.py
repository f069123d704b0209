"""The background of a view (field, wall, foods), painted once and reused while it does not change."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from spikeworm_env.rendering.field import Scene, arena_image
from spikeworm_env.rendering.marks import draw_sources
from spikeworm_env.rendering.quiet_pygame import pygame
from spikeworm_env.rendering.theme import Theme
from spikeworm_env.rendering.view import View, blit_array

LEAST_MARGIN_PX = 1  # so that a contour at the view's edge has neighbours on either side


def on_whole_pixels(view: View) -> View:
    """The view with its centre moved by less than a pixel, so that a painted background fits it."""
    x, y = (round(value * view.pixels_per_bl) / view.pixels_per_bl for value in view.centre)
    return replace(view, centre=(x, y))


class Ground:
    """The field, the wall and the foods under one view.

    A view that moves is cut from a larger piece, which is painted anew when the view leaves it.
    """

    def __init__(self) -> None:
        self._key: tuple = ()
        self._piece = View((0.0, 0.0), 1.0, 0, 0, 0, 0)
        self._surface = pygame.Surface((1, 1), 0, 32)

    def lay(
        self,
        canvas: pygame.Surface,
        view: View,
        scene: Scene,
        theme: Theme,
        line_px: float,
        food_px: float,
        grid_bl: float = 0.0,
    ) -> None:
        """Draw the background in a view, which must be `on_whole_pixels`."""
        key = (scene.key, theme, view.pixels_per_bl, view.width, view.height, line_px, food_px, grid_bl)
        same = key == self._key
        left, top = self._offset(view)
        if not (
            same
            and 0 <= left <= self._piece.width - view.width
            and 0 <= top <= self._piece.height - view.height
        ):
            # a scene that changes at every frame is not worth a larger piece, nor is a view that stays
            margin = max(view.width, view.height) // 2 if same else LEAST_MARGIN_PX
            size = (view.width + 2 * margin, view.height + 2 * margin)
            self._key, self._piece = key, View(view.centre, view.pixels_per_bl, 0, 0, *size)
            image = arena_image(self._piece, scene, theme, line_px, grid_bl)
            self._surface = pygame.Surface(size, 0, 32)
            blit_array(self._surface, self._piece, image)
            draw_sources(self._surface, self._piece, scene, food_px, theme)
            left, top = self._offset(view)
        canvas.blit(self._surface, (view.left, view.top), (left, top, view.width, view.height))

    def _offset(self, view: View) -> tuple[int, int]:
        """Left and top of the view in the piece, px."""
        piece, scale = self._piece, view.pixels_per_bl
        right, up = (np.array(view.centre) - piece.centre) * scale
        return (
            round(float(right) + (piece.width - view.width) / 2),
            round(float(-up) + (piece.height - view.height) / 2),
        )
