"""The training history of a brain: its training episodes, and the evaluations between them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property


@dataclass(frozen=True)
class TrainingEpisode:
    """One trial with learning on; weights carry over from one training episode to the next.

    Attributes:
        number: from 1.
        condition: the training condition, one of ``experiments.learning.conditions.CONDITIONS``.
        trial: the trial's name.
        seed: the trial seed.
        ticks: length of the trial, ticks of 1 ms.
        age: ticks that the brain had run by the end of this episode, since its initial weights.
        ci_time, ci_net: chemotaxis indices of this episode.
        n_deliveries: number of reward deliveries.
        rpe_sum: sum of the reward prediction errors, in the unit of the recipe's reward, whatever the brain
            received in their place under the condition.
        largest_change: greatest absolute change of a weight within this episode.
    """

    number: int
    condition: str
    trial: str
    seed: int
    ticks: int
    age: int
    ci_time: float
    ci_net: float
    n_deliveries: int
    rpe_sum: float
    largest_change: float = 0.0


@dataclass(frozen=True)
class Evaluation:
    """One trial between training episodes. It leaves the brain unchanged.

    A further training adds evaluations of its own and never changes those of an earlier one.

    Attributes:
        training: number of the training that ran it, from 1.
        episode: training episodes completed before it; 0 with the initial weights.
        trial: the trial's name.
        seconds: length of the trial.
        frame_skip: ticks of 1 ms per action.
        arena: JSON: the environment id and its settings.
        learning: whether weights could change during the evaluation.
        seed: the trial seed.
        ci_time, ci_net: chemotaxis indices.
    """

    training: int
    episode: int
    trial: str
    seconds: float
    frame_skip: int
    arena: str
    learning: bool
    seed: int
    ci_time: float
    ci_net: float


@dataclass(frozen=True)
class EvaluationSeries:
    """The evaluations of one training on one kind of trial, before its first episode and after each.

    Attributes:
        evaluations: at least one, in the order run; they differ in episode, seed and indices alone.
    """

    evaluations: tuple[Evaluation, ...]

    @property
    def training(self) -> int:
        """Number of the training."""
        return self.evaluations[0].training

    @property
    def trial(self) -> str:
        """Name and length of its trials."""
        return trial_text(self.evaluations[0].trial, self.evaluations[0].seconds)

    @property
    def first_episode(self) -> int:
        """Training episodes completed before the first evaluation."""
        return min(self.by_episode)

    @cached_property
    def by_episode(self) -> Mapping[int, tuple[float, ...]]:
        """Training episodes completed, ascending → ``ci_net`` of each evaluation at that point."""
        found: dict[int, list[float]] = {}
        for evaluation in self.evaluations:
            found.setdefault(evaluation.episode, []).append(evaluation.ci_net)
        return {episode: tuple(found[episode]) for episode in sorted(found)}

    def index(self, episode: int) -> float | None:
        """Mean ``ci_net`` after this many training episodes; None without an evaluation at that point."""
        found = self.by_episode.get(episode)
        return sum(found) / len(found) if found else None


def evaluation_series(evaluations: Sequence[Evaluation]) -> tuple[EvaluationSeries, ...]:
    """Group evaluations into series, in order of first appearance; never average over two series."""
    found: dict[tuple, list[Evaluation]] = {}
    for each in evaluations:
        key = (each.training, each.trial, each.seconds, each.frame_skip, each.arena, each.learning)
        found.setdefault(key, []).append(each)
    return tuple(EvaluationSeries(tuple(group)) for group in found.values())


def trial_text(name: str, seconds: float) -> str:
    """Label and length of a trial, as tables show them."""
    length = f"{seconds:g} s"
    return name if f" duration {length}" in name else f"{name}, {length}"
