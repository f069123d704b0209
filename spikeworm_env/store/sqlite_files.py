"""Files that are never half written; SQLite files are only read when opened to read."""

from __future__ import annotations

import os
import secrets
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from spikeworm_env.errors import BrainFileError, InputError


@contextmanager
def reading(path: Path) -> Iterator[sqlite3.Connection]:
    """Open a file that this connection cannot change.

    Raises:
        BrainFileError: there is no such file, or SQLite finds it damaged, now or while it is read.
    """
    if not path.is_file():
        raise BrainFileError(f"no brain file {path}")
    try:
        # immutable: files are replaced, never changed in place; so no lock and no journal is looked for,
        # and read-only media will do
        address = f"{path.resolve().as_uri()}?mode=ro&immutable=1"
        with closing(sqlite3.connect(address, uri=True)) as database:
            yield database
    except (sqlite3.Error, UnicodeDecodeError) as error:
        reason = str(error).splitlines()[0]
        raise BrainFileError(f"{path} is not a brain file or is damaged: {reason}") from error


@contextmanager
def replacing(path: Path, start_from: Path | None = None) -> Iterator[sqlite3.Connection]:
    """A connection to a temporary file beside ``path`` that takes its place when the block ends well.

    One transaction. A kill at any moment leaves ``path`` as it was or as it is meant to be, and at worst a
    file ``.NAME.….tmp`` beside it. If the block raises, nothing is changed.

    Args:
        path: the file to write; its folder is made if needed.
        start_from: copied first, instead of starting empty.

    Raises:
        InputError: the file cannot be written.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}-{secrets.token_hex(4)}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if start_from is not None:
            shutil.copyfile(start_from, temporary)
        with closing(sqlite3.connect(temporary, isolation_level=None)) as database:
            # nobody sees the file before it is whole, so SQLite need not guard it against a crash
            database.execute("PRAGMA journal_mode = OFF")
            database.execute("PRAGMA synchronous = OFF")
            database.execute("BEGIN")
            yield database
            database.execute("COMMIT")
        _flush_to_disk(temporary)
        os.replace(temporary, path)
        _flush_to_disk(path.parent)
    except (OSError, sqlite3.Error) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise InputError(f"cannot write {path}: {reason}") from error
    finally:
        with suppress(OSError):
            temporary.unlink()


def write_text(path: Path, text: str) -> None:
    """Write a text file at one stroke: a kill at any moment leaves the old or the new one whole.

    Raises:
        InputError: the file cannot be written.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}-{secrets.token_hex(4)}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary.write_text(text, encoding="utf-8", newline="")
        _flush_to_disk(temporary)
        os.replace(temporary, path)
        _flush_to_disk(path.parent)
    except OSError as error:
        raise InputError(f"cannot write {path}: {error.strerror}") from error
    finally:
        with suppress(OSError):
            temporary.unlink()


def _flush_to_disk(path: Path) -> None:
    with suppress(PermissionError):  # a folder cannot be opened on Windows
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
