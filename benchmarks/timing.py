"""Rows and how they are measured: CPU time, a warm-up, several repeats."""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass

UNITS = {"ns": 1e9, "µs": 1e6, "ms": 1e3, "s": 1.0}  # of a second


@dataclass(frozen=True)
class Row:
    """One line of the table.

    Attributes:
        name: what was measured, with its conditions.
        samples: one figure per repeat, in ``unit``; empty if what is measured is not installed.
        unit: a key of ``UNITS``, ``"MB"``, ``"B"``, ``"×"`` for a ratio, or a rate per second.
        budget: upper limit of the median; None: no limit.
        least: lower limit of the median, for rates; None: no limit.
        failure: why there are no samples, if it is not that something is not installed.
    """

    name: str
    samples: tuple[float, ...]
    unit: str
    budget: float | None = None
    least: float | None = None
    failure: str = ""

    @property
    def median(self) -> float:
        return statistics.median(self.samples)

    @property
    def misses_its_budget(self) -> bool:
        if not self.samples:
            return bool(self.failure)
        too_much = self.budget is not None and self.median > self.budget
        return too_much or (self.least is not None and self.median < self.least)


@dataclass(frozen=True)
class Effort:
    """How much to measure.

    Attributes:
        repeats: samples of a row.
        ticks: ticks per sample of a small network or of a closed loop.
        warm_up: ticks before the first sample; a network needs some hundred to reach its firing rate.
        video_s: simulated seconds of a recorded trial.
        subprocesses: whether to start new processes, as rows with an empty kernel cache need.
        peers_python: the interpreter that runs other simulators.
    """

    repeats: int
    ticks: int
    warm_up: int
    video_s: float = 90.0
    subprocesses: bool = True
    peers_python: str = sys.executable


FULL = Effort(repeats=9, ticks=2000, warm_up=2000)
QUICK = Effort(repeats=3, ticks=500, warm_up=1000, video_s=15.0)


def cpu_seconds(work: Callable[[], object]) -> float:
    """CPU seconds that ``work`` takes once."""
    start = time.process_time()
    work()
    return time.process_time() - start


def repeated(work: Callable[[], object], per: int, unit: str, repeats: int) -> tuple[float, ...]:
    """CPU time of each of ``repeats`` calls over ``per``, in ``unit``."""
    return tuple(cpu_seconds(work) * UNITS[unit] / per for _ in range(repeats))
