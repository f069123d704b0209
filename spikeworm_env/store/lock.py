"""One writer at a time: a lock on a file or a folder, which ends with the process that holds it.

The lock is the system's own, on an empty hidden file. That file goes with the lock; one that a killed process
left is locked by nobody and is used again.
"""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from spikeworm_env.errors import InputError

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

LOCK = ".spikeworm.lock"  # in a folder
HELD = (errno.EACCES, errno.EAGAIN, errno.EWOULDBLOCK, errno.EDEADLK)  # by another, as systems tell it
ATTEMPTS = 100  # at a file that other runs take away as they end


@contextmanager
def locked_file(file: Path) -> Iterator[None]:
    """Be the only run that writes a file, which need not be there yet; its folder is made if needed.

    Raises:
        InputError: another run holds it, or it cannot be locked.
    """
    with _locked(file.parent / f".{file.name}.lock", file):
        yield


@contextmanager
def locked_folder(folder: Path) -> Iterator[None]:
    """Be the only run that writes into a folder; it is made if needed, and goes again if it stays empty.

    Raises:
        InputError: another run holds it, or it cannot be locked.
    """
    with _locked(folder / LOCK, folder):
        yield


@contextmanager
def _locked(lock: Path, what: Path) -> Iterator[None]:
    made = [folder for folder in lock.parents if not folder.exists()]
    try:
        handle = _taken(lock, what)
        try:
            yield
        finally:
            _give_back(handle, lock)
    finally:
        for folder in made:
            with suppress(OSError):  # something is in it
                folder.rmdir()


def _taken(lock: Path, what: Path) -> int:
    """The open file, locked."""
    for _ in range(ATTEMPTS):
        try:
            lock.parent.mkdir(parents=True, exist_ok=True)
            handle = os.open(lock, os.O_RDWR | os.O_CREAT, 0o666)
        except FileNotFoundError:  # its folder went in between
            continue
        except OSError as error:
            raise InputError(f"cannot write {what}: {error.strerror}") from error
        try:
            _lock(handle)
            if _leads_to(lock, handle):
                return handle
        except OSError as error:
            os.close(handle)
            if error.errno in HELD:
                break
            raise InputError(f"cannot lock {what}: {error.strerror}") from error
        os.close(handle)  # of a file that was taken away before it was locked; another may hold the new one
    raise InputError(f"{what} is in use by another run")


if sys.platform == "win32":

    def _lock(handle: int) -> None:
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)

    def _leads_to(lock: Path, handle: int) -> bool:
        return True  # a file that is open is not taken away

    def _give_back(handle: int, lock: Path) -> None:
        os.close(handle)
        with suppress(OSError):  # the next run has it open
            lock.unlink()

else:

    def _lock(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def _leads_to(lock: Path, handle: int) -> bool:
        with suppress(FileNotFoundError):
            return os.path.samestat(os.stat(lock), os.fstat(handle))
        return False

    def _give_back(handle: int, lock: Path) -> None:
        with suppress(OSError):
            lock.unlink()  # before the lock ends: afterwards the file may be another run's
        os.close(handle)
