"""The video of a running trial."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from spikeworm_env.cli.optional import optional_output

if TYPE_CHECKING:
    import gymnasium

    from spikeworm_env.rendering.video import Video

FPS = 10  # 14 frames in a wave of the body; each takes 30 ms to draw and encode
FRAME_TICKS = 1000 // FPS  # of worm, so that the video shows real time


class VideoRecorder:
    """An observer of a trial that writes a video in real time, 10 frames a second.

    The file appears when the ``with`` block ends without an error or with an interrupt. A video that cannot
    be written is left out with a notice.

    Args:
        path: the video's name without ending; an MP4, or a GIF without an ffmpeg that can write H.264.
    """

    def __init__(self, path: Path) -> None:
        self._path, self._next_tick = path, 0
        self._video: Video | None = None
        self._open = ExitStack()
        self._failed = False

    def __enter__(self) -> VideoRecorder:
        return self

    def __exit__(self, kind: type[BaseException] | None, *failure: Any) -> None:
        with optional_output(self._path.name):
            if kind is None or issubclass(kind, KeyboardInterrupt):
                self._open.close()
            else:
                self._discard()

    def __call__(self, env: gymnasium.Env, info: Mapping[str, Any]) -> None:
        """Write a frame if one is due; a step longer than a frame is shown for its duration."""
        if self._failed or info["tick"] < self._next_tick:
            return
        count = 1 + (info["tick"] - self._next_tick) // FRAME_TICKS
        self._next_tick += count * FRAME_TICKS
        with optional_output(self._path.name):
            try:
                self._add(env.render(), count)
            except Exception:
                self._failed = True
                self._discard()
                raise

    def _add(self, frame: Any, count: int) -> None:
        if self._video is None:
            from spikeworm_env.rendering.video import open_video

            height, width, _ = frame.shape
            self._video = self._open.enter_context(open_video(self._path, (width, height), FPS))
        for _ in range(count):
            self._video.add(frame)

    def _discard(self) -> None:
        """Leave no file."""
        with suppress(Exception), self._open:  # the error of the frame is the one to report
            raise _NotKeptError


class _NotKeptError(Exception):
    """Ends a video without a file."""
