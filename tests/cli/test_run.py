"""``spikeworm run``: what it prints, what it writes, and what it leaves when it is stopped."""

from __future__ import annotations

import dataclasses
import json
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

import spikeworm_env as sw
from spikeworm_env.cli.video_recorder import VideoRecorder
from spikeworm_env.cli.written import LISTED
from spikeworm_env.compiler.library import find_recipe
from spikeworm_env.errors import TrialError
from spikeworm_env.rendering import display
from spikeworm_env.rendering.controls import Controls
from spikeworm_env.rendering.quiet_pygame import pygame
from spikeworm_env.trials import run as trial_module
from spikeworm_env.trials.metrics import figures_of
from spikeworm_env.trials.task import Trial

KEYS = {
    "agent", "seed", "seconds", "ci_time", "ci_net", "ci_clipped", "success", "min_distance",
    "speed_bl_per_s", "wave_frequency_hz", "ticks_per_second", "files",
}  # fmt: skip
SHORT = ["--seconds", "3"]


def files_in(folder: Path) -> set[str]:
    files = (file for file in folder.rglob("*") if file.is_file() and file.name != LISTED)
    return {str(file.relative_to(folder)) for file in files}


def test_json_alone_with_its_keys_and_those_of_the_controls(spikeworm: Callable, here: Path) -> None:
    outcome = spikeworm("run", *SHORT, "--seed", 3, "--render", "none", "--json")
    assert outcome.code == 0
    found = json.loads(outcome.out)
    assert set(found) >= KEYS
    assert set(found["controls"]) == {"blind", "oracle"}
    assert all(set(control) >= KEYS for control in found["controls"].values())
    assert (found["agent"], found["seed"], found["seconds"]) == ("arena_v1", 3, 3.0)
    assert found["controls"]["blind"]["agent"] == "arena_v1:blind"
    assert found["files"] == ["runs/arena_v1_default_s3_duration3s/path.png"]


def test_figures_are_those_of_the_library(spikeworm: Callable, here: Path) -> None:
    found = json.loads(spikeworm("run", *SHORT, "--seed", 3, "--render", "none", "--json").out)
    trial = Trial("default", duration_s=3.0)
    for name, figures in {
        "arena_v1": found,
        "oracle": found["controls"]["oracle"],
    }.items():
        expected = figures_of(sw.run_trial(name, trial, 3))
        assert {key: figures[key] for key in expected if key != "ticks_per_second"} == {
            key: value for key, value in expected.items() if key != "ticks_per_second"
        }


def test_picture_and_video_are_written_and_named(spikeworm: Callable, here: Path) -> None:
    outcome = spikeworm("run", "crawl", *SHORT, "--out", "shown")
    assert outcome.code == 0
    written = files_in(here)
    assert written in ({"shown/path.png", "shown/trial.mp4"}, {"shown/path.png", "shown/trial.gif"})
    assert all(file in outcome.out for file in written)
    with Image.open(here / "shown/path.png") as picture:
        assert picture.width == 1000
    for word in ("crawl", "crawl:blind", "oracle", "ci_time"):
        assert word in outcome.out


@pytest.mark.parametrize("frame_skip", [30, 100, 500])
def test_a_video_lasts_as_long_as_its_trial(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, frame_skip: int
) -> None:
    monkeypatch.setitem(sys.modules, "imageio_ffmpeg", None)  # a GIF, whose times are in it
    trial = Trial("short", duration_s=1.0)
    with VideoRecorder(tmp_path / "trial") as video_recorder:
        sw.run_trial(
            "crawl", trial, 0, frame_skip=frame_skip, render_mode="rgb_array", observer=video_recorder
        )
    with Image.open(tmp_path / "trial.gif") as video:
        times = []
        for i in range(video.n_frames):
            video.seek(i)
            times.append(video.info["duration"])
    assert sum(times) == pytest.approx(1000, abs=max(100, frame_skip))


@pytest.mark.parametrize("options", [[], ["--no-panel"], ["--theme", "light"], ["--follow"], ["--zoom", 3]])
def test_video_shows_the_brain_with_the_given_options(
    spikeworm: Callable, here: Path, monkeypatch: pytest.MonkeyPatch, options: list
) -> None:
    looks = []

    def video_recorder(self: VideoRecorder, env: Any, info: Any) -> None:
        frame = env.render()
        looks.append((dataclasses.replace(env.render_options), frame.mean()))

    monkeypatch.setattr(VideoRecorder, "__call__", video_recorder)
    command = ["run", "--ticks", 60, "--controls", "none", *options]
    assert spikeworm(*command).code == 0
    render_options, brightness = looks[-1]
    assert render_options.panel is not None
    assert render_options.panel().raster.shape[0] == 6
    assert render_options.show_panel == ("--no-panel" not in options)
    assert (render_options.theme == "light") == (brightness > 150) == ("light" in options)
    assert render_options.follow == ("--follow" in options)
    assert render_options.zoom == (6.0 if "--follow" in options else 3.0 if "--zoom" in options else 1.0)


