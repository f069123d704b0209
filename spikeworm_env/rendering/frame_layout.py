"""Where everything stands on a frame.

Alone, the arena fills the upper left, the magnified worm the lower right corner, as large as they can be
without touching; the strips that remain hold the readings (upper right) and the charts (lower left). With a
brain the lower two fifths are the brain's, and the arena, the readings and the magnified worm share the rest.
A small frame keeps what is legible on it: the arena, three readings and the raster.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from spikeworm_env.rendering.options import RenderOptions
from spikeworm_env.rendering.quiet_pygame import pygame
from spikeworm_env.rendering.view import View

DESIGN_PX = 800  # lengths below are for a frame of this side
SMALL_PX = 400  # frames with less than this are small
SMALLEST_TEXT_PX = 12  # line height
MARGIN_PX = 16
CLOSE_UP_PX = 264
GAP_PX = 16  # between the arena and the close-up
CLOSE_UP_ACROSS_BL = 1.4
ARENA_BESIDE_BRAIN_PX = 430
READINGS_BESIDE_BRAIN_PX = 214


@dataclass(frozen=True)
class FrameLayout:
    """Rectangles of a square frame.

    Args:
        size_px: side of the frame.
        brain: whether there is a brain to show.
    """

    size_px: int
    brain: bool = False

    def px(self, design_px: float) -> int:
        """A length of the 800 px design at this frame's size, at least 1 px."""
        return max(round(design_px * self.size_px / DESIGN_PX), 1)

    def text(self, design_px: float) -> int:
        """A line height of the 800 px design at this frame's size, or what can still be read."""
        return max(self.px(design_px), SMALLEST_TEXT_PX)

    @property
    def small(self) -> bool:
        """Whether there is no room for a close-up and charts."""
        return self.size_px < SMALL_PX

    @property
    def margin(self) -> int:
        """Free at the frame's edges, px."""
        return 4 if self.small else self.px(MARGIN_PX)

    @property
    def arena(self) -> pygame.Rect:
        """The square around the arena."""
        if self.small:
            top = self.margin + SMALLEST_TEXT_PX + 2
            if self.brain:
                return pygame.Rect(self.margin, top, round(0.52 * self.size_px), round(0.52 * self.size_px))
            side = self.size_px - top - self.margin
            return pygame.Rect((self.size_px - side) // 2, top, side, side)
        if self.brain:
            side = self.px(ARENA_BESIDE_BRAIN_PX)
        else:
            free = DESIGN_PX - 2 * MARGIN_PX - CLOSE_UP_PX
            # the close-up's corner lies sqrt(2) (free - R) from the arena's centre; it must be R + gap away
            side = 2 * self.px((math.sqrt(2) * free - GAP_PX) / (1 + math.sqrt(2)))
        return pygame.Rect(self.margin, self.margin, side, side)

    @property
    def close_up(self) -> pygame.Rect:
        """The rectangle that follows the worm; empty on a small frame."""
        if self.small:
            return pygame.Rect(0, 0, 0, 0)
        end = self.size_px - self.margin
        if self.brain:
            left, top = self.arena.right + self.px(20), self.margin + self.px(READINGS_BESIDE_BRAIN_PX)
            return pygame.Rect(left, top, end - left, self.arena.bottom - top)
        side = self.px(CLOSE_UP_PX)
        return pygame.Rect(end - side, end - side, side, side)

    @property
    def readings(self) -> pygame.Rect:
        """The strip right of the arena, above the close-up."""
        arena, end = self.arena, self.size_px - self.margin
        if self.small and not self.brain:
            return pygame.Rect(self.margin, self.margin, end - self.margin, end - self.margin)
        if self.small:
            return pygame.Rect(arena.right + 6, arena.top, end - arena.right - 6, arena.height)
        left = arena.right + self.px(20 if self.brain else 10)
        bottom = self.close_up.top - (self.px(12) if self.brain else 0)
        return pygame.Rect(left, self.margin, end - left, bottom - self.margin)

    @property
    def charts(self) -> pygame.Rect:
        """The strip below the arena, left of the close-up; empty where there is no room."""
        if self.small or self.brain:
            return pygame.Rect(0, 0, 0, 0)
        left = self.margin
        top = self.arena.bottom + self.px(26)
        return pygame.Rect(
            left, top, self.close_up.left - self.px(22) - left, self.size_px - self.margin - top
        )

    @property
    def panel(self) -> pygame.Rect:
        """The brain's part of the frame; empty without one."""
        if not self.brain:
            return pygame.Rect(0, 0, 0, 0)
        top = self.arena.bottom + (6 if self.small else self.px(18))
        side = self.size_px - 2 * self.margin
        return pygame.Rect(self.margin, top, side, self.size_px - self.margin - top)

    def main_view(self, arena_radius: float, nodes: np.ndarray, render_options: RenderOptions) -> View:
        """The large view: the whole arena, its wall just inside the square, or what the camera is on."""
        square = self.arena
        wall = self.px(5)
        centre = (0.0, 0.0) if render_options.zoom == 1.0 else render_options.centre
        if render_options.follow:
            x, y = nodes.mean(axis=0).tolist()
            centre = (x, y)
        return View(centre, render_options.zoom * (square.width / 2 - wall) / arena_radius, *square)

    def close_up_view(self, nodes: np.ndarray) -> View:
        """The worm's surroundings, centred on the mean of its nodes (25, 2)."""
        area = self.close_up
        x, y = nodes.mean(axis=0).tolist()
        return View((x, y), min(area.size) / CLOSE_UP_ACROSS_BL, *area)
