"""Many trials in worker processes; what is done is kept, and one that fails stops no other."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

from spikeworm_env.batch.participants import brain_files
from spikeworm_env.batch.trial_task import Failure, Task, failure, run_task
from spikeworm_env.batch.workers import WORKER_LOST, Workers
from spikeworm_env.errors import InputError
from spikeworm_env.store.results import ResultsFile, TrialKey, TrialRecord, results_file
from spikeworm_env.trials.result import TrialResult

RESULTS_FILE = "results.db"
ARRAYS = tuple(field.name for field in fields(TrialResult) if "NDArray" in str(field.type))

Progress = Callable[[int, int], None]
"""Called with trials done and trials in all."""


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


def run_batch(
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
        InputError: the file is damaged, of other code or cannot be written to, or a cluster cannot be
            reached.
        TrialError: the cluster was lost, or its workers run other code.
    """
    outcomes: list[TrialResult | Failure | None] = [None] * len(tasks)
    if file is not None:
        kept = file.records()
        outcomes = [_restored(kept[_key(task)]) if _key(task) in kept else None for task in tasks]
    missing = [number for number, outcome in enumerate(outcomes) if outcome is None]
    done = len(tasks) - len(missing)
    if progress is not None:
        progress(done, len(tasks))
    to_run = [tasks[number] for number in missing]
    files = brain_files(task.participant for task in to_run)
    with closing(workers.run_as_they_end(run_task, to_run, _on_worker_lost, files)) as outcomes_there:
        for place, outcome in outcomes_there:
            number = missing[place]
            if file is not None and isinstance(outcome, TrialResult):
                file.keep(_key(tasks[number]), _record(outcome))
            outcomes[number] = outcome
            done += 1
            if progress is not None:
                progress(done, len(tasks))
    return [outcome for outcome in outcomes if outcome is not None]


def _key(task: Task) -> TrialKey:
    """What tells it from all others of a campaign."""
    return TrialKey(task.participant.key, task.participant.digest, task.seed)


def _on_worker_lost(task: Task) -> Failure:
    return failure(task, WORKER_LOST)


def _record(result: TrialResult) -> TrialRecord:
    figures = asdict(result)
    return TrialRecord(figures, {name: figures.pop(name) for name in ARRAYS})


def _restored(record: TrialRecord) -> TrialResult:
    there, here = {**record.figures, **record.arrays}, {field.name for field in fields(TrialResult)}
    if there.keys() != here:
        odd = ", ".join(sorted(there.keys() ^ here))
        raise InputError(
            f"{RESULTS_FILE} holds other results: other code wrote it, whose trials differ in {odd}; "
            "give another folder"
        )
    return TrialResult(**there)
