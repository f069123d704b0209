"""Tasks in worker processes of this machine; a killed worker costs its own task alone."""

from __future__ import annotations

import multiprocessing
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

from spikeworm_env.errors import InputError
from spikeworm_env.notices import notice

MAX_KILLS = 5  # a task whose worker was killed this many times counts as lost
ONE_THREAD = {  # below NumPy, as the processes fill the cores by themselves
    name: "1" for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
}
REPORTED_BY_PARENT = "SPIKEWORM_MAIN_GUARD_REPORTED_BY_PARENT"  # environment variable of new processes
MAIN_GUARD = "`if __name__ == '__main__':` around the calls of a script that start processes"


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
        jobs: worker processes; None for one a core. A single one is this process; see also `process_count`.
        on_worker_lost: makes the result of a task whose worker was killed `MAX_KILLS` times.
    """
    count = process_count(jobs, len(tasks))
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


def process_count(jobs: int | None, tasks: int) -> int:
    """Number of processes: ``jobs`` or one a core, at most one a task; one in a daemonic process."""
    count = min(jobs or loky.cpu_count(), tasks)
    if count > 1 and is_daemonic():
        notice("one process is used: this process is daemonic, and such a process cannot start others")
        return 1
    return count


def is_daemonic() -> bool:
    """Whether this process may start no processes, as a worker of `multiprocessing.Pool` may not."""
    return multiprocessing.current_process().daemon


def check_main_guard() -> None:
    """Refuse to start worker processes while a spawned process imports the script of its parent.

    Raises:
        InputError: the script has no main guard. A process started in `reports_main_guard`
            ends at once instead.
    """
    if getattr(multiprocessing.current_process(), "_inheriting", False):
        if os.environ.get(REPORTED_BY_PARENT):
            os._exit(1)
        raise InputError(f"a new process runs the script again that started it; expected {MAIN_GUARD}")


@contextmanager
def reports_main_guard(what: str) -> Iterator[None]:
    """Turn the failure of processes that import the script of this one into one error.

    Args:
        what: whose processes they are, for the error.

    Raises:
        InputError: the processes could not be started.
    """
    os.environ[REPORTED_BY_PARENT] = "1"
    try:
        yield
    except Exception as error:
        reason = " ".join(str(error).split()).rstrip(".") or type(error).__name__
        raise InputError(f"{what} cannot start its processes: {reason}; expected {MAIN_GUARD}") from error
    finally:
        del os.environ[REPORTED_BY_PARENT]


@contextmanager
def sigint_blocked() -> Iterator[None]:
    """Processes and threads started meanwhile never receive SIGINT.

    A terminal sends SIGINT to all its processes; only the parent handles it, and ends its workers. SIGINT,
    SIGTERM and SIGHUP that arrive at the parent meanwhile are handled afterwards, so that no process is left
    half started.
    """
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGHUP})
    try:
        for tracker in (resource_tracker, loky_tracker):  # their start would let interrupts through again
            tracker.ensure_running()
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
    with _handled_afterwards(signal.SIGTERM, signal.SIGHUP):
        before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        try:
            yield
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextmanager
def _handled_afterwards(*numbers: int) -> Iterator[None]:
    """Signals that have a handler in Python reach it after the block; new processes do not inherit this."""
    handlers = {number: signal.getsignal(number) for number in numbers}
    arrived: list[int] = []
    if threading.current_thread() is not threading.main_thread():
        handlers = {}  # they cannot be set in other threads
    handlers = {number: handler for number, handler in handlers.items() if callable(handler)}
    for number in handlers:
        signal.signal(number, lambda number, frame: arrived.append(number))
    try:
        yield
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)
        for number in arrived[:1]:
            signal.raise_signal(number)


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
