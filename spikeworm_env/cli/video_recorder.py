"""The video of a running trial."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack, nullcontext, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from spikeworm_env.errors import InputError

if TYPE_CHECKING:
    import gymnasium

    from spikeworm_env.rendering.video import Video

FPS = 10  # 14 frames in a wave of the body; each takes 30 ms to draw and encode
FRAME_TICKS = 1000 // FPS  # of worm, so that the video shows real time


class VideoRecorder:
    """An observer of a trial that writes a video in real time, 10 frames a second.

    The file appears when the ``with`` block ends without an error.

    Args:
        path: the video's name without ending; an MP4, or a GIF if ffmpeg is not installed.
    """

    def __init__(self, path: Path) -> None:
        self._path, self._next_tick = path, 0
        self._video: Video | None = None
        self._open = ExitStack()

    def __enter__(self) -> VideoRecorder:
        return self

    def __exit__(self, *failure: Any) -> None:
        with nullcontext() if failure[0] is None else suppress(InputError):  # the first failure is reported
            self._open.__exit__(*failure)

    def __call__(self, env: gymnasium.Env, info: Mapping[str, Any]) -> None:
        """Write a frame if one is due."""
        if info["tick"] < self._next_tick:
            return
        self._next_tick += FRAME_TICKS
        frame: Any = env.render()
        if self._video is None:
            from spikeworm_env.rendering.video import open_video

            height, width, _ = frame.shape
            self._video = self._open.enter_context(open_video(self._path, (width, height), FPS))
        self._video.add(frame)
