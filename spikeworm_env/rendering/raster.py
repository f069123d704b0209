"""A raster of recent spikes: a band for each component, time to the right, now at the right edge."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from spikeworm_env.rendering.brain_snapshot import BrainSnapshot
from spikeworm_env.rendering.quiet_pygame import pygame
from spikeworm_env.rendering.theme import Theme, mix

SHOWN_MS = 2000.0  # the most that is shown
FULL_RATE_HZ = 50.0  # neurons that share a pixel make it as bright as can be when they fire at this rate
LEVELS = 16  # of brightness
FAINTEST = 4  # level of a pixel of which one neuron of many fires
SPACED_PX = 3  # neurons of at least so many rows of pixels have a gap between them


@dataclass(frozen=True, eq=False)
class Bands:
    """The rows of pixels of each component. A line is a group of neurons that shares rows of pixels.

    Attributes:
        top: (c,) first row of pixels of each band.
        height: (c,) rows of pixels.
        first_row: (l,) first of the raster's rows of each line.
        neurons: (l,) how many neurons each line stands for; may be less than one.
        component: (l,) that it belongs to.
        line: (h,) of each row of pixels; l stands for none.
    """

    top: np.ndarray
    height: np.ndarray
    first_row: np.ndarray
    neurons: np.ndarray
    component: np.ndarray
    line: np.ndarray


def band_heights(sizes: np.ndarray, height_px: int, label_px: int) -> np.ndarray:
    """Rows of pixels for components of these sizes (c,): a label's if that can be, more for large ones.

    They add up to ``height_px``.
    """
    count = len(sizes)
    least = min(label_px, height_px // count)
    share = np.sqrt(sizes) / np.sqrt(sizes).sum()
    edges = np.round(np.cumsum(least + share * (height_px - least * count))).astype(int)
    return np.diff(np.concatenate(([0], edges)))


@lru_cache(maxsize=8)
def make_bands(neurons: tuple[int, ...], rows: tuple[int, ...], height_px: int, label_px: int) -> Bands:
    """Lay the components out, ``neurons`` and ``rows`` as in `BrainSnapshot`."""
    height = band_heights(np.array(neurons), height_px, label_px)
    top = np.cumsum(height) - height
    line = np.full(height_px, -1)
    first_row, lines = [], 0
    sizes, owners = [], []
    start = 0
    for index, (count, n_rows) in enumerate(zip(neurons, rows, strict=True)):
        inside = max(int(height[index]) - 1, min(int(height[index]), 1))  # a pixel between bands
        n_lines = max(min(n_rows, inside), 1)
        edges = np.arange(n_lines + 1) * n_rows // n_lines
        first_row.append(start + edges[:-1])
        sizes.append(np.diff(edges) * count / n_rows)
        owners.append(np.full(n_lines, index))
        shown = np.arange(inside) * n_lines // max(inside, 1)
        at = line[top[index] : top[index] + inside]
        at[:] = lines + shown
        if inside >= SPACED_PX * n_lines:
            at[:-1][np.diff(shown) > 0] = -1
        start, lines = start + n_rows, lines + n_lines
    line[line < 0] = lines
    return Bands(top, height, np.concatenate(first_row), np.concatenate(sizes), np.concatenate(owners), line)


def column_grid(width_px: int, span_ms: float) -> tuple[int, int]:
    """Spans of time a column of the raster, and pixels a column: as many of the last seconds as fit."""
    spans = max(int(SHOWN_MS / span_ms), 1)
    if spans >= width_px:
        return spans // width_px, 1
    return 1, -(-width_px // spans)


def shown_seconds(width_px: int, span_ms: float) -> float:
    """How far back a raster of this width goes."""
    spans, pixels = column_grid(width_px, span_ms)
    return width_px / pixels * spans * span_ms / 1000


def draw_raster(
    canvas: pygame.Surface, area: pygame.Rect, brain: BrainSnapshot, theme: Theme, label_px: int
) -> Bands:
    """Fill the area with recent spikes; a pixel is brighter where more of its neurons fire."""
    bands = make_bands(
        tuple(np.asarray(brain.neurons).tolist()),
        tuple(np.asarray(brain.rows).tolist()),
        area.height,
        label_px,
    )
    spans, pixels = column_grid(area.width, brain.span_ms)
    columns = -(-area.width // pixels)
    counts = np.add.reduceat(_columns(brain, spans, columns), bands.first_row, axis=1, dtype=np.int32)
    most = np.maximum(bands.neurons * (spans * brain.span_ms * FULL_RATE_HZ / 1000), 1.0)
    level = np.sqrt(counts / most.astype(np.float32))
    level *= LEVELS - 1 - FAINTEST
    np.minimum(level, LEVELS - 1 - FAINTEST, out=level)
    colour = (bands.component % len(theme.parts) * LEVELS + 1 + FAINTEST).astype(np.float32)
    image = np.zeros((len(bands.first_row) + 1, columns), dtype=np.uint8)
    image[:-1] = np.where(counts > 0, level + colour, 0).T  # truncated to whole levels
    image = image[bands.line]
    if pixels > 1:
        image = np.repeat(image, pixels, axis=1)
    surface = pygame.image.frombuffer(image[:, -area.width :].tobytes(), area.size, "P")
    surface.set_palette(_palette(theme))
    canvas.blit(surface, area.topleft)
    return bands


def _columns(brain: BrainSnapshot, spans: int, columns: int) -> np.ndarray:
    """(columns, r) spikes a column and row of the raster, the newest last; nothing before the first span.

    Columns begin at whole multiples of their spans, so that a spike stays in its company as it moves left.
    """
    raster = np.asarray(brain.raster)
    open_spans = (brain.last_span + 1) % spans  # of the newest column, which is not yet full
    wanted = columns * spans - (spans - open_spans if open_spans else 0)
    raster = raster[max(len(raster) - wanted, 0) :]
    lacking = wanted - len(raster)
    behind = columns * spans - wanted
    if lacking or behind:
        raster = np.pad(raster, ((lacking, behind), (0, 0)))
    return raster if spans == 1 else raster.reshape(columns, spans, -1).sum(axis=1)


@lru_cache(maxsize=4)
def _palette(theme: Theme) -> list[tuple[int, int, int]]:
    """No spike, then the shades of each colour from none to full."""
    shades = [mix(theme.panel, colour, k / (LEVELS - 1)) for colour in theme.parts for k in range(LEVELS)]
    return [theme.panel, *shades]
