"""Environments that are measured against each other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from benchmarks.timing import cpu_seconds


@dataclass(frozen=True)
class Contender:
    """One of them.

    Attributes:
        name: of its row.
        work: a call that takes some steps.
        steps: how many, over all environments.
        ticks: steps of physics in each; None: it has none that compare.
    """

    name: str
    work: Callable[[], object]
    steps: int
    ticks: int | None

    @property
    def unit(self) -> str:
        """What of it compares: steps of physics where it has them."""
        return "steps/s" if self.ticks is None else "ticks/s"


def steps_per_second(contenders: Sequence[Contender], repeats: int) -> list[tuple[float, ...]]:
    """Steps per CPU second of each, measured by turns, so that all meet the same hindrances."""
    for contender in contenders:
        contender.work()
    turns = [[c.steps / cpu_seconds(c.work) for c in contenders] for _ in range(repeats)]
    return list(zip(*turns, strict=True))
