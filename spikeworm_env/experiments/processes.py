"""Many independent tasks in worker processes."""

from __future__ import annotations

import os
import signal
import threading
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from functools import cache, partial
from typing import TypeVar

import joblib

from spikeworm_env.errors import InputError

Task = TypeVar("Task")
Result = TypeVar("Result")


def check_jobs(jobs: int | None) -> None:
    """Raise InputError unless ``jobs`` is None or at least 1."""
    if jobs is not None and jobs < 1:
        raise InputError(f"jobs must be at least 1, not {jobs}")


def run_all(work: Callable[[Task], Result], tasks: Sequence[Task], jobs: int | None) -> Iterator[Result]:
    """The results of ``work`` in the order of the tasks, each as soon as it and those before it are there.

    Args:
        work: a function of a module; it and the tasks travel between processes.
        tasks: as many as there are.
        jobs: worker processes; None for one a core.
    """
    return _started(work, tasks, jobs, "generator")


def run_as_they_end(
    work: Callable[[Task], Result], tasks: Sequence[Task], jobs: int | None
) -> Iterator[tuple[int, Result]]:
    """Like `run_all`, but each result as soon as it is there, after the number of its task."""
    return _started(partial(_numbered, work), list(enumerate(tasks)), jobs, "generator_unordered")


def _started(
    work: Callable[[Task], Result], tasks: Sequence[Task], jobs: int | None, return_as: str
) -> Iterator[Result]:
    workers = min(jobs or joblib.cpu_count(), len(tasks))
    if workers <= 1:
        yield from map(work, tasks)
        return
    parallel = joblib.Parallel(n_jobs=workers, backend="loky", return_as=return_as)
    results = parallel(joblib.delayed(_in_worker)(work, task, os.getpid()) for task in tasks)
    try:
        for result in results:  # noqa: UP028 - `yield from` would close it before the warning is held back
            yield result
    finally:
        with warnings.catch_warnings(action="ignore"):  # whoever stops listening knows that tasks are lost
            results.close()


def _numbered(work: Callable[[Task], Result], task: tuple[int, Task]) -> tuple[int, Result]:
    return task[0], work(task[1])


def _in_worker(work: Callable[[Task], Result], task: Task, parent: int) -> Result:
    # an interrupt reaches all processes of a terminal; only the parent answers it, and ends its workers
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _end_with(parent)
    return work(task)


@cache
def _end_with(parent: int) -> None:
    """End this worker when its parent is gone, even if killed; by itself it would wait for more work."""

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(1.0)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
