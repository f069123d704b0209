"""A user's mistake is one line on stderr that names it, exit code 2, and nothing written."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from itertools import product
from pathlib import Path

import pytest

from spikeworm_env.compiler.library import find_recipe

TAKE_A_BRAIN = ("run", "train", "compare", "ablate", "study", "inspect")  # a recipe or a brain file

BAD_ARGUMENTS = {
    "unknown command": (["rnu"], "rnu"),
    "unknown option": (["run", "--sede", "1"], "--sede"),
    "unknown name": (["run", "crawler_v2"], "did you mean 'crawler_v1'"),
    "unknown agent": (["run", "orcale"], "did you mean 'oracle'"),
    "two names": (["run", "crawler_v1", "crawl"], "crawl"),
    "policy file not there": (["run", "ppo:none.npz"], "none.npz: no such policy file"),
    "policy file for an agent without": (["run", "crawl:none.npz"], "takes no policy file"),
    "brain file not there": (["run", "brains/none.db"], "brains/none.db"),
    "unknown trial": (["run", "--trial", "fra"], "did you mean 'far'"),
    "unknown render": (["run", "--render", "film"], "film"),
    "unknown theme": (["run", "--theme", "drak"], "did you mean 'dark'"),
    "zoom too near": (["run", "--zoom", "100"], "zoom"),
    "zoom nan": (["run", "--zoom", "nan"], "zoom"),
    "seed no number": (["run", "--seed", "x"], "--seed"),
    "seed below 0": (["run", "--seed", "-1"], "--seed"),
    "seconds below 0": (["run", "--seconds", "-1"], "seconds"),
    "seconds nan": (["run", "--seconds", "nan"], "seconds"),
    "seconds infinite": (["run", "--seconds", "inf"], "seconds"),
    "no ticks": (["run", "--ticks", "0"], "ticks"),
    "seconds and ticks": (["run", "--seconds", "1", "--ticks", "1000"], "not both"),
    "start outside": (["run", "--start-distance", "100"], "--start-distance is 100"),
    "flat food": (["run", "--sigma", "0"], "--sigma is 0"),
    "no food": (["run", "--foods", "0"], "--foods is 0"),
    "frame skip 0": (["run", "--frame-skip", "0"], "--frame-skip is 0"),
    "jitter too great": (["run", "--weight-jitter", "2"], "--weight-jitter is 2"),
    "jitter nan": (["run", "--weight-jitter", "nan"], "--weight-jitter is nan"),
    "brain seed no number": (["run", "--brain-seed", "x"], "--brain-seed"),
    "two brain seeds": (["run", "--brain-seed", "42-43"], "--brain-seed"),
    "several brain seeds for one brain": (["run", "--brain-seeds", "42"], "did you mean '--brain-seed'"),
    "unknown control": (["run", "--controls", "deaf"], "deaf"),
    "nothing to compare": (["compare"], "NAME|FILE is missing"),
    "unknown agent to compare": (["compare", "crawl", "crawll"], "did you mean 'crawl'"),
    "unknown agent after a good one": (["compare", "crawler_v1", "crawll"], "did you mean 'crawl'"),
    "policy file not there to compare": (["compare", "crawl", "linear:none.npz"], "none.npz: no such policy"),
    "agent twice": (["compare", "crawl", "crawl"], "'crawl'"),
    "no trials": (["compare", "crawl", "--trials", "0"], "--trials is 0"),
    "first seed above 2**63 - 1": (["compare", "crawl", "--first-seed", str(2**63)], "from 0 to 2**63 - 1"),
    "last seed above 2**63 - 1": (
        ["compare", "crawl", "--trials", "2", "--first-seed", str(2**63 - 1)],
        "from 0 to 2**63 - 1",
    ),
    "seed above 2**63 - 1": (["run", "--seed", str(2**63)], "--seed is 9223372036854775808"),
    "first seed below 0": (["compare", "crawl", "--first-seed", "-2"], "-2"),
    "no jobs": (["compare", "crawl", "--jobs", "0"], "--jobs is 0"),
    "unknown backend": (["compare", "crawl", "--backend", "daks"], "did you mean 'dask'"),
    "address of no cluster": (
        ["compare", "crawl", "--address", "tcp://127.0.0.1:1"],
        "expected backend dask",
    ),
    "jobs of a cluster": (
        ["compare", "crawl", "--backend", "dask", "--jobs", "2", "--address", "tcp://127.0.0.1:1"],
        "not both",
    ),
    "address that is none": (["compare", "crawl", "--backend", "dask", "--address", "here"], "HOST:PORT"),
    "no scheduler there": (
        ["compare", "crawler_v1", "--backend", "dask", "--address", "tcp://127.0.0.1:1"],
        "no Dask scheduler can be reached at tcp://127.0.0.1:1",
    ),
    "no scheduler for lesions": (
        ["ablate", "crawler_v1", "--backend", "dask", "--address", "127.0.0.1:1"],
        "no Dask scheduler can be reached at 127.0.0.1:1",
    ),
    "seeds backwards": (["compare", "crawler_v1", "--brain-seeds", "44-42"], "44-42"),
    "seeds by the quintillion": (
        ["compare", "crawler_v1", "--brain-seeds", f"0-{2**63}"],
        "at most 1000 seeds",
    ),
    "a brain seed of 5,000 digits": (
        ["compare", "crawler_v1", "--brain-seeds", "9" * 5000],
        "--brain-seeds is",
    ),
    "an episode of 5,000 digits": (["study", "learner_v1", "--test-after", "9" * 5000], "--test-after is"),
    "seed twice": (["compare", "crawler_v1", "--brain-seeds", "42,42"], "brain seeds"),
    "unknown control to compare": (["compare", "crawl", "--controls", "shufled"], "did you mean 'shuffled'"),
    "intervals of few trials": (["compare", "crawl", "--trials", "9", "--intervals"], "--trials is 9"),
    "nothing to lesion": (["ablate"], "NAME|FILE is missing"),
    "an agent to lesion": (["ablate", "crawl"], "crawl has no brain"),
    "unknown brain to lesion": (["ablate", "crawlr_v1"], "did you mean 'crawler_v1'"),
    "unknown lesion": (["ablate", "crawler_v1", "--lesion", "piruette"], "did you mean 'pirouette'"),
    "lesion without effect": (["ablate", "crawler_v1", "--lesion", "pirouette,body"], "'body'"),
    "unknown assay": (["ablate", "crawler_v1", "--assays", "touch,chemotaxi"], "did you mean 'chemotaxis'"),
    "no trials of lesions": (["ablate", "crawler_v1", "--trials", "0"], "trials"),
    "first seed of lesions below 0": (["ablate", "crawler_v1", "--first-seed", "-2"], "-2"),
    "no jobs for lesions": (["ablate", "crawler_v1", "--jobs", "0"], "jobs"),
    "brain seed of lesions twice": (["ablate", "crawler_v1", "--brain-seeds", "42,42"], "brain seeds"),
    "nothing to study": (["study"], "NAME|FILE is missing"),
    "an agent to study": (["study", "crawl"], "crawl has no brain"),
    "unknown recipe to study": (["study", "lerner_v1"], "did you mean 'learner_v1'"),
    "unknown control to study": (
        ["study", "learner_v1", "--controls", "no_rewrad"],
        "did you mean 'no_reward'",
    ),
    "a brain that cannot learn": (["study", "crawler_v1"], "crawler_v1 cannot learn"),
    "an arena with a gait": (["study", "learner_v1", "--trial", "steering"], "muscle activations"),
    "no episodes to study": (["study", "learner_v1", "--episodes", "0"], "--episodes is 0"),
    "no tests": (["study", "learner_v1", "--tests", "0"], "--tests is 0"),
    "episodes that are none": (["study", "learner_v1", "--test-after", "1-2"], "--test-after is '1-2'"),
    "a test after the last episode": (["study", "learner_v1", "--test-after", "6"], "--test-after is [6]"),
    "a flip without markers": (["study", "learner_v1", "--flip", "2"], "nothing to flip"),
    "episodes on the test seeds": (["study", "learner_v1", "--first-seed", "9500"], "first_seed"),
    "extinction below 0": (["study", "learner_v1", "--extinction", "-1"], "--extinction is -1"),
    "recipe not there": (["compile", "nowhere.json"], "nowhere.json"),
    "unknown recipe": (["compile", "crawler"], "did you mean 'crawler_v1'"),
    "compile seed below 0": (["compile", "crawler_v1", "--brain-seed", "-1"], "--brain-seed is -1"),
    "compile into a folder": (["compile", "crawler_v1", "--out", "."], "--out"),
    "nothing to train": (["train"], "NAME|FILE is missing"),
    "an agent to train": (["train", "oracle"], "no brain to train"),
    "unknown brain to train": (["train", "learnr_v1"], "did you mean 'learner_v1'"),
    "brain file to train not there": (["train", "none.db"], "none.db"),
    "nothing that learns": (["train", "crawler_v1"], "none of its synapses learns"),
    "no episodes": (["train", "learner_v1", "--episodes", "0"], "--episodes is 0"),
    "episodes no number": (["train", "learner_v1", "--episodes", "x"], "--episodes"),
    "episode above 2**63 - 1": (
        ["train", "learner_v1", "--tests", "0", "--first-seed", str(2**63)],
        "from 0 to 2**63 - 1",
    ),
    "first episode below 0": (["train", "learner_v1", "--first-seed", "-1"], "--first-seed is -1"),
    "episodes on held-out seeds": (["train", "learner_v1", "--first-seed", "9999"], "held out"),
    "tests below 0": (["train", "learner_v1", "--tests", "-1"], "--tests is -1"),
    "unknown reward": (["train", "learner_v1", "--reward", "much"], "--reward"),
    "two controls": (["train", "learner_v1", "--reward", "none", "--swap-sensors"], "--swap-sensors"),
    "no sides to swap": (["train", "kitchen_sink", "--swap-sensors"], "no sensors to swap"),
    "trial steering to train": (["train", "learner_v1", "--trial", "steering"], "muscle activations"),
    "unknown trial to train": (["train", "learner_v1", "--trial", "fra"], "did you mean 'far'"),
    "frame skip 0 to train": (["train", "learner_v1", "--frame-skip", "0"], "--frame-skip is 0"),
    "jitter nan to train": (["train", "learner_v1", "--weight-jitter", "nan"], "--weight-jitter is nan"),
    "train into a folder": (["train", "learner_v1", "--out", "."], "--out"),
    "train compile seed below 0": (["train", "learner_v1", "--brain-seed", "-1"], "seed"),
    "nothing to inspect": (["inspect", "crawlr_v1"], "did you mean 'crawler_v1'"),
    "unknown kind": (["list", "worms"], "worms"),
}


@pytest.mark.parametrize(("arguments", "named"), BAD_ARGUMENTS.values(), ids=BAD_ARGUMENTS.keys())
def test_bad_argument_is_one_line(arguments: list[str], named: str, spikeworm: Callable, here: Path) -> None:
    outcome = spikeworm(*arguments)
    assert outcome.code == 2
    assert outcome.out == ""
    assert outcome.err.count("\n") == 1 and outcome.err.endswith("\n")
    assert named in outcome.err
    assert "Traceback" not in outcome.err
    assert list(here.iterdir()) == []


def _with(change: Callable[[dict], None]) -> str:
    recipe = json.loads(find_recipe("crawler_v1").read_text())
    change(recipe)
    return json.dumps(recipe)


BAD_RECIPES = {
    "malformed": ("{", "mine.json:1:"),
    "unknown key": (_with(lambda r: r["projections"][0].update(form="x")), "form"),
    "unknown terminal": (_with(lambda r: r["projections"][0].update({"to": "head.nose_in"})), "nose_in"),
    "unknown block": (_with(lambda r: r["components"][0].update(block="hed")), "hed"),
    "delay 0": (_with(lambda r: r["projections"][0].update(delay=0)), "projections[0].delay"),
    "infinite weight": (_with(lambda r: r["projections"][0].update(weight=1e400)), "Infinity"),
    "no recipe": ("[1, 2]", "mine.json"),
    "a picture": ("\x00\x01\x02", "mine.json"),
}


@pytest.mark.parametrize("command", [*TAKE_A_BRAIN, "compile"])
@pytest.mark.parametrize(("content", "named"), BAD_RECIPES.values(), ids=BAD_RECIPES.keys())
def test_bad_recipe_is_one_line(
    command: str, content: str, named: str, spikeworm: Callable, here: Path
) -> None:
    (here / "mine.json").write_text(content)
    outcome = spikeworm(command, "./mine.json")
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err.count("\n") == 1
    assert "mine.json" in outcome.err and named in outcome.err
    assert [file.name for file in here.iterdir()] == ["mine.json"]


@pytest.mark.parametrize("command", TAKE_A_BRAIN)
@pytest.mark.parametrize("content", [b"", b"no database at all", b"SQLite format 3\0" + bytes(4080)])
def test_file_that_is_no_brain_is_one_line(
    command: str, content: bytes, spikeworm: Callable, here: Path
) -> None:
    (here / "mine.db").write_bytes(content)
    outcome = spikeworm(command, "mine.db")
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err.count("\n") == 1 and "mine.db" in outcome.err
    assert [file.name for file in here.iterdir()] == ["mine.db"]


def test_output_folder_that_is_a_file_is_refused_before_the_run(spikeworm: Callable, here: Path) -> None:
    (here / "taken").write_text("mine")
    commands = (["run"], ["compare", "crawler_v1"], ["study", "learner_v1"])
    for command, out in product(commands, ("taken", "taken/below")):
        outcome = spikeworm(*command, "--out", out)
        assert (outcome.code, outcome.out) == (2, "")
        assert outcome.err.count("\n") == 1 and "taken is not a folder" in outcome.err
    assert [file.name for file in here.iterdir()] == ["taken"]
    assert (here / "taken").read_text() == "mine"


def test_window_without_a_display_is_refused(
    spikeworm: Callable, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "SDL_VIDEODRIVER", "SDL_VIDEO_DRIVER"):
        monkeypatch.delenv(name, raising=False)
    outcome = spikeworm("run", "--render", "human")
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err.count("\n") == 1 and "display" in outcome.err
    assert list(here.iterdir()) == []


def test_process_ends_with_the_code_and_one_line(here: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", "from spikeworm_env.cli import main; main()", "run", "crawler_v2"],
        capture_output=True,
        text=True,
        cwd=here,
        env=_environment(),
        check=False,
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.count("\n") == 1 and "crawler_v2" in done.stderr


def _environment() -> dict[str, str]:
    import os

    import spikeworm_env

    return {**os.environ, "PYTHONPATH": str(Path(spikeworm_env.__file__).parents[1])}
