"""Frames of a running trial into a video, one at a time."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import gymnasium

    from spikeworm_env.rendering.video import Video

FRAME_TICKS = 150
FPS = 25  # with a frame every 150 ms: 3.75 times as fast as life, 90 s in 24 s


class VideoRecorder:
    """An observer of trials that films; the video is there when its block ends well.

    Args:
        path: the video's name without ending; MP4, or GIF without ffmpeg.
    """

    def __init__(self, path: Path) -> None:
        self._path, self._next_tick = path, 0
        self._video: Video | None = None
        self._open = ExitStack()

    def __enter__(self) -> VideoRecorder:
        return self

    def __exit__(self, *failure: Any) -> None:
        self._open.__exit__(*failure)

    def __call__(self, env: gymnasium.Env, info: Mapping[str, Any]) -> None:
        """VideoRecorder a frame when one is due."""
        if info["tick"] < self._next_tick:
            return
        self._next_tick += FRAME_TICKS
        frame: Any = env.render()
        if self._video is None:
            from spikeworm_env.rendering.video import open_video

            height, width, _ = frame.shape
            self._video = self._open.enter_context(open_video(self._path, (width, height), FPS))
        self._video.add(frame)
