"""The readings beside the dish and the charts below it."""

from __future__ import annotations

import math

import numpy as np

from spikeworm_env.rendering.field import highest
from spikeworm_env.rendering.layer import Layer
from spikeworm_env.rendering.layout import Layout
from spikeworm_env.rendering.lettering import wrap, write
from spikeworm_env.rendering.marks import draw_shade_key, paint_food
from spikeworm_env.rendering.quiet_pygame import pygame
from spikeworm_env.rendering.snapshot import SEGMENTS, Snapshot
from spikeworm_env.rendering.theme import DORSAL, HEAD, VENTRAL, Theme, mix


def number(value: float, digits: int = 2, unit: str = "") -> str:
    """The value with a fixed number of decimals and its unit, or a dash if it is not finite."""
    # adding 0.0 turns a rounded -0.0 into 0.0
    return f"{round(value, digits) + 0.0:.{digits}f}{unit}" if math.isfinite(value) else "-"


def draw_readings(canvas: pygame.Surface, layout: Layout, snapshot: Snapshot, theme: Theme) -> None:
    """Title, time with its progress, distance, concentration and both indices."""
    area = layout.readings
    y = area.top + layout.px(2)
    for line in wrap(snapshot.title, layout.px(25), area.width, most_lines=3):
        write(canvas, line, (area.left, y), layout.px(25), theme.ink)
        y += layout.px(24)
    y += layout.px(12)
    _draw_time(canvas, layout, snapshot, theme, pygame.Rect(area.left, y, area.width, layout.px(34)))
    y += layout.px(52)
    rows = (
        ("distance", number(snapshot.distance, 2, " BL")),
        ("concentration", number(snapshot.concentration, 3)),
        ("ci_time", number(snapshot.ci_time)),
        ("ci_net", number(snapshot.ci_net)),
    )
    for label, value in rows:
        write(canvas, label, (area.left, y), layout.px(22), theme.muted)
        write(canvas, value, (area.right, y), layout.px(22), theme.ink, "topright")
        y += layout.px(28)


def _draw_time(
    canvas: pygame.Surface, layout: Layout, snapshot: Snapshot, theme: Theme, area: pygame.Rect
) -> None:
    write(canvas, "time", area.topleft, layout.px(22), theme.muted)
    text = f"{number(snapshot.time_s, 1)} / {number(snapshot.duration_s, 0)} s"
    write(canvas, text, area.topright, layout.px(22), theme.ink, "topright")
    bar = pygame.Rect(area.left, area.bottom - layout.px(8), area.width, layout.px(5))
    pygame.draw.rect(canvas, mix(theme.panel, theme.muted, 0.25), bar)
    if snapshot.duration_s > 0 and math.isfinite(snapshot.time_s):
        bar.width = round(bar.width * min(max(snapshot.time_s / snapshot.duration_s, 0.0), 1.0))
        pygame.draw.rect(canvas, theme.ink, bar)


def draw_charts(canvas: pygame.Surface, layout: Layout, snapshot: Snapshot, theme: Theme) -> None:
    """The muscles' activation from head to tail, and the key to the field with the worm's place in it."""
    area = layout.charts
    muscles = pygame.Rect(area.left, area.top, round(area.width * 0.54), area.height)
    _draw_muscle_chart(canvas, layout, snapshot.activation, theme, muscles)
    left = muscles.right + layout.px(26)
    label = write(canvas, "concentration", (left, area.top), layout.px(20), theme.muted)
    key = pygame.Rect(left, label.bottom + layout.px(16), area.right - left, layout.px(14))
    draw_shade_key(canvas, key, highest(snapshot.foods), snapshot.concentration, theme)
    _draw_marks_key(canvas, layout, theme, pygame.Rect(left, key.bottom + layout.px(34), key.width, 0))


def _draw_marks_key(canvas: pygame.Surface, layout: Layout, theme: Theme, area: pygame.Rect) -> None:
    mark = area.left + layout.px(12)
    middles = [area.top + layout.px(12 + 24 * row) for row in range(3)]
    layer = Layer((area.left, area.top, layout.px(28), layout.px(72)), theme.paper)
    paint_food(layer, (mark, middles[0]), layout.px(4), theme)
    layer.disc((mark, middles[1]), layout.px(5), HEAD)
    layer.line(
        np.array([(area.left + 1, middles[2]), (area.left + layout.px(24), middles[2])]), theme.trail, 2
    )
    layer.lay(canvas)
    for middle, text in zip(middles, ("food", "head", "path of the head"), strict=True):
        write(canvas, text, (area.left + layout.px(34), middle), layout.px(20), theme.muted, "midleft")


def _draw_muscle_chart(
    canvas: pygame.Surface, layout: Layout, activation: np.ndarray, theme: Theme, area: pygame.Rect
) -> None:
    height = layout.px(20)
    heading = write(canvas, "muscle activation", area.topleft, height, theme.muted)
    write(canvas, "ventral", area.topright, height, VENTRAL, "topright")
    write(canvas, "dorsal", (area.right - layout.px(60), area.top), height, DORSAL, "topright")
    ends = area.bottom - layout.px(15)
    write(canvas, "head", (area.left, area.bottom), height, theme.muted, "bottomleft")
    write(canvas, "tail", area.bottomright, height, theme.muted, "bottomright")
    chart = pygame.Rect(area.left, heading.bottom + layout.px(5), area.width, 0)
    chart.height = ends - layout.px(6) - chart.top
    pygame.draw.rect(canvas, theme.panel, chart)
    pitch = chart.width / SEGMENTS
    for segment in range(SEGMENTS):
        left = chart.left + round(segment * pitch) + 1
        width = max(chart.left + round((segment + 1) * pitch) - 1 - left, 1)
        up, down = (round(level * (chart.height / 2 - 1)) for level in activation[:, segment].tolist())
        pygame.draw.rect(canvas, DORSAL, (left, chart.centery - up, width, up))
        pygame.draw.rect(canvas, VENTRAL, (left, chart.centery + 1, width, down))
    pygame.draw.line(canvas, theme.muted, (chart.left, chart.centery), (chart.right - 1, chart.centery))
