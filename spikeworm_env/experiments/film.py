"""The film of a trial, which a notebook shows."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import gymnasium

from spikeworm_env.agents import make_agent
from spikeworm_env.agents.recording_agent import with_panel
from spikeworm_env.agents.sources import Source
from spikeworm_env.checks import file_path
from spikeworm_env.errors import InputError
from spikeworm_env.files import replacing, temporary_folder
from spikeworm_env.interventions._protocol import ProtocolLike
from spikeworm_env.progress import Shown
from spikeworm_env.rendering.options import RenderOptions
from spikeworm_env.rendering.video import Video, open_video
from spikeworm_env.rendering.video_time import FPS, FrameTimes
from spikeworm_env.trials.result import TrialResult
from spikeworm_env.trials.run import run_trial
from spikeworm_env.trials.task import Trial, find_trial
from spikeworm_env.world.scale import DEFAULT_FRAME_SKIP

MOST_MB = 50  # that a notebook is given


@dataclass(frozen=True, eq=False)
class Film:
    """A film of one trial; a notebook shows it.

    Attributes:
        result: what the trial showed.
        suffix: ``".mp4"``, or ``".gif"`` where there is no ffmpeg that can write H.264.
        content: the file's bytes.
    """

    result: TrialResult
    suffix: str
    content: bytes = field(repr=False)

    def save(self, path: str | Path) -> Path:
        """Write the film; returns the file, whose ending is that of the film.

        Raises:
            InputError: another ending, or the file cannot be written.
        """
        file = file_path("path", path)
        if file.suffix.lower() not in ("", self.suffix):
            raise InputError(f"path is {file}; expected a name that ends in {self.suffix}")
        file = file.with_suffix(self.suffix)
        with replacing(file) as temporary:
            temporary.write_bytes(self.content)
        return file

    def _repr_html_(self) -> str:
        if len(self.content) > MOST_MB * 2**20:
            return f"<p>The film has more than {MOST_MB} MB; save it with film.save(path).</p>"
        data = base64.b64encode(self.content).decode()
        if self.suffix == ".gif":
            return f'<img alt="film of a trial" src="data:image/gif;base64,{data}">'
        return f'<video controls loop autoplay muted src="data:video/mp4;base64,{data}"></video>'


def watch(
    agent: Source = "arena_v1",
    seconds: float = 20.0,
    *,
    trial: str | Trial = "default",
    seed: int = 0,
    frame_skip: int = DEFAULT_FRAME_SKIP,
    protocol: ProtocolLike = (),
    progress: Shown = None,
) -> Film:
    """Run a trial and film it in real time; the last value of a notebook's cell is shown.

    Args:
        agent: what `run_trial` takes.
        seconds: simulated seconds.
        trial: a trial or the name of one.
        seed: the trial seed.
        frame_skip: ticks of 1 ms per step of the environment.
        protocol, progress: see `run_trial`.

    Raises:
        InputError: as `run_trial`.
    """
    times = FrameTimes()
    with temporary_folder() as folder, ExitStack() as stack:
        videos: list[Video] = []

        def observe(env: gymnasium.Env, info: Mapping[str, Any]) -> None:
            count = times.due(info["tick"])
            if not count:
                return
            picture: Any = env.render()
            if not videos:
                height, width, _ = picture.shape
                videos.append(stack.enter_context(open_video(folder / "film", (width, height), FPS)))
            for _ in range(count):
                videos[0].add(picture)

        trial = find_trial(trial).with_changes(duration_s=seconds)
        with closing(trial.make_env(frame_skip=frame_skip)) as env:
            made, panel = with_panel(make_agent(agent, env=env))
        result = run_trial(
            made,
            trial,
            seed,
            frame_skip=frame_skip,
            render_mode="rgb_array",
            render_options=RenderOptions(panel=panel),
            observer=observe,
            protocol=protocol,
            progress=progress,
        )
        stack.close()  # the file appears
        file = videos[0].path
        return Film(result, file.suffix, file.read_bytes())
