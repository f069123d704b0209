"""Dask as a cluster: a new one on this machine, or one that runs already; see `clusters.Adapter`."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from concurrent.futures import CancelledError, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from typing import Any

import dask
from dask.distributed import Client, Future, LocalCluster, as_completed
from distributed import rpc
from distributed.scheduler import KilledWorker

from spikeworm_env.batch.processes import MAX_KILLS, WorkerKilledError, reports_main_guard, sigint_blocked
from spikeworm_env.errors import TrialError

ANSWER_S = 5.0  # a scheduler that has not answered by then counts as unreachable
SETTINGS = {  # of a cluster on this machine
    "distributed.scheduler.allowed-failures": MAX_KILLS - 1,
    "distributed.scheduler.worker-saturation": 1.0,  # a worker holds one task, so that its death costs one
}


def check_scheduler(address: str) -> None:
    """Raise any exception when no Dask scheduler answers there within `ANSWER_S`.

    In a thread of its own: in a notebook this one has a running event loop.
    """

    async def ask() -> None:
        async with rpc(address) as scheduler:
            await scheduler.identity()

    try:
        with ThreadPoolExecutor(1) as thread:
            thread.submit(asyncio.run, asyncio.wait_for(ask(), ANSWER_S)).result()
    except TimeoutError as error:
        raise TimeoutError(f"no answer within {ANSWER_S:g} s") from error


@contextmanager
def connected(workers: int, address: str | None) -> Iterator[DaskConnection]:
    """A cluster; see `clusters.Adapter`."""
    with ExitStack() as stack:
        if address is None:
            stack.enter_context(dask.config.set(SETTINGS))
            with sigint_blocked(), reports_main_guard("Dask"):
                cluster = stack.enter_context(
                    LocalCluster(
                        n_workers=workers,
                        threads_per_worker=1,
                        dashboard_address=":0",
                        silence_logs=logging.CRITICAL,
                    )
                )
            yield DaskConnection(stack.enter_context(Client(cluster)))
        else:
            try:
                client = Client(address, timeout=ANSWER_S)
            except (OSError, ValueError) as error:
                raise ConnectionError(str(error)) from error
            yield DaskConnection(stack.enter_context(client))


class DaskConnection:
    """A connected client; see `clusters.Connection`."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def outcomes(
        self,
        work: Callable[[Any, Mapping[str, bytes]], Any],
        tasks: Sequence[Any],
        brain_files: Mapping[str, bytes],
    ) -> Generator[tuple[int, Callable[[], Any]]]:
        """See `clusters.Connection`."""
        # a task, not scattered data, so that it is computed again when the worker that holds it dies
        files = self._client.submit(_Constant(brain_files), pure=False)
        futures = self._client.map(work, tasks, brain_files=files, pure=False)
        numbers = {future.key: number for number, future in enumerate(futures)}
        ended = as_completed(futures)
        try:
            del futures  # so that the cluster drops each result that was used
            for future in ended:
                yield numbers[future.key], _Result(future)
        finally:
            self._client.cancel(list(ended.futures))


class _Result:
    def __init__(self, future: Future) -> None:
        self._future = future

    def __call__(self) -> Any:
        try:
            return self._future.result()
        except KilledWorker as error:
            raise WorkerKilledError from error
        except CancelledError as error:
            raise TrialError("the Dask scheduler was lost") from error


class _Constant:
    """A task that returns what it was made with, whole: Dask looks for tasks within plain containers."""

    def __init__(self, content: Any) -> None:
        self._content = content

    def __call__(self) -> Any:
        return self._content
