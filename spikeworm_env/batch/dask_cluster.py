"""Tasks on Dask: a cluster on this machine, or one that runs already."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from concurrent.futures import CancelledError
from contextlib import ExitStack, contextmanager
from typing import Any

import dask
import joblib
from dask.distributed import Client, LocalCluster, as_completed
from distributed import rpc
from distributed.scheduler import KilledWorker

from spikeworm_env.batch.clusters import ANSWER_S, unreachable
from spikeworm_env.batch.processes import MOST_KILLS, sigint_blocked
from spikeworm_env.batch.workers import Workers
from spikeworm_env.errors import TrialError

OURS = {  # settings of a cluster that is begun here
    "distributed.scheduler.allowed-failures": MOST_KILLS - 1,
    "distributed.scheduler.worker-saturation": 1.0,  # a worker holds one task, so a death is no other's fault
}


def on_dask(
    workers: Workers,
    work: Callable[[Any, Mapping[str, bytes]], Any],
    tasks: Sequence[Any],
    on_worker_lost: Callable[[Any], Any],
    brain_files: Mapping[str, bytes],
) -> Generator[tuple[int, Any]]:
    """The number of each task and its result as soon as it is there.

    Args:
        workers: where.
        work: called with a task and the brain files.
        tasks: at least one.
        on_worker_lost: the result of a task that kills its worker again and again.
        brain_files: SHA-256 → content.

    Raises:
        InputError: no scheduler answers.
        TrialError: the scheduler was lost, or its workers lack our code.
    """
    with _client(workers, len(tasks)) as client:
        # a task, not scattered data, so that it is made anew when a worker that holds it dies
        files = client.submit(_Kept(brain_files), pure=False)
        futures = client.map(work, tasks, brain_files=files, pure=False)
        numbers = {future.key: number for number, future in enumerate(futures)}
        ended = as_completed(futures)
        try:
            del futures  # so that the cluster drops each result that was used
            for future in ended:
                number = numbers[future.key]
                try:
                    result = future.result()
                except KilledWorker:
                    result = on_worker_lost(tasks[number])
                except CancelledError as error:
                    raise TrialError("the Dask scheduler was lost") from error
                except ImportError as error:
                    raise TrialError(f"a Dask worker cannot import {error.name}") from error
                yield number, result
        finally:
            client.cancel(list(ended.futures))


def check_scheduler(address: str) -> None:
    """Raise whatever comes when no Dask scheduler answers there within `ANSWER_S`."""

    async def ask() -> None:
        async with rpc(address) as scheduler:
            await scheduler.identity()

    try:
        asyncio.run(asyncio.wait_for(ask(), ANSWER_S))
    except TimeoutError as error:
        raise TimeoutError(f"no answer within {ANSWER_S:g} s") from error


class _Kept:
    """Gives what it was made with, whole: Dask looks for tasks within plain containers."""

    def __init__(self, content: Any) -> None:
        self._content = content

    def __call__(self) -> Any:
        return self._content


@contextmanager
def _client(workers: Workers, most: int) -> Iterator[Client]:
    with ExitStack() as stack:
        if workers.address is None:
            stack.enter_context(dask.config.set(OURS))
            with sigint_blocked():
                cluster = stack.enter_context(
                    LocalCluster(
                        n_workers=min(workers.jobs or joblib.cpu_count(), most),
                        threads_per_worker=1,
                        dashboard_address=":0",
                        silence_logs=logging.CRITICAL,
                    )
                )
            yield stack.enter_context(Client(cluster))
        else:
            try:
                client = Client(workers.address, timeout=ANSWER_S)
            except (OSError, ValueError) as error:
                raise unreachable("dask", workers.address, error) from error
            yield stack.enter_context(client)
