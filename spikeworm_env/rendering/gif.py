"""Animated GIFs, written frame by frame.

Pillow writes an animation only from frames that are all in memory. Here it compresses one frame at a time,
and its data go behind the headers of the format, GIF89a (https://www.w3.org/Graphics/GIF/spec-gif89a.txt).
"""

from __future__ import annotations

import io
import struct
from itertools import product
from typing import BinaryIO

import numpy as np
from PIL import Image

LONGEST_SIDE_PX = 480
HIGHEST_FPS = 15.0
UNCHANGED = 255  # the palette's entry for "as in the frame before"
COMMON_COLOURS, RARE_COLOURS = 127, 64  # of the palette, from the first frame
CUBE_STEPS = (0, 85, 170, 255)  # 64 more, for colours that come later
SCREEN_DESCRIPTOR_END = 13
IMAGE_DESCRIPTOR_BYTES = 10


class GifWriter:
    """An endless animation in 255 colours, at most 480 px long and at most 15 frames a second.

    Larger frames are reduced by a whole factor; of faster ones every second, third, ... is kept, and time
    stays true to a hundredth of a second. Pixels that do not change cost next to nothing.

    Args:
        file: open for writing in binary.
        fps: frames per second of what will be added, > 0.
    """

    def __init__(self, file: BinaryIO, fps: float) -> None:
        self._file, self._fps = file, fps
        self._stride = max(int(np.ceil(fps / HIGHEST_FPS - 1e-9)), 1)
        self._palette: Image.Image | None = None
        self._shown: np.ndarray | None = None  # (h, w) uint8, the palette's entries of the frame written last
        self._added = 0

    def add(self, frame: np.ndarray) -> None:
        """Write a (height, width, 3) uint8 frame, or skip it."""
        if self._added % self._stride == 0:
            image = Image.fromarray(frame)
            image = image.reduce(int(np.ceil(max(image.size) / LONGEST_SIDE_PX)))
            self._write(image)
        self._added += 1

    def close(self) -> None:
        """Write the end of the animation; the file stays open."""
        self._file.write(b";")

    def _write(self, image: Image.Image) -> None:
        """Write the difference to the frame before."""
        if self._palette is None:
            self._palette = _palette(image)
            self._write_header(image.size)
        nearest = np.asarray(image.quantize(palette=self._palette, dither=Image.Dither.NONE))
        entries = np.where(nearest == UNCHANGED, 0, nearest).astype(np.uint8)  # these two have one colour
        top, left, part = _changed(self._shown, entries)
        self._shown = entries
        height, width = part.shape
        place = struct.pack("<BHHHHB", ord(","), left, top, width, height, 0)
        # in one call, so that an interrupt leaves no frame in part
        self._file.write(self._control() + place + _compressed(part))

    def _control(self) -> bytes:
        """Duration of the frame, disposal method, and the transparent entry."""
        ends = [round(100 * (self._added + ahead) / self._fps) for ahead in (0, self._stride)]
        keep_and_transparent = 0b0000_0101
        return b"!\xf9\x04" + struct.pack("<BHBB", keep_and_transparent, ends[1] - ends[0], UNCHANGED, 0)

    def _write_header(self, size: tuple[int, int]) -> None:
        assert self._palette is not None
        colours = bytes(self._palette.getpalette() or b"").ljust(768, b"\0")
        whole_palette = 0b1111_0111  # 256 entries of 8 bits
        self._file.write(b"GIF89a" + struct.pack("<HHBBB", *size, whole_palette, 0, 0) + colours)
        self._file.write(b"!\xff\x0bNETSCAPE2.0\x03\x01\x00\x00\x00")  # repeat without end


def _palette(first: Image.Image) -> Image.Image:
    """A 1 x 1 image with 256 colours.

    The median cut gives the field its even shades but forgets thin lines and small marks; the greatest
    coverage keeps those.
    """
    colours = _colours(first, COMMON_COLOURS, Image.Quantize.MEDIANCUT)
    colours += _colours(first, RARE_COLOURS, Image.Quantize.MAXCOVERAGE)
    for cube_colour in product(CUBE_STEPS, repeat=3):
        colours += cube_colour
    colours += colours[:3]  # stands for UNCHANGED, and must not attract a colour of its own
    palette = Image.new("P", (1, 1))
    palette.putpalette(colours)
    return palette


def _colours(image: Image.Image, count: int, method: Image.Quantize) -> list[int]:
    """Red, green, blue, red, ... of the colours found; of fewer than asked for, the first comes again."""
    found = (image.quantize(count, method, dither=Image.Dither.NONE).getpalette() or [])[: 3 * count]
    return found + found[:3] * (count - len(found) // 3)


def _changed(before: np.ndarray | None, after: np.ndarray) -> tuple[int, int, np.ndarray]:
    """Top, left and entries of the smallest rectangle that holds every change; other pixels are marked."""
    if before is None:
        return 0, 0, after
    differs = before != after
    rows, columns = np.flatnonzero(differs.any(axis=1)), np.flatnonzero(differs.any(axis=0))
    if not len(rows):
        return 0, 0, np.full((1, 1), UNCHANGED, dtype=np.uint8)
    where = np.s_[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    return int(rows[0]), int(columns[0]), np.where(differs[where], after[where], UNCHANGED).astype(np.uint8)


def _compressed(entries: np.ndarray) -> bytes:
    """The LZW data of a frame of palette entries (h, w), from its code size to its terminator."""
    file = io.BytesIO()
    # as grey levels, which Pillow stores as they are: an entry's number is its grey
    Image.fromarray(entries).save(file, "GIF", optimize=False, interlace=False)
    data = file.getvalue()
    palette_entries = 2 << (data[10] & 0b111)
    start = SCREEN_DESCRIPTOR_END + 3 * palette_entries
    assert data[start : start + 1] == b"," and data.endswith(b";"), "unexpected blocks from Pillow"
    return data[start + IMAGE_DESCRIPTOR_BYTES : -1]
