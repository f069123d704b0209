"""Sweeps whose workers, then whose parent, are killed at random moments: ``python -m benchmarks.kills``.

A sweep that nobody disturbs comes first. Then sweeps of which a worker is killed again and again (kill -9),
then sweeps whose parent is killed and begun anew. No trial that was in a results file may be missing or
changed at the end, and every table must be that of the undisturbed sweep. Takes psutil, which comes with the
extra `cluster`.
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
STARTED_S = 2.0  # CPU time after which a worker has surely begun; else slow starts look like deadly trials
WORKER = {"loky": "popen_loky", "dask": "spawn_main", "ray": "ray::"}  # in the command line of a worker
PROGRAM = "from spikeworm_env.cli import main; main()"


class Sweep:
    """One command in a folder of its own.

    Args:
        folder: for its results.
        backend: of the workers.
        trials: seeds for each agent.
    """

    def __init__(self, folder: Path, backend: str, trials: int) -> None:
        self.folder, self.backend = folder, backend
        words = ["compare", *AGENTS, "--controls", "none", "--seconds", "2", "--trials", str(trials)]
        words += ["--jobs", "2", "--backend", backend, "--out", str(folder)]
        self._command = [sys.executable, "-c", PROGRAM, *words]

    def start(self) -> psutil.Popen:
        """Begin or resume."""
        return psutil.Popen(self._command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)

    def kept(self) -> dict[tuple, tuple]:
        """Key → content of every trial in the results file; only while no parent runs."""
        file = self.folder / "results.db"
        if not file.exists():
            return {}
        with closing(sqlite3.connect(file)) as database:
            if not database.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
                return {}
            rows = database.execute("SELECT agent, brain, seed, figures, arrays FROM trials").fetchall()
        return {row[:3]: row[3:] for row in rows}

    def table(self) -> dict:
        """The summary without the command that made it."""
        return {**json.loads((self.folder / "summary.json").read_text()), "command": ""}


def kill_workers(sweep: Sweep, kills: int, rng: np.random.Generator) -> int:
    """Kill up to that many workers of one sweep at random moments; how many were."""
    parent, killed = sweep.start(), 0
    while parent.poll() is None:
        time.sleep(rng.uniform(SHORTEST_S, LONGEST_S))
        workers = _workers(parent, WORKER[sweep.backend])
        if killed < kills and workers:
            try:
                workers[rng.integers(len(workers))].kill()
            except psutil.NoSuchProcess:  # the sweep was just over
                continue
            killed += 1
    _check(parent.returncode == 0, f"exit code {parent.returncode}: {parent.stderr.read()}")
    return killed


def kill_parents(sweep: Sweep, kills: int, rng: np.random.Generator) -> tuple[int, int]:
    """Kill the parent up to that often; kills, and those after which finished trials were kept."""
    killed = with_results = 0
    before: dict[tuple, tuple] = {}
    while killed < kills:
        parent = sweep.start()
        try:
            parent.wait(rng.uniform(LONGEST_S, 3 * LONGEST_S))  # the command takes a while to begin
            break
        except psutil.TimeoutExpired:
            family = parent.children(recursive=True)
            parent.kill()
        parent.wait()
        killed += 1
        _, left = psutil.wait_procs(family, timeout=5.0)
        _check(not left, f"processes left after 5 s: {[process.name() for process in left]}")
        now = sweep.kept()
        _check(all(now.get(key) == content for key, content in before.items()), "a finished trial is lost")
        with_results += len(now) > len(before)
        before = now
    last = sweep.start()
    _check(last.wait() == 0, "the resumed sweep failed")
    _check(all(sweep.kept()[key] == content for key, content in before.items()), "a finished trial is lost")
    return killed, with_results


def _workers(parent: psutil.Popen, mark: str) -> list[psutil.Process]:
    found = []
    for process in parent.children(recursive=True):
        try:
            if mark in " ".join(process.cmdline()) and process.cpu_times().user > STARTED_S:
                found.append(process)
        except psutil.Error:  # it ended meanwhile
            continue
    return found


def _check(holds: bool, otherwise: str) -> None:
    if not holds:
        raise SystemExit(otherwise)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.kills", description=__doc__)
    parser.add_argument("--backend", choices=BACKENDS, default="loky")
    parser.add_argument("--who", choices=("workers", "parents", "both"), default="both")
    parser.add_argument("--kills", type=int, default=20, help="of workers, and of parents")
    parser.add_argument("--trials", type=int, default=40, help="seeds for each agent")
    parser.add_argument("--seed", type=int, default=0, help="of the moments")
    options = parser.parse_args()
    for name in ("machine", "versions", "date"):
        print(f"{name}: {circumstances()[name]}")
    rng = np.random.default_rng(options.seed)
    with tempfile.TemporaryDirectory() as folder:
        calm = Sweep(Path(folder) / "calm", options.backend, options.trials)
        _check(calm.start().wait() == 0, "the undisturbed sweep failed")
        sweeps = killed = 0
        while options.who != "parents" and killed < options.kills:
            sweep = Sweep(Path(folder) / f"workers{sweeps}", options.backend, options.trials)
            killed += kill_workers(sweep, options.kills - killed, rng)
            _check(sweep.table() == calm.table(), "another table after kills of workers")
            sweeps += 1
        if sweeps:
            print(
                f"{options.backend}: {killed} workers killed in {sweeps} sweeps: tables identical", flush=True
            )
        sweeps = killed = kept = 0
        while options.who != "workers" and killed < options.kills:
            sweep = Sweep(Path(folder) / f"parents{sweeps}", options.backend, options.trials)
            more, with_results = kill_parents(sweep, options.kills - killed, rng)
            killed, kept, sweeps = killed + more, kept + with_results, sweeps + 1
            _check(sweep.table() == calm.table(), "another table after kills of the parent")
        if sweeps:
            print(
                f"{options.backend}: {killed} parents killed in {sweeps} sweeps, {kept} after new trials had "
                "ended: no finished trial lost, no process left, tables identical"
            )


if __name__ == "__main__":
    main()
