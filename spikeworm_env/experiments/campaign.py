"""Many trials in worker processes; what is done is kept, and one that fails stops no other."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from spikeworm_env.errors import InputError
from spikeworm_env.experiments.roster import Entrant, brain_files
from spikeworm_env.experiments.trial import TrialResult, run_trial
from spikeworm_env.experiments.trials import Trial
from spikeworm_env.experiments.workers import GIVEN_UP, Workers
from spikeworm_env.store.results import ResultsFile, TrialKey, TrialRecord, results_file

RESULTS_FILE = "results.db"
ARRAYS = tuple(field.name for field in fields(TrialResult) if "NDArray" in str(field.type))

Progress = Callable[[int, int], None]
"""Called with trials done and trials in all."""


@dataclass(frozen=True)
class Task:
    """One trial to run."""

    entrant: Entrant
    trial: Trial
    seed: int
    frame_skip: int

    @property
    def key(self) -> TrialKey:
        """What tells it from all others of a campaign."""
        return TrialKey(self.entrant.key, self.entrant.digest, self.seed)


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


@contextmanager
def archive(folder: Path | None, settings: Mapping[str, Any]) -> Iterator[ResultsFile | None]:
    """The results file of a folder, of a campaign with those settings; None without a folder.

    Raises:
        InputError: see `results_file`.
    """
    if folder is None:
        yield None
    else:
        with results_file(folder / RESULTS_FILE, settings) as file:
            yield file


def run_campaign(
    tasks: Sequence[Task],
    workers: Workers,
    file: ResultsFile | None = None,
    progress: Progress | None = None,
) -> list[TrialResult | Failure]:
    """The outcomes in the order of the tasks.

    Args:
        tasks: each with a key of its own.
        workers: who runs them. The outcomes do not depend on it.
        file: where results are read that are there, and kept as soon as they are known. Failures are not
            kept, so that they are tried again.
        progress: see `Progress`.

    Raises:
        InputError: the file is damaged or cannot be written to, or a cluster cannot be reached.
        TrialError: the cluster was lost, or its workers run other code.
    """
    outcomes: list[TrialResult | Failure | None] = [None] * len(tasks)
    if file is not None:
        kept = file.records()
        outcomes = [_restored(kept[task.key]) if task.key in kept else None for task in tasks]
    missing = [number for number, outcome in enumerate(outcomes) if outcome is None]
    done = len(tasks) - len(missing)
    if progress is not None:
        progress(done, len(tasks))
    to_run = [tasks[number] for number in missing]
    files = brain_files(task.entrant for task in to_run)
    with closing(workers.run_as_they_end(_run, to_run, _given_up, files)) as outcomes_there:
        for place, outcome in outcomes_there:
            number = missing[place]
            if file is not None and isinstance(outcome, TrialResult):
                file.keep(tasks[number].key, _record(outcome))
            outcomes[number] = outcome
            done += 1
            if progress is not None:
                progress(done, len(tasks))
    return [outcome for outcome in outcomes if outcome is not None]


def _run(task: Task) -> TrialResult | Failure:
    """Run one trial in whatever process this is."""
    try:
        agent = task.entrant.make(task.frame_skip, task.trial)
        return run_trial(agent, task.trial, task.seed, frame_skip=task.frame_skip)
    except Exception as error:  # a plain message travels between processes, whatever the error held
        return _failure(task, f"{type(error).__name__}: {error}")


def _given_up(task: Task) -> Failure:
    return _failure(task, GIVEN_UP)


def _failure(task: Task, what: str) -> Failure:
    key = task.entrant.key
    return Failure(key, task.seed, f"{key}, trial seed {task.seed}: {' '.join(what.split())}")


def _record(result: TrialResult) -> TrialRecord:
    figures = asdict(result)
    return TrialRecord(figures, {name: figures.pop(name) for name in ARRAYS})


def _restored(record: TrialRecord) -> TrialResult:
    try:
        return TrialResult(**{**record.figures, **record.arrays})
    except TypeError as error:
        names = ", ".join(field.name for field in fields(TrialResult))
        raise InputError(f"{RESULTS_FILE} is damaged: a trial does not hold {names}") from error
