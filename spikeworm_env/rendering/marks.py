"""Scale bars, food and start markers, and the key to the field's shades."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import numpy as np

from spikeworm_env.rendering.field import CONTOURS, SHADES, Scene, shade_position, shade_table
from spikeworm_env.rendering.layer import Layer
from spikeworm_env.rendering.lettering import width_px, write
from spikeworm_env.rendering.quiet_pygame import pygame
from spikeworm_env.rendering.theme import Colour, Theme, mix
from spikeworm_env.rendering.view import View


def nice_length(longest: float) -> float:
    """The greatest of 1, 2 and 5 times a power of ten that does not exceed ``longest`` (> 0)."""
    decade = 10.0 ** math.floor(math.log10(longest))
    return max(step * decade for step in (1, 2, 5) if step * decade <= longest * (1 + 1e-9))


def draw_scale_bar(
    canvas: pygame.Surface,
    pixels_per_bl: float,
    bottom_left: tuple[int, int],
    longest_px: float,
    colour: Colour,
    backing: Colour,
    text_px: float,
) -> pygame.Rect:
    """A bar with its length in BL above it, of a round number of BL, legible on any background.

    Args:
        canvas: where to.
        pixels_per_bl: magnification.
        bottom_left: the bar's corner, px.
        longest_px: the most that the bar may take.
        colour: of bar and label.
        backing: of the veil beneath them.
        text_px: line height of the label.

    Returns:
        The bar: its width is the length shown times ``pixels_per_bl``, to the nearest pixel.
    """
    length = nice_length(longest_px / pixels_per_bl)
    thickness = max(round(longest_px / 32), 2)
    bar = pygame.Rect(bottom_left[0], bottom_left[1] - thickness, round(length * pixels_per_bl), thickness)
    height = text_px
    label = f"{length:g} BL"
    ground = pygame.Rect(
        0, 0, max(bar.width, width_px(label, height)) + 4 * thickness, round(height) + 4 * thickness
    )
    ground.midbottom = (bar.centerx, bar.bottom + 2 * thickness)
    veil = pygame.Surface(ground.size, pygame.SRCALPHA, 32)
    pygame.draw.rect(veil, (*backing, 150), veil.get_rect(), border_radius=2 * thickness)
    canvas.blit(veil, ground)
    pygame.draw.rect(canvas, colour, bar)
    write(canvas, label, (bar.centerx, bar.top - thickness), height, colour, "midbottom")
    return bar


def draw_sources(canvas: pygame.Surface, view: View, scene: Scene, radius_px: float, theme: Theme) -> None:
    """The sources in a view: foods as discs in rings, sources of another odour as crosses."""
    reach = math.ceil(2.5 * radius_px) + 2
    stocks = np.ones(len(scene.foods)) if scene.stocks is None else scene.stocks
    for place, stock in zip(view.to_pixels(scene.foods[:, :2]), stocks.tolist(), strict=True):
        with _sheet(canvas, view, place, reach, theme.food_edge) as layer:
            paint_food(layer, place, radius_px, theme, stock)
    for place in view.to_pixels(scene.others[:, :2]):
        with _sheet(canvas, view, place, reach, theme.food_edge) as layer:
            paint_other(layer, place, radius_px, theme)


@contextmanager
def _sheet(
    canvas: pygame.Surface, view: View, place: np.ndarray, reach: int, edge: Colour
) -> Iterator[Layer]:
    """A layer around a place, drawn when the block ends; empty outside the view."""
    around = pygame.Rect(0, 0, 2 * reach, 2 * reach)
    x, y = np.clip(np.round(place), -30_000, 30_000).astype(int).tolist()
    around.center = x, y
    around = around.clip(pygame.Rect(view.area))
    layer = Layer((around.left, around.top, around.width, around.height), edge)
    yield layer
    layer.lay(canvas)


def paint_food(
    layer: Layer, place: Sequence[float] | np.ndarray, radius_px: float, theme: Theme, stock: float = 1.0
) -> None:
    """A food's marker on a layer: a ring around a disc whose area is the share that is left."""
    for radius, colour in ((2.5, theme.food_edge), (2.2, theme.food), (1.55, theme.food_edge)):
        layer.disc(place, radius * radius_px, colour)
    if stock > 0:
        layer.disc(place, math.sqrt(stock) * radius_px, theme.food)


def paint_other(layer: Layer, place: Sequence[float] | np.ndarray, radius_px: float, theme: Theme) -> None:
    """The marker of a source of another odour: a cross."""
    arm = 1.3 * radius_px
    x, y = place
    for width, colour in ((1.5, theme.food_edge), (0.8, theme.food)):
        for slope in (1, -1):
            ends = np.array([(x - arm, y - slope * arm), (x + arm, y + slope * arm)])
            layer.line(ends, colour, width * radius_px)


def draw_shade_key(
    canvas: pygame.Surface,
    area: pygame.Rect,
    reference: float,
    value: float | None,
    theme: Theme,
    text_px: float = 17.5,
) -> None:
    """The field's shades from 0 to the highest concentration, with a tick at each contour.

    Args:
        canvas: where to.
        area: the bar itself; labels go below it, the pointer above.
        reference: the highest concentration.
        value: a concentration to point at, or ``None``.
        theme: colours.
        text_px: line height of the labels; one that would touch the one before is left out.
    """
    steps = (np.arange(area.width) * (SHADES - 1) // max(area.width - 1, 1)).astype(int)
    strip = np.repeat(shade_table(theme.field)[steps][None], area.height, axis=0)
    canvas.blit(pygame.image.frombuffer(strip.tobytes(), area.size, "RGB"), area)
    for level in CONTOURS:
        x = area.left + round(float(shade_position(level)) * (area.width - 1))
        middle = strip[0, x - area.left]
        tick = mix((int(middle[0]), int(middle[1]), int(middle[2])), theme.contour, 2 * theme.contour_opacity)
        pygame.draw.line(canvas, tick, (x, area.top), (x, area.bottom - 1))
    pygame.draw.rect(canvas, theme.muted, area.inflate(2, 2), width=1)
    free_from = -math.inf
    for share in (0.0, 0.05, 0.2, 0.6, 1.0):
        middle_x = area.left + float(shade_position(share)) * (area.width - 1)
        text = f"{share * reference:.2g}"
        width = width_px(text, text_px)
        if middle_x - width / 2 >= free_from:
            write(canvas, text, (middle_x, area.bottom + 4), text_px, theme.muted, "midtop")
            free_from = middle_x + width / 2 + 3
    if value is not None and math.isfinite(value):
        tip = area.left + round(float(shade_position(value / reference)) * (area.width - 1))
        side = max(area.height // 2, 4)
        top = area.top - 1.5 * side
        corners = [(tip, area.top + 1), (tip - side, top), (tip + side, top)]
        pygame.draw.polygon(canvas, theme.ink, corners)
