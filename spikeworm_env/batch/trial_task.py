"""One trial as a task. What this file imports is the code of a stored trial."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from typing import Any

from spikeworm_env.batch.participants import AgentSpec
from spikeworm_env.store.results import Record
from spikeworm_env.trials.provenance import Provenance
from spikeworm_env.trials.result import TrialResult
from spikeworm_env.trials.run import run_trial
from spikeworm_env.trials.task import Trial

ARRAYS = tuple(field.name for field in fields(TrialResult) if "NDArray" in str(field.type))


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
        return run_trial(agent, self.trial, self.seed, frame_skip=self.frame_skip)

    def to_record(self, outcome: TrialResult) -> Record:
        figures = asdict(outcome)
        return Record(figures, {name: figures.pop(name) for name in ARRAYS})

    def of_record(self, record: Record) -> TrialResult:
        there, here = {**record.figures, **record.arrays}, {field.name for field in fields(TrialResult)}
        if there.keys() != here:
            raise ValueError(f"fields that differ: {', '.join(sorted(there.keys() ^ here))}")
        kept = there.pop("provenance")
        provenance = Provenance(tuple(kept["brain"]), tuple(kept["arena"]), kept["learning"])
        result = TrialResult(**there, provenance=provenance)
        expected = (self.participant.key, self.trial.label(self.frame_skip), self.seed)
        if (result.agent, result.trial, result.seed) != expected:
            raise ValueError(f"it is {result.agent} in {result.trial}, seed {result.seed}")
        return result
