"""No result depends on the workers; a killed worker costs time and nothing else."""

from __future__ import annotations

import hashlib
import math
import os
import signal
import time
import zlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import pytest

from spikeworm_env.batch import clusters, participants, processes
from spikeworm_env.batch.clusters import CheckedWork
from spikeworm_env.batch.participants import resolve
from spikeworm_env.batch.processes import map_in_processes
from spikeworm_env.batch.workers import BACKENDS, Workers
from spikeworm_env.compiler import compile_recipe
from spikeworm_env.errors import InputError, TrialError
from spikeworm_env.experiments.comparison.compare import compare
from spikeworm_env.reports.report import write_report
from spikeworm_env.store import save_brain
from spikeworm_env.trials.provenance import code_digest
from spikeworm_env.trials.task import Trial, find_trial

BLINK = Trial("blink", duration_s=0.3)
REPORT = ("summary.json", "trials.csv")

posix = pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")


@pytest.fixture(scope="module")
def brain(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of a small brain."""
    file = tmp_path_factory.mktemp("brains") / "worm.db"
    save_brain(compile_recipe("crawler_v1", 1), file)
    return file


@pytest.fixture(scope="module")
def blink(brain: Path) -> Callable[..., list[bytes]]:
    """Runs a small comparison; returns the content of its files."""

    def run(out: Path, **changes: object) -> list[bytes]:
        agents = [str(brain), "crawl", "random"]
        write_report(compare(agents, 3, trial=BLINK, controls=["blind"], out=out, **changes), out)
        return [(out / name).read_bytes() for name in REPORT]

    return run


@pytest.fixture(scope="module")
def alone(blink: Callable, tmp_path_factory: pytest.TempPathFactory) -> list[bytes]:
    """The files of the comparison when this process runs it alone."""
    return blink(tmp_path_factory.mktemp("alone"), jobs=1)


def test_two_processes_give_the_table_of_one(blink: Callable, alone: list[bytes], tmp_path: Path) -> None:
    assert blink(tmp_path, jobs=2) == alone


def test_dask_gives_the_same_table(blink: Callable, alone: list[bytes], tmp_path: Path) -> None:
    pytest.importorskip("distributed")
    assert blink(tmp_path, jobs=2, backend="dask") == alone


@pytest.mark.filterwarnings("ignore")  # of Ray's own making
def test_ray_gives_the_same_table(blink: Callable, alone: list[bytes], tmp_path: Path) -> None:
    pytest.importorskip("ray")
    assert blink(tmp_path, jobs=2, backend="ray") == alone


def loky_workers() -> list[psutil.Process]:
    """The worker processes of this one that are alive."""
    alive = [child for child in psutil.Process().children() if child.status() != psutil.STATUS_ZOMBIE]
    return [child for child in alive if "popen_loky" in " ".join(child.cmdline())]


@posix
def test_killed_workers_change_nothing(blink: Callable, alone: list[bytes], tmp_path: Path) -> None:
    killed = []

    def kill(done: int, total: int) -> None:
        if done in (1, total // 2):
            # the oldest: no trial may lose three workers while the other worker does all the rest
            victim = min(loky_workers(), key=psutil.Process.create_time)
            victim.kill()
            killed.append(victim.pid)

    assert blink(tmp_path, jobs=2, progress=kill) == alone
    assert len(killed) == len(set(killed)) == 2


def _answer(task: tuple[str, Path]) -> str:
    """Return the word of a task; some words kill the worker, once or every time."""
    word, starts = task
    if word in ("once", "always"):
        before = len(list(starts.iterdir()))
        (starts / f"{before}").touch()
        if word == "always" or before == 0:
            os.kill(os.getpid(), signal.SIGKILL)
    return word


def _on_worker_lost(task: tuple[str, Path]) -> str:
    return f"{task[0]} lost"


@posix
def test_a_killed_task_is_started_again_and_one_that_always_kills_counts_as_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(processes, "MAX_KILLS", 3)
    tasks = []
    for word in ("a", "once", "b", "always", "c", "d"):
        (tmp_path / word).mkdir()
        tasks.append((word, tmp_path / word))
    found = dict(map_in_processes(_answer, tasks, 2, _on_worker_lost))
    assert [found[number] for number in range(6)] == ["a", "once", "b", "always lost", "c", "d"]
    assert len(list((tmp_path / "once").iterdir())) == 2
    assert len(list((tmp_path / "always").iterdir())) == 3
    assert loky_workers() == []


def test_a_worker_without_the_brain_file_uses_the_content_that_was_sent(
    brain: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(participants, "_RECEIVED", {})
    ((participant,),) = resolve([str(brain)]).values()
    elsewhere = replace(participant, source="/nowhere/worm.db")
    with pytest.raises(TrialError, match=r"/nowhere/worm.db is missing on "):
        elsewhere.make(1)
    content = brain.read_bytes()
    participants.receive_brain_files({hashlib.sha256(content).hexdigest(): zlib.compress(content)})
    here, there = participant.make(1).compiled, elsewhere.make(1).compiled  # type: ignore[attr-defined]
    np.testing.assert_array_equal(there.network.weight, here.network.weight)


def test_a_worker_with_other_versions_or_code_is_refused() -> None:
    here = clusters.made_with(find_trial)
    assert here["code"] == code_digest(find_trial)
    assert CheckedWork(find_trial, find_trial, here)("far", {}) == find_trial("far")
    for name in ("numpy", "code"):
        with pytest.raises(TrialError, match=rf"the worker on .* has {name} .*; expected 0\.1,"):
            CheckedWork(find_trial, find_trial, {**here, name: "0.1"})("far", {})


def test_a_missing_backend_is_an_error_that_names_the_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clusters, "find_spec", lambda _: None)
    for backend in set(BACKENDS) - {"loky"}:
        with pytest.raises(
            InputError, match=rf"{backend} is not installed; pip install 'spikeworm\[cluster\]'"
        ):
            Workers(backend=backend).check()


@posix
def test_a_worker_killed_between_two_tasks_is_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    """A pool whose process is gone refuses the next task; that costs no task anything."""
    killed = []

    class Pool(processes.ProcessPoolExecutor):
        def submit(self, *task: Any) -> Any:
            if self._processes and not killed:
                killed.extend(self._processes)
                os.kill(killed[0], signal.SIGKILL)
                while self._flags.broken is None:
                    time.sleep(0.01)
            return super().submit(*task)

    monkeypatch.setattr(processes, "ProcessPoolExecutor", Pool)
    found = dict(map_in_processes(math.factorial, range(6), 2, lambda task: None))
    assert killed
    assert found == {k: math.factorial(k) for k in range(6)}
