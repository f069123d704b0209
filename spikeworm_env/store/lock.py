"""One writer at a time: a lock on a file or a folder, which ends with the process that holds it.

The lock is a lock of the operating system on an empty hidden file. The file is removed with the lock; a file
left by a killed process is not locked and is used again.
"""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from spikeworm_env.errors import InputError
from spikeworm_env.files import make_folders

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

LOCK = ".spikeworm.lock"  # in a folder
HELD = (errno.EACCES, errno.EAGAIN, errno.EWOULDBLOCK, errno.EDEADLK)  # by another process
ATTEMPTS = 100  # while other runs remove the file as they end


@contextmanager
def locked_file(file: Path) -> Iterator[None]:
    """Hold the lock on a file, which need not exist yet; its folder is made if needed.

    Raises:
        InputError: another run holds it, or it cannot be locked.
    """
    with _locked(file.parent / f".{file.name}.lock", file):
        yield


@contextmanager
def locked_folder(folder: Path) -> Iterator[None]:
    """Hold the lock on a folder; it is made if needed, and removed again if it stays empty.

    Raises:
        InputError: another run holds it, or it cannot be locked.
    """
    with _locked(folder / LOCK, folder):
        yield


@contextmanager
def _locked(lock: Path, what: Path) -> Iterator[None]:
    made = [folder for folder in lock.parents if not folder.exists()]
    try:
        handle = _acquire(lock, what)
        try:
            yield
        finally:
            _release(handle, lock)
    finally:
        for folder in made:
            with suppress(OSError):  # not empty
                folder.rmdir()


def _acquire(lock: Path, what: Path) -> int:
    """Handle of the open and locked lock file."""
    for _ in range(ATTEMPTS):
        try:
            make_folders(lock.parent)
            handle = os.open(lock, os.O_RDWR | os.O_CREAT, 0o666)
        except FileNotFoundError:  # its folder was removed in between
            continue
        except OSError as error:
            raise InputError(f"cannot write {what}: {error.strerror}") from error
        try:
            _lock(handle)
            if _is_current(lock, handle):
                return handle
        except OSError as error:
            os.close(handle)
            if error.errno in HELD:
                break
            raise InputError(
                f"cannot lock {what}: {error.strerror}; expected a file system with locks"
            ) from error
        os.close(handle)  # the file was removed before it was locked; another process may hold a new one
    raise InputError(f"{what} is in use by another run")


if sys.platform == "win32":

    def _lock(handle: int) -> None:
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)

    def _is_current(lock: Path, handle: int) -> bool:
        return True  # an open file cannot be removed

    def _release(handle: int, lock: Path) -> None:
        os.close(handle)
        with suppress(OSError):  # the next run has it open
            lock.unlink()

else:

    def _lock(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def _is_current(lock: Path, handle: int) -> bool:
        with suppress(FileNotFoundError):
            return os.path.samestat(os.stat(lock), os.fstat(handle))
        return False

    def _release(handle: int, lock: Path) -> None:
        with suppress(OSError):
            lock.unlink()  # before the lock ends: later the file may belong to another run
        os.close(handle)
