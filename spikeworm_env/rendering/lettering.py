"""Text in pygame's bundled font, so that no system font is needed and every machine draws the same.

Letters are drawn at several times their size and scaled down: at their own size the dots of small i's vanish.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from functools import lru_cache

from spikeworm_env.rendering.layer import OVERSAMPLING
from spikeworm_env.rendering.quiet_pygame import pygame
from spikeworm_env.rendering.theme import Colour

SMALLEST_PX = 6


def _font(height_px: float) -> pygame.font.Font:
    """A fresh font: one that was kept would crash the process once another library had quit pygame."""
    if not pygame.font.get_init():
        pygame.font.init()
    return pygame.font.Font(None, max(round(height_px), SMALLEST_PX) * OVERSAMPLING)


@lru_cache(maxsize=4096)
def _letters(text: str, height_px: float, colour: Colour) -> pygame.Surface:
    large = _font(height_px).render(text or " ", True, colour)
    size = (-(-large.get_width() // OVERSAMPLING), -(-large.get_height() // OVERSAMPLING))
    return pygame.transform.smoothscale(large, size)


def write(
    canvas: pygame.Surface,
    text: str,
    place: Sequence[float],
    height_px: float,
    colour: Colour,
    anchor: str = "topleft",
) -> pygame.Rect:
    """Write one line.

    Args:
        canvas: where to.
        text: what; control characters are left out.
        place: x, y in px of the text's ``anchor``.
        height_px: line height.
        colour: of the letters.
        anchor: an attribute of ``pygame.Rect``: ``"topleft"``, ``"midright"``, ``"center"``, ...

    Returns:
        The rectangle that the text fills.
    """
    letters = _letters(_printable(text), height_px, colour)
    area = letters.get_rect(**{anchor: (round(place[0]), round(place[1]))})
    canvas.blit(letters, area)
    return area


@lru_cache(maxsize=2048)
def width_px(text: str, height_px: float) -> int:
    """How wide a line of text would be."""
    return -(-_font(height_px).size(_printable(text))[0] // OVERSAMPLING)


def fit(text: str, height_px: float, room_px: float) -> str:
    """The text, cut and ended with dots if it is wider than the room."""
    if width_px(text, height_px) <= room_px:
        return text
    kept = bisect_right(range(len(text)), room_px, key=lambda end: width_px(text[:end] + "...", height_px))
    return text[: max(kept - 1, 0)].rstrip() + "..."


def wrap(text: str, height_px: float, room_px: float, most_lines: int) -> list[str]:
    """The text in lines that fit the room, broken at spaces; the last is cut if there are too many."""
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and (width_px(longer, height_px) <= room_px or len(lines) == most_lines):
            lines[-1] = longer
        else:
            lines.append(word)
    return [fit(line, height_px, room_px) for line in lines]


def _printable(text: str) -> str:
    return "".join(letter for letter in text if letter.isprintable() and ord(letter) <= 0xFFFF)
