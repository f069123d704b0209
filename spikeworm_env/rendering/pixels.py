"""Between pygame's surfaces and NumPy's arrays."""

from __future__ import annotations

import numpy as np

from spikeworm_env.rendering.quiet_pygame import pygame
from spikeworm_env.rendering.view import View


def surface_array(surface: pygame.Surface) -> np.ndarray:
    """The surface's pixels as a fresh (height, width, 3) uint8 array."""
    width, height = surface.get_size()
    pixels = np.frombuffer(pygame.image.tobytes(surface, "RGB"), dtype=np.uint8)
    return pixels.reshape(height, width, 3).copy()  # bytes are read-only


def blit_array(canvas: pygame.Surface, view: View, image: np.ndarray) -> None:
    """Put a (height, width, 3) uint8 image where the view is on the canvas."""
    canvas.blit(
        pygame.image.frombuffer(image.tobytes(), (view.width, view.height), "RGB"), (view.left, view.top)
    )
