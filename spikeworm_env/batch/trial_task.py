"""One trial as a task. What this file imports is the code of a stored trial."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from spikeworm_env.anatomy import N_JOINTS
from spikeworm_env.batch.participants import AgentSpec
from spikeworm_env.store.results import Record
from spikeworm_env.store.stored_values import Shape, from_stored
from spikeworm_env.trials.result import TrialResult
from spikeworm_env.trials.run import run_trial
from spikeworm_env.trials.task import Trial

SHAPES: Mapping[str, Shape] = {
    "path": ("samples", 2),
    "centre": ("samples", 2),
    "heading": ("samples",),
    "posture": ("samples", N_JOINTS),
    "concentration": ("samples",),
    "food_path": ("samples", "foods", 2),
    "food": ("foods", 4),
}
"""The arrays of a trial's result."""


@dataclass(frozen=True)
class TrialTask:
    """One agent in one trial on one trial seed; see `batch.task.Task`.

    Attributes:
        participant: the agent.
        trial: the trial.
        seed: the trial seed.
        frame_skip: ticks of 1 ms per step of the environment.
    """

    participant: AgentSpec
    trial: Trial
    seed: int
    frame_skip: int

    @property
    def key(self) -> dict[str, Any]:
        return {"agent": self.participant.key, "brain_file": self.participant.digest, "seed": self.seed}

    @property
    def label(self) -> str:
        return f"{self.participant.key}, trial seed {self.seed}"

    def run(self) -> TrialResult:
        agent = self.participant.make(self.frame_skip, self.trial)
        return run_trial(agent, self.trial, self.seed, frame_skip=self.frame_skip, progress=False)

    def to_record(self, outcome: TrialResult) -> Record:
        figures = asdict(replace(outcome, recording=None))
        del figures["recording"]
        return Record(figures, {name: figures.pop(name) for name in SHAPES})

    def of_record(self, record: Record) -> TrialResult:
        result = from_stored(TrialResult, {**record.figures, **record.arrays, "recording": None}, SHAPES)
        expected = (self.participant.key, self.trial.label(self.frame_skip), self.seed)
        if (result.agent, result.trial, result.seed) != expected:
            raise ValueError(f"it is {result.agent} in {result.trial}, seed {result.seed}")
        if result.ticks < 1 or result.sample_s <= 0:
            raise ValueError(f"it has {result.ticks} ticks and samples every {result.sample_s:g} s")
        most = math.ceil(result.seconds / result.sample_s) + 1
        if not 2 <= len(result.path) <= most:
            raise ValueError(f"it has {len(result.path)} samples; expected 2 to {most}")
        return result
