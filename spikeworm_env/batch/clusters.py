"""Tasks on a Dask or Ray cluster: what the two have in common."""

from __future__ import annotations

import platform
import socket
import zlib
from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from spikeworm_env.batch.participants import receive_brain_files
from spikeworm_env.batch.workers import Workers
from spikeworm_env.errors import InputError, TrialError
from spikeworm_env.trials.provenance import code_digest, versions

PACKAGES = {"dask": "distributed", "ray": "ray"}
ANSWER_S = 5.0  # a scheduler that has not answered by then counts as unreachable


@dataclass(frozen=True)
class AwayFromHome:
    """Work as it is done by a worker that may be on another machine.

    Attributes:
        work: the work itself.
        made_with: versions and code here; elsewhere results might differ in their last bits.
    """

    work: Callable[[Any], Any]
    made_with: Mapping[str, str]

    def __call__(self, task: Any, brain_files: Mapping[str, bytes]) -> Any:
        """Do one task.

        Args:
            task: what to do.
            brain_files: SHA-256 → compressed content of each brain file that tasks need.

        Raises:
            TrialError: this worker has other code or versions.
        """
        here = _made_with(self.work)
        for name, wanted in self.made_with.items():
            if here[name] != wanted:
                raise TrialError(
                    f"the worker on {platform.node()} has {name} {here[name]:.20}; "
                    f"expected {wanted:.20}, as where the sweep was started"
                )
        receive_brain_files(brain_files)
        return self.work(task)


def check_cluster(backend: str, address: str | None) -> None:
    """Make sure that the package is there and that something answers at the address.

    Raises:
        InputError: one of them is not so.
    """
    if find_spec(PACKAGES[backend]) is None:
        raise InputError(f"backend {backend} is not installed; pip install 'spikeworm[cluster]'")
    if address is None:
        return
    _check_port(backend, address)
    if backend == "dask":
        from spikeworm_env.batch.dask_cluster import check_scheduler
    else:
        from spikeworm_env.batch.ray_cluster import check_scheduler
    try:
        check_scheduler(address)
    except Exception as error:  # what answers may be anything
        raise unreachable(backend, address, error) from error


def _check_port(backend: str, address: str) -> None:
    """Make sure that there is something to talk to, which takes no heavy import."""
    try:
        parts = urlsplit(address if "://" in address else f"//{address}")
        host, port = parts.hostname, parts.port
    except ValueError:
        host = port = None
    if host is None or port is None:
        raise InputError(f"address {address!r} is none of a scheduler; expected HOST:PORT")
    try:
        socket.create_connection((host, port), timeout=ANSWER_S).close()
    except OSError as error:
        raise unreachable(backend, address, error) from error


def unreachable(backend: str, address: str, error: Exception) -> InputError:
    """What to say when no scheduler of that kind is there."""
    reason = " ".join(str(error).split())[:200] or type(error).__name__
    return InputError(f"no {backend.title()} scheduler can be reached at {address}: {reason}")


def on_cluster(
    workers: Workers,
    work: Callable[[Any], Any],
    tasks: Sequence[Any],
    on_worker_lost: Callable[[Any], Any],
    brain_files: Mapping[str, str],
) -> Generator[tuple[int, Any]]:
    """See `Workers.run_as_they_end`; brain files travel with the work, so that no folder need be shared."""
    if not tasks:
        return
    there = AwayFromHome(work, _made_with(work))
    files = {digest: zlib.compress(Path(path).read_bytes(), 1) for digest, path in brain_files.items()}
    if workers.backend == "dask":
        from spikeworm_env.batch.dask_cluster import on_dask

        yield from on_dask(workers, there, tasks, on_worker_lost, files)
    else:
        from spikeworm_env.batch.ray_cluster import on_ray

        yield from on_ray(workers, there, tasks, on_worker_lost, files)


@cache
def _made_with(work: Callable[[Any], Any]) -> dict[str, str]:
    return {**versions(), "code": code_digest(work)}
