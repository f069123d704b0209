"""Which part of the arena a picture of paths shows, and where its map of the whole arena lies."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from spikeworm_env.rendering.view import View

LEAST_GAIN = 1.4  # magnification over the whole arena from which a part of it is shown
LEAST_BL = 4.0  # extent of what is shown, body lengths
MARGIN = 0.12  # around what is shown, a share of its extent
MAP_PX, MAP_GAP_PX = 210, 12  # side of the map, and its distance from the edges of the view


def close_up(
    points: Sequence[np.ndarray], foods: np.ndarray, whole: View, area: tuple[int, int, int, int]
) -> View | None:
    """The part of the arena with all paths, and the food nearest to one of them if there is room.

    Args:
        points: (m, 2) of each path, BL.
        foods: (k, 4), their positions first, BL.
        whole: the view of the whole arena.
        area: left, top, width, height of the view, px.

    Returns:
        None if it would not be larger than the whole arena by `LEAST_GAIN`.
    """
    walked = np.concatenate([np.asarray(each, dtype=float) for each in points])
    for shown in (np.concatenate((walked, _nearest(walked, foods))), walked):
        low, high = shown.min(axis=0), shown.max(axis=0)
        extent = np.maximum((high - low) * (1 + 2 * MARGIN), LEAST_BL)
        pixels_per_bl = float(min(area[2] / extent[0], area[3] / extent[1]))
        if pixels_per_bl >= LEAST_GAIN * whole.pixels_per_bl:
            x, y = ((low + high) / 2).tolist()
            return View((x, y), pixels_per_bl, *area)
    return None


def map_view(view: View, points: Sequence[np.ndarray], arena_radius: float) -> View:
    """A square in the corner of a view that covers the fewest points, for the whole arena."""
    places = np.concatenate([view.to_pixels(np.asarray(each, dtype=float)) for each in points])
    right = view.left + view.width - MAP_PX - MAP_GAP_PX
    bottom = view.top + view.height - MAP_PX - MAP_GAP_PX
    corners = [(x, y) for y in (view.top + MAP_GAP_PX, bottom) for x in (right, view.left + MAP_GAP_PX)]
    left, top = min(corners, key=lambda corner: _covered(places, corner))
    return View((0.0, 0.0), (MAP_PX / 2 - 8) / arena_radius, left, top, MAP_PX, MAP_PX)


def _nearest(walked: np.ndarray, foods: np.ndarray) -> np.ndarray:
    """(1, 2) the food that a path came nearest to; (0, 2) without food."""
    if not len(foods):
        return np.empty((0, 2))
    gaps = [np.hypot(*(walked - food).T).min() for food in foods[:, :2]]
    return foods[[int(np.argmin(gaps))], :2]


def _covered(places: np.ndarray, corner: tuple[int, int]) -> int:
    inside = (places >= np.array(corner) - MAP_GAP_PX) & (places < np.array(corner) + MAP_PX + MAP_GAP_PX)
    return int(inside.all(axis=1).sum())
