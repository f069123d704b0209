"""Environments whose speeds are compared."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from benchmarks.timing import cpu_seconds


@dataclass(frozen=True)
class Contender:
    """One environment of a comparison.

    Attributes:
        name: name of its row.
        work: a call that takes ``steps`` steps.
        steps: number of steps in a call, summed over all its environments.
        ticks: physics steps in each step; None without a physics step to compare.
    """

    name: str
    work: Callable[[], object]
    steps: int
    ticks: int | None

    @property
    def unit(self) -> str:
        """``ticks/s`` with physics steps, else ``steps/s``."""
        return "steps/s" if self.ticks is None else "ticks/s"


def steps_per_second(contenders: Sequence[Contender], repeats: int) -> list[tuple[float, ...]]:
    """Steps per CPU second of each, measured in turn, so that other load affects all alike."""
    for contender in contenders:
        contender.work()
    turns = [[c.steps / cpu_seconds(c.work) for c in contenders] for _ in range(repeats)]
    return list(zip(*turns, strict=True))
