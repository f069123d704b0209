"""Check: the encoder of videos."""

from __future__ import annotations

from collections.abc import Iterator

from spikeworm_env.diagnosis._check import Check, State


def look() -> Iterator[tuple[str, State, str, str]]:
    """The ffmpeg that would write MP4, and its encoder."""
    from spikeworm_env.rendering.mp4 import ffmpeg, find_encoder

    remedy = 'pip install "spikeworm[video]"'
    executable, encoder = ffmpeg(), find_encoder()
    if encoder is not None:
        yield "ffmpeg", State.OK, f"{encoder.executable}, encoder {encoder.codec[0]}", ""
    elif executable is not None:
        yield "ffmpeg", State.MISSING, f"{executable} does not write H.264; videos are GIFs", remedy
    else:
        yield "ffmpeg", State.MISSING, "none; videos are GIFs", remedy


CHECK = Check("videos", 50, look)
