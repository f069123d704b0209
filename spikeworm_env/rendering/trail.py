"""The head's trail, which fades with age."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from spikeworm_env.rendering.layer import Area, Layer, area_around, tiles
from spikeworm_env.rendering.quiet_pygame import pygame
from spikeworm_env.rendering.snapshot import TRAIL_PERIOD_S
from spikeworm_env.rendering.theme import Colour
from spikeworm_env.rendering.view import View

FADES_S = 20.0
FAINTEST, STRONGEST = 70, 235  # opacity of an old and of a fresh trail, of 255
SHADES = 24
HIDDEN = -1  # instead of a shade, for what lies elsewhere
TILE_PX = 48
STEP_PX = 1.5


def thin(points: np.ndarray, step: float) -> np.ndarray:
    """Indices of the points (m, 2) at which the path length passes another ``step``, and of both ends.

    The choice does not change as a path grows, so that a drawn trail does not flicker.
    """
    length = np.concatenate(([0.0], np.cumsum(np.hypot(*np.diff(points, axis=0).T))))
    passed = np.floor(length / step)
    keep = np.concatenate(([True], np.diff(passed) > 0))
    keep[-1] = True
    return np.flatnonzero(keep)


def draw_trail(
    canvas: pygame.Surface, view: View, trail: np.ndarray, colour: Colour, width_px: float
) -> None:
    """The head's path (m, 2), BL, the oldest first: opaque where recent, fading with age to a minimum."""
    if len(trail) < 2:
        return
    kept = thin(trail, STEP_PX / view.pixels_per_bl)
    points = view.to_pixels(trail[kept])
    area = area_around(points, width_px + 1, view.area)
    age_s = (len(trail) - 1 - kept) * TRAIL_PERIOD_S
    shades = np.ceil(np.exp(-age_s / FADES_S) * SHADES).astype(int)
    for tile in tiles(area, TILE_PX):
        crossing = _crossing(points, tile, width_px + 2)
        if crossing.any():
            layer = Layer(tile, colour)
            _draw_pieces(layer, points, np.where(crossing, shades[:-1], HIDDEN), colour, width_px)
            layer.lay(canvas)


def _crossing(points: np.ndarray, area: Area, margin_px: float) -> np.ndarray:
    """Which lines between points (m, 2) may cross the area with a margin around it: (m - 1,) bool."""
    left, top, width, height = area
    low, high = np.minimum(points[:-1], points[1:]), np.maximum(points[:-1], points[1:])
    start = np.array((left, top)) - margin_px
    end = np.array((left + width, top + height)) + margin_px
    return np.all((high >= start) & (low <= end), axis=1)


def _draw_pieces(
    layer: Layer, points: np.ndarray, shades: np.ndarray, colour: Colour, width_px: float
) -> None:
    """The lines between points (m, 2), each of its shade (m - 1,), unless that is `HIDDEN`."""
    changes = np.flatnonzero(np.diff(shades)) + 1
    for first, last in pairwise((0, *changes.tolist(), len(shades))):
        if shades[first] != HIDDEN:
            opacity = round(FAINTEST + (STRONGEST - FAINTEST) * shades[first] / SHADES)
            layer.line(points[first : last + 1], colour, width_px, opacity)
