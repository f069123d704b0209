"""pygame (of the distribution pygame-ce) without its banner, its warnings and its sound.

Every module that draws takes ``pygame`` from here, so that no import order lets the banner through.
Only fonts are started: they need neither a display nor a sound device.
"""

from __future__ import annotations

import os
import warnings

os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")
with warnings.catch_warnings():
    # pygame reaches for the deprecated pkg_resources where setuptools is installed
    warnings.simplefilter("ignore")
    import pygame
    import pygame.font
    import pygame.pkgdata

__all__ = ["pygame"]
