"""Videos, written one frame at a time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

import numpy as np

from spikeworm_env.errors import InputError
from spikeworm_env.files import replacing
from spikeworm_env.rendering.gif import GifWriter
from spikeworm_env.rendering.mp4 import find_encoder, open_mp4


class _Writer(Protocol):
    def add(self, frame: np.ndarray) -> None: ...


class Video:
    """A video that is being written, made by `open_video`.

    Attributes:
        path: the file in the end: its ending may differ from the one given, see `video_path`.
        frames: number of frames added.
    """

    def __init__(self, path: Path, size: tuple[int, int], writer: _Writer) -> None:
        self.path, self.frames = path, 0
        self._shape = (size[1], size[0], 3)
        self._writer = writer

    def add(self, frame: np.ndarray) -> None:
        """Add a frame.

        Args:
            frame: (height, width, 3) uint8, red green blue.

        Raises:
            InputError: another shape or type.
            SpikeWormError: the encoder failed.
        """
        if np.shape(frame) != self._shape or frame.dtype != np.uint8:
            found = f"{np.shape(frame)} {getattr(frame, 'dtype', type(frame).__name__)}"
            raise InputError(f"{self.path.name}: frame is {found}; expected {self._shape} uint8")
        self._writer.add(frame)
        self.frames += 1


def video_path(path: str | Path) -> Path:
    """The file that `open_video` would write for this name.

    ``.mp4`` needs an ffmpeg that can write H.264 (``pip install spikeworm[video]``) and becomes ``.gif``
    without it; ``.gif`` stays; a name without an ending gets one.

    Raises:
        InputError: any other ending.
    """
    path = Path(path)
    if path.suffix.lower() not in ("", ".mp4", ".gif"):
        raise InputError(f"{path}: a video of another kind; expected a name that ends in .mp4 or .gif")
    if path.suffix.lower() == ".gif":
        return path
    return path.with_suffix(path.suffix or ".mp4") if find_encoder() else path.with_suffix(".gif")


@contextmanager
def open_video(path: str | Path, size: int | tuple[int, int], fps: float) -> Iterator[Video]:
    """Write a video: MP4 (H.264) if there is an ffmpeg that can, otherwise an animated GIF.

    The GIF is smaller (longest side at most 480 px), has 255 colours and at most 15 frames a second at the
    same speed. Neither keeps frames in memory. The file appears when the block ends; if the block fails, an
    older file stays, and no other file is left. Nothing is printed::

        with open_video("trial.mp4", 800, fps=25) as video:
            video.add(frame)
        print(video.path)

    Args:
        path: where to; see `video_path` for the name used, which is ``video.path``.
        size: (width, height) of the frames, px, or the side of square ones.
        fps: frames per second, > 0.

    Raises:
        InputError: a size, rate or name out of range, a missing folder, or no frame.
        SpikeWormError: the encoder failed.
    """
    width, height = (size, size) if isinstance(size, int) else size
    if min(width, height) < 2:
        raise InputError(f"size is {width} x {height}; expected frames of at least 2 x 2 px")
    if not 0 < fps < np.inf:
        raise InputError(f"fps is {fps}; expected a finite number above 0")
    path = video_path(path)
    with replacing(path, name_errors=False) as temporary:  # the block is a whole trial
        write = _write_gif if path.suffix.lower() == ".gif" else _write_mp4
        with write(temporary, path, (width, height), fps) as video:
            yield video
            if not video.frames:
                raise InputError(f"{path}: frames are missing; expected at least one")


@contextmanager
def _write_mp4(temporary: Path, path: Path, size: tuple[int, int], fps: float) -> Iterator[Video]:
    encoder = find_encoder()
    assert encoder is not None  # else the path would end in .gif
    with open_mp4(temporary, size, fps, encoder) as writer:
        yield Video(path, size, writer)


@contextmanager
def _write_gif(temporary: Path, path: Path, size: tuple[int, int], fps: float) -> Iterator[Video]:
    with temporary.open("wb") as file:
        writer = GifWriter(file, fps)
        yield Video(path, size, writer)
        writer.close()
