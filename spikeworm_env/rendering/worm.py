"""The worm: a tapered body whose muscles are coloured by their activation."""

from __future__ import annotations

import numpy as np

from spikeworm_env.anatomy import N_SEGMENTS
from spikeworm_env.rendering.layer import Layer, area_around
from spikeworm_env.rendering.quiet_pygame import pygame
from spikeworm_env.rendering.theme import DORSAL, HEAD, MUSCLE_AT_REST, OUTLINE, SKIN, VENTRAL, mix
from spikeworm_env.rendering.view import View

HALF_WIDTH_BL = 0.046  # about 1.4 times that of an adult C. elegans, so that its muscles are visible
STEPS_PER_LINK = 3  # of the smooth curve through the nodes
MUSCLE_INNER, MUSCLE_OUTER = 0.14, 0.80  # the muscle's edges, as shares of the half width
MUSCLE_GAP = 0.06  # free at either end of a muscle, as a share of its segment
SMALLEST_BODY_PX = 3.2  # width of the worm where the whole arena is shown


def smooth_curve(nodes: np.ndarray, steps: int = STEPS_PER_LINK) -> np.ndarray:
    """A Catmull-Rom curve through nodes (n, 2), ``steps`` points per link: (steps (n - 1) + 1, 2)."""
    padded = np.vstack((2 * nodes[0] - nodes[1], nodes, 2 * nodes[-1] - nodes[-2]))
    before, start, end, after = padded[:-3], padded[1:-2], padded[2:-1], padded[3:]
    t = (np.arange(steps) / steps)[None, :, None]
    before, start, end, after = (corner[:, None, :] for corner in (before, start, end, after))
    curve = 0.5 * (
        2 * start
        + (end - before) * t
        + (2 * before - 5 * start + 4 * end - after) * t**2
        + (3 * start - before - 3 * end + after) * t**3
    )
    return np.vstack((curve.reshape(-1, 2), nodes[-1]))


def dorsal_normals(curve: np.ndarray) -> np.ndarray:
    """Unit vectors (n, 2) to the dorsal side of a curve (n, 2) that runs from head to tail.

    The dorsal side is on the left from head to tail: a positive joint angle makes it concave.
    """
    along = np.gradient(curve, axis=0)
    length = np.hypot(along[:, 0], along[:, 1])
    along = along / np.where(length > 0, length, 1.0)[:, None]
    return np.column_stack((-along[:, 1], along[:, 0]))


def half_width(position: np.ndarray) -> np.ndarray:
    """Half the body's width, BL, at a position from 0 (head) to 1 (tail): a blunt head and a thin tail."""
    snout = np.sqrt(1.0 - (1.0 - np.minimum(position / 0.16, 1.0)) ** 2)
    tail = 1.0 - np.maximum((position - 0.5) / 0.5, 0.0) ** 2.2
    return HALF_WIDTH_BL * (0.12 + 0.88 * snout) * tail


def draw_body(canvas: pygame.Surface, view: View, nodes: np.ndarray, activation: np.ndarray) -> None:
    """The worm at a magnification that shows its muscles.

    Args:
        canvas: where to.
        view: from BL to the canvas; nothing is drawn outside its rectangle.
        nodes: (25, 2), BL, head to tail.
        activation: (2, 24) in [0, 1], dorsal and ventral; from grey at rest to full colour.
    """
    curve = smooth_curve(nodes)
    normals = dorsal_normals(curve)
    widths = half_width(np.linspace(0.0, 1.0, len(curve)))[:, None] * normals
    rim = 2.0 / view.pixels_per_bl  # the dark outline, BL
    area = area_around(view.to_pixels(nodes), (HALF_WIDTH_BL + rim) * view.pixels_per_bl + 2, view.area)
    if not area[2] or not area[3]:
        return
    layer = Layer(area, OUTLINE)
    for margin, colour in ((rim, OUTLINE), (0.0, SKIN)):
        side = widths + margin * normals
        layer.polygon(view.to_pixels(np.vstack((curve + side, (curve - side)[::-1]))), colour)
        for end in (0, -1):
            layer.disc(view.to_pixels(curve[[end]])[0], np.hypot(*side[end]) * view.pixels_per_bl, colour)
    _draw_muscles(layer, view, curve, widths, activation)
    snout = view.to_pixels(curve[1:2])[0]
    layer.disc(snout, 0.024 * view.pixels_per_bl, OUTLINE)
    layer.disc(snout, 0.015 * view.pixels_per_bl, HEAD)
    layer.lay(canvas)


def _draw_muscles(
    layer: Layer, view: View, curve: np.ndarray, widths: np.ndarray, activation: np.ndarray
) -> None:
    at = np.linspace(0.0, N_SEGMENTS, len(curve))
    starts = np.arange(N_SEGMENTS) + MUSCLE_GAP
    ends = starts + 1 - 2 * MUSCLE_GAP

    def along_body(values: np.ndarray, position: np.ndarray) -> np.ndarray:
        return np.column_stack([np.interp(position, at, values[:, axis]) for axis in (0, 1)])

    for side, full, levels in ((1, DORSAL, activation[0]), (-1, VENTRAL, activation[1])):
        inner, outer = (curve + side * share * widths for share in (MUSCLE_INNER, MUSCLE_OUTER))
        corners = [(inner, starts), (outer, starts), (outer, ends), (inner, ends)]
        quads = np.stack([view.to_pixels(along_body(edge, where)) for edge, where in corners], axis=1)
        for quad, level in zip(quads, levels.tolist(), strict=True):
            layer.polygon(quad, mix(MUSCLE_AT_REST, full, level))


def draw_small_body(canvas: pygame.Surface, view: View, nodes: np.ndarray, smallest_px: float) -> None:
    """The worm where the whole arena is shown: a bright line with a dark rim, and the head's dot."""
    points = view.to_pixels(smooth_curve(nodes))
    area = area_around(points, smallest_px + 3, view.area)
    if not area[2] or not area[3]:
        return
    layer = Layer(area, OUTLINE)
    layer.line(points, OUTLINE, smallest_px + 2)
    layer.disc(points[0], 0.5 * smallest_px + 1.6, OUTLINE)
    layer.line(points, SKIN, smallest_px)
    layer.disc(points[0], 0.5 * smallest_px + 0.6, HEAD)
    layer.lay(canvas)
