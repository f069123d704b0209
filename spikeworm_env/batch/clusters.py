"""Tasks on a Dask or Ray cluster: all that does not depend on which of the two it is."""

from __future__ import annotations

import platform
import socket
import zlib
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, closing
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit

import loky

from spikeworm_env.batch.participants import receive_brain_files
from spikeworm_env.batch.processes import WorkerKilledError, check_main_guard
from spikeworm_env.errors import InputError, TrialError, shown
from spikeworm_env.trials.provenance import code_digest, versions

PACKAGES = {"dask": "distributed", "ray": "ray"}
CONNECT_S = 5.0  # an address where nothing has answered by then counts as unreachable

Work = Callable[[Any, Mapping[str, bytes]], Any]
"""Called with a task and the brain files: SHA-256 → compressed content."""


class Connection(Protocol):
    """A cluster with workers, as `dask_cluster` and `ray_cluster` offer it."""

    def outcomes(
        self, work: Work, tasks: Sequence[Any], brain_files: Mapping[str, bytes]
    ) -> Generator[tuple[int, Callable[[], Any]]]:
        """The number of each task in the order in which they end, and a function that gives its result.

        That function raises what the task raised; `WorkerKilledError` where the task killed its workers, and
        `TrialError` where the cluster was lost. Closing the generator cancels what has not ended.
        """
        ...


class Adapter(Protocol):
    """The module of one kind of cluster."""

    def check_scheduler(self, address: str) -> None:
        """Raise any exception when no scheduler of this kind answers at the address."""
        ...

    def connected(self, workers: int, address: str | None) -> AbstractContextManager[Connection]:
        """A new cluster on this machine with that many workers, or the one at the address.

        Raises:
            ConnectionError: no scheduler of this kind answers at the address.
        """
        ...


@dataclass(frozen=True)
class CheckedWork:
    """Work for a worker that may be on another machine, where code and versions may differ.

    Attributes:
        work: called with a task.
        code_of: the class of the tasks; its module is where `code_digest` begins.
        made_with: versions and code digest where the batch run was started.
    """

    work: Callable[[Any], Any]
    code_of: Callable[..., Any]
    made_with: Mapping[str, str]

    def __call__(self, task: Any, brain_files: Mapping[str, bytes]) -> Any:
        """Do one task.

        Args:
            task: the task.
            brain_files: SHA-256 → compressed content of each brain file that tasks need.

        Raises:
            TrialError: this worker has other code or versions.
        """
        here = made_with(self.code_of)
        for name, wanted in self.made_with.items():
            if here[name] != wanted:
                raise TrialError(
                    f"the worker on {platform.node()} has {name} {here[name]:.20}; "
                    f"expected {wanted:.20}, as where the batch run was started"
                )
        receive_brain_files(brain_files)
        return self.work(task)


@cache
def made_with(code_of: Callable[..., Any]) -> dict[str, str]:
    """Versions and code digest of this process."""
    return {**versions(), "code": code_digest(code_of)}


def check_cluster(backend: str, address: str | None) -> None:
    """Check that the package is installed and that a scheduler answers at the address.

    Raises:
        InputError: otherwise.
    """
    if find_spec(PACKAGES[backend]) is None:
        raise InputError(f"backend {backend} is not installed; pip install 'spikeworm[cluster]'")
    if address is None:
        check_main_guard()
        return
    try:
        _check_port(address)  # takes no heavy import
        _adapter(backend).check_scheduler(address)
    except InputError:
        raise
    except Exception as error:  # anything may answer at the address
        raise _unreachable(backend, address, error) from error


def map_on_cluster(
    backend: str,
    jobs: int | None,
    address: str | None,
    work: Callable[[Any], Any],
    tasks: Sequence[Any],
    on_worker_lost: Callable[[Any], Any],
    brain_files: Mapping[str, str],
) -> Generator[tuple[int, Any]]:
    """See `Workers.map_unordered`; brain files travel with the work, so that no folder need be shared."""
    if not tasks:
        return
    code_of: Callable[..., Any] = type(tasks[0])
    checked = CheckedWork(work, code_of, made_with(code_of))
    files = {digest: zlib.compress(Path(path).read_bytes(), 1) for digest, path in brain_files.items()}
    count = min(jobs or loky.cpu_count(), len(tasks))
    with ExitStack() as stack:
        try:
            connection = stack.enter_context(_adapter(backend).connected(count, address))
        except ConnectionError as error:
            raise _unreachable(backend, address, error) from error
        for number, outcome in stack.enter_context(closing(connection.outcomes(checked, tasks, files))):
            try:
                result = outcome()
            except WorkerKilledError:
                result = on_worker_lost(tasks[number])
            except ImportError as error:
                raise TrialError(f"a {backend.title()} worker cannot import {error.name}") from error
            yield number, result


def _adapter(backend: str) -> Adapter:
    if backend == "dask":
        from spikeworm_env.batch import dask_cluster

        return dask_cluster
    from spikeworm_env.batch import ray_cluster

    return ray_cluster


def _check_port(address: str) -> None:
    """Check that something listens at the address.

    Raises:
        InputError: the text is no address.
        OSError: nothing listens there.
    """
    try:
        parts = urlsplit(address if "://" in address else f"//{address}")
        host, port = parts.hostname, parts.port
    except ValueError:
        host = port = None
    if host is None or port is None:
        raise InputError(f"address is {shown(address)}; expected HOST:PORT of a scheduler")
    socket.create_connection((host, port), timeout=CONNECT_S).close()


def _unreachable(backend: str, address: str | None, error: Exception) -> InputError:
    reason = " ".join(str(error).split())[:200] or type(error).__name__
    return InputError(f"no {backend.title()} scheduler can be reached at {address}: {reason}")
