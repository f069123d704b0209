"""From body lengths to pixels, and between pygame's surfaces and NumPy's arrays."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from spikeworm_env.rendering.quiet_pygame import pygame


@dataclass(frozen=True)
class View:
    """A rectangle of the canvas that shows a part of the world, y up in the world and down on the canvas.

    Args:
        centre: the point of the world in the rectangle's middle, BL.
        pixels_per_bl: magnification, > 0.
        left, top, width, height: the rectangle, px.
    """

    centre: tuple[float, float]
    pixels_per_bl: float
    left: int
    top: int
    width: int
    height: int

    def to_pixels(self, points: np.ndarray) -> np.ndarray:
        """World points (m, 2), BL, as canvas points (m, 2), px; whole numbers are the edges of pixels."""
        x = self.left + self.width / 2 + (points[:, 0] - self.centre[0]) * self.pixels_per_bl
        y = self.top + self.height / 2 - (points[:, 1] - self.centre[1]) * self.pixels_per_bl
        return np.column_stack((x, y))

    def to_world(self, place: tuple[float, float]) -> tuple[float, float]:
        """The point of the world, x, y in BL, under a canvas point, px."""
        x = self.centre[0] + (place[0] - self.left - self.width / 2) / self.pixels_per_bl
        y = self.centre[1] - (place[1] - self.top - self.height / 2) / self.pixels_per_bl
        return x, y

    def holds(self, place: tuple[float, float]) -> bool:
        """Whether a canvas point lies in the rectangle."""
        return 0 <= place[0] - self.left < self.width and 0 <= place[1] - self.top < self.height

    def pixel_x(self) -> np.ndarray:
        """World x of the middle of each column of pixels, (width,), BL."""
        return self.centre[0] + (np.arange(self.width) + 0.5 - self.width / 2) / self.pixels_per_bl

    def pixel_y(self) -> np.ndarray:
        """World y of the middle of each row of pixels, (height,), BL."""
        return self.centre[1] - (np.arange(self.height) + 0.5 - self.height / 2) / self.pixels_per_bl

    @property
    def area(self) -> tuple[int, int, int, int]:
        """Left, top, width, height, px."""
        return self.left, self.top, self.width, self.height


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
