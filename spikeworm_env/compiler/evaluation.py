"""How a brain did between its lives: series of trials that can be held against each other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from spikeworm_env.compiler.brain import CompiledBrain, Evaluation


@dataclass(frozen=True)
class Series:
    """What one training measured on one kind of trial, before its first life and after each.

    Attributes:
        tests: in the order measured; one or more, alike in all but life, seed and indices.
    """

    tests: tuple[Evaluation, ...]

    @property
    def training(self) -> int:
        """Which of the trainings of the brain."""
        return self.tests[0].training

    @property
    def trial(self) -> str:
        """Name and length of its trials."""
        return trial_text(self.tests[0].trial, self.tests[0].seconds)

    @property
    def begins(self) -> int:
        """How many lives the brain had lived when it was first measured."""
        return min(self.by_episode)

    @cached_property
    def by_episode(self) -> Mapping[int, tuple[float, ...]]:
        """Lives lived → ``ci_net`` of each trial then, lives ascending."""
        found: dict[int, list[float]] = {}
        for test in self.tests:
            found.setdefault(test.episode, []).append(test.ci_net)
        return {episode: tuple(found[episode]) for episode in sorted(found)}

    def index(self, episode: int) -> float | None:
        """Mean ``ci_net`` after so many lives; None if nothing was measured then."""
        found = self.by_episode.get(episode)
        return sum(found) / len(found) if found else None


def series_of(compiled: CompiledBrain) -> tuple[Series, ...]:
    """The series of a brain, in the order begun; no mean may be taken over two of them."""
    found: dict[tuple, list[Evaluation]] = {}
    for test in compiled.tests:
        kind = (test.training, test.trial, test.seconds, test.frame_skip, test.arena, test.learning)
        found.setdefault(kind, []).append(test)
    return tuple(Series(tuple(tests)) for tests in found.values())


def trial_text(name: str, seconds: float) -> str:
    """What tables call a trial of that name and length."""
    return f"{name}, {seconds:g} s"
