"""One brain under one condition as a task. What this file imports is the code of a stored study run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from spikeworm_env.batch.participants import AgentSpec
from spikeworm_env.experiments.learning.plan import Plan
from spikeworm_env.experiments.learning.run_record import (
    RECORDED_PATHS,
    EvaluationResult,
    HeadPath,
    RunRecord,
)
from spikeworm_env.experiments.learning.training_loop import Evaluated, TrainingLoop, TrainingStep
from spikeworm_env.experiments.learning.weight_changes import weight_changes
from spikeworm_env.lesions.scale_weights import scale_weights
from spikeworm_env.store.results import Record


@dataclass(frozen=True)
class StudyRun:
    """One brain under one condition: a training without a file; see `batch.task.Task`.

    Attributes:
        participant: the brain.
        condition: a key of ``CONDITIONS``.
        plan: its episodes and evaluations.
    """

    participant: AgentSpec
    condition: str
    plan: Plan

    @property
    def brain_seed(self) -> int:
        """What the brain was compiled with."""
        assert self.participant.brain_seed is not None
        return self.participant.brain_seed

    @property
    def key(self) -> dict[str, Any]:
        return {
            "condition": self.condition,
            "brain_file": self.participant.digest,
            "brain_seed": self.brain_seed,
        }

    @property
    def label(self) -> str:
        return f"{self.condition}, brain seed {self.brain_seed}"

    def run(self) -> RunRecord:
        plan = self.plan
        compiled = scale_weights(self.participant.compiled(), plan.scaled)
        loop = TrainingLoop(compiled, self.condition, plan.schedule(self.brain_seed, self.condition))
        trained = loop.initial
        evaluations: list[EvaluationResult] = []
        paths: dict[str, HeadPath] = {}
        for step in loop.run(plan.episodes_under(self.condition)):
            evaluations += [_evaluation(step.episode, each) for each in step.evaluation]
            if step.episode == 0:
                paths["initial_evaluation"] = _first_path(step.evaluation)
            elif step.episode == 1:
                paths["first_episode"] = _episode_path(plan, step)
            if step.episode == plan.episodes:
                paths["last_episode"] = _episode_path(plan, step)
                paths["final_evaluation"] = _first_path(step.evaluation)
                trained = loop.compiled
        return RunRecord(
            condition=self.condition,
            brain_seed=self.brain_seed,
            episodes=loop.episodes,
            evaluations=tuple(evaluations),
            paths={name: paths[name] for name in RECORDED_PATHS},
            weights=weight_changes(trained, loop.initial.network.weight),
        )

    def to_record(self, outcome: RunRecord) -> Record:
        return outcome.to_record()

    def of_record(self, record: Record) -> RunRecord:
        found = RunRecord.of_record(record)
        if (found.condition, found.brain_seed) != (self.condition, self.brain_seed):
            raise ValueError(f"it is of {found.condition}, brain {found.brain_seed}")
        return found


def _evaluation(after_episode: int, evaluated: Evaluated) -> EvaluationResult:
    trial, result = evaluated
    return EvaluationResult(
        after_episode, trial.marker, result.seed, result.ci_net, result.ci_time, result.success
    )


def _episode_path(plan: Plan, step: TrainingStep) -> HeadPath:
    assert step.result is not None
    return HeadPath.of(plan.trial_of(step.episode).marker, step.result)


def _first_path(evaluation: tuple[Evaluated, ...]) -> HeadPath:
    trial, result = evaluation[0]
    return HeadPath.of(trial.marker, result)
