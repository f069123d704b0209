"""The overlay of a window: its state and its keys."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from spikeworm_env.rendering.controls import HELP, Controls
from spikeworm_env.rendering.frame_layout import FrameLayout
from spikeworm_env.rendering.lettering import width_px, write
from spikeworm_env.rendering.quiet_pygame import pygame
from spikeworm_env.rendering.theme import Theme
from spikeworm_env.rendering.view import View

VEIL = 240  # opacity, of 255


def draw_overlay(
    canvas: pygame.Surface, layout: FrameLayout, controls: Controls, theme: Theme, views: Sequence[View] = ()
) -> None:
    """Rings at clicks that wait, a badge if the window is paused or not in real time, the keys on request.

    Args:
        canvas: the frame.
        layout: of the frame.
        controls: of the window.
        theme: colours.
        views: what of the frame shows the arena, the uppermost first.
    """
    for place in controls.waiting:
        for view in views[::-1]:
            x, y = view.to_pixels(np.array([place]))[0].tolist()
            if view.holds((x, y)):
                pygame.draw.circle(canvas, theme.ink, (round(x), round(y)), layout.px(10), layout.px(2))
    if controls.status:
        height, inset = layout.text(20), layout.px(8)
        box = pygame.Rect(
            layout.arena.left, layout.arena.top, width_px(controls.status, height) + 2 * inset, height + inset
        )
        _veil(canvas, box, theme)
        write(canvas, controls.status, box.center, height, theme.ink, "center")
    if controls.help:
        _draw_help(canvas, layout, theme)


def _draw_help(canvas: pygame.Surface, layout: FrameLayout, theme: Theme) -> None:
    height, inset = layout.text(24), layout.px(20)
    keys = max(width_px(key, height) for key, _ in HELP)
    words = max(width_px(text, height) for _, text in HELP)
    gap, pitch = layout.px(24), round(1.3 * height)
    box = pygame.Rect(0, 0, keys + gap + words + 2 * inset, pitch * len(HELP) + 2 * inset)
    box.center = (layout.size_px // 2, layout.size_px // 2)
    _veil(canvas, box, theme)
    for row, (key, text) in enumerate(HELP):
        middle = box.top + inset + pitch * row + pitch // 2
        write(canvas, key, (box.left + inset + keys, middle), height, theme.ink, "midright")
        write(canvas, text, (box.left + inset + keys + gap, middle), height, theme.muted, "midleft")


def _veil(canvas: pygame.Surface, box: pygame.Rect, theme: Theme) -> None:
    veil = pygame.Surface(box.size, pygame.SRCALPHA, 32)
    pygame.draw.rect(veil, (*theme.panel, VEIL), veil.get_rect(), border_radius=6)
    pygame.draw.rect(veil, (*theme.muted, VEIL), veil.get_rect(), width=1, border_radius=6)
    canvas.blit(veil, box)
