"""Rows of two processes at once: does the vector environment scale over cores?"""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing.synchronize import Barrier
from typing import Final

from benchmarks.contender import steps_per_second
from benchmarks.environment import N_WORMS, VECTOR_ONE_IN, many_worms
from benchmarks.timing import Effort, Row

CORES: Final = 2
LEAST_SCALING: Final = 1.7
PATIENCE_S: Final = 120.0  # for the slowest process to have compiled

_start: Barrier


def core_rows(effort: Effort) -> Iterator[Row]:
    """Ticks per CPU second of all processes together, and how many times those of one alone."""
    if not effort.subprocesses:
        return
    alone, together = _ticks_per_second(1, effort), _ticks_per_second(CORES, effort)
    yield Row(f"SpikeWorm, {N_WORMS} worms in each of {CORES} processes, sum", together, "ticks/s")
    ratios = tuple(b / a for a, b in zip(alone, together, strict=True))
    yield Row(f"SpikeWorm, {CORES} processes / one", ratios, "×", least=LEAST_SCALING)


def _ticks_per_second(processes: int, effort: Effort) -> tuple[float, ...]:
    context = multiprocessing.get_context("spawn")
    barrier = context.Barrier(processes)
    with ProcessPoolExecutor(processes, context, _meet_at, (barrier,)) as pool:
        jobs = [pool.submit(_crawl, effort) for _ in range(processes)]
        return tuple(sum(rates) for rates in zip(*(job.result() for job in jobs), strict=True))


def _meet_at(barrier: Barrier) -> None:
    global _start  # noqa: PLW0603  a barrier reaches a process only at its birth
    _start = barrier


def _crawl(effort: Effort) -> tuple[float, ...]:
    worms = many_worms(effort.ticks // VECTOR_ONE_IN)
    worms.work()
    _start.wait(PATIENCE_S)
    (rates,) = steps_per_second([worms], effort.repeats)
    return tuple(worms.ticks * rate for rate in rates)
