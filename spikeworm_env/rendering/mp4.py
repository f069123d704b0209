"""MP4 by the ffmpeg of imageio-ffmpeg, one frame at a time through a pipe."""

from __future__ import annotations

import importlib
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import numpy as np

from spikeworm_env.errors import SpikeWormError

CONSTANT_RATE_FACTOR = "18"  # of x264: visually lossless


def ffmpeg() -> str | None:
    """The path of ffmpeg, or ``None`` if imageio-ffmpeg is not installed or has none for this machine."""
    try:
        return importlib.import_module("imageio_ffmpeg").get_ffmpeg_exe()
    except (ImportError, RuntimeError):
        return None


class Mp4Writer:
    """Writes frames to a running ffmpeg; made by `open_mp4`."""

    def __init__(self, process: subprocess.Popen[bytes], messages: BinaryIO) -> None:
        self._process, self._messages = process, messages

    def add(self, frame: np.ndarray) -> None:
        """Pass a (height, width, 3) uint8 frame on.

        Raises:
            SpikeWormError: ffmpeg has stopped; the message includes its last line.
        """
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(np.ascontiguousarray(frame).data)
        except OSError as error:
            self._process.wait()
            raise self.failure() from error

    def failure(self) -> SpikeWormError:
        """The error to raise, with the last line of ffmpeg's messages."""
        self._messages.seek(0)
        lines = self._messages.read().decode(errors="replace").strip().splitlines()
        return SpikeWormError(
            f"ffmpeg could not write the video: {lines[-1] if lines else 'no reason given'}"
        )


@contextmanager
def open_mp4(path: Path, size: tuple[int, int], fps: float, executable: str) -> Iterator[Mp4Writer]:
    """Write H.264 in an MP4 for common players; no frame stays in memory.

    Frames of odd width or height gain a column or a row: the pixel format takes even ones only.

    Args:
        path: written frame by frame; overwritten. Unusable if the block fails.
        size: (width, height) of the frames, px.
        fps: frames per second, > 0.
        executable: ffmpeg.

    Raises:
        SpikeWormError: ffmpeg failed or could not be started.
    """
    frames = ["-f", "rawvideo", "-pix_fmt", "rgb24", "-s", f"{size[0]}x{size[1]}", "-r", repr(float(fps))]
    # players take large pictures for BT.709; ffmpeg by itself would convert to BT.601 and shift the colours
    filters = "pad=ceil(iw/2)*2:ceil(ih/2)*2,scale=out_color_matrix=bt709"
    colours = ["-colorspace", "bt709", "-color_primaries", "bt709", "-color_trc", "bt709"]
    codec = ["-c:v", "libx264", "-crf", CONSTANT_RATE_FACTOR, "-preset", "veryfast", "-pix_fmt", "yuv420p"]
    command = [executable, "-y", "-nostdin", "-loglevel", "error", *frames, "-i", "-"]
    command += ["-an", "-vf", filters, *codec, *colours, "-movflags", "+faststart", "-f", "mp4", str(path)]
    # a file, not a pipe: nothing reads a pipe while frames are written, and a full one would stop ffmpeg
    with tempfile.TemporaryFile() as messages:
        try:
            process = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=messages
            )
        except OSError as error:
            raise SpikeWormError(f"ffmpeg could not be started: {error}") from error
        writer = Mp4Writer(process, messages)
        try:
            yield writer
        except BaseException:
            process.kill()
            raise
        finally:
            process.communicate()  # ends the stream, and waits
        if process.returncode:
            raise writer.failure()
