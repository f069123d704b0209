"""Reward, modulation and weights of plastic synapses as small curves."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from spikeworm_env.rendering.brain_snapshot import Curve
from spikeworm_env.rendering.frame_layout import FrameLayout
from spikeworm_env.rendering.layer import Layer
from spikeworm_env.rendering.lettering import fit, write
from spikeworm_env.rendering.quiet_pygame import pygame
from spikeworm_env.rendering.theme import Colour, Theme

STRIP_PX, LEAST_STRIP_PX = 64, 12  # of the 800 px design: height of a curve
SPARK_SHARE = 0.36  # of a weight's row


def draw_signals(
    canvas: pygame.Surface, layout: FrameLayout, area: pygame.Rect, signals: Sequence[Curve], theme: Theme
) -> int:
    """One strip a signal from the top of the area, as many as have room; returns where the last ends."""
    height, gap = layout.text(17), layout.px(8)
    least = height + gap + layout.px(LEAST_STRIP_PX)
    shown = signals[: area.height // least]
    strip = min(layout.px(STRIP_PX), area.height // max(len(shown), 1) - height - gap)
    y = area.top
    for index, curve in enumerate(shown):
        span = f"{len(curve.values) * curve.spacing_s:.0f} s"
        last = write(canvas, span if index == 0 else "", (area.right, y), height, theme.muted, "topright")
        value = f"{curve.values[-1] + 0.0:.3g} {curve.unit}".strip() if len(curve.values) else "-"
        name = fit(f"{curve.name}  {value}", height, last.left - area.left - 6)
        write(canvas, name, (area.left, y), height, theme.muted)
        box = pygame.Rect(area.left, y + height, area.width, strip)
        pygame.draw.rect(canvas, theme.panel, box)
        draw_curve(canvas, box, curve.values, theme.parts[index % len(theme.parts)], theme, from_zero=True)
        y = box.bottom + gap
    return y


def draw_weights(
    canvas: pygame.Surface,
    layout: FrameLayout,
    area: pygame.Rect,
    top: int,
    weights: Sequence[Curve],
    theme: Theme,
) -> None:
    """One row a projection, from ``top`` to the area's end: its name, its way so far, its mean weight."""
    height, small = layout.text(18), layout.text(16)
    y = top + layout.px(6)
    heading = "learning weights, mean" if weights else "no synapse learns"
    if y + height > area.bottom:
        return
    write(canvas, fit(heading, height, area.width), (area.left, y), height, theme.muted)
    y += height + layout.px(2)
    pitch = small + layout.px(4)
    rows = max((area.bottom - y) // pitch, 0)
    shown = weights if len(weights) <= rows else weights[: max(rows - 1, 0)]
    for curve in shown:
        value = write(canvas, f"{curve.values[-1]:.3g}", (area.right, y), small, theme.ink, "topright")
        spark = pygame.Rect(0, y + 1, round(SPARK_SHARE * area.width), small - 2)
        spark.right = area.right - layout.px(40)
        spark.width = min(spark.width, value.left - 4 - spark.left)
        pygame.draw.rect(canvas, theme.panel, spark)
        draw_curve(canvas, spark, curve.values, theme.trail, theme)
        name = fit(curve.name, small, spark.left - area.left - 4)
        write(canvas, name, (area.left, y), small, theme.ink)
        y += pitch
    if len(shown) < len(weights) and rows:
        more = fit(f"and {len(weights) - len(shown)} more", small, area.width)
        write(canvas, more, (area.left, y), small, theme.muted)


def draw_curve(
    canvas: pygame.Surface,
    area: pygame.Rect,
    values: np.ndarray,
    colour: Colour,
    theme: Theme,
    from_zero: bool = False,
) -> None:
    """A line through the values, as high as they need; with ``from_zero`` zero is in it, as a faint line."""
    if len(values) < 2 or area.width < 4 or area.height < 4:
        return
    low, high = float(values.min()), float(values.max())
    if from_zero:
        low, high = min(low, 0.0), max(high, 0.0)
    span = high - low
    inner = area.inflate(0, -4)
    share = (
        (values - low) / span if span > 1e-9 * max(abs(low), abs(high), 1e-9) else np.full(len(values), 0.5)
    )
    if from_zero and span > 0:
        zero = round(inner.bottom - 1 + low / span * (inner.height - 1))
        pygame.draw.line(canvas, theme.muted, (area.left, zero), (area.right - 1, zero))
    x = np.linspace(area.left + 1.0, area.right - 1.0, len(values))
    y = inner.bottom - 1 - share * (inner.height - 1)
    layer = Layer((area.left, area.top, area.width, area.height), colour)
    layer.line(np.column_stack((x, y)), colour, max(area.height / 28, 1.0))
    layer.lay(canvas)
