"""No result depends on the workers; a killed worker costs time and nothing else."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import math
import multiprocessing
import os
import signal
import socket
import subprocess
import sys
import time
import zlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
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


def nobody(task: object) -> None:
    """No worker is lost."""


def test_a_daemonic_process_uses_itself_with_a_notice(caplog: pytest.LogCaptureFixture) -> None:
    """A worker of a pool may start no processes."""

    def do(found: Any) -> None:
        results = dict(Workers(jobs=2, backend="dask").map_unordered(math.factorial, range(4), nobody, {}))
        found.put((results, [record.getMessage() for record in caplog.records]))

    fork = multiprocessing.get_context("fork")
    found = fork.SimpleQueue()
    process = fork.Process(target=do, args=(found,), daemon=True)
    process.start()
    results, lines = found.get()
    process.join()
    assert results == {k: math.factorial(k) for k in range(4)}
    assert len(lines) == 1 and "one process is used" in lines[0]
    assert processes.process_count(None, 1) == 1
    assert processes.process_count(2, 10) == 2


def test_tasks_run_in_processes_from_any_thread() -> None:
    with ThreadPoolExecutor(1) as thread:
        found = thread.submit(lambda: dict(map_in_processes(math.factorial, range(4), 9, nobody)))
        assert found.result() == {k: math.factorial(k) for k in range(4)}


@posix
def test_a_signal_that_comes_while_processes_start_is_handled_afterwards() -> None:
    handled: list[str] = []
    before = signal.signal(signal.SIGTERM, lambda number, frame: handled.append("handled"))
    try:
        with processes.sigint_blocked():
            os.kill(os.getpid(), signal.SIGTERM)
            time.sleep(0)
            handled.append("started")
        assert handled == ["started", "handled"]
        with processes.sigint_blocked():
            pass
        assert handled == ["started", "handled"]
    finally:
        signal.signal(signal.SIGTERM, before)


def test_a_script_that_a_new_process_imports_starts_no_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    process = multiprocessing.current_process()
    monkeypatch.setattr(process, "_inheriting", True, raising=False)
    Workers(jobs=2).check()  # loky's processes do not import the script
    with pytest.raises(InputError, match="expected `if __name__ == '__main__':`"):
        Workers(backend="dask").check()
    ended: list[int] = []
    monkeypatch.setattr(os, "_exit", ended.append)
    with (
        pytest.raises(InputError, match=r"^Dask cannot start its processes: no; expected `if __name__"),
        processes.reports_main_guard("Dask"),
    ):
        with contextlib.suppress(InputError):
            Workers(backend="dask").check()
        raise RuntimeError("no.")
    assert ended == [1]


UNGUARDED = """
import spikeworm_env as sw
from spikeworm_env.trials.task import find_trial
trial = find_trial("default").with_changes(duration_s=0.1)
sw.compare(["random"], trials=2, trial=trial, jobs=2, backend="dask", controls=())
"""


@pytest.mark.long
def test_a_script_without_main_guard_is_one_error_of_dask(tmp_path: Path) -> None:
    pytest.importorskip("distributed")
    (tmp_path / "script.py").write_text(UNGUARDED)
    home = str(Path(processes.__file__).parents[2])
    ended = subprocess.run(
        [sys.executable, str(tmp_path / "script.py")],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": home},
        check=False,
        timeout=120,
    )
    assert ended.returncode == 1
    last = ended.stderr.splitlines()[-1]
    assert "InputError: Dask cannot start its processes:" in last and "if __name__ == '__main__':" in last
    assert ended.stderr.count("InputError:") == 1


def test_a_scheduler_is_looked_for_from_a_notebook(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whose thread has a running event loop."""
    dask_cluster = pytest.importorskip("spikeworm_env.batch.dask_cluster")
    monkeypatch.setattr(dask_cluster, "ANSWER_S", 0.1)

    async def cell() -> None:
        with socket.create_server(("127.0.0.1", 0)) as silent:
            address = f"127.0.0.1:{silent.getsockname()[1]}"
            with pytest.raises(InputError, match=rf"at {address}: no answer within 0\.1 s$"):
                Workers(backend="dask", address=address).check()

    asyncio.run(cell())
