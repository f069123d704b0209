"""The video of a running trial."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from spikeworm_env.cli.optional import optional_output
from spikeworm_env.rendering.video_time import FPS, FrameTimes

if TYPE_CHECKING:
    import gymnasium

    from spikeworm_env.rendering.video import Video


class VideoRecorder:
    """An observer of a trial that writes a video in real time, 10 frames a second.

    The file appears when the ``with`` block ends without an error or with an interrupt. A video that cannot
    be written is left out with a notice.

    Args:
        path: the video's name without ending; an MP4, or a GIF without an ffmpeg that can write H.264.
    """

    def __init__(self, path: Path) -> None:
        self._path, self._times = path, FrameTimes()
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
        """Write the frames that are due."""
        count = self._times.due(info["tick"])
        if self._failed or not count:
            return
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