def test_the_video_of_an_agent_without_a_brain_has_no_panel(
    spikeworm: Callable, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    panels = []
    monkeypatch.setattr(
        VideoRecorder, "__call__", lambda self, env, info: panels.append(env.render_options.panel)
    )
    assert spikeworm("run", "crawl", "--ticks", 60, "--controls", "none").code == 0
    assert panels
    assert set(panels) == {None}


def test_a_rendered_trial_equals_one_that_is_not_rendered(spikeworm: Callable, here: Path) -> None:
    options = ["run", "--ticks", 500, "--controls", "none", "--json", "--out"]
    shown = json.loads(spikeworm(*options, "a").out)
    hidden = json.loads(spikeworm(*options, "b", "--render", "none").out)
    differing = ("ticks_per_second", "files", "command")
    assert {key: value for key, value in shown.items() if key not in differing} == {
        key: value for key, value in hidden.items() if key not in differing
    }


def test_the_speed_is_that_of_the_brain_asked_for(
    spikeworm: Callable, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    speeds = {"crawler_v1": 12_345.0, "crawler_v1:blind": 54_321.0, "oracle": 9e6}

    def timed(agent: Any, *rest: Any, **more: Any) -> Any:
        return dataclasses.replace(run_trial(agent, *rest, **more), ticks_per_second=speeds[agent.name])

    run_trial = trial_module.run_trial
    monkeypatch.setattr(trial_module, "run_trial", timed)
    command = ["run", "crawler_v1", "--ticks", 60, "--render", "none"]
    lines = [line for line in spikeworm(*command).out.splitlines() if "per second" in line]
    assert lines == ["crawler_v1: 12,345 ticks per second of computing; a tick is 1 ms of worm."]
    assert json.loads(spikeworm(*command, "--json").out)["ticks_per_second"] == 12_345.0


IN_A_WINDOW = ("run", "crawl", "--ticks", 60, "--controls", "none", "--render", "human")
KEY = pygame.event.Event(pygame.KEYDOWN, key=pygame.K_q, unicode="q")
LOOKS_AT_THE_END = 5


@pytest.fixture
def at_the_end(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[], Any]], list[int]]:
    """Calls a function in the fifth look at the last frame of a window; the list counts the looks."""

    def when_ended(act: Callable[[], Any]) -> list[int]:
        looks: list[int] = []

        def take_frame(controls: Controls) -> bool:
            if controls.ended:
                looks.append(len(looks))
                if len(looks) == LOOKS_AT_THE_END:
                    act()
            return original(controls)

        original = Controls.take_frame
        monkeypatch.setattr(Controls, "take_frame", take_frame)
        monkeypatch.setenv("SDL_VIDEODRIVER", "dummy")
        monkeypatch.setattr(display, "OUT_OF_SIGHT", ())
        return looks

    return when_ended


@pytest.mark.parametrize("event", [KEY, pygame.event.Event(pygame.QUIT)], ids=["key", "close button"])
def test_a_window_stays_at_the_end_until_it_is_closed(
    spikeworm: Callable, at_the_end: Callable, event: Any
) -> None:
    looks = at_the_end(lambda: pygame.event.post(event))
    outcome = spikeworm(*IN_A_WINDOW)
    assert len(looks) == LOOKS_AT_THE_END
    assert outcome.code == 0 and "path.png" in outcome.out
    assert "per second" not in outcome.out  # the window sets the pace


def test_an_interrupt_of_the_last_frame_keeps_the_whole_trial(
    spikeworm: Callable, at_the_end: Callable
) -> None:
    def interrupt() -> None:
        raise KeyboardInterrupt

    looks = at_the_end(interrupt)
    outcome = spikeworm(*IN_A_WINDOW)
    assert len(looks) == LOOKS_AT_THE_END
    assert outcome.code == 130 and "interrupted after crawl; kept: " in outcome.err
    assert "path.png" in outcome.out and "ci_time" in outcome.out and "0.06 s of" not in outcome.out


