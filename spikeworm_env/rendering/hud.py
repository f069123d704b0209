"""The readings beside the arena and the charts below it."""

from __future__ import annotations

import math

import numpy as np

from spikeworm_env.anatomy import N_SEGMENTS
from spikeworm_env.rendering.frame_layout import FrameLayout
from spikeworm_env.rendering.layer import Layer
from spikeworm_env.rendering.lettering import fit, width_px, wrap, write
from spikeworm_env.rendering.marks import draw_shade_key, paint_food, paint_other
from spikeworm_env.rendering.quiet_pygame import pygame
from spikeworm_env.rendering.snapshot import Snapshot
from spikeworm_env.rendering.theme import DORSAL, HEAD, VENTRAL, Theme, mix


def number(value: float, digits: int = 2, unit: str = "") -> str:
    """The value with a fixed number of decimals and its unit, or a dash if it is not finite."""
    # adding 0.0 turns a rounded -0.0 into 0.0
    return f"{round(value, digits) + 0.0:.{digits}f}{unit}" if math.isfinite(value) else "-"


def draw_readings(canvas: pygame.Surface, layout: FrameLayout, snapshot: Snapshot, theme: Theme) -> None:
    """Title, time with its progress, distance, concentration, both indices, and meals where there are any."""
    if layout.small:
        _draw_few_readings(canvas, layout, snapshot, theme)
        return
    area = layout.readings
    y = area.top + layout.px(2)
    for line in wrap(snapshot.title, layout.text(25), area.width, most_lines=2 if layout.brain else 3):
        write(canvas, line, (area.left, y), layout.text(25), theme.ink)
        y += layout.text(24)
    y += layout.px(10)
    height = layout.text(22)
    _draw_time(canvas, layout, snapshot, theme, pygame.Rect(area.left, y, area.width, height + layout.px(12)))
    y += height + layout.px(26)
    rows = [
        ("distance", number(snapshot.distance, 2, " BL")),
        ("concentration", number(snapshot.concentration, 3)),
        ("ci_time", number(snapshot.ci_time)),
        ("ci_net", number(snapshot.ci_net)),
    ]
    if snapshot.eaten is not None:
        rows.append(("eaten", number(snapshot.eaten, 1)))
    pitch = min(layout.text(28), (area.bottom - y) // len(rows))
    for label, value in rows:
        filled = write(canvas, value, (area.right, y), height, theme.ink, "topright")
        write(canvas, fit(label, height, filled.left - area.left - 4), (area.left, y), height, theme.muted)
        y += pitch


def _draw_few_readings(canvas: pygame.Surface, layout: FrameLayout, snapshot: Snapshot, theme: Theme) -> None:
    """What a small frame has room for: in the corners that the arena leaves, or beside it."""
    area, height = layout.readings, layout.text(0)
    title = fit(snapshot.title, height, layout.size_px - 2 * layout.margin)
    write(canvas, title, (layout.margin, layout.margin), height, theme.ink)
    time, distance, index = (
        number(snapshot.time_s, 1, " s"),
        number(snapshot.distance, 1, " BL"),
        f"ci {number(snapshot.ci_time)}",
    )
    if layout.brain:
        for row, text in enumerate((time, distance, index)):
            y = area.top + row * (height + 2)
            write(canvas, fit(text, height, area.width), (area.left, y), height, theme.ink)
        return
    below_title = layout.margin + height + 2
    write(canvas, time, (area.left, below_title), height, theme.ink)
    write(canvas, distance, (area.right, below_title), height, theme.ink, "topright")
    write(canvas, index, area.bottomright, height, theme.ink, "bottomright")


def _draw_time(
    canvas: pygame.Surface, layout: FrameLayout, snapshot: Snapshot, theme: Theme, area: pygame.Rect
) -> None:
    height = layout.text(22)
    write(canvas, "time", area.topleft, height, theme.muted)
    text = f"{number(snapshot.time_s, 1)} / {number(snapshot.duration_s, 0)} s"
    write(canvas, text, area.topright, height, theme.ink, "topright")
    bar = pygame.Rect(area.left, area.bottom - layout.px(5), area.width, layout.px(5))
    pygame.draw.rect(canvas, mix(theme.panel, theme.muted, 0.25), bar)
    if snapshot.duration_s > 0 and math.isfinite(snapshot.time_s):
        bar.width = round(bar.width * min(max(snapshot.time_s / snapshot.duration_s, 0.0), 1.0))
        pygame.draw.rect(canvas, theme.ink, bar)


def draw_charts(canvas: pygame.Surface, layout: FrameLayout, snapshot: Snapshot, theme: Theme) -> None:
    """The muscles' activation from head to tail, and the key to the field with the worm's place in it."""
    area, height = layout.charts, layout.text(20)
    muscles = pygame.Rect(area.left, area.top, round(area.width * 0.54), area.height)
    _draw_muscle_chart(canvas, layout, snapshot.activation, theme, muscles)
    left = muscles.right + layout.px(26)
    label = write(canvas, "concentration", (left, area.top), height, theme.muted)
    key = pygame.Rect(left, label.bottom + layout.px(16), area.right - left, layout.px(14))
    numbers = layout.text(17.5)
    draw_shade_key(canvas, key, snapshot.scene.reference, snapshot.concentration, theme, numbers)
    top = key.bottom + numbers + layout.px(16)
    _draw_marks_key(canvas, layout, snapshot, theme, pygame.Rect(left, top, key.width, area.bottom - top))


def _draw_marks_key(
    canvas: pygame.Surface, layout: FrameLayout, snapshot: Snapshot, theme: Theme, area: pygame.Rect
) -> None:
    names = ["food", "head", "path of the head"]
    if len(snapshot.others):
        names.append("other odour")
    height = layout.text(20)
    pitch = min(layout.text(24), area.height // len(names))
    middles = [area.top + pitch // 2 + pitch * row for row in range(len(names))]
    layer = Layer((area.left, area.top, layout.px(28), area.height), theme.paper)
    mark, radius = area.left + layout.px(12), layout.px(4)
    paint_food(layer, (mark, middles[0]), radius, theme)
    layer.disc((mark, middles[1]), layout.px(5), HEAD)
    ends = np.array([(area.left + 1, middles[2]), (area.left + layout.px(24), middles[2])])
    layer.line(ends, theme.trail, layout.px(2))
    if len(snapshot.others):
        paint_other(layer, (mark, middles[3]), radius, theme)
    layer.lay(canvas)
    left = area.left + layout.px(34)
    for middle, text in zip(middles, names, strict=True):
        write(canvas, fit(text, height, area.right - left), (left, middle), height, theme.muted, "midleft")


def _draw_muscle_chart(
    canvas: pygame.Surface, layout: FrameLayout, activation: np.ndarray, theme: Theme, area: pygame.Rect
) -> None:
    height = layout.text(20)
    ventral = write(canvas, "ventral", area.topright, height, theme.legible(VENTRAL), "topright")
    corner = (ventral.left - layout.px(8), area.top)
    dorsal = write(canvas, "dorsal", corner, height, theme.legible(DORSAL), "topright")
    room = dorsal.left - layout.px(8) - area.left
    fitting = [text for text in ("muscle activation", "muscles", "") if width_px(text, height) <= room]
    heading = write(canvas, fitting[0], area.topleft, height, theme.muted)
    ends = area.bottom - height + layout.px(5)
    write(canvas, "head", (area.left, area.bottom), height, theme.muted, "bottomleft")
    write(canvas, "tail", area.bottomright, height, theme.muted, "bottomright")
    chart = pygame.Rect(area.left, heading.bottom + layout.px(5), area.width, 0)
    chart.height = ends - layout.px(6) - chart.top
    pygame.draw.rect(canvas, theme.panel, chart)
    pitch = chart.width / N_SEGMENTS
    for segment in range(N_SEGMENTS):
        left = chart.left + round(segment * pitch) + 1
        width = max(chart.left + round((segment + 1) * pitch) - 1 - left, 1)
        up, down = (round(level * (chart.height / 2 - 1)) for level in activation[:, segment].tolist())
        pygame.draw.rect(canvas, DORSAL, (left, chart.centery - up, width, up))
        pygame.draw.rect(canvas, VENTRAL, (left, chart.centery + 1, width, down))
    pygame.draw.line(canvas, theme.muted, (chart.left, chart.centery), (chart.right - 1, chart.centery))
