"""The keys and the mouse of a window."""

from __future__ import annotations

from collections.abc import Sequence

from spikeworm_env.rendering.options import RenderOptions
from spikeworm_env.rendering.quiet_pygame import pygame
from spikeworm_env.rendering.view import View

SPEED_RANGE = (0.125, 16.0)  # simulated seconds a second
ZOOM_STEP = 1.25
PAN_SHARE = 0.1  # of the view's width, a key
LEFT_BUTTON = 1

HELP = (
    ("space", "pause, go on"),
    (".", "one frame, then pause"),
    ("f  s", "faster, slower"),
    ("c", "camera: arena, worm"),
    ("+  -  wheel", "zoom"),
    ("arrows", "move the camera"),
    ("0", "the whole arena"),
    ("b", "brain panel"),
    ("t", "theme"),
    ("click", "put food there"),
    ("h", "this help"),
    ("q  esc", "close the window"),
)

_KEYS = {  # that change the render options and nothing else
    pygame.K_c: RenderOptions.next_camera,
    pygame.K_t: RenderOptions.next_theme,
    pygame.K_0: RenderOptions.whole_arena,
}
_ZOOM_IN = (pygame.K_PLUS, pygame.K_KP_PLUS, pygame.K_EQUALS)
_ZOOM_OUT = (pygame.K_MINUS, pygame.K_KP_MINUS)
_PAN = {
    pygame.K_LEFT: (-1, 0),
    pygame.K_RIGHT: (1, 0),
    pygame.K_UP: (0, 1),
    pygame.K_DOWN: (0, -1),
}


class Controls:
    """The requests of a window's user, kept until they are carried out.

    Attributes:
        paused: whether the next frame waits.
        speed: simulated seconds a second, a power of two from 1/8 to 16.
        help: whether the keys are shown.
        ended: whether the last frame is shown: it stays until the window is closed.
        closed: whether the user has closed the window.
    """

    def __init__(self) -> None:
        self.paused = self.help = self.ended = self.closed = False
        self.speed = 1.0
        self._one_frame = False
        self._clicks: list[tuple[float, float]] = []

    def take_clicks(self) -> list[tuple[float, float]]:
        """Places of mouse clicks since the last call, x, y in BL; each is returned once."""
        clicks, self._clicks = self._clicks, []
        return clicks

    @property
    def waiting(self) -> tuple[tuple[float, float], ...]:
        """Places of clicks that `take_clicks` has not returned yet, x, y in BL."""
        return tuple(self._clicks)

    def take_frame(self) -> bool:
        """Whether the world may advance to its next frame; a single requested frame is used up."""
        if self.ended:
            return self.closed
        goes_on = not self.paused or self._one_frame or self.closed
        self._one_frame = False
        return goes_on

    @property
    def status(self) -> str:
        """Pause and speed in a few words, where they differ from the default; at the end how to close."""
        if self.ended:
            return "the end; q closes the window"
        speed = "" if self.speed == 1.0 else f"speed × {self.speed:g}"
        return ", ".join(filter(None, ("paused" if self.paused else "", speed)))

    def handle(self, event: pygame.event.Event, render_options: RenderOptions, views: Sequence[View]) -> None:
        """Take up an event; render options change at once.

        Args:
            event: of the window.
            render_options: of its frames.
            views: the parts of the window that show the arena, the uppermost first, the large one last.
        """
        if event.type == pygame.QUIT:
            self.closed = True
        elif event.type == pygame.KEYDOWN:
            self._key(event, render_options, views)
        elif event.type == pygame.MOUSEWHEEL and event.y:
            self._zoom(render_options, views, ZOOM_STEP**event.y, pygame.mouse.get_pos())
        elif event.type == pygame.MOUSEBUTTONDOWN and event.button == LEFT_BUTTON and not self.ended:
            hit = next((view for view in views if view.holds(event.pos)), None)
            if hit is not None:
                self._clicks.append(hit.to_world(event.pos))

    def _key(self, event: pygame.event.Event, render_options: RenderOptions, views: Sequence[View]) -> None:
        key, typed = event.key, getattr(event, "unicode", "")
        if key in (pygame.K_ESCAPE, pygame.K_q):
            self.closed = True
        elif key == pygame.K_SPACE:
            self.paused = not self.paused
        elif key == pygame.K_PERIOD:
            self.paused = self._one_frame = True
        elif key in (pygame.K_f, pygame.K_s):
            factor = 2.0 if key == pygame.K_f else 0.5
            self.speed = min(max(self.speed * factor, SPEED_RANGE[0]), SPEED_RANGE[1])
        elif key in (pygame.K_h, pygame.K_F1) or typed == "?":
            self.help = not self.help
        elif key == pygame.K_b:
            render_options.show_panel = not render_options.show_panel
        elif key in _ZOOM_IN or typed == "+":
            self._zoom(render_options, views, ZOOM_STEP)
        elif key in _ZOOM_OUT or typed == "-":
            self._zoom(render_options, views, 1 / ZOOM_STEP)
        elif key in _PAN and views and render_options.zoom > 1.0 and not render_options.follow:
            step = PAN_SHARE * views[-1].width / views[-1].pixels_per_bl
            render_options.centre = (
                render_options.centre[0] + step * _PAN[key][0],
                render_options.centre[1] + step * _PAN[key][1],
            )
        elif key in _KEYS:
            _KEYS[key](render_options)

    @staticmethod
    def _zoom(
        render_options: RenderOptions,
        views: Sequence[View],
        factor: float,
        pointer: tuple[int, int] | None = None,
    ) -> None:
        """Zoom; the point under the pointer keeps its place."""
        before = render_options.zoom
        if views and pointer is not None and views[-1].holds(pointer) and not render_options.follow:
            (x, y), (px, py) = views[-1].centre, views[-1].to_world(pointer)
            render_options.zoom_by(factor)
            if render_options.zoom > 1.0:
                kept = before / render_options.zoom
                render_options.centre = (px + (x - px) * kept, py + (y - py) * kept)
        else:
            render_options.zoom_by(factor)
