"""Kills commands and their workers at random moments (kill -9): ``python -m benchmarks.kills``.

Each of compare, study, ablate and train runs undisturbed first. Then its workers are killed, and its parent
is killed and the same command started again, until the kills are done. No result or episode that was stored
may be missing or changed, no process may be left, and at the end every file must equal that of the
undisturbed run byte by byte, with no other file beside them. Needs psutil (in the extra `cluster`).
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import psutil

from benchmarks.killed_commands import WORDS, KilledCommand
from benchmarks.machine import circumstances
from spikeworm_env.batch.workers import BACKENDS

SHORTEST_S, LONGEST_S = 0.5, 3.5  # between two kills of workers
STARTED_S = 1.5  # CPU time after which a worker has begun a task; earlier kills count against the task
EARLY = 0.2  # share of parents that are killed before they have stored anything new
MOST_LATER_S = 2.0  # after a new result, for the other parents
MOST_IN_VAIN = 5  # runs in a row
POLL_S = 0.05
WORKER = {"loky": "popen_loky", "dask": "spawn_main", "ray": "ray::"}  # in the command line of a worker


@dataclass
class Kills:
    """What was done to one command."""

    workers: int = 0
    parents: int = 0
    with_results: int = 0
    runs: int = 0


def kill_workers(command: KilledCommand, kills: int, rng: np.random.Generator) -> int:
    """Kill at most ``kills`` workers of one run at random moments; the number killed."""
    parent, killed = command.start(), 0
    while parent.poll() is None:
        time.sleep(rng.uniform(SHORTEST_S, LONGEST_S))
        workers = _workers(parent, WORKER[command.backend])
        if killed < kills and workers:
            try:
                workers[rng.integers(len(workers))].kill()
            except psutil.NoSuchProcess:  # the run has just ended
                continue
            killed += 1
    _check(parent.returncode == 0, f"{command.name}: exit code {parent.returncode}: {parent.stderr.read()}")
    return killed


def kill_parents(command: KilledCommand, kills: int, rng: np.random.Generator) -> tuple[int, int]:
    """Kill the parent at most ``kills`` times, and let the command end.

    Returns:
        The number of kills, and the number of kills before which new results had been stored.
    """
    killed = with_results = 0
    before: dict[str, Any] = {}
    while killed < kills:
        parent = command.start()
        if not _lives_until_killed(parent, command, rng):
            break
        family = parent.children(recursive=True)
        parent.kill()
        parent.wait()
        killed += 1
        _, left = psutil.wait_procs(family, timeout=20.0)
        _check(not left, f"{command.name}: processes left: {[process.name() for process in left]}")
        now = command.stored()
        _check_kept(command, before, now)
        with_results += len(now) > len(before)
        before = now
    last = command.start()
    _check(last.wait() == 0, f"{command.name}: the resumed command failed: {last.stderr.read()}")
    _check_kept(command, before, command.stored())
    return killed, with_results


def _lives_until_killed(parent: psutil.Popen, command: KilledCommand, rng: np.random.Generator) -> bool:
    """Wait for a random moment; False if the command ended first."""
    if rng.random() < EARLY:
        return _lives(parent, lambda: False, rng.uniform(0.0, LONGEST_S))
    before = command.progress()
    return _lives(parent, lambda: command.progress() != before, np.inf) and _lives(
        parent, lambda: False, rng.uniform(0.0, MOST_LATER_S)
    )


def _lives(parent: psutil.Popen, is_due: Callable[[], bool], most_s: float) -> bool:
    """Wait until something is due or the time is over; False if the command ended first."""
    end = time.monotonic() + most_s
    while parent.poll() is None:
        if is_due() or time.monotonic() >= end:
            return True
        time.sleep(POLL_S)
    return False


def _workers(parent: psutil.Popen, mark: str) -> list[psutil.Process]:
    found = []
    for process in parent.children(recursive=True):
        try:
            if mark in " ".join(process.cmdline()) and process.cpu_times().user > STARTED_S:
                found.append(process)
        except psutil.Error:  # the process has ended
            continue
    return found


def _check_kept(command: KilledCommand, before: dict[str, Any], now: dict[str, Any]) -> None:
    lost = [key for key, content in before.items() if now.get(key) != content]
    _check(not lost, f"{command.name}: a stored result is lost or changed: {lost}")


def _check_same(command: KilledCommand, undisturbed: dict[str, Any]) -> None:
    found = command.files()
    names = sorted({*found, *undisturbed})
    differing = [name for name in names if found.get(name, "") != undisturbed.get(name, "")]
    _check(not differing, f"{command.name}: other files than those of the undisturbed run: {differing}")


def _check(holds: bool, otherwise: str) -> None:
    if not holds:
        raise SystemExit(otherwise)


def kill(name: str, kills: int, who: str, backend: str, rng: np.random.Generator, folder: Path) -> Kills:
    """Kill one command and its workers so many times, in several runs; half of the kills are of workers.

    Args:
        name: of the command.
        kills: how many.
        who: ``workers``, ``parents`` or ``both``.
        backend: kind of the workers.
        rng: draws the moments.
        folder: for the runs.
    """
    reference = KilledCommand(name, folder / f"{name}_undisturbed", backend)
    process = reference.start()
    _check(process.wait() == 0, f"{name}: the undisturbed command failed: {process.stderr.read()}")
    undisturbed, done = reference.files(), Kills()
    of_workers = {"workers": kills, "parents": 0, "both": kills // 2}[who] if reference.has_workers else 0
    in_vain = 0
    while done.workers < of_workers:
        command = KilledCommand(name, folder / f"{name}_{done.runs}", backend)
        more = kill_workers(command, of_workers - done.workers, rng)
        in_vain = 0 if more else in_vain + 1
        _check(in_vain < MOST_IN_VAIN, f"{name}: {in_vain} runs ended before any worker could be killed")
        _check_same(command, undisturbed)
        done.workers, done.runs = done.workers + more, done.runs + 1
    while who != "workers" and done.parents < kills - of_workers:
        command = KilledCommand(name, folder / f"{name}_{done.runs}", backend)
        more, with_results = kill_parents(command, kills - of_workers - done.parents, rng)
        _check_same(command, undisturbed)
        done.parents, done.with_results = done.parents + more, done.with_results + with_results
        done.runs += 1
    return done


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.kills", description=__doc__)
    parser.add_argument("--command", choices=(*WORDS, "all"), default="all")
    parser.add_argument("--kills", type=int, default=200, help="in all, shared by the commands")
    parser.add_argument("--who", choices=("workers", "parents", "both"), default="both")
    parser.add_argument("--backend", choices=BACKENDS, default="loky")
    parser.add_argument("--seed", type=int, default=0, help="seed of the moments of the kills")
    options = parser.parse_args()
    for name in ("machine", "versions", "date"):
        print(f"{name}: {circumstances()[name]}")
    names = [name for name in WORDS if options.command in (name, "all")]
    if options.who == "workers":
        names = [name for name in names if name != "train"]
    rng = np.random.default_rng(options.seed)
    print(f"\nBackend {options.backend}. Nothing stored was lost, no process and no file was left over.\n")
    print("| Command | Workers killed | Parents killed | after new results | Runs | Files | s |")
    print("|---|---:|---:|---:|---:|---|---:|")
    with tempfile.TemporaryDirectory(prefix="kills-") as folder:
        for place, name in enumerate(names):
            began = time.monotonic()
            kills = options.kills // len(names) + (place < options.kills % len(names))
            done = kill(name, kills, options.who, options.backend, rng, Path(folder))
            figures = done.workers, done.parents, done.with_results, done.runs
            cells = [name, *map(str, figures), "identical", f"{time.monotonic() - began:.0f}"]
            print(f"| {' | '.join(cells)} |", flush=True)


if __name__ == "__main__":
    main()
