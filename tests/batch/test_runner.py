"""An interrupted batch run continues, and ends with the same files as one without an interruption."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pytest

import spikeworm_env
from spikeworm_env import resources
from spikeworm_env.agents import Agent
from spikeworm_env.batch import trial_task as task
from spikeworm_env.errors import InputError
from spikeworm_env.experiments.comparison.compare import compare
from spikeworm_env.experiments.comparison.comparison import Comparison
from spikeworm_env.reports.report import write_report
from spikeworm_env.trials import provenance
from spikeworm_env.trials.provenance import code_digest
from spikeworm_env.trials.result import TrialResult
from spikeworm_env.trials.run import run_trial
from spikeworm_env.trials.task import Trial

BLINK = Trial("blink", duration_s=0.5)
TRIALS = 18  # of the command
REPORT = ("summary.json", "trials.csv", "report.html")


def blink(out: Path | None, **changes: object) -> Comparison:
    setting = {"agents": ["crawl", "random"], "trials": 3, "trial": BLINK, "jobs": 1}
    done = compare(**{**setting, "out": out, **changes})
    if out is not None:
        write_report(done, out)
    return done


def report(folder: Path) -> list[bytes]:
    return [(folder / name).read_bytes() for name in REPORT]


@pytest.fixture
def ran(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, int]]:
    """Agent and seed of every trial that was run."""
    runs = []

    def run(agent: Agent, trial: Trial, seed: int, **rest: int) -> TrialResult:
        runs.append((agent.name, seed))
        return run_trial(agent, trial, seed, **rest)

    monkeypatch.setattr(task, "run_trial", run)
    return runs


def test_a_finished_comparison_is_read_and_not_run(tmp_path: Path, ran: list) -> None:
    first = blink(tmp_path)
    written = report(tmp_path)
    assert len(ran) == 9
    second = blink(tmp_path)
    assert len(ran) == 9
    assert second.results == first.results
    assert second.to_json() == first.to_json() == json.loads(written[0])
    assert report(tmp_path) == written
    for key, results in first.results.items():
        for one, other in zip(results, second.results[key], strict=True):
            np.testing.assert_array_equal(one.path, other.path)
            np.testing.assert_array_equal(one.food, other.food)


def test_an_interrupted_comparison_runs_what_is_missing(
    tmp_path: Path, ran: list, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(done: int, _: int) -> None:
        if done == 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        blink(tmp_path, progress=interrupt)
    assert [file.name for file in tmp_path.iterdir()] == ["results.db"]
    counts = []
    resumed = blink(tmp_path, progress=lambda done, total: counts.append((done, total)))
    assert len(ran) == len(set(ran)) == 9
    assert counts == [(done, 9) for done in range(4, 10)]
    assert resumed.to_json() == blink(None).to_json()


def test_number_of_jobs_changes_no_file(tmp_path: Path) -> None:
    for jobs in (1, 2):
        blink(tmp_path / str(jobs), jobs=jobs)
    assert report(tmp_path / "1") == report(tmp_path / "2")


def test_a_failed_trial_is_run_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ran: list) -> None:
    through = task.run_trial

    def fail_once(agent: Agent, trial: Trial, seed: int, **rest: int) -> TrialResult:
        if (agent.name, seed) == ("random", 10_001):
            raise MemoryError("no room")
        return through(agent, trial, seed, **rest)

    with monkeypatch.context() as patch:
        patch.setattr(task, "run_trial", fail_once)
        assert blink(tmp_path).failures == ("random, trial seed 10001: MemoryError: no room",)
    again = blink(tmp_path)
    assert again.failures == ()
    assert ran.count(("random", 10_001)) == 1 and len(ran) == 9
    assert again.to_json() == blink(None).to_json()


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"agents": ["crawl"]}, "agents is"),
        ({"trials": 4}, "trials is 3 there and 4 here"),
        ({"first_seed": 0}, "first_seed is 10000 there and 0 here"),
        ({"frame_skip": 1}, "frame_skip is 10 there and 1 here"),
        ({"weight_jitter": 0.1}, "weight_jitter is 0.0 there and 0.1 here"),
        ({"trial": replace(BLINK, sigma=9.0)}, "trial.sigma is 8.0 there and 9.0 here"),
    ],
)
def test_folder_of_another_comparison_is_refused(
    changes: dict, named: str, tmp_path: Path, ran: list, monkeypatch: pytest.MonkeyPatch
) -> None:
    blink(tmp_path)
    before, done = report(tmp_path), len(ran)
    with pytest.raises(InputError, match=f"holds other results: {named}"):
        blink(tmp_path, **changes)
    assert report(tmp_path) == before and len(ran) == done


def test_a_comparison_does_not_continue_after_a_metric_was_edited(
    tmp_path: Path, ran: list, monkeypatch: pytest.MonkeyPatch
) -> None:
    out, code = tmp_path / "out", tmp_path / "code"
    blink(out)
    before = report(out)
    shutil.copytree(resources.PACKAGE, code, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(provenance, "code_digest", partial(code_digest, root=code))
    blink(out)
    with (code / "trials" / "kinematics.py").open("a", encoding="utf-8") as metrics:
        metrics.write("SPEED_WINDOW_S = 2.0\n")
    with pytest.raises(InputError, match=r'holds other results: code is "[0-9a-f]+ there and "[^"]+ here'):
        blink(out)
    assert report(out) == before and len(ran) == 9


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ("json_set(figures, '$.mood', 1)", "mood"),
        ("json_remove(figures, '$.eaten')", "eaten"),  # a later field may have a default
    ],
)
def test_stored_trials_with_other_fields_are_reported_as_of_other_code(
    change: str, named: str, tmp_path: Path, ran: list
) -> None:
    blink(tmp_path)
    with closing(sqlite3.connect(tmp_path / "results.db", isolation_level=None)) as database:
        database.execute(f"UPDATE results SET figures = {change}")
    with pytest.raises(
        InputError,
        match=rf"other code wrote crawl, trial seed 10000 \(fields that differ: {named}\); give another",
    ):
        blink(tmp_path)
    assert len(ran) == 9


def test_trials_csv_has_a_line_for_each_trial(tmp_path: Path) -> None:
    done = blink(tmp_path)
    lines = (tmp_path / "trials.csv").read_text().splitlines()
    assert len(lines) == 1 + 9
    assert lines[0].startswith("agent,trial,seed,seconds,ci_time")
    first = dict(zip(lines[0].split(","), lines[1].split(","), strict=True))
    assert (first["agent"], first["seed"], first["brain_seed"]) == ("crawl", "10000", "")
    assert float(first["ci_time"]) == done.results["crawl"][0].ci_time


# A comparison that stores a few more trials, creates a file and then waits until a signal ends it.
STORED = 5  # before it waits
WAITS = f"""
import signal, time
from pathlib import Path
from spikeworm_env.store.results import ResultsFile
add, left = ResultsFile.add, iter(reversed(range({STORED})))
def add_some(file, *record):
    add(file, *record)
    if next(left) == 0:
        Path("waiting").touch()
        while True:
            time.sleep(1)
