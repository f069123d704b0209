"""Who does the work of a sweep: processes of this machine, or a cluster."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from spikeworm_env.errors import InputError, UnknownNameError
from spikeworm_env.trials.defaults import DEFAULT_BACKEND

Task = TypeVar("Task")
Result = TypeVar("Result")

BACKENDS = ("loky", "dask", "ray")
WORKER_LOST = "killed its worker process each time, perhaps because memory ran out"  # what is said of a task


@dataclass(frozen=True)
class Workers:
    """Worker processes. No result depends on them.

    Args:
        jobs: worker processes on this machine; None for one a core.
        backend: one of `BACKENDS`; loky is this machine alone.
        address: of a running Dask or Ray cluster, such as ``tcp://HOST:8786``; it has workers of its own.

    Raises:
        InputError: a number below 1, or choices that exclude each other.
        UnknownNameError: no such backend.
    """

    jobs: int | None = None
    backend: str = DEFAULT_BACKEND
    address: str | None = None

    def __post_init__(self) -> None:
        if self.jobs is not None and self.jobs < 1:
            raise InputError(f"jobs must be at least 1, not {self.jobs}")
        if self.backend not in BACKENDS:
            raise UnknownNameError("backend", self.backend, BACKENDS)
        if self.address is not None and self.backend == "loky":
            raise InputError(f"address {self.address!r} takes the backend dask or ray; loky is this machine")
        if self.address is not None and self.jobs is not None:
            raise InputError(f"give jobs or an address, not both: {self.address} has workers of its own")

    def check(self) -> None:
        """Make sure that they can be had, as far as that is seen at once.

        Raises:
            InputError: the package of the backend is missing, or nothing answers at the address.
        """
        if self.backend != "loky":
            from spikeworm_env.batch.clusters import check_cluster

            check_cluster(self.backend, self.address)

    def run_as_they_end(
        self,
        work: Callable[[Task], Result],
        tasks: Sequence[Task],
        on_worker_lost: Callable[[Task], Result],
        brain_files: Mapping[str, str],
    ) -> Generator[tuple[int, Result]]:
        """The number of each task and its result, as soon as it is there.

        Args:
            work: a function of a module; it, the tasks and their results travel between processes.
            tasks: as many as there are.
            on_worker_lost: the result of a task that kills its worker again and again.
            brain_files: SHA-256 → path of each brain file that the tasks need.

        Raises:
            InputError: the cluster cannot be reached.
            TrialError: it was lost, or its workers run other code.
        """
        if self.backend == "loky":
            from spikeworm_env.batch.processes import in_processes

            return in_processes(work, tasks, self.jobs, on_worker_lost)
        from spikeworm_env.batch.clusters import on_cluster

        return on_cluster(self, work, tasks, on_worker_lost, brain_files)
