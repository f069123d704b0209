"""Smooth edges: shapes are drawn on a transparent sheet at several times the resolution and then scaled down.

The sheet starts transparent *in the colour that its edges will have*: scaling averages colour and opacity
apart, so that a transparent black would darken every edge.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from spikeworm_env.rendering.quiet_pygame import pygame
from spikeworm_env.rendering.theme import Colour

OVERSAMPLING = 4  # a power of two: pygame scales by others with a rounding loss in colour and opacity
Area = tuple[int, int, int, int]  # left, top, width, height, px


class Layer:
    """A transparent sheet over a rectangle of the canvas.

    Args:
        area: left, top, width, height of the rectangle on the canvas, px.
        edge: colour of the outermost edges of what will be drawn.
    """

    def __init__(self, area: Area, edge: Colour) -> None:
        self.area = pygame.Rect(area)
        size = (self.area.width * OVERSAMPLING, self.area.height * OVERSAMPLING)
        self.sheet = pygame.Surface(size, pygame.SRCALPHA, 32)
        self.sheet.fill((*edge, 0))

    def place(self, points: np.ndarray) -> np.ndarray:
        """Canvas points (m, 2), px, as points of the sheet."""
        return (points - self.area.topleft) * OVERSAMPLING

    def line(self, points: np.ndarray, colour: Colour, width_px: float, opacity: int = 255) -> None:
        """A polyline through canvas points (m, 2) with round joins and ends; covers what lies beneath it."""
        width = max(round(width_px * OVERSAMPLING), 1)
        places = self.place(points).tolist()
        rgba = (*colour, opacity)
        if len(places) > 1:
            pygame.draw.lines(self.sheet, rgba, False, places, width)
        if width > 3:  # below, a round join is no larger than the line
            for place in places:
                pygame.draw.circle(self.sheet, rgba, place, width / 2)

    def polygon(self, points: np.ndarray, colour: Colour) -> None:
        """A filled polygon with canvas points (m, 2), m >= 3, as corners."""
        pygame.draw.polygon(self.sheet, colour, self.place(points).tolist())

    def disc(self, centre: Sequence[float] | np.ndarray, radius_px: float, colour: Colour) -> None:
        """A filled circle."""
        place = self.place(np.asarray(centre, dtype=float)[None])[0]
        pygame.draw.circle(self.sheet, colour, place.tolist(), radius_px * OVERSAMPLING)

    def lay(self, canvas: pygame.Surface) -> None:
        """Scale the sheet down and lay it on the canvas."""
        if self.area.width and self.area.height:
            canvas.blit(pygame.transform.smoothscale(self.sheet, self.area.size), self.area.topleft)


def tiles(area: Area, side_px: int) -> Iterator[Area]:
    """Squares of at most this side that fill an area: a large sheet costs memory, and most of it is empty."""
    left, top, width, height = area
    for y in range(top, top + height, side_px):
        for x in range(left, left + width, side_px):
            yield x, y, min(side_px, left + width - x), min(side_px, top + height - y)


def area_around(points: np.ndarray, margin_px: float, within: Area) -> Area:
    """The part of the rectangle ``within`` that holds canvas points (m, 2), m >= 1, with a margin."""
    low = np.floor(points.min(axis=0) - margin_px)
    size = np.ceil(points.max(axis=0) + margin_px) - low
    left, top, width, height = (int(value) for value in np.clip((*low, *size), -30_000, 30_000))
    part = pygame.Rect(left, top, width, height).clip(pygame.Rect(within))
    return part.left, part.top, part.width, part.height
