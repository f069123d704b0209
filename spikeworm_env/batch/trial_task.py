"""One trial of a sweep, as a worker is given it. What this file imports is the code of a stored trial."""

from __future__ import annotations

from dataclasses import dataclass

from spikeworm_env.batch.participants import AgentSpec
from spikeworm_env.trials.result import TrialResult
from spikeworm_env.trials.run import run_trial
from spikeworm_env.trials.task import Trial


@dataclass(frozen=True)
class Task:
    """One trial to run."""

    participant: AgentSpec
    trial: Trial
    seed: int
    frame_skip: int


@dataclass(frozen=True)
class Failure:
    """A trial that did not end well.

    Attributes:
        agent: its key.
        seed: the trial seed.
        message: agent, seed and what went wrong, in one line.
    """

    agent: str
    seed: int
    message: str


def run_task(task: Task) -> TrialResult | Failure:
    """Run one trial in whatever process this is."""
    try:
        agent = task.participant.make(task.frame_skip, task.trial)
        return run_trial(agent, task.trial, task.seed, frame_skip=task.frame_skip)
    except Exception as error:  # a plain message travels between processes, whatever the error held
        return failure(task, f"{type(error).__name__}: {error}")


def failure(task: Task, what: str) -> Failure:
    """That a task failed, and why."""
    key = task.participant.key
    return Failure(key, task.seed, f"{key}, trial seed {task.seed}: {' '.join(what.split())}")
