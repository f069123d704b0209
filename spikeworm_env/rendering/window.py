"""A window on the screen that may be closed at any time."""

from __future__ import annotations

from collections.abc import Iterator

from spikeworm_env.errors import InputError
from spikeworm_env.rendering.display import check_display, display_name, visible_drivers
from spikeworm_env.rendering.quiet_pygame import pygame


class Window:
    """One window. pygame has one per process: a second one takes over the first.

    Args:
        size_px: side of the square.
        caption: in the title bar.

    Attributes:
        closed: whether it was closed by `close`.
    """

    def __init__(self, size_px: int, caption: str) -> None:
        check_display()
        self._size_px, self._caption = size_px, caption
        self._clock = pygame.time.Clock()
        self.closed = False

    def events(self) -> Iterator[pygame.event.Event]:
        """The events of the window since the last call; none once it is closed.

        Raises:
            InputError: SDL cannot open a window.
        """
        if not self.closed:
            self._screen()
            yield from pygame.event.get()

    def show(self, picture: pygame.Surface, fps: float) -> None:
        """Show a picture and wait until the next one is due; does nothing once the window is closed.

        Raises:
            InputError: SDL cannot open a window.
        """
        if self.closed:
            return
        self._screen().blit(picture, (0, 0))
        pygame.display.flip()
        self._clock.tick(fps)

    def close(self) -> None:
        """Close the window; closing twice is harmless."""
        if not self.closed:
            self.closed = True
            pygame.display.quit()

    def _screen(self) -> pygame.Surface:
        try:
            if not pygame.display.get_init():
                with visible_drivers():
                    pygame.display.init()
            screen = pygame.display.get_surface()
            if screen is None or screen.get_size() != (self._size_px, self._size_px):
                screen = pygame.display.set_mode((self._size_px, self._size_px))
                pygame.display.set_caption(self._caption)
        except pygame.error as error:
            raise InputError(
                f"render_mode is 'human', but no window opens with {display_name() or 'this system'}: "
                f"{error}; expected a display that answers, or 'rgb_array' or a video instead"
            ) from error
        return screen
