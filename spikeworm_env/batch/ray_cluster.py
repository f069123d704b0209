"""Tasks on Ray: a cluster on this machine, or one that runs already."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import warnings
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import joblib

from spikeworm_env.batch.clusters import unreachable
from spikeworm_env.batch.processes import MOST_KILLS, sigint_blocked
from spikeworm_env.batch.workers import Workers
from spikeworm_env.errors import TrialError

os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")  # it would call home

import ray
from ray.exceptions import RayError, WorkerCrashedError

HEALTH_S = 15.0  # Ray's own command takes some seconds to start


def on_ray(
    workers: Workers,
    work: Callable[[Any, Mapping[str, bytes]], Any],
    tasks: Sequence[Any],
    on_worker_lost: Callable[[Any], Any],
    brain_files: Mapping[str, bytes],
) -> Generator[tuple[int, Any]]:
    """The number of each task and its result as soon as it is there; arguments and errors as of `on_dask`."""
    with _connection(workers, len(tasks)):
        try:
            yield from _results(work, tasks, on_worker_lost, brain_files)
        except ImportError as error:
            raise TrialError(f"a Ray worker cannot import {error.name}") from error


def check_scheduler(address: str) -> None:
    """Raise whatever comes when no Ray answers there: `ray.init` would wait for minutes."""
    if address.startswith("ray://"):  # its client gives up by itself
        return
    command = [sys.executable, "-m", "ray.scripts.scripts", "health-check", "--address", address]
    try:
        subprocess.run(command, capture_output=True, timeout=HEALTH_S, check=True, text=True)
    except subprocess.TimeoutExpired as error:
        raise TimeoutError(f"no answer within {HEALTH_S:g} s") from error
    except subprocess.CalledProcessError as error:
        raise ConnectionError((error.stderr.splitlines() or ["not healthy"])[-1]) from error


def _results(
    work: Callable[[Any, Mapping[str, bytes]], Any],
    tasks: Sequence[Any],
    on_worker_lost: Callable[[Any], Any],
    brain_files: Mapping[str, bytes],
) -> Generator[tuple[int, Any]]:
    begin = ray.remote(num_cpus=1, max_retries=MOST_KILLS - 1)(_done).remote
    there: Any = ray.put(work)  # once, not with every task
    files: Any = ray.put(brain_files)
    numbers = {begin(there, task, files): number for number, task in enumerate(tasks)}
    try:
        while numbers:
            (ended,), _ = ray.wait(list(numbers), num_returns=1)
            number = numbers.pop(ended)
            yield number, _result(ended, tasks[number], on_worker_lost)
    finally:
        for reference in numbers:
            ray.cancel(reference, force=True)


def _done(
    work: Callable[[Any, Mapping[str, bytes]], Any], task: Any, brain_files: Mapping[str, bytes]
) -> Any:
    return work(task, brain_files)


def _result(reference: ray.ObjectRef, task: Any, on_worker_lost: Callable[[Any], Any]) -> Any:
    try:
        return ray.get(reference)
    except WorkerCrashedError:
        return on_worker_lost(task)
    except RayError as error:
        cause = getattr(error, "cause", error)
        if isinstance(cause, RayError):
            raise TrialError(f"Ray: {str(cause).splitlines()[0]}") from error
        raise cause from None


@contextmanager
def _connection(workers: Workers, most: int) -> Iterator[None]:
    quiet: dict[str, Any] = {"log_to_driver": False, "logging_level": logging.CRITICAL}
    if workers.address is None:
        with sigint_blocked():
            count = min(workers.jobs or joblib.cpu_count(), most)
            ray.init(address="local", num_cpus=count, include_dashboard=False, **quiet)
    else:
        try:
            with warnings.catch_warnings(action="ignore"):  # what it warns of is told below
                ray.init(address=workers.address, **quiet)
        except Exception as error:  # Ray tells of it in many ways
            raise unreachable("ray", workers.address, error) from error
    try:
        yield
    finally:
        ray.shutdown()
