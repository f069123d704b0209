"""One frame on a canvas: the arena, the worm close up, readings, and charts or the brain."""

from __future__ import annotations

import numpy as np

from spikeworm_env.rendering.brain_panel import draw_brain
from spikeworm_env.rendering.brain_snapshot import BrainSnapshot
from spikeworm_env.rendering.frame_layout import FrameLayout
from spikeworm_env.rendering.ground import Ground, on_whole_pixels
from spikeworm_env.rendering.hud import draw_charts, draw_readings
from spikeworm_env.rendering.marks import draw_scale_bar
from spikeworm_env.rendering.options import RenderOptions
from spikeworm_env.rendering.quiet_pygame import pygame
from spikeworm_env.rendering.snapshot import Snapshot
from spikeworm_env.rendering.theme import Theme, mix
from spikeworm_env.rendering.trail import draw_trail
from spikeworm_env.rendering.view import View
from spikeworm_env.rendering.worm import HALF_WIDTH_BL, SMALLEST_BODY_PX, draw_body, draw_small_body

GRID_BL = 0.5  # spacing of lines in the close-up, which make motion visible
MUSCLES_FROM_PX_PER_BL = 90.0  # magnification at which single muscles are visible


class Frame:
    """A canvas, and caches from frame to frame.

    Args:
        size_px: side of the square.

    Attributes:
        canvas: the picture.
        views: the parts of the last picture that show the arena, the uppermost first.
    """

    def __init__(self, size_px: int) -> None:
        self.canvas = pygame.Surface((size_px, size_px), 0, 32)
        self.views: list[View] = []
        self._size_px = size_px
        self._main_ground, self._near_ground = Ground(), Ground()

    def paint(
        self, snapshot: Snapshot, render_options: RenderOptions, brain: BrainSnapshot | None = None
    ) -> None:
        """Draw everything; snapshots and render options are not changed."""
        layout, theme, canvas = (
            FrameLayout(self._size_px, brain is not None),
            render_options.colours,
            self.canvas,
        )
        canvas.fill(theme.paper)
        main = on_whole_pixels(layout.main_view(snapshot.arena_radius, snapshot.nodes, render_options))
        near = on_whole_pixels(layout.close_up_view(snapshot.nodes)) if layout.close_up else None
        self._paint_main(
            snapshot, layout, main, theme, whole=render_options.zoom == 1.0 and not render_options.follow
        )
        if near is not None:
            self._join(main, near, theme)
            self._paint_close_up(snapshot, layout, near, theme)
        draw_readings(canvas, layout, snapshot, theme)
        if layout.charts:
            draw_charts(canvas, layout, snapshot, theme)
        if brain is not None:
            draw_brain(canvas, layout, brain, theme)
        self.views = [view for view in (near, main) if view is not None]

    def _paint_main(
        self, snapshot: Snapshot, layout: FrameLayout, main: View, theme: Theme, *, whole: bool
    ) -> None:
        canvas, large = self.canvas, main.pixels_per_bl >= MUSCLES_FROM_PX_PER_BL
        canvas.set_clip(pygame.Rect(main.area))
        food_px = layout.px(10 if large else 4)
        self._main_ground.lay(canvas, main, snapshot.scene, theme, layout.px(1), food_px)
        draw_trail(canvas, main, snapshot.trail, theme.trail, layout.px(2))
        if large:
            draw_body(canvas, main, snapshot.nodes, snapshot.activation)
        else:
            smallest = SMALLEST_BODY_PX * max(layout.size_px, 400) / 800
            width = max(smallest, 2 * HALF_WIDTH_BL * main.pixels_per_bl)
            draw_small_body(canvas, main, snapshot.nodes, width)
        canvas.set_clip(None)
        if not whole:
            pygame.draw.rect(canvas, theme.muted, main.area, width=layout.px(1))
        inset = 0 if whole else layout.px(12)
        corner = (main.left + inset, main.top + main.height - inset)
        colour = theme.muted if whole else theme.ink
        draw_scale_bar(
            canvas, main.pixels_per_bl, corner, layout.px(80), colour, theme.paper, layout.text(18)
        )

    def _paint_close_up(self, snapshot: Snapshot, layout: FrameLayout, near: View, theme: Theme) -> None:
        canvas = self.canvas
        canvas.set_clip(pygame.Rect(near.area))
        self._near_ground.lay(canvas, near, snapshot.scene, theme, layout.px(2), layout.px(10), GRID_BL)
        draw_trail(canvas, near, snapshot.trail, theme.trail, layout.px(2))
        draw_body(canvas, near, snapshot.nodes, snapshot.activation)
        corner = (near.left + layout.px(12), near.top + near.height - layout.px(12))
        draw_scale_bar(
            canvas, near.pixels_per_bl, corner, layout.px(90), theme.ink, theme.paper, layout.text(20)
        )
        canvas.set_clip(None)
        pygame.draw.rect(canvas, theme.muted, near.area, width=layout.px(1))

    def _join(self, main: View, near: View, theme: Theme) -> None:
        """Outline the area of the close-up in the arena, and connect the two."""
        scale = main.pixels_per_bl / near.pixels_per_bl
        frame = pygame.Rect(0, 0, round(near.width * scale), round(near.height * scale))
        if frame.width > main.width / 3:
            return  # the arena is magnified as much as the close-up
        place = main.to_pixels(np.array([near.centre]))[0]
        if not main.holds((float(place[0]), float(place[1]))):
            return
        frame.center = (round(place[0]), round(place[1]))
        pygame.draw.rect(self.canvas, mix(theme.muted, theme.ink, 0.3), frame, width=1)
        start = frame.bottomright if near.top > frame.bottom else frame.topright
        line = mix(theme.paper, theme.muted, 0.75)
        pygame.draw.aaline(self.canvas, line, start, (near.left, near.top))
