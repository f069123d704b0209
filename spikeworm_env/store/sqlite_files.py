"""SQLite files: recognised, read without a lock, and replaced as a whole."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from spikeworm_env import files
from spikeworm_env.errors import BrainFileError, InputError

BRAIN_SUFFIX = ".db"
SQLITE_HEADER = b"SQLite format 3\0"


def is_brain_file(path: str | Path) -> bool:
    """Whether a path means a brain file: by its suffix, or by the header of the file there."""
    return Path(path).suffix == BRAIN_SUFFIX or is_database(Path(path))


def is_replaceable(path: Path) -> bool:
    """Whether a brain file may be written here: nothing is there, or an ordinary file that is one itself."""
    return not path.exists() or (path.is_file() and is_brain_file(path))


def is_database(path: Path) -> bool:
    """Whether a file exists and has the header of an SQLite file."""
    try:
        with path.open("rb") as file:
            return file.read(len(SQLITE_HEADER)) == SQLITE_HEADER
    except OSError:
        return False


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
    """A connection to a temporary file beside ``path`` that takes its place when the block ends.

    One transaction; see `files.replacing` for what a failure or a kill leaves.

    Args:
        path: the file to write; its folder is made if needed.
        start_from: copied first, instead of starting empty.

    Raises:
        InputError: the file cannot be written.
    """
    with files.replacing(path, make_folder=True) as temporary, files.writing(path):
        try:
            if start_from is not None:
                shutil.copyfile(start_from, temporary)
            with closing(sqlite3.connect(temporary, isolation_level=None)) as database:
                # invisible to others until it is whole, so SQLite need not guard it against a crash
                database.execute("PRAGMA journal_mode = OFF")
                database.execute("PRAGMA synchronous = OFF")
                database.execute("BEGIN")
                yield database
                database.execute("COMMIT")
        except sqlite3.Error as error:
            raise InputError(f"cannot write {path}: {error}") from error
