"""A figure, video or report that cannot be made costs no result; neither does Ctrl-C."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from spikeworm_env.cli import stage
from spikeworm_env.cli.commands import run as run_module
from spikeworm_env.cli.optional import optional_output
from spikeworm_env.cli.video_recorder import VideoRecorder
from spikeworm_env.compiler.library import block_names
from spikeworm_env.compiler.recipe_source import read_block
from spikeworm_env.rendering import video
from spikeworm_env.reports import figures, report
from spikeworm_env.reports.figures import FIGURES, draw_figure
from spikeworm_env.trials.run import TrialInterrupted

SHORT = ("--seconds", "0.3", "--out", "o")
pytestmark = pytest.mark.usefixtures("notices_on_stderr")


def refuse(*_: object, **__: object) -> None:
    raise RuntimeError("no\nsuch  thing")


def names(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.iterdir() if not file.name.startswith("."))


def test_a_failing_output_is_one_line_and_an_interrupt_is_none(capfd: pytest.CaptureFixture[str]) -> None:
    for error in (RuntimeError("x" * 1000), OSError(28, "full"), ValueError("a\nb")):
        with optional_output("a.png"):
            raise error
    lines = capfd.readouterr().err.splitlines()
    assert len(lines) == 3 and max(map(len, lines)) < 300
    assert all(line.startswith("spikeworm: a.png is missing: ") for line in lines)
    with pytest.raises(KeyboardInterrupt), optional_output("a.png"):
        raise KeyboardInterrupt


def test_a_path_picture_that_fails_costs_a_run_one_line(
    spikeworm: Callable, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run_module, "_draw_paths", refuse)
    outcome = spikeworm("run", "random", *SHORT, "--controls", "none")
    assert (outcome.code, outcome.err) == (0, "spikeworm: path.png is missing: RuntimeError: no such thing\n")
    assert "ci_time" in outcome.out and len(names(here / "o")) == 1


def test_a_figure_that_fails_costs_no_recording_and_no_other_figure(
    spikeworm: Callable, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(kind: Any, path: Path, *content: Any) -> bool:
        return refuse() if kind.name == "connectivity" else real(kind, path, *content)

    real = figures.draw_figure
    monkeypatch.setattr(figures, "draw_figure", failing)
    outcome = spikeworm("inspect", "minimal", "--out", "o")
    assert outcome.code == 0
    assert outcome.err == "spikeworm: connectivity.png is missing: RuntimeError: no such thing\n"
    assert names(here / "o") == ["degrees.png", "layers.png", "wiring.png"]


@pytest.mark.parametrize("command", ["run", "train"])
def test_an_error_of_the_plotting_library_costs_no_result(
    command: str, spikeworm: Callable, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from matplotlib.figure import Figure

    monkeypatch.setattr(Figure, "savefig", refuse)
    if command == "run":
        outcome = spikeworm(
            "run", "minimal", *SHORT, "--render", "none", "--controls", "none", "--record", "r.csv"
        )
        assert (here / "r.csv").is_file() and names(here / "o") == ["path.png"]
    else:
        outcome = spikeworm("train", "learner_v1", "--ticks", 50, "--episodes", 1, "--out", "t.db", "--json")
        assert json.loads(outcome.out)["picture"] is None and (here / "t.db").is_file()
    assert (outcome.code, outcome.err.count("\n")) == (0, 1)


def test_a_report_that_fails_costs_no_table(
    spikeworm: Callable, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(report, "write_page", refuse)
    outcome = spikeworm("compare", "random", "--trials", 1, "--ticks", 20, "--jobs", 1, "--out", "o")
    assert outcome.code == 0 and "Every trial is in o." in outcome.out
    assert outcome.err == "spikeworm: the report o/report.html is missing: RuntimeError: no such thing\n"
    assert {"summary.json", "trials.csv"} <= set(names(here / "o"))


@pytest.mark.parametrize("fails_at", [0, 2])
def test_a_video_that_fails_costs_no_trial(
    fails_at: int, spikeworm: Callable, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    add = video.Video.add

    def failing(self: video.Video, frame: np.ndarray) -> None:
        if self.frames == fails_at:
            refuse()
        add(self, frame)

    monkeypatch.setattr(video.Video, "add", failing)
    outcome = spikeworm("run", "random", *SHORT, "--controls", "none")
    assert (outcome.code, outcome.err) == (0, "spikeworm: trial is missing: RuntimeError: no such thing\n")
    assert names(here / "o") == ["path.png"]


def interrupting(monkeypatch: pytest.MonkeyPatch, agent: str, at_s: float) -> None:
    """Ctrl-C in the trial of an agent at a time."""
    advance = stage.Stage.run

    def run(self: stage.Stage, participant: Any, *arguments: Any, **options: Any) -> Any:
        def show(_: Any, info: Any) -> None:
            if participant.key == agent and info["time_s"] >= at_s:
                raise KeyboardInterrupt

        monkeypatch.setattr(VideoRecorder, "__call__", watched(show, VideoRecorder.__call__))
        return advance(self, participant, *arguments, **options)

    monkeypatch.setattr(stage.Stage, "run", run)


def watched(show: Callable, call: Callable) -> Callable:
    def both(self: VideoRecorder, env: Any, info: Any) -> None:
        call(self, env, info)
        show(env, info)

    return both


def test_ctrl_c_in_the_first_trial_keeps_video_and_recording_so_far(
    spikeworm: Callable, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(video, "find_encoder", lambda: None)
    interrupting(monkeypatch, "minimal", 0.5)
    outcome = spikeworm("run", "minimal", "--seconds", 2, "--out", "o", "--record", "r.npz")
    assert outcome.code == 130
    kept = "r.npz, o/activity.png, o/trial.gif"
    assert outcome.err.startswith(
        f"spikeworm: interrupted after 0.5 s of minimal; kept: {kept}; repeat with: "
    )
    assert outcome.err.count("\n") == 1
    assert outcome.out.splitlines() == ["r.npz", "o/activity.png", "o/trial.gif"]
    with np.load(here / "r.npz") as recording:
        assert recording["times_s"].max(initial=0.0) < 0.52
        assert json.loads(str(recording["about"]))["result"]["seconds"] == 0.5
    with Image.open(here / "o" / "trial.gif") as animation:
        assert animation.n_frames == 6  # 0 to 0.5 s, every 100 ms


def test_ctrl_c_in_a_control_keeps_the_table_of_the_trials_before(
    spikeworm: Callable, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = stage.Stage.run

    def stopped(self: stage.Stage, participant: Any, *arguments: Any) -> Any:
        if participant.key == "oracle":
            raise TrialInterrupted
        return run(self, participant, *arguments)

    monkeypatch.setattr(stage.Stage, "run", stopped)
    outcome = spikeworm("run", "minimal", *SHORT, "--render", "none")
    assert outcome.code == 130 and "minimal:blind" in outcome.out and "oracle" not in outcome.out
    assert outcome.err.startswith("spikeworm: interrupted after minimal, minimal:blind; kept: o/path.png; ")
    found = json.loads(spikeworm("run", "minimal", *SHORT, "--render", "none", "--json").out)
    assert (found["agent"], list(found["controls"])) == ("minimal", ["blind"])


@pytest.mark.parametrize("command", ["ablate", "compare"])
def test_ctrl_c_names_the_command_that_resumes(
    command: str, spikeworm: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    room = {"ablate": "ablation.ablate", "compare": "comparison.compare"}[command]
    monkeypatch.setattr(f"spikeworm_env.experiments.{room}.{command}", stop)
    monkeypatch.setattr(sys, "argv", ["spikeworm", command, "minimal", "--out", "o"])
    outcome = spikeworm(command, "minimal", "--out", "o")
    assert outcome.code == 130
    assert outcome.err.endswith(f"kept in o; resume with: spikeworm {command} minimal --out o\n")


DRAW = """
import sys
from pathlib import Path
from spikeworm_env.compiler.library import block_names
from spikeworm_env.compiler.recipe_source import read_block
from spikeworm_env.reports.figures import FIGURES, draw_figure
block = read_block(block_names()["motor_segment"])
draw_figure(FIGURES["circuit"], Path(sys.argv[1]), block)
"""
SETTINGS = {
    "unwanted and broken": (
        "text.usetex: True\naxes.facecolor: red\nfont.size: 30\nlines.linewidth: abc\nno colon\n",
        "",
    ),
    "not UTF-8": ("\udcff\udcfe", "nonsense"),
    "interactive": ("backend: TkAgg\ninteractive: True\n", "TkAgg"),
}


def test_settings_of_the_user_do_not_change_a_figure(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib", reason="needs the extra report")
    draw_figure(FIGURES["circuit"], tmp_path / "circuit.png", read_block(block_names()["motor_segment"]))
    running = []
    for name, (matplotlibrc, backend) in SETTINGS.items():
        folder = tmp_path / name
        folder.mkdir()
        (folder / "matplotlibrc").write_text(matplotlibrc, encoding="utf-8", errors="surrogateescape")
        environment = (
            os.environ | {"MATPLOTLIBRC": str(folder)} | ({"MPLBACKEND": backend} if backend else {})
        )
        command = [sys.executable, "-c", DRAW, str(folder / "circuit.png")]
        running.append(
            subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, cwd=Path(__file__).parents[2])
        )
    for process in running:
        _, messages = process.communicate()
        assert process.returncode == 0, messages.decode()
    expected = np.asarray(Image.open(tmp_path / "circuit.png"))
    for name in SETTINGS:
        drawn = np.asarray(Image.open(tmp_path / name / "circuit.png"))
        np.testing.assert_array_equal(drawn, expected, err_msg=name)


def test_settings_of_the_program_do_not_change_a_figure_and_stay(tmp_path: Path) -> None:
    matplotlib = pytest.importorskip("matplotlib", reason="needs the extra report")
    block, drawn = read_block(block_names()["motor_segment"]), []
    for size, name in ((10.0, "a.png"), (30.0, "b.png")):
        with matplotlib.rc_context({"font.size": size, "axes.facecolor": "red", "text.usetex": size > 20}):
            assert draw_figure(FIGURES["circuit"], tmp_path / name, block)
            assert matplotlib.rcParams["font.size"] == size
        drawn.append((tmp_path / name).read_bytes())
    assert drawn[0] == drawn[1]


def test_a_letter_that_the_font_lacks_is_one_line(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("matplotlib", reason="needs the extra report")
    from spikeworm_env.reports.figure_style import default_style, new_figure, save_figure

    with default_style("a.png"):
        figure = new_figure(2.0, 2.0)
        figure.suptitle("\u4e01")
    save_figure(figure, tmp_path / "a.png")
    assert (tmp_path / "a.png").is_file()
    lines = capfd.readouterr().err.splitlines()
    assert len(lines) == 1 and lines[0].startswith("spikeworm: a.png: Glyph 19969")