def test_a_window_that_nobody_sees_does_not_wait_for_its_user(
    spikeworm: Callable, at_the_end: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks = at_the_end(lambda: pygame.event.post(KEY))
    monkeypatch.setattr(display, "OUT_OF_SIGHT", ("dummy",))
    assert spikeworm(*IN_A_WINDOW).code == 0
    sw.run_trial("crawl", Trial("default", duration_s=0.06), render_mode="human")
    assert not looks


def test_the_oracle_has_no_controls_beside_it(spikeworm: Callable, here: Path) -> None:
    found = json.loads(spikeworm("run", "oracle", "--ticks", 20, "--render", "none", "--json").out)
    assert (found["agent"], found["controls"]) == ("oracle", {})
    outcome = spikeworm("run", "oracle", "--ticks", 20, "--controls", "oracle")
    assert (outcome.code, outcome.out) == (2, "")
    assert "--controls has no effect on oracle" in outcome.err


def test_brain_is_compiled_once_into_the_cache(spikeworm: Callable, here: Path, cached: Callable) -> None:
    for _ in range(2):
        assert spikeworm("run", "--ticks", 20, "--render", "none", "--brain-seed", 7).code == 0
        assert files_in(here) == {
            cached("arena_v1", 7),
            "runs/arena_v1_default_s0_duration0.02s_b7/path.png",
        }


def test_brain_file_runs_as_its_recipe_does(spikeworm: Callable, here: Path) -> None:
    assert spikeworm("compile", "crawler_v1", "--out", "mine.db").code == 0
    options = ["--ticks", 500, "--render", "none", "--json", "--controls", "none"]
    by_file = json.loads(spikeworm("run", "mine.db", *options).out)
    by_name = json.loads(spikeworm("run", "crawler_v1", *options).out)
    assert (by_file["agent"], by_name["agent"]) == ("mine", "crawler_v1")
    assert by_file["ci_net"] == by_name["ci_net"]
    assert by_file["controls"] == {}


def test_trial_is_changed_by_the_options(spikeworm: Callable, here: Path) -> None:
    FAR = "far with duration 0.04 s, start distance 7 BL, sigma 5 BL, foods 3"
    options = ["--start-distance", 7, "--sigma", 5, "--foods", 3, "--frame-skip", 10, "--ticks", 40]
    outcome = spikeworm("run", "oracle", *options, "--trial", "far", "--render", "none", "--json")
    found = json.loads(outcome.out)
    assert (found["start_distance"], found["seconds"], found["trial"]) == (pytest.approx(7.0), 0.04, FAR)


def test_jitter_changes_the_brain(spikeworm: Callable, here: Path) -> None:
    options = ["--seconds", 2, "--render", "none", "--json", "--controls", "none"]
    plain = json.loads(spikeworm("run", *options).out)
    jittered = json.loads(spikeworm("run", *options, "--weight-jitter", 0.2).out)
    assert plain["ci_net"] != jittered["ci_net"]


@pytest.mark.parametrize(
    ("failure", "code", "line"),
    [
        (TrialError("seed 0: lost"), 1, "spikeworm: seed 0: lost\n"),
        (OSError(28, "No space left on device"), 1, "spikeworm: No space left on device\n"),
    ],
)
def test_a_run_that_fails_leaves_nothing(
    failure: BaseException,
    code: int,
    line: str,
    spikeworm: Callable,
    here: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(here))
    left: list[Path] = []

    def stop(*_: object, observer: Callable, **__: object) -> None:
        env = Trial("stopped").make_env(render_mode="rgb_array")
        observer(env, env.reset(seed=0)[1])  # the first frame
        left.extend(here.iterdir())
        raise failure

    monkeypatch.setattr(trial_module, "run_trial", stop)
    outcome = spikeworm("run", "crawl")
    assert (outcome.code, outcome.out, outcome.err) == (code, "", line)
    assert sum(path.name.startswith("spikeworm-") for path in left) == 1  # where the video was being made
    assert list(here.iterdir()) == []


def test_a_recipe_and_a_brain_of_long_names_run(spikeworm: Callable, here: Path) -> None:
    recipe, brain = here / f"{'x' * 250}.json", here / f"{'y' * 240}.db"
    recipe.write_text(find_recipe("minimal").read_text())
    assert spikeworm("compile", "minimal", "--out", brain).code == 0
    for file in (recipe, brain):
        outcome = spikeworm("run", file, "--ticks", 20, "--render", "none", "--controls", "none")
        assert (outcome.code, outcome.err) == (0, "")
    assert len(list((here / "runs").iterdir())) == 2