ResultsFile.add = add_some
signal.signal(signal.SIGINT, signal.default_int_handler)  # ignored in what a shell runs in the background
"""


@pytest.fixture
def command(tmp_path: Path) -> Callable[..., subprocess.Popen]:
    """Starts ``spikeworm compare`` in a process group of its own, with results in ``out``."""
    # trials of two agents and of the oracle
    words = f"compare crawl random --trials {TRIALS // 3} --seconds 2 --jobs 2 --out out".split()
    program = "from spikeworm_env.cli import main; main()"
    home = str(Path(spikeworm_env.__file__).parents[1])

    def start(first: str = "") -> subprocess.Popen:
        return subprocess.Popen(
            [sys.executable, "-c", first + program, *words],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": home},
            start_new_session=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    return start


@pytest.fixture
def waiting(command: Callable[..., subprocess.Popen], tmp_path: Path) -> Callable[[], subprocess.Popen]:
    """Starts a comparison that stores some trials and then waits, and returns once it does."""

    def wait() -> subprocess.Popen:
        process, mark = command(WAITS), tmp_path / "waiting"
        while not mark.exists():
            assert process.poll() is None, process.communicate()[1]
            time.sleep(0.02)
        mark.unlink()
        return process

    return wait


def workers_gone(process: subprocess.Popen) -> None:
    """Wait until nothing is left of the process group."""
    while True:
        try:
            os.killpg(process.pid, 0)
        except ProcessLookupError:
            return
        time.sleep(0.05)


def finished(file: Path) -> int:
    with closing(sqlite3.connect(file)) as database:
        return database.execute("SELECT count(*) FROM results").fetchone()[0]


@pytest.mark.skipif(os.name == "nt", reason="process groups and signals of POSIX")
def test_a_comparison_killed_and_interrupted_ends_with_the_same_report(
    command: Callable[..., subprocess.Popen], waiting: Callable[[], subprocess.Popen], tmp_path: Path
) -> None:
    file = tmp_path / "out" / "results.db"
    killed = waiting()
    killed.kill()
    killed.communicate()
    workers_gone(killed)
    assert finished(file) == STORED

    interrupted = waiting()
    os.killpg(interrupted.pid, signal.SIGINT)  # as a terminal does
    _, message = interrupted.communicate()
    workers_gone(interrupted)
    assert interrupted.returncode == 130
    assert message.count("\n") == 1
    assert finished(file) == 2 * STORED
    assert "interrupted; finished work is kept in out; resume with: spikeworm compare crawl random" in message
    assert [each.name for each in file.parent.iterdir()] == ["results.db"]

    assert command().communicate()[1] == ""
    assert finished(file) == TRIALS
    resumed = report(file.parent)
    shutil.rmtree(file.parent)
    assert command().communicate()[1] == ""
    assert report(file.parent) == resumed
