"""Rows of two processes at once: how the vector environment scales over cores."""

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
COMPILE_LIMIT_S: Final = 120.0  # until the slowest process has compiled its kernels

_start: Barrier


def core_rows(effort: Effort) -> Iterator[Row]:
    """Ticks per CPU second of all processes together, and their ratio to one process alone."""
    if not effort.subprocesses:
        return
    alone, together = _ticks_per_second(1, effort), _ticks_per_second(CORES, effort)
    yield Row(f"SpikeWorm, {N_WORMS} worms in each of {CORES} processes, sum", together, "ticks/s")
    ratios = tuple(b / a for a, b in zip(alone, together, strict=True))
    yield Row(f"SpikeWorm, {CORES} processes / one", ratios, "×", least=LEAST_SCALING)


def _ticks_per_second(processes: int, effort: Effort) -> tuple[float, ...]:
    context = multiprocessing.get_context("spawn")
    barrier = context.Barrier(processes)
    with ProcessPoolExecutor(processes, context, _set_barrier, (barrier,)) as pool:
        jobs = [pool.submit(_crawl, effort) for _ in range(processes)]
        return tuple(sum(rates) for rates in zip(*(job.result() for job in jobs), strict=True))


def _set_barrier(barrier: Barrier) -> None:
    global _start  # noqa: PLW0603  a barrier is inherited only when a process starts
    _start = barrier


def _crawl(effort: Effort) -> tuple[float, ...]:
    worms = many_worms(effort.ticks // VECTOR_ONE_IN)
    worms.work()
    _start.wait(COMPILE_LIMIT_S)
    (rates,) = steps_per_second([worms], effort.repeats)
    return tuple(worms.ticks * rate for rate in rates)
