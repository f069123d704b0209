"""The display of a window, checked without pygame."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from spikeworm_env.errors import InputError

CHOSEN: Final = ("SDL_VIDEODRIVER", "SDL_VIDEO_DRIVER")
SERVERS: Final = {"DISPLAY": "x11", "WAYLAND_DISPLAY": "wayland"}
"""Variables that name a display, and SDL's driver for it."""
OUT_OF_SIGHT: Final = ("dummy", "offscreen")
"""SDL's drivers whose windows nobody sees."""


def has_display() -> bool:
    """Whether a display is named, by the system or by one of SDL's variables."""
    return not _needs_server() or any(os.environ.get(name) for name in (*SERVERS, *CHOSEN))


def is_seen() -> bool:
    """Whether a window can be seen, and closed, by a user: False with SDL's drivers for tests."""
    return not any(os.environ.get(name) in OUT_OF_SIGHT for name in CHOSEN)


def check_display(
    argument: str = "render_mode is 'human'", instead: str = "'rgb_array' or a video instead"
) -> None:
    """Check that a display is named; whether it answers is known once a window opens.

    Args:
        argument: what asks for a window, for the message.
        instead: what needs no display, for the message.

    Raises:
        InputError: no display, and no SDL video driver was asked for by ``SDL_VIDEODRIVER``.
    """
    if not has_display():
        raise InputError(
            f"{argument}, but neither DISPLAY nor WAYLAND_DISPLAY is set; expected a display, or {instead}"
        )


@contextmanager
def visible_drivers() -> Iterator[None]:
    """In the block SDL uses the named displays alone; otherwise it would draw where nobody sees it."""
    drivers = [driver for name, driver in SERVERS.items() if os.environ.get(name)]
    if not (_needs_server() and drivers) or any(os.environ.get(name) for name in CHOSEN):
        yield
        return
    os.environ["SDL_VIDEODRIVER"] = ",".join(drivers)
    try:
        yield
    finally:
        del os.environ["SDL_VIDEODRIVER"]


def display_name() -> str:
    """The variables that name the display, for messages."""
    named = (name for name in (*SERVERS, *CHOSEN) if os.environ.get(name))
    return ", ".join(f"{name}={os.environ[name]!r}" for name in named)


def _needs_server() -> bool:
    return sys.platform.startswith(("linux", "freebsd", "openbsd", "netbsd"))
