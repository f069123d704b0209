"""Ray as a cluster: a new one on this machine, or one that runs already; see `clusters.Adapter`."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import warnings
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any

from spikeworm_env.batch.processes import MAX_KILLS, WorkerKilledError, sigint_blocked
from spikeworm_env.errors import TrialError

os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")  # no usage reports over the network

import ray
from ray.exceptions import RayError, WorkerCrashedError

HEALTH_CHECK_S = 15.0  # Ray's own command takes some seconds to start


def check_scheduler(address: str) -> None:
    """Raise any exception when no Ray answers there in time: `ray.init` would wait for minutes."""
    if address.startswith("ray://"):  # its client stops waiting by itself
        return
    command = [sys.executable, "-m", "ray.scripts.scripts", "health-check", "--address", address]
    try:
        subprocess.run(command, capture_output=True, timeout=HEALTH_CHECK_S, check=True, text=True)
    except subprocess.TimeoutExpired as error:
        raise TimeoutError(f"no answer within {HEALTH_CHECK_S:g} s") from error
    except subprocess.CalledProcessError as error:
        raise ConnectionError((error.stderr.splitlines() or ["not healthy"])[-1]) from error


@contextmanager
def connected(workers: int, address: str | None) -> Iterator[RayConnection]:
    """A cluster; see `clusters.Adapter`."""
    quiet: dict[str, Any] = {"log_to_driver": False, "logging_level": logging.CRITICAL}
    if address is None:
        with sigint_blocked():
            ray.init(address="local", num_cpus=workers, include_dashboard=False, **quiet)
    else:
        try:
            with warnings.catch_warnings(action="ignore"):  # the error below names the cause
                ray.init(address=address, **quiet)
        except Exception as error:  # Ray reports it by many kinds of exceptions
            raise ConnectionError(str(error)) from error
    try:
        yield RayConnection()
    finally:
        ray.shutdown()


class RayConnection:
    """A connected Ray; see `clusters.Connection`."""

    def outcomes(
        self,
        work: Callable[[Any, Mapping[str, bytes]], Any],
        tasks: Sequence[Any],
        brain_files: Mapping[str, bytes],
    ) -> Generator[tuple[int, Callable[[], Any]]]:
        """See `clusters.Connection`."""
        submit = ray.remote(num_cpus=1, max_retries=MAX_KILLS - 1)(_call).remote
        shared_work: Any = ray.put(work)  # once, not with every task
        shared_files: Any = ray.put(brain_files)
        numbers = {submit(shared_work, task, shared_files): number for number, task in enumerate(tasks)}
        try:
            while numbers:
                (ended,), _ = ray.wait(list(numbers), num_returns=1)
                yield numbers.pop(ended), partial(_result, ended)
        finally:
            for reference in numbers:
                ray.cancel(reference, force=True)


def _call(
    work: Callable[[Any, Mapping[str, bytes]], Any], task: Any, brain_files: Mapping[str, bytes]
) -> Any:
    return work(task, brain_files)


def _result(reference: ray.ObjectRef) -> Any:
    try:
        return ray.get(reference)
    except WorkerCrashedError as error:
        raise WorkerKilledError from error
    except RayError as error:
        cause = getattr(error, "cause", error)
        if isinstance(cause, RayError):
            raise TrialError(f"Ray: {str(cause).splitlines()[0]}") from error
        raise cause from None
