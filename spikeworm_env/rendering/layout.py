"""Where everything stands on a frame.

The dish fills the upper left, the magnified worm the lower right corner, as large as they can be without
touching; the strips that remain hold the readings (upper right) and the charts (lower left).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from spikeworm_env.rendering.quiet_pygame import pygame
from spikeworm_env.rendering.view import View

DESIGN_PX = 800  # lengths below are for a frame of this side
MARGIN_PX = 16
CLOSE_UP_PX = 264
GAP_PX = 16  # between the dish and the close-up
CLOSE_UP_ACROSS_BL = 1.4


@dataclass(frozen=True)
class Layout:
    """Rectangles of a square frame.

    Args:
        size_px: side of the frame.
    """

    size_px: int

    def px(self, design_px: float) -> int:
        """A length of the 800 px design at this frame's size, at least 1 px."""
        return max(round(design_px * self.size_px / DESIGN_PX), 1)

    @property
    def dish(self) -> pygame.Rect:
        """The square around the dish."""
        free = DESIGN_PX - 2 * MARGIN_PX - CLOSE_UP_PX
        # the close-up's corner lies sqrt(2) (free - R) from the dish's centre; it must be R + gap away
        radius = (math.sqrt(2) * free - GAP_PX) / (1 + math.sqrt(2))
        side = 2 * self.px(radius)
        return pygame.Rect(self.px(MARGIN_PX), self.px(MARGIN_PX), side, side)

    @property
    def close_up(self) -> pygame.Rect:
        """The square that follows the worm."""
        side = self.px(CLOSE_UP_PX)
        corner = self.size_px - self.px(MARGIN_PX) - side
        return pygame.Rect(corner, corner, side, side)

    @property
    def readings(self) -> pygame.Rect:
        """The strip right of the dish, above the close-up."""
        left = self.dish.right + self.px(10)
        top = self.px(MARGIN_PX)
        return pygame.Rect(left, top, self.size_px - self.px(MARGIN_PX) - left, self.close_up.top - top)

    @property
    def charts(self) -> pygame.Rect:
        """The strip below the dish, left of the close-up."""
        left = self.px(MARGIN_PX)
        top = self.dish.bottom + self.px(26)
        return pygame.Rect(
            left, top, self.close_up.left - self.px(22) - left, self.size_px - self.px(MARGIN_PX) - top
        )

    def dish_view(self, dish_radius: float) -> View:
        """The whole dish, its wall just inside the square."""
        square = self.dish
        wall = self.px(5)
        return View((0.0, 0.0), (square.width / 2 - wall) / dish_radius, *square)

    def close_up_view(self, nodes: np.ndarray) -> View:
        """The worm's surroundings, centred on the mean of its nodes (25, 2)."""
        square = self.close_up
        x, y = nodes.mean(axis=0)
        return View((float(x), float(y)), square.width / CLOSE_UP_ACROSS_BL, *square)
