"""MP4 in H.264 by the ffmpeg of imageio-ffmpeg, one frame at a time through a pipe."""

from __future__ import annotations

import importlib
import os
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO, NamedTuple

import numpy as np

from spikeworm_env.errors import SpikeWormError

X264 = ("libx264", "-crf", "18", "-preset", "veryfast")  # this rate factor is visually lossless
BIT_RATE = ("-b:v", "8M")  # of the others, which have no such factor in common
ENCODERS = (
    X264,
    ("libopenh264", *BIT_RATE),
    ("h264_videotoolbox", *BIT_RATE),
    ("h264_mf", *BIT_RATE),
    ("h264_nvenc", *BIT_RATE),
    ("h264_qsv", *BIT_RATE),
    ("h264_amf", *BIT_RATE),
)
"""Encoders of H.264 with their options, the preferred first; each ffmpeg has some of them."""
TRIAL_SIDE_PX = 256  # of the picture that an encoder is tried with: encoders in hardware refuse small ones
TRIAL_TIMEOUT_S = 60.0


class Encoder(NamedTuple):
    """An ffmpeg that writes H.264.

    Attributes:
        executable: the path of ffmpeg.
        codec: its encoder and the encoder's options.
    """

    executable: str
    codec: tuple[str, ...]


def find_encoder() -> Encoder | None:
    """The first of `ENCODERS` that works on this machine; None without any, or without ffmpeg."""
    executable = ffmpeg()
    return None if executable is None else _tried(executable)


@lru_cache
def _tried(executable: str) -> Encoder | None:
    return next((Encoder(executable, codec) for codec in ENCODERS if _works(executable, codec)), None)


def _works(executable: str, codec: tuple[str, ...]) -> bool:
    """Whether this encoder writes a picture; a list of encoders does not show what the machine lacks."""
    side = TRIAL_SIDE_PX
    command = _command(executable, codec, (side, side), 25.0, "-f", "null", "-")
    try:
        done = subprocess.run(
            command, input=bytes(side * side * 3), capture_output=True, timeout=TRIAL_TIMEOUT_S, check=False
        )
    except (OSError, subprocess.SubprocessError):
        return False
    return done.returncode == 0


def _command(
    executable: str, codec: tuple[str, ...], size: tuple[int, int], fps: float, *output: str
) -> list[str]:
    """Frames on stdin become H.264 in the output."""
    frames = ["-f", "rawvideo", "-pix_fmt", "rgb24", "-s", f"{size[0]}x{size[1]}", "-r", repr(float(fps))]
    # players take large pictures for BT.709; ffmpeg by itself would convert to BT.601 and shift the colours
    filters = "pad=ceil(iw/2)*2:ceil(ih/2)*2,scale=out_color_matrix=bt709"
    colours = ["-colorspace", "bt709", "-color_primaries", "bt709", "-color_trc", "bt709"]
    command = [executable, "-y", "-nostdin", "-loglevel", "error", *frames, "-i", "-", "-an", "-vf", filters]
    return [*command, "-c:v", *codec, "-pix_fmt", "yuv420p", *colours, *output]


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
def open_mp4(path: Path, size: tuple[int, int], fps: float, encoder: Encoder) -> Iterator[Mp4Writer]:
    """Write H.264 in an MP4 for common players; no frame stays in memory.

    Frames of odd width or height gain a column or a row: the pixel format takes even ones only.

    Args:
        path: written frame by frame; overwritten. Unusable if the block fails.
        size: (width, height) of the frames, px.
        fps: frames per second, > 0.
        encoder: see `find_encoder`.

    Raises:
        SpikeWormError: ffmpeg failed or could not be started.
    """
    output = ("-movflags", "+faststart", "-f", "mp4", str(path))
    command = _command(encoder.executable, encoder.codec, size, fps, *output)
    # a file, not a pipe: nothing reads a pipe while frames are written, and a full one would stop ffmpeg
    with tempfile.TemporaryFile() as messages:
        try:
            process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=messages,
                # Ctrl-C is not for ffmpeg, so that the frames so far can be kept
                start_new_session=os.name == "posix",
                creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
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
