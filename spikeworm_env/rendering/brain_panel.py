"""The brain's part of a frame: raster and rates by component, reward and modulation, learning weights."""

from __future__ import annotations

import numpy as np

from spikeworm_env.rendering.brain_snapshot import BrainSnapshot
from spikeworm_env.rendering.curves import draw_signals, draw_weights
from spikeworm_env.rendering.frame_layout import FrameLayout
from spikeworm_env.rendering.lettering import fit, width_px, write
from spikeworm_env.rendering.quiet_pygame import pygame
from spikeworm_env.rendering.raster import Bands, draw_raster, shown_seconds
from spikeworm_env.rendering.theme import Theme, mix

NAMES_PX, RATES_PX, CURVES_PX, GAP_PX = 118, 84, 196, 20  # of the 800 px design
SIGNALS_SHARE = 0.55  # of the height, at most; weights have the rest
HIGHEST_RATE_HZ = 100.0  # of a full bar
LABEL_ROOM = 0.8  # of a line's height: what letters without accents need


def draw_brain(canvas: pygame.Surface, layout: FrameLayout, brain: BrainSnapshot, theme: Theme) -> None:
    """Fill ``layout.panel``."""
    area = layout.panel
    if layout.small:
        draw_raster(canvas, area, brain, theme, 1)
        return
    height = layout.text(20)
    gap, names = layout.px(GAP_PX), layout.px(NAMES_PX)
    top = area.top + height + layout.px(4)
    curves = pygame.Rect(area.right - layout.px(CURVES_PX), area.top, layout.px(CURVES_PX), area.height)
    rates = pygame.Rect(0, top, layout.px(RATES_PX), area.bottom - top)
    rates.right = curves.left - gap
    raster = pygame.Rect(area.left + names, top, rates.left - layout.px(8) - area.left - names, rates.height)
    seconds = shown_seconds(raster.width, brain.span_ms)
    heading = fit(f"spikes, last {seconds:.1f} s", height, raster.width)
    write(canvas, heading, (raster.left, area.top), height, theme.muted)
    write(canvas, "Hz", (rates.right, area.top), height, theme.muted, "topright")
    count = f"{int(np.sum(brain.neurons)):,} neurons"
    if width_px(count, height) <= names - height // 2:
        write(canvas, count, area.topleft, height, theme.muted)
    small = layout.text(16)
    bands = draw_raster(canvas, raster, brain, theme, round(LABEL_ROOM * small))
    _draw_names(
        canvas, pygame.Rect(area.left, top, names - layout.px(6), rates.height), brain, bands, theme, small
    )
    _draw_rates(canvas, rates, brain, bands, theme, small)
    for_signals = curves.copy()
    for_signals.height = round(curves.height * SIGNALS_SHARE)
    below = draw_signals(canvas, layout, for_signals, brain.signals, theme)
    draw_weights(canvas, layout, curves, below, brain.weights, theme)


def labelled(bands: Bands, label_px: float) -> list[int]:
    """The components for whose label there is room, ascending: the tallest bands first, none over another."""
    chosen: list[int] = []
    middles = bands.top + bands.height / 2
    for index in np.argsort(-bands.height, kind="stable").tolist():
        if all(abs(middles[index] - middles[other]) >= label_px for other in chosen):
            chosen.append(index)
    return sorted(chosen)


def _draw_names(
    canvas: pygame.Surface, area: pygame.Rect, brain: BrainSnapshot, bands: Bands, theme: Theme, height: int
) -> None:
    for index in labelled(bands, LABEL_ROOM * height):
        middle = area.top + bands.top[index] + bands.height[index] / 2
        colour = theme.legible(theme.parts[index % len(theme.parts)])
        name = fit(brain.components[index], height, area.width)
        write(canvas, name, (area.right, middle), height, colour, "midright")


def _draw_rates(
    canvas: pygame.Surface, area: pygame.Rect, brain: BrainSnapshot, bands: Bands, theme: Theme, height: int
) -> None:
    """A bar for each component, on a square-root scale, and its rate where there is room."""
    figures = set(labelled(bands, LABEL_ROOM * height))
    room = area.width - width_px("100", height) - 4
    ground = mix(theme.paper, theme.panel, 0.7)
    for index, rate in enumerate(brain.rates_hz.tolist()):
        top, tall = area.top + int(bands.top[index]), max(int(bands.height[index]) - 1, 1)
        pygame.draw.rect(canvas, ground, (area.left, top, room, tall))
        length = round(room * min(max(rate, 0.0) / HIGHEST_RATE_HZ, 1.0) ** 0.5)
        pygame.draw.rect(canvas, theme.parts[index % len(theme.parts)], (area.left, top, length, tall))
        if index in figures:
            text = f"{rate:.1f}" if 0 < rate < 9.95 else f"{min(rate, 999):.0f}"
            write(canvas, text, (area.right, top + tall / 2), height, theme.muted, "midright")
