"""The head paths of several agents in one arena, as a picture for a page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from textwrap import wrap

import numpy as np
from PIL import Image

from spikeworm_env.errors import InputError
from spikeworm_env.files import replacing
from spikeworm_env.rendering.field import Scene, arena_image, highest
from spikeworm_env.rendering.hud import number
from spikeworm_env.rendering.layer import Layer, area_around, tiles
from spikeworm_env.rendering.lettering import fit, write
from spikeworm_env.rendering.marks import draw_scale_bar, draw_shade_key, draw_sources, paint_food
from spikeworm_env.rendering.path_views import close_up, map_view
from spikeworm_env.rendering.quiet_pygame import pygame
from spikeworm_env.rendering.snapshot import check_array, check_foods
from spikeworm_env.rendering.theme import LIGHT, PATH_COLOURS, Colour
from spikeworm_env.rendering.trail import thin
from spikeworm_env.rendering.view import View, blit_array, surface_array

WIDTH_PX = 1000
MARGIN_PX = 40
TITLE_PX = 64
ARENA_PX = 840
ROW_PX = 32
NOTE_PX, NOTE_COLUMNS = 26, 100  # height and characters of a line of notes
TILE_PX = 210  # of the sheets that the arena is drawn on
CLOSE_UP = (MARGIN_PX, TITLE_PX, WIDTH_PX - 2 * MARGIN_PX, ARENA_PX - 56)  # scale bar and key lie below
PATH_PX = 3.0
MAP_PATH_PX = 1.5
CASING_PX = 6.0  # a light rim, so that paths that cross can be followed
DASHES_PX = (np.inf, 16.0, 6.0)  # whole lines, then dashes: the colours come again with another dash
START_TOLERANCE_BL = 0.1
SWATCH_PX = 84
COLUMNS = (0.62, 0.78, 1.0)  # right edges of the legend's figures, shares of its width
START: Colour = (24, 28, 34)


@dataclass(frozen=True, eq=False)
class PathTrace:
    """One agent's way through the arena.

    Args:
        name: the agent.
        points: (m, 2), m >= 1, where its head was, BL, the oldest first.
        ci_time: chemotaxis index, mean over time; NaN is shown as a dash.
        ci_net: chemotaxis index, net approach; NaN is shown as a dash.
        reached: whether it came within 1 BL of food.

    Raises:
        InputError: points of another shape, none, or not finite.
    """

    name: str
    points: np.ndarray
    ci_time: float
    ci_net: float
    reached: bool

    def __post_init__(self) -> None:
        check_array(self.points, (None, 2), f"path of {self.name}: points")
        if not len(self.points):
            raise InputError(f"path of {self.name}: no points")


def path_colour(index: int) -> Colour:
    """The colour of the path with this index; the seven colours come again, then dashed."""
    return PATH_COLOURS[index % len(PATH_COLOURS)]


def path_picture(
    path: str | Path,
    paths: Sequence[PathTrace],
    arena_radius: float,
    foods: np.ndarray,
    title: str = "",
    notes: Sequence[str] = (),
) -> Path:
    """Draw the arena with its field, foods and paths, and below it a table of their indices, as a PNG.

    Where the paths take up a small part of the arena, that part is drawn large, with a map of the whole.
    A path begins at a white disc and ends at a disc of its own colour, full if it reached the food. The
    picture is 1000 px wide and grows with the number of paths. The file appears whole or not at all.

    Args:
        path: where to; ends in ``.png`` or has no ending.
        paths: at least one.
        arena_radius: BL, > 0.
        foods: (k, 4), x, y, peak, sigma, BL.
        title: above the arena.
        notes: sentences below the table.

    Returns:
        The file written.

    Raises:
        InputError: no path, a name that does not end in ``.png``, a missing folder, values out of range.
    """
    path = Path(path)
    path = path if path.suffix else path.with_suffix(".png")
    if path.suffix.lower() != ".png":
        raise InputError(f"{path}: a picture of another kind; expected a name that ends in .png")
    if not paths:
        raise InputError("paths are empty; expected at least one")
    if not 0 < arena_radius < np.inf:
        raise InputError(f"arena_radius is {arena_radius}; expected a finite number above 0")
    check_foods(foods, "picture")
    canvas = _paint(paths, arena_radius, np.asarray(foods, dtype=float), title, notes)
    image = Image.fromarray(surface_array(canvas))
    with replacing(path) as temporary:
        image.save(temporary, "PNG", dpi=(150, 150))
    return path


def _paint(
    paths: Sequence[PathTrace], arena_radius: float, foods: np.ndarray, title: str, notes: Sequence[str]
) -> pygame.Surface:
    legend_top = TITLE_PX + ARENA_PX + 40
    notes_top = legend_top + ROW_PX * (len(paths) + 2)
    lines = [line for note in notes for line in wrap(note, NOTE_COLUMNS)]
    notes_px = NOTE_PX * len(lines) + (MARGIN_PX // 4 if lines else 0)
    canvas = pygame.Surface((WIDTH_PX, notes_top + notes_px + MARGIN_PX // 2), 0, 32)
    canvas.fill(LIGHT.paper)
    whole = View(
        (0.0, 0.0),
        (ARENA_PX / 2 - 6) / arena_radius,
        (WIDTH_PX - ARENA_PX) // 2,
        TITLE_PX,
        ARENA_PX,
        ARENA_PX,
    )
    points = [trace.points for trace in paths]
    part = close_up(points, foods, whole, CLOSE_UP)
    view, scene = part or whole, Scene(arena_radius, foods)
    blit_array(canvas, view, arena_image(view, scene, LIGHT, 1.4))
    draw_sources(canvas, view, scene, 6, LIGHT)
    for index, trace in enumerate(paths):
        _paint_path(canvas, view, trace, index)
    _paint_ends(canvas, view, paths)
    if part is not None:
        pygame.draw.rect(canvas, LIGHT.muted, part.area, 1)
        _paint_map(canvas, part, map_view(part, points, arena_radius), scene, paths)
    write(canvas, fit(title, 36, WIDTH_PX - 2 * MARGIN_PX), (MARGIN_PX, 22), 36, LIGHT.ink)
    bottom = TITLE_PX + ARENA_PX
    draw_scale_bar(canvas, view.pixels_per_bl, (MARGIN_PX, bottom), 90, LIGHT.ink, LIGHT.paper, 20)
    key = pygame.Rect(WIDTH_PX - MARGIN_PX - 150, bottom - 20, 150, 14)
    write(canvas, "concentration", (key.left, key.top - 8), 20, LIGHT.muted, "bottomleft")
    draw_shade_key(canvas, key, highest(foods), None, LIGHT)
    for place, line in enumerate(lines):
        middle = notes_top + MARGIN_PX // 4 + NOTE_PX * place + NOTE_PX // 2
        write(canvas, line, (MARGIN_PX, middle), 22, LIGHT.ink, "midleft")
    _paint_legend(canvas, pygame.Rect(MARGIN_PX, legend_top, WIDTH_PX - 2 * MARGIN_PX, 0), paths)
    return canvas


def _paint_map(
    canvas: pygame.Surface, part: View, view: View, scene: Scene, paths: Sequence[PathTrace]
) -> None:
    """The whole arena with the paths, and a rectangle around the part that is shown large."""
    blit_array(canvas, view, arena_image(view, scene, LIGHT, 0.7))
    draw_sources(canvas, view, scene, 3, LIGHT)
    layer = Layer(view.area, LIGHT.paper)
    for index, trace in enumerate(paths):
        pixels = view.to_pixels(np.asarray(trace.points, dtype=float))
        layer.line(pixels[thin(pixels, 1.0)], path_colour(index), MAP_PATH_PX)
    layer.lay(canvas)
    half = np.array((part.width, part.height)) / part.pixels_per_bl / 2
    corners = view.to_pixels(np.array(part.centre) + ((-1, 1), (1, -1)) * half)
    (left, top), (right, bottom) = np.round(corners).astype(int).tolist()
    shown = pygame.Rect(left, top, right - left, bottom - top).clip(pygame.Rect(view.area))
    pygame.draw.rect(canvas, LIGHT.ink, shown, 2)
    pygame.draw.rect(canvas, LIGHT.muted, view.area, 1)


def _paint_path(canvas: pygame.Surface, view: View, trace: PathTrace, index: int) -> None:
    points = view.to_pixels(np.asarray(trace.points, dtype=float))
    area = area_around(points, CASING_PX, view.area)
    for tile in tiles(area, TILE_PX):
        layer = Layer(tile, LIGHT.paper)
        layer.line(points[thin(points, 1.0)], LIGHT.paper, CASING_PX)
        layer.lay(canvas)
        layer = Layer(tile, path_colour(index))
        _paint_line(layer, points, index)
        layer.lay(canvas)


def _paint_line(layer: Layer, points: np.ndarray, index: int) -> None:
    """The path with this index through canvas points (m, 2), px, in its colour and with its dashes."""
    dash_px = DASHES_PX[index // len(PATH_COLOURS) % len(DASHES_PX)]
    points = points[thin(points, 1.0)]
    length = np.concatenate(([0.0], np.cumsum(np.hypot(*np.diff(points, axis=0).T))))
    dash = np.floor(length / dash_px).astype(int)
    for piece in np.split(points, np.flatnonzero(np.diff(dash)) + 1)[::2]:
        layer.line(piece, path_colour(index), PATH_PX)


def _paint_ends(canvas: pygame.Surface, view: View, paths: Sequence[PathTrace]) -> None:
    """Starts, one for all if all start together, and ends."""
    for tile in tiles(view.area, TILE_PX):
        layer = Layer(tile, LIGHT.paper)
        _paint_ends_on(layer, view, paths)
        layer.lay(canvas)


def _paint_ends_on(layer: Layer, view: View, paths: Sequence[PathTrace]) -> None:
    starts = np.array([trace.points[0] for trace in paths], dtype=float)
    together = np.hypot(*(starts - starts[0]).T).max() <= START_TOLERANCE_BL
    for index, start in enumerate(starts[:1] if together else starts):
        _paint_start(layer, view.to_pixels(start[None])[0], START if together else path_colour(index))
    for index, trace in enumerate(paths):
        end = view.to_pixels(np.asarray(trace.points[-1:], dtype=float))[0]
        _paint_end(layer, end, path_colour(index), trace.reached)


def _paint_start(layer: Layer, place: np.ndarray, colour: Colour) -> None:
    for radius_px, fill in ((10.5, LIGHT.paper), (9.0, colour), (5.5, LIGHT.paper)):
        layer.disc(place, radius_px, fill)


def _paint_end(layer: Layer, place: np.ndarray, colour: Colour, reached: bool) -> None:
    layer.disc(place, 8.0, LIGHT.paper)
    layer.disc(place, 6.5, colour)
    if not reached:
        layer.disc(place, 3.2, LIGHT.paper)


def _paint_legend(canvas: pygame.Surface, area: pygame.Rect, paths: Sequence[PathTrace]) -> None:
    """A table with a row for each path, and below it what the markers mean."""
    columns = [area.left + round(share * area.width) for share in COLUMNS]
    height = ROW_PX * (len(paths) + 2)
    layer = Layer((area.left, area.top, area.width, height), LIGHT.paper)
    middles = [area.top + ROW_PX // 2 + ROW_PX * row for row in range(len(paths) + 2)]
    for x, text in zip(columns, ("ci_time", "ci_net", "reached food"), strict=True):
        write(canvas, text, (x, middles[0]), 22, LIGHT.muted, "midright")
    rule = area.top + ROW_PX
    pygame.draw.line(canvas, LIGHT.muted, (area.left, rule), (area.right - 1, rule))
    names_px = columns[0] - area.left - SWATCH_PX - 100
    for index, (trace, middle) in enumerate(zip(paths, middles[1:-1], strict=True)):
        swatch = np.column_stack(
            (np.arange(area.left + 4.0, area.left + SWATCH_PX - 16), np.full(SWATCH_PX - 20, middle))
        )
        _paint_line(layer, swatch, index)
        _paint_end(layer, swatch[-1], path_colour(index), trace.reached)
        write(
            canvas, fit(trace.name, 24, names_px), (area.left + SWATCH_PX, middle), 24, LIGHT.ink, "midleft"
        )
        cells = (number(trace.ci_time), number(trace.ci_net), "yes" if trace.reached else "no")
        for x, text in zip(columns, cells, strict=True):
            write(canvas, text, (x, middle), 24, LIGHT.ink, "midright")
    _paint_marker_key(canvas, layer, area, middles[-1] + 4)
    layer.lay(canvas)


def _paint_marker_key(canvas: pygame.Surface, layer: Layer, area: pygame.Rect, middle: int) -> None:
    x = area.left + 16
    keys = ("start", "food", "end, food reached", "end, food not reached")
    for text in keys:
        place = np.array((x, middle), dtype=float)
        if text == "start":
            _paint_start(layer, place, START)
        elif text == "food":
            paint_food(layer, place, 5, LIGHT)
        else:
            _paint_end(layer, place, LIGHT.muted, text == "end, food reached")
        x = write(canvas, text, (x + 20, middle), 22, LIGHT.muted, "midleft").right + 40
