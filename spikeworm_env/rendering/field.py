"""The concentration field as a colour map with contours, inside the arena's wall."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np

from spikeworm_env.rendering.theme import Colour, Theme, mix
from spikeworm_env.rendering.view import View
from spikeworm_env.world.arena import concentration_on_grid

# Shares of the highest concentration; for a Gaussian these lie a nearly even 0.2 to 0.4 sigma apart.
CONTOURS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8)
SHADES = 1024
BAND_PX = 32


NOTHING = np.empty((0, 4))


@dataclass(frozen=True, eq=False)
class Scene:
    """An arena and its sources of odour.

    Args:
        arena_radius: BL, > 0.
        foods: (k, 4) x, y, peak, sigma; BL.
        others: (j, 4) the same for sources of another odour, such as a repellent.
        stocks: (k,) the share of each food that is left, 0 to 1; None: all of each.
        swapped: whether the foods have the other odour, and its colour.
    """

    arena_radius: float
    foods: np.ndarray
    others: np.ndarray = field(default_factory=lambda: NOTHING)
    stocks: np.ndarray | None = None
    swapped: bool = False

    @property
    def reference(self) -> float:
        """The highest concentration at a food's centre when all foods are full; shades refer to it."""
        if self.stocks is None or not len(self.foods):
            return highest(self.foods)
        left = np.asarray(self.stocks) > 0
        if not left.any():
            return 1.0
        filled = np.array(self.foods, dtype=float)
        filled[left, 2] /= np.asarray(self.stocks)[left]
        filled[~left, 2] = filled[left, 2].max()
        return highest(filled)

    @property
    def key(self) -> tuple[float, bytes, bytes, bytes, bool]:
        """Equal for scenes with the same picture."""
        stocks = b"" if self.stocks is None else np.asarray(self.stocks, dtype=float).tobytes()
        foods, others = (np.asarray(each, dtype=float).tobytes() for each in (self.foods, self.others))
        return float(self.arena_radius), foods, others, stocks, self.swapped


def highest(foods: np.ndarray) -> float:
    """The highest concentration at a food's centre, to which shades and contours refer; 1 if none."""
    if len(foods) == 0:
        return 1.0
    at_foods = np.diagonal(concentration_on_grid(foods, foods[:, 0], foods[:, 1]))
    reference = float(np.max(at_foods))
    return reference if reference > 0 else 1.0


def shade_position(share: np.ndarray | float) -> np.ndarray:
    """Position of a share of the highest concentration between the first and the last shade, 0 to 1.

    The square root spreads the weak outer field, where a worm is most of the time.
    """
    return np.sqrt(np.clip(share, 0.0, 1.0))


@lru_cache(maxsize=8)
def shade_table(shades: tuple[Colour, ...]) -> np.ndarray:
    """(1024, 3) uint8: the theme's shades, interpolated in even steps."""
    stops = np.linspace(0.0, SHADES - 1, len(shades))
    steps = np.arange(SHADES)
    channels = [np.interp(steps, stops, channel) for channel in zip(*shades, strict=True)]
    return np.round(np.column_stack(channels)).astype(np.uint8)


@lru_cache(maxsize=8)
def signed_shade_table(theme: Theme) -> np.ndarray:
    """(2047, 3) uint8: from the highest concentration of another odour over none to that of food."""
    other = shade_table((theme.field[0], mix(theme.field[0], theme.other, 0.45), theme.other))
    return np.concatenate((other[:0:-1], shade_table(theme.field)))


@lru_cache(maxsize=1)
def nearest_levels() -> np.ndarray:
    """(1024,) float32: the contour nearest to the share of each shade."""
    shares = np.linspace(0.0, 1.0, SHADES) ** 2
    levels = np.array(CONTOURS)
    return levels[np.abs(shares[:, None] - levels).argmin(axis=1)].astype(np.float32)


def arena_image(view: View, scene: Scene, theme: Theme, line_px: float, grid_bl: float = 0.0) -> np.ndarray:
    """The arena in a view: shades, contours, wall, and paper outside.

    Args:
        view: the rectangle to fill.
        scene: the arena.
        theme: colours.
        line_px: width of the contours; the wall is three times as wide and lies outside the arena.
        grid_bl: spacing of faint lines at whole multiples of it, BL, or 0 for none.

    Returns:
        (height, width, 3) uint8.
    """
    x, y = view.pixel_x(), view.pixel_y()
    image = np.empty((view.height, view.width, 3), dtype=np.uint8)
    for top in range(0, view.height, BAND_PX):
        _fill_band(image, top, x, y, scene, theme, line_px)
    if grid_bl:
        _lay_grid(image, x, y, view.pixels_per_bl, grid_bl, theme)
    _lay_wall(image, view, scene.arena_radius, theme, 3 * line_px)
    return image


