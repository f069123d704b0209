"""Starts again and again: resets, loads, processes, and processes that share an empty cache.

``python -m benchmarks.starts`` counts what failed, and how much the memory grew over the resets and the loads
after a warm-up of a tenth of them. The exit code is 1 if anything failed or the memory grew by 1%. Needs
psutil, which the extra `test` installs.
"""

from __future__ import annotations

import argparse
import gc
import hashlib
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import psutil

from benchmarks.machine import circumstances
from spikeworm_env.agents import make_agent
from spikeworm_env.compiler import compile_recipe
from spikeworm_env.resources import CHECKOUT
from spikeworm_env.store import load_brain, save_brain
from spikeworm_env.trials.task import find_trial

AGENT = "arena_v1"
FRAME_SKIP = 10
MOST_GROWTH = 1.0  # % of memory
WINDOWS = 10  # parts of a row; the first is its warm-up
SAMPLES = 3  # of the memory in each
SECONDS = 0.5  # simulated time of the trial of a process

# one short trial; what it prints depends on every bit of the brain and the body
PROGRAM = """
import hashlib, sys
from spikeworm_env.trials.run import run_trial
from spikeworm_env.trials.task import find_trial
found = run_trial(sys.argv[1], find_trial("default").with_changes(duration_s=float(sys.argv[2])), seed=1)
print(hashlib.sha256(found.path.tobytes() + repr(found.ci_time).encode()).hexdigest())
"""


@dataclass(frozen=True)
class Row:
    """What came out of one kind of start.

    Attributes:
        name: what was started.
        count: how often.
        failures: one line for each that failed.
        seconds: the median time of one, s.
        growth: of the memory after the warm-up, %; None where each has a process of its own.
    """

    name: str
    count: int
    failures: list[str]
    seconds: float
    growth: float | None = None

    @property
    def good(self) -> bool:
        """Whether nothing failed and the memory stayed as it was."""
        return not self.failures and (self.growth is None or self.growth < MOST_GROWTH)

    def __str__(self) -> str:
        growth = "–" if self.growth is None else f"{self.growth:+.2f}%"
        result = "passed" if self.good else "FAILED"
        cells = self.name, f"{self.count:,}", len(self.failures), f"{self.seconds:.3g}", growth, result
        return f"| {' | '.join(map(str, cells))} |"


def resets(count: int) -> Row:
    """Resets of one environment with one agent, each with some steps; the same seed gives the same state."""
    agent = make_agent(AGENT, frame_skip=FRAME_SKIP)
    with closing(find_trial("default").make_env(frame_skip=FRAME_SKIP)) as env:

        def reset(number: int) -> str:
            seed = number % 2
            observation, info = env.reset(seed=seed)
            agent.reset(seed=seed, info=info)
            agent.brain.learning = False  # so that a reset brings back all that the state depends on
            for _ in range(3):
                observation, *outcome = env.step(agent.act(observation))
                agent.learn(*outcome)
            return f"{seed} {hashlib.sha256(observation.tobytes()).hexdigest()}"

        return _repeated("resets of an environment and a brain", reset, count, outcomes=2)


def loads(count: int, folder: Path) -> Row:
    """Loads of one brain file."""
    file = folder / "brain.db"
    save_brain(compile_recipe(AGENT, 42), file)

    def load(number: int) -> str:
        return hashlib.sha256(load_brain(file).network.weight.tobytes()).hexdigest()

    return _repeated("loads of a brain file", load, count, outcomes=1)


def _repeated(name: str, work: Callable[[int], str], count: int, outcomes: int) -> Row:
    """Call ``work`` with 0, 1, …; it may return as many different texts as ``outcomes``."""
    failures, memory, times, found = [], [], [], set()
    for number in range(count):
        started = time.perf_counter()
        try:
            found.add(work(number))
        except Exception as error:  # whatever it is, it counts
            failures.append(f"{name}, number {number}: {error!r}")
        times.append(time.perf_counter() - started)
        if (number + 1) % max(count // WINDOWS // SAMPLES, 1) == 0:
            gc.collect()
            memory.append(psutil.Process().memory_info().rss)
    if len(found) > outcomes:
        failures.append(f"{name}: {len(found)} different outcomes; expected {outcomes}")
    window = max(len(memory) // WINDOWS, 1)
    first, last = (statistics.median(part) for part in (memory[window : 2 * window], memory[-window:]))
    return Row(name, count, failures, statistics.median(times), 100.0 * (last / first - 1.0))


def starts(count: int, cache: Path) -> Row:
    """Processes, one after the other, that find their kernels in a cache; the first fills it."""
    first = _process(cache)
    outcomes = [_process(cache) for _ in range(count)]
    return _of_processes("starts of a process", [first, *outcomes], count)


def cold_starts(count: int, cache: Path) -> Row:
    """Processes that share an empty cache, all at once, and one that finds their kernels afterwards."""
    with ThreadPoolExecutor(count) as pool:
        outcomes = list(pool.map(_process, [cache] * count))
    outcomes.append(_process(cache))
    row = _of_processes("cold starts at once that share a cache", outcomes, count)
    return Row(row.name, count, [*row.failures, *_left_over(cache)], row.seconds)


@dataclass(frozen=True)
class Outcome:
    """What a process printed, and how long it took, s."""

    code: int
    stdout: str
    stderr: str
    seconds: float


def _process(cache: Path) -> Outcome:
    environment = {**os.environ, "NUMBA_CACHE_DIR": str(cache), "NUMBA_DISABLE_JIT": "0"}
    command = [sys.executable, "-c", PROGRAM, AGENT, str(SECONDS)]
    started = time.perf_counter()
    done = subprocess.run(command, env=environment, cwd=CHECKOUT, capture_output=True, text=True, check=False)
    return Outcome(done.returncode, done.stdout, done.stderr, time.perf_counter() - started)


def _of_processes(name: str, outcomes: list[Outcome], count: int) -> Row:
    failures = [
        f"{name}: exit code {each.code}: {each.stderr.strip()[-200:]}"
        for each in outcomes
        if each.code != 0 or each.stderr
    ]
    digests = {each.stdout for each in outcomes if each.code == 0}
    if len(digests) != 1:
        failures.append(f"{name}: {len(digests)} different results; expected 1")
    return Row(name, count, failures, statistics.median(each.seconds for each in outcomes[-count:]))


def _left_over(cache: Path) -> Iterator[str]:
    """Files that do not belong in a kernel cache."""
    for file in sorted(cache.rglob("*")):
        if file.is_file() and (file.suffix not in (".nbi", ".nbc") or not file.stat().st_size):
            yield f"left over: {file.name}"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.starts", description=__doc__)
    parser.add_argument("--resets", type=int, default=2000)
    parser.add_argument("--loads", type=int, default=500)
    parser.add_argument("--starts", type=int, default=300, help="processes, one after the other")
    parser.add_argument("--cold", type=int, default=8, help="processes at once that share an empty cache")
    options = parser.parse_args()
    for name in ("machine", "versions", "date"):
        print(f"{name}: {circumstances()[name]}")
    print("\n| what | times | failures | median s | growth of memory | result |\n|---|---|---|---|---|---|")
    rows: list[Row] = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for row in (
            lambda: resets(options.resets),
            lambda: loads(options.loads, folder),
            lambda: cold_starts(options.cold, folder / "shared"),
            lambda: starts(options.starts, folder / "shared"),
        ):
            rows.append(row())
            print(rows[-1], flush=True)
    for row in rows:
        for failure in row.failures:
            print(failure, file=sys.stderr)
    raise SystemExit(not all(row.good for row in rows))


if __name__ == "__main__":
    main()
