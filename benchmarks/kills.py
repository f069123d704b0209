"""Kills workers and parents of comparisons at random moments: ``python -m benchmarks.kills``.

The first comparison runs undisturbed. Then workers of comparisons are killed repeatedly (kill -9), then
parents, whose comparisons are resumed. At the end no trial that was in a results file may be missing or
changed, and every table must equal that of the undisturbed comparison. Needs psutil, which the extra
`cluster` installs.
"""

from __future__ import annotations

import argparse
import json
import sqlite3
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path

import numpy as np
import psutil

from benchmarks.machine import circumstances
from spikeworm_env.batch.workers import BACKENDS

AGENTS = ("crawler_v1", "crawl", "random")
SHORTEST_S, LONGEST_S = 1.0, 4.0  # between two kills
STARTED_S = 2.0  # CPU time after which a worker has begun a trial; earlier kills count against the trial
WORKER = {"loky": "popen_loky", "dask": "spawn_main", "ray": "ray::"}  # in the command line of a worker
PROGRAM = "from spikeworm_env.cli import main; main()"


class Comparison:
    """One `compare` command with a folder for its results.

    Args:
        folder: folder of the results.
        backend: backend of the workers.
        trials: seeds for each agent.
    """

    def __init__(self, folder: Path, backend: str, trials: int) -> None:
        self.folder, self.backend = folder, backend
        words = ["compare", *AGENTS, "--controls", "none", "--seconds", "2", "--trials", str(trials)]
        words += ["--jobs", "2", "--backend", backend, "--out", str(folder)]
        self._command = [sys.executable, "-c", PROGRAM, *words]

    def start(self) -> psutil.Popen:
        """Start or resume the command."""
        return psutil.Popen(self._command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)

    def stored(self) -> dict[str, list]:
        """Key → content of every trial in the results file; call only while no parent runs."""
        file = self.folder / "results.db"
        if not file.exists():
            return {}
        with closing(sqlite3.connect(file)) as database:
            if not database.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
                return {}
            rows = database.execute("SELECT key, figures, arrays FROM results").fetchall()
        return {key: content for key, *content in rows}

    def table(self) -> dict:
        """The summary without its command."""
        return {**json.loads((self.folder / "summary.json").read_text()), "command": ""}


def kill_workers(comparison: Comparison, kills: int, rng: np.random.Generator) -> int:
    """Kill at most ``kills`` workers of one comparison at random moments; the number killed."""
    parent, killed = comparison.start(), 0
    while parent.poll() is None:
        time.sleep(rng.uniform(SHORTEST_S, LONGEST_S))
        workers = _workers(parent, WORKER[comparison.backend])
        if killed < kills and workers:
            try:
                workers[rng.integers(len(workers))].kill()
            except psutil.NoSuchProcess:  # the comparison has just ended
                continue
            killed += 1
    _check(parent.returncode == 0, f"exit code {parent.returncode}: {parent.stderr.read()}")
    return killed


def kill_parents(comparison: Comparison, kills: int, rng: np.random.Generator) -> tuple[int, int]:
    """Kill the parent at most ``kills`` times.

    Returns:
        The number of kills, and the number of kills before which new trials had been kept.
    """
    killed = with_results = 0
    before: dict[str, list] = {}
    while killed < kills:
        parent = comparison.start()
        try:
            parent.wait(rng.uniform(LONGEST_S, 3 * LONGEST_S))  # the command takes a while to start
            break
        except psutil.TimeoutExpired:
            family = parent.children(recursive=True)
            parent.kill()
        parent.wait()
        killed += 1
        _, left = psutil.wait_procs(family, timeout=5.0)
        _check(not left, f"processes left after 5 s: {[process.name() for process in left]}")
        now = comparison.stored()
        _check(all(now.get(key) == content for key, content in before.items()), "a finished trial is lost")
        with_results += len(now) > len(before)
        before = now
    last = comparison.start()
    _check(last.wait() == 0, "the resumed comparison failed")
    last_kept = comparison.stored()
    _check(all(last_kept[key] == content for key, content in before.items()), "a finished trial is lost")
    return killed, with_results


def _workers(parent: psutil.Popen, mark: str) -> list[psutil.Process]:
    found = []
    for process in parent.children(recursive=True):
        try:
            if mark in " ".join(process.cmdline()) and process.cpu_times().user > STARTED_S:
                found.append(process)
        except psutil.Error:  # the process has ended
            continue
    return found


def _check(holds: bool, otherwise: str) -> None:
    if not holds:
        raise SystemExit(otherwise)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.kills", description=__doc__)
    parser.add_argument("--backend", choices=BACKENDS, default="loky")
    parser.add_argument("--who", choices=("workers", "parents", "both"), default="both")
    parser.add_argument("--kills", type=int, default=20, help="number of workers, and of parents, to kill")
    parser.add_argument("--trials", type=int, default=400, help="seeds for each agent")
    parser.add_argument("--seed", type=int, default=0, help="seed of the moments of the kills")
    options = parser.parse_args()
    for name in ("machine", "versions", "date"):
        print(f"{name}: {circumstances()[name]}")
    rng = np.random.default_rng(options.seed)
    with tempfile.TemporaryDirectory() as folder:
        undisturbed = Comparison(Path(folder) / "undisturbed", options.backend, options.trials)
        _check(undisturbed.start().wait() == 0, "the undisturbed comparison failed")
        comparisons = killed = 0
        while options.who != "parents" and killed < options.kills:
            comparison = Comparison(Path(folder) / f"workers{comparisons}", options.backend, options.trials)
            more = kill_workers(comparison, options.kills - killed, rng)
            _check(more > 0, "no worker was killed before the comparison ended; give more --trials")
            killed += more
            _check(comparison.table() == undisturbed.table(), "another table after kills of workers")
            comparisons += 1
        if comparisons:
            print(
                f"{options.backend}: {killed} workers killed in {comparisons} comparisons: tables identical",
                flush=True,
            )
        comparisons = killed = kept = 0
        while options.who != "workers" and killed < options.kills:
            comparison = Comparison(Path(folder) / f"parents{comparisons}", options.backend, options.trials)
            more, with_results = kill_parents(comparison, options.kills - killed, rng)
            killed, kept, comparisons = killed + more, kept + with_results, comparisons + 1
            _check(comparison.table() == undisturbed.table(), "another table after kills of the parent")
        if comparisons:
            print(
                f"{options.backend}: {killed} parents killed in {comparisons} comparisons, {kept} after new "
                "trials had ended: no finished trial lost, no process left, tables identical"
            )


if __name__ == "__main__":
    main()
