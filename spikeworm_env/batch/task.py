"""A task: one unit of a batch run, which any process can do and whose outcome can be stored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from spikeworm_env.batch.participants import AgentSpec
from spikeworm_env.store.results import Record

Outcome = TypeVar("Outcome")


class Task(Protocol[Outcome]):
    """One trial, assay or training; a frozen dataclass that travels between processes.

    The module of its class and all that this imports are the code of its outcome, see `code_digest`.
    """

    @property
    def key(self) -> Mapping[str, Any]:
        """JSON types by name, unique within the batch."""
        ...

    @property
    def label(self) -> str:
        """The task in messages, such as ``crawl, trial seed 3``."""
        ...

    @property
    def participant(self) -> AgentSpec:
        """The agent, whose brain file a worker needs."""
        ...

    def run(self) -> Outcome:
        """Do the task in the current process."""
        ...

    def to_record(self, outcome: Outcome) -> Record:
        """The outcome as a results file stores it."""
        ...

    def of_record(self, record: Record) -> Outcome:
        """The stored outcome.

        Raises:
            LookupError, TypeError, ValueError: the record was written by other code.
        """
        ...


@dataclass(frozen=True)
class Failure:
    """The outcome of a task that failed.

    Attributes:
        message: label of the task and what went wrong, in one line.
    """

    message: str


def run_task(task: Task[Outcome]) -> Outcome | Failure:
    """Do a task in the current process; an exception becomes a `Failure`."""
    try:
        return task.run()
    except Exception as error:  # a plain message travels between processes, whatever the error held
        return failure_of(task, f"{type(error).__name__}: {error}")


def failure_of(task: Task[Any], reason: str) -> Failure:
    """The failure of a task, its reason on one line."""
    return Failure(f"{task.label}: {' '.join(reason.split())}")
