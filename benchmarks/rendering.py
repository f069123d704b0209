"""Rows of rendering: one frame of a running trial, and a whole trial to a video file."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from benchmarks.timing import Effort, Row, cpu_seconds
from spikeworm_env.agents import make_agent
from spikeworm_env.agents.recording_agent import RecordingAgent
from spikeworm_env.agents.spiking import SpikingAgent
from spikeworm_env.compiler import compile_recipe
from spikeworm_env.rendering.options import RenderOptions
from spikeworm_env.resources import CHECKOUT
from spikeworm_env.trials.task import Trial

SEED = 10_000
SIZE_PX = 800
FRAME_TICKS = 40  # real time at 25 frames a second
WARM_UP_TICKS = 2000  # until the raster is full
LEAST_FRAMES = 60.0  # a second
VIDEO_BRAIN = "reverser_v1"
BUDGET_S, BUDGET_MB = 60.0, 300.0

RECORD = """
import sys, time
from pathlib import Path
from spikeworm_env.agents import make_agent
from spikeworm_env.agents.recording_agent import RecordingAgent
from spikeworm_env.cli.video_recorder import VideoRecorder
from spikeworm_env.trials.run import run_trial
from spikeworm_env.trials.task import Trial
from spikeworm_env.rendering.options import RenderOptions
agent = RecordingAgent(make_agent(sys.argv[1], frame_skip=1))
trial = Trial("video", duration_s=float(sys.argv[3]))
started = time.perf_counter()
with VideoRecorder(Path(sys.argv[2])) as recorder:
    options = RenderOptions(panel=agent.panel)
    run_trial(agent, trial, 10000, render_mode="rgb_array", render_options=options, observer=recorder)
seconds = time.perf_counter() - started
# not getrusage: that counts the process that started this one
status = Path("/proc/self/status").read_text()
print(seconds, int(status.partition("VmHWM:")[2].split()[0]) / 1024)
"""


def rendering_rows(effort: Effort, brains: tuple[str, ...] = (VIDEO_BRAIN, "big_50k")) -> Iterator[Row]:
    """The arena without a brain, then with the panels of brains of some thousand and of 50,000 neurons."""
    shown: dict[str, tuple[RecordingAgent | None, RenderOptions]] = {
        "no brain": (None, RenderOptions()),
        "camera follows": (None, RenderOptions(follow=True, zoom=6.0)),
    }
    for brain in brains:
        agent = RecordingAgent(SpikingAgent(compile_recipe(brain), frame_skip=1))
        shown[f"panel of {brain}"] = (agent, RenderOptions(panel=agent.panel))
    for name, (mover, render_options) in shown.items():
        rates = _frames_per_second(mover, render_options, effort)
        yield Row(f"frame of {SIZE_PX} × {SIZE_PX} px, {name}", rates, "frames/s", least=LEAST_FRAMES)
    if effort.subprocesses and sys.platform == "linux" and importlib.util.find_spec("imageio_ffmpeg"):
        yield from _video_rows(effort)


def _frames_per_second(
    agent: RecordingAgent | None, render_options: RenderOptions, effort: Effort
) -> tuple[float, ...]:
    """Frames per second of CPU time, the panel included; the worm moves between frames."""
    mover = agent or make_agent("crawl", frame_skip=1)
    frames = max(effort.ticks // 50, 1)
    ticks = min(effort.warm_up, WARM_UP_TICKS)
    samples = []
    trial = Trial("benchmark", duration_s=1000.0)
    with closing(trial.make_env(frame_skip=1, render_mode="rgb_array")) as env:
        env.render_options = render_options  # type: ignore[attr-defined]
        observation, info = env.reset(seed=SEED)
        mover.reset(seed=SEED, info=info)
        for _ in range(effort.repeats + 1):
            spent = 0.0
            for _ in range(frames):
                for _ in range(ticks):
                    observation, reward, terminated, truncated, info = env.step(mover.act(observation))
                    mover.learn(float(reward), terminated, truncated, info)
                ticks = FRAME_TICKS
                spent += cpu_seconds(env.render)
            samples.append(frames / spent)
    return tuple(samples[1:])


def _video_rows(effort: Effort) -> Iterator[Row]:
    """A new process that records a trial: time from its start to the finished file, and peak memory."""
    trial_s = effort.video_s
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-c", RECORD, VIDEO_BRAIN, str(Path(folder) / "trial"), str(trial_s)]
        finished = [
            subprocess.run(
                command, env=dict(os.environ), cwd=CHECKOUT, capture_output=True, text=True, check=True
            )
            for _ in range(max(effort.repeats // 3, 1))
        ]
    seconds, megabytes = zip(*(map(float, each.stdout.split()) for each in finished), strict=True)
    name = f"{trial_s:g} s of {VIDEO_BRAIN} to MP4 with its panel, {SIZE_PX} px"
    yield Row(f"{name}, wall-clock", seconds, "s", BUDGET_S)
    yield Row(f"{name}, memory of the process", megabytes, "MB", BUDGET_MB)
