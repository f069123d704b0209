"""Worker processes of a batch run: on this machine or on a cluster."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

from spikeworm_env.checks import known_name, whole
from spikeworm_env.errors import InputError, shown

Task = TypeVar("Task")
Result = TypeVar("Result")

BACKENDS: Final = ("loky", "dask", "ray")
MOST_JOBS: Final = 10_000
DEFAULT_BACKEND: Final = "loky"  # processes of this machine
WORKER_LOST: Final = "killed its worker process each time, perhaps because memory ran out"


@dataclass(frozen=True)
class Workers:
    """Worker processes. No result depends on them.

    Args:
        jobs: worker processes on this machine; None for one a core.
        backend: one of `BACKENDS`; loky is this machine alone.
        address: of a running Dask or Ray cluster, such as ``tcp://HOST:8786``; it has workers of its own.

    Raises:
        InputError: a number below 1 or above 10,000, or choices that exclude each other.
        UnknownNameError: no such backend.
    """

    jobs: int | None = None
    backend: str = DEFAULT_BACKEND
    address: str | None = None

    def __post_init__(self) -> None:
        if self.jobs is not None:
            whole("jobs", self.jobs, 1, MOST_JOBS)
        known_name("backend", self.backend, BACKENDS)
        if self.address is not None and not isinstance(self.address, str):
            raise InputError(f"address is {shown(self.address)}; expected HOST:PORT")
        if self.address is not None and self.backend == "loky":
            raise InputError(
                f"address is {shown(self.address)}; expected backend dask or ray; loky is this machine"
            )
        if self.address is not None and self.jobs is not None:
            raise InputError(
                f"give jobs or an address, not both: {shown(self.address)} has workers of its own"
            )

    def check(self) -> None:
        """Check that the workers are available, as far as that can be known at once.

        Raises:
            InputError: the package of the backend is missing, nothing answers at the address, or a script
                without a main guard is imported by a worker that it has started.
        """
        if self.backend != "loky":
            from spikeworm_env.batch.clusters import check_cluster

            check_cluster(self.backend, self.address)

    def map_unordered(
        self,
        work: Callable[[Task], Result],
        tasks: Sequence[Task],
        on_worker_lost: Callable[[Task], Result],
        brain_files: Mapping[str, str],
    ) -> Generator[tuple[int, Result]]:
        """The number of each task and its result, in the order in which they end.

        Args:
            work: a function of a module; it, the tasks and their results travel between processes.
            tasks: all of one class.
            on_worker_lost: makes the result of a task whose worker was killed each time.
            brain_files: SHA-256 → path of each brain file that the tasks need.

        Raises:
            InputError: the cluster cannot be reached.
            TrialError: it was lost, or its workers have other code.
        """
        from spikeworm_env.batch.processes import is_daemonic, map_in_processes

        if self.backend == "loky" or (self.address is None and is_daemonic()):
            return map_in_processes(work, tasks, self.jobs, on_worker_lost)
        from spikeworm_env.batch.clusters import map_on_cluster

        where = self.backend, self.jobs, self.address
        return map_on_cluster(*where, work, tasks, on_worker_lost, brain_files)
