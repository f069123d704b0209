"""Tasks in worker processes of this machine; a killed worker costs its own task alone."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import resource_tracker
from typing import Any

import loky
from loky import ProcessPoolExecutor
from loky.backend import resource_tracker as loky_tracker

MAX_KILLS = 5  # a task whose worker was killed this many times counts as lost
ONE_THREAD = {  # below NumPy, as the processes fill the cores by themselves
    name: "1" for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
}


class WorkerKilledError(Exception):
    """A task killed its workers, here or on a cluster, `MAX_KILLS` times."""


def map_in_processes(
    work: Callable[[Any], Any],
    tasks: Sequence[Any],
    jobs: int | None,
    on_worker_lost: Callable[[Any], Any],
) -> Generator[tuple[int, Any]]:
    """The number of each task and its result, in the order in which they end.

    Each worker is a pool of one process, so that it is known which task a killed worker had. That task is
    started again after all others, which are not affected.

    Args:
        work: a function of a module; it, the tasks and their results travel between processes.
        tasks: any number.
        jobs: worker processes; None for one a core. A single one is this process.
        on_worker_lost: makes the result of a task whose worker was killed `MAX_KILLS` times.
    """
    count = min(jobs or loky.cpu_count(), len(tasks))
    if count <= 1:
        yield from enumerate(map(work, tasks))
        return
    waiting, kills = deque(range(len(tasks))), Counter[int]()
    workers = {_new_worker() for _ in range(count)}
    running: dict[Future, tuple[ProcessPoolExecutor, int]] = {}

    def replaced(worker: ProcessPoolExecutor) -> ProcessPoolExecutor:
        workers.remove(worker)
        worker.shutdown()
        workers.add(worker := _new_worker())
        return worker

    def start(worker: ProcessPoolExecutor, number: int) -> None:
        with sigint_blocked():  # the first task starts the process
            try:
                future = worker.submit(work, tasks[number])
            except BrokenProcessPool:  # killed while it had nothing to do
                worker = replaced(worker)
                future = worker.submit(work, tasks[number])
            running[future] = worker, number

    try:
        for worker in tuple(workers):
            start(worker, waiting.popleft())
        while running:
            for future in wait(running, return_when=FIRST_COMPLETED).done:
                worker, number = running.pop(future)
                killed = isinstance(future.exception(), BrokenProcessPool)
                if killed:
                    worker = replaced(worker)
                    kills[number] += 1
                again = killed and kills[number] < MAX_KILLS
                if again:
                    waiting.append(number)  # last, so that kills at random seldom meet it again
                if waiting:  # before the result is used, so that no worker waits for that
                    start(worker, waiting.popleft())
                if not again:
                    yield number, on_worker_lost(tasks[number]) if killed else future.result()
    finally:
        for worker in workers:
            worker.shutdown(kill_workers=True)


@contextmanager
def sigint_blocked() -> Iterator[None]:
    """Processes and threads started meanwhile never receive SIGINT; one that arrives is handled afterwards.

    A terminal sends SIGINT to all its processes; only the parent handles it, and ends its workers.
    """
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    for tracker in (resource_tracker, loky_tracker):  # their start would let interrupts through again
        tracker.ensure_running()
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _new_worker() -> ProcessPoolExecutor:
    return ProcessPoolExecutor(1, initializer=_prepare, initargs=(os.getpid(),), env=ONE_THREAD)


def _prepare(parent: int) -> None:
    """Let a worker ignore SIGINT, and end it when its parent is gone: by itself it would wait forever."""

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(1.0)
        os._exit(1)

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=watch, daemon=True).start()
