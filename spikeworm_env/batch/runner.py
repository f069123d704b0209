"""The batch runner: tasks in worker processes, outcomes stored as they end, finished ones not run again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Literal, overload

from spikeworm_env.batch.participants import brain_files
from spikeworm_env.batch.task import Failure, Outcome, Task, failure_of, run_task
from spikeworm_env.batch.workers import WORKER_LOST, Workers
from spikeworm_env.errors import InputError, TrialError
from spikeworm_env.progress import Progress, check_progress, counted
from spikeworm_env.store.results import Record, ResultsFile, key_text, results_file

RESULTS_FILE = "results.db"


@contextmanager
def open_results(folder: Path | None, settings: Mapping[str, Any]) -> Iterator[ResultsFile | None]:
    """The results file of a folder, of a batch run with these settings; None without a folder.

    Raises:
        InputError: see `results_file`.
    """
    if folder is None:
        yield None
    else:
        with results_file(folder / RESULTS_FILE, settings) as file:
            yield file


@overload
def run_batch(
    tasks: Sequence[Task[Outcome]],
    workers: Workers,
    file: ResultsFile | None = None,
    progress: Progress = None,
    *,
    things: str = "trials",
    stop_on_failure: Literal[False] = False,
) -> list[Outcome | Failure]: ...


@overload
def run_batch(
    tasks: Sequence[Task[Outcome]],
    workers: Workers,
    file: ResultsFile | None = None,
    progress: Progress = None,
    *,
    things: str = "trials",
    stop_on_failure: Literal[True],
) -> list[Outcome]: ...


def run_batch(
    tasks: Sequence[Task[Any]],
    workers: Workers,
    file: ResultsFile | None = None,
    progress: Progress = None,
    *,
    things: str = "trials",
    stop_on_failure: bool = False,
) -> list[Any]:
    """The outcomes in the order of the tasks.

    Args:
        tasks: all of one class, each with a key of its own.
        workers: worker processes. The outcomes do not depend on them.
        file: stored outcomes are read from it, and new ones are added as they end. Failures are not stored,
            so that the next run tries these tasks again.
        progress: see `spikeworm_env.progress`.
        things: what the tasks are called in the display of progress.
        stop_on_failure: whether the first failure ends the batch; otherwise it is an outcome.

    Raises:
        InputError: the file is damaged, of other code or cannot be written to, or a cluster cannot be
            reached.
        TrialError: a task failed and ``stop_on_failure``; or the cluster was lost, or its workers have other
            code.
    """
    check_progress(progress, callback=True)
    outcomes: dict[int, Any] = {} if file is None else _stored(tasks, file)
    missing = [number for number in range(len(tasks)) if number not in outcomes]
    to_run = [tasks[number] for number in missing]
    files = brain_files(task.participant for task in to_run)
    with (
        counted(things, progress) as report,
        closing(workers.map_unordered(run_task, to_run, _on_worker_lost, files)) as results,
    ):
        report(len(outcomes), len(tasks))
        for place, outcome in results:
            number = missing[place]
            if isinstance(outcome, Failure):
                if stop_on_failure:
                    raise TrialError(outcome.message)
            elif file is not None:
                file.add(tasks[number].key, tasks[number].to_record(outcome))
            outcomes[number] = outcome
            report(len(outcomes), len(tasks))
    return [outcomes[number] for number in range(len(tasks))]


def _stored(tasks: Sequence[Task[Any]], file: ResultsFile) -> dict[int, Any]:
    """Number of a task → its outcome, of those that the file holds."""
    records = file.records()
    keys = [key_text(task.key) for task in tasks]
    return {
        number: _of_record(tasks[number], records[key], file.path)
        for number, key in enumerate(keys)
        if key in records
    }


def _of_record(task: Task[Outcome], record: Record, path: Path) -> Outcome:
    try:
        return task.of_record(record)
    except (LookupError, TypeError, ValueError) as error:
        raise InputError(
            f"{path} holds other results: other code wrote {task.label} ({error}); give another folder"
        ) from error


def _on_worker_lost(task: Task[Any]) -> Failure:
    return failure_of(task, WORKER_LOST)