def _fill_band(
    image: np.ndarray, top: int, x: np.ndarray, y: np.ndarray, scene: Scene, theme: Theme, line_px: float
) -> None:
    """Shades and contours of a few rows of pixels, which fit into the processor's cache."""
    bottom = min(top + BAND_PX, len(y))
    first, last = max(top - 1, 0), min(bottom + 1, len(y))  # contours need a neighbour on either side
    share = concentration_on_grid(scene.foods, x, y[first:last])
    own = np.s_[top - first : bottom - first]
    if len(scene.others) or scene.swapped:
        share -= concentration_on_grid(scene.others, x, y[first:last])
        share *= np.float32((-1.0 if scene.swapped else 1.0) / scene.reference)
        strength = np.abs(share)
        shade = _shade_index(strength)
        signed = SHADES - 1 + np.where(share < 0, -shade, shade)
        np.take(signed_shade_table(theme), signed[own], axis=0, mode="clip", out=image[top:bottom])
    else:
        share *= np.float32(1.0 / scene.reference)
        strength = share
        shade = _shade_index(strength)
        np.take(shade_table(theme.field), shade[own], axis=0, mode="clip", out=image[top:bottom])
    _lay_contours(image[first:last], strength, shade, theme, line_px)


def _shade_index(share: np.ndarray) -> np.ndarray:
    """The shade of each share, (h, w) int: `shade_position` in whole steps, in place of its float64."""
    position = np.clip(share, 0.0, 1.0)
    np.sqrt(position, out=position)
    position *= SHADES - 1
    return position.astype(np.intp)  # what take needs: it would convert others


def _lay_contours(
    image: np.ndarray, share: np.ndarray, shade: np.ndarray, theme: Theme, line_px: float
) -> None:
    """Lines of equal share; none in the outermost pixels, which lack a neighbour."""
    if min(share.shape) < 3 or not share.any():
        return
    inner = np.s_[1:-1, 1:-1]
    down, across = share[2:, 1:-1] - share[:-2, 1:-1], share[1:-1, 2:] - share[1:-1, :-2]
    down *= down
    across *= across
    down += across  # four times the slope's square
    off = share[inner] - np.take(nearest_levels(), shade[inner], mode="clip")
    # distance to the line in pixels, to first order, against half its width and half a pixel of soft edge
    reach = np.float32(line_px / 2 + 0.5)
    near = np.flatnonzero(off * off < down * (reach * reach / 4))
    slope = np.sqrt(down.ravel()[near]) / 2 + np.float32(1e-12)
    coverage = np.minimum(reach - np.abs(off.ravel()[near]) / slope, 1.0)
    rows, columns = np.divmod(near, off.shape[1])
    _lay(image, rows + 1, columns + 1, theme.contour, theme.contour_opacity * coverage)


def _lay_grid(
    image: np.ndarray, x: np.ndarray, y: np.ndarray, pixels_per_bl: float, grid_bl: float, theme: Theme
) -> None:
    colour = np.array(theme.contour, dtype=np.float32)
    for pixels, at in ((image.transpose(1, 0, 2), x), (image, y)):
        off_px = np.abs(at - np.round(at / grid_bl) * grid_bl) * pixels_per_bl
        for line in np.flatnonzero(off_px < 1):  # a line between two rows of pixels is shared by both
            opacity = np.float32(0.4 * theme.contour_opacity * (1 - off_px[line]))
            pixels[line] = pixels[line] * (1 - opacity) + colour * opacity


@dataclass(frozen=True, eq=False)
class _Edge:
    """The pixels at an arena's edge and beyond it.

    Attributes:
        rows, columns: (k,) pixels that the wall touches.
        wall, paper: (k,) how much of them is wall or beyond, and how much of that is beyond.
        beyond: (m,) flat indices of the pixels that are all paper.
    """

    rows: np.ndarray
    columns: np.ndarray
    wall: np.ndarray
    paper: np.ndarray
    beyond: np.ndarray


@lru_cache(maxsize=4)
def _edge(view: View, radius: float, wall_px: float) -> _Edge | None:
    """The arena's edge in a view, or None where it is out of sight."""
    x, y, scale = view.pixel_x(), view.pixel_y(), view.pixels_per_bl
    if (np.hypot(np.abs(x).max(), np.abs(y).max()) - radius) * scale < -1:
        return None
    squared = (x * x).astype(np.float32)[None, :] + (y * y).astype(np.float32)[:, None]
    inner, outer = max(radius - 1 / scale, 0.0), radius + (wall_px + 1) / scale
    rows, columns = np.nonzero((squared > inner * inner) & (squared < outer * outer))
    beyond_px = (np.hypot(x[columns], y[rows]) - radius) * scale  # distance outside the arena
    return _Edge(
        rows,
        columns,
        np.clip(beyond_px + 0.5, 0.0, 1.0),
        np.clip(beyond_px - wall_px + 0.5, 0.0, 1.0),
        np.flatnonzero(squared >= outer * outer),
    )


def _lay_wall(image: np.ndarray, view: View, radius: float, theme: Theme, wall_px: float) -> None:
    edge = _edge(view, radius, wall_px)
    if edge is None:
        return
    image.reshape(-1, 3)[edge.beyond] = theme.paper
    _lay(image, edge.rows, edge.columns, theme.wall, edge.wall)
    _lay(image, edge.rows, edge.columns, theme.paper, edge.paper)


def _lay(
    image: np.ndarray, rows: np.ndarray, columns: np.ndarray, colour: Colour, opacity: np.ndarray
) -> None:
    """Mix a colour into the pixels (rows, columns), each with its own opacity, 0 to 1."""
    pixels, places = image.reshape(-1, 3), rows * image.shape[1] + columns
    opacity = opacity.astype(np.float32)
    for channel in range(3):
        below = pixels[places, channel].astype(np.float32)
        pixels[places, channel] = (below + (colour[channel] - below) * opacity + np.float32(0.5)).astype(
            np.uint8
        )
