"""Check: the encoder of videos."""

from __future__ import annotations

from collections.abc import Iterator

from spikeworm_env.diagnosis._check import Check, State


def look() -> Iterator[tuple[str, State, str, str]]:
    """The ffmpeg that would write MP4."""
    try:
        import imageio_ffmpeg

        yield "ffmpeg", State.OK, imageio_ffmpeg.get_ffmpeg_exe(), ""
    except (ImportError, RuntimeError):
        yield "ffmpeg", State.MISSING, "none; videos are GIFs", 'pip install "spikeworm[video]"'


CHECK = Check("videos", 50, look)
