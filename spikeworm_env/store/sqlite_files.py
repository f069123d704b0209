"""SQLite files: recognised, read without a lock and within bounds, and replaced as a whole.

A file may come from anyone. What it costs to read is bounded by its size: `limited` bounds single
values and the work of all queries; `check_tables` refuses everything but the tables that this package makes,
so that no view, trigger, generated column or default value runs or multiplies what is stored.
"""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path

from spikeworm_env import files
from spikeworm_env.errors import BrainFileError, InputError, reason, shown

BRAIN_SUFFIX = ".db"
SQLITE_HEADER = b"SQLite format 3\0"
JOURNAL_HEADER = b"\xd9\xd5\x05\xf9\x20\xa1\x63\xd7"  # of a rollback journal that is still needed
LOG_SUFFIX = "-wal"
LOG_HEADER_SIZE = 32  # bytes; a write-ahead log of no more holds no change

# A row of an honest file takes more bytes than reading it takes steps of SQLite's virtual machine.
STEPS_PER_BYTE = 20
LEAST_STEPS = 5_000_000  # a tenth of a second
STEPS_PER_CALL = 1_000_000
LEAST_LENGTH = 10_000  # bytes that a value may have in the smallest file


def is_brain_file(path: str | Path) -> bool:
    """Whether a path means a brain file: by its suffix, or by the header of the file there."""
    return Path(path).suffix == BRAIN_SUFFIX or is_database(Path(path))


def is_replaceable(path: Path) -> bool:
    """Whether a brain file may be written here: nothing is there, or an ordinary file that is one itself."""
    return not os.path.exists(path) or (os.path.isfile(path) and is_brain_file(path))


def is_database(path: Path) -> bool:
    """Whether an ordinary file exists and has the header of an SQLite file."""
    try:
        if not os.path.isfile(path):  # to open a named pipe would wait for its writer
            return False
        with path.open("rb") as file:
            return file.read(len(SQLITE_HEADER)) == SQLITE_HEADER
    except OSError:
        return False


@contextmanager
def reading(path: Path) -> Iterator[sqlite3.Connection]:
    """Open a file that this connection cannot change, with the bounds of `limited`.

    Raises:
        BrainFileError: there is no such ordinary file, another program has not finished changing it, or
            SQLite finds it damaged, now or while it is read.
    """
    if not os.path.isfile(path):
        raise BrainFileError(f"no brain file {path}")
    _check_finished(path)
    try:
        # immutable: files are replaced, never changed in place; so no lock and no journal is looked for,
        # and read-only media will do
        address = f"{path.resolve().as_uri()}?mode=ro&immutable=1"
        with closing(sqlite3.connect(address, uri=True)) as database, limited(database, path):
            yield database
    except (sqlite3.Error, UnicodeDecodeError, OSError) as error:
        raise BrainFileError(f"{path} is not a brain file or is damaged: {reason_of(error)}") from error


@contextmanager
def limited(database: sqlite3.Connection, path: Path) -> Iterator[int]:
    """Bound what reading a file can cost by its size; beyond that, queries raise `sqlite3.Error`.

    Yields:
        The size of the file and of a log beside it, in bytes: no more can be in its rows.
    """
    log = path.with_name(path.name + LOG_SUFFIX)
    size = path.stat().st_size + (log.stat().st_size if os.path.isfile(log) else 0)
    steps_left = STEPS_PER_BYTE * size + LEAST_STEPS

    def count() -> bool:
        nonlocal steps_left
        steps_left -= STEPS_PER_CALL
        return steps_left < 0

    for setting in ("trusted_schema = OFF", "cell_size_check = ON", "mmap_size = 0"):
        database.execute(f"PRAGMA {setting}")
    longest = database.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, max(size, LEAST_LENGTH))
    # pages that refer to each other in a circle are rows without end
    database.set_progress_handler(count, STEPS_PER_CALL)
    try:
        yield size
    finally:
        database.set_progress_handler(None, STEPS_PER_CALL)
        database.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, longest)


def check_tables(database: sqlite3.Connection, statements: Mapping[str, str]) -> None:
    """Check that a file holds the tables that these statements create, as they create them.

    Comments and white space may differ; further tables are ignored.

    Args:
        database: the open file.
        statements: name of a table → the SQL that creates it.

    Raises:
        ValueError: a table is missing or another, or there is a view, a trigger or an index; names it.
    """
    found: dict[str, str] = {}
    for kind, name, sql in database.execute("SELECT type, name, sql FROM sqlite_master"):
        if kind == "index" and sql is None:  # made by SQLite for a table's key
            continue
        plain = kind == "table" and isinstance(sql, str) and sql.startswith("CREATE TABLE")
        if name in statements and not plain:
            what = "virtual table" if kind == "table" else kind
            raise ValueError(f"{name} is a {what!s:.20}; expected a table")
        if kind != "table":
            raise ValueError(f"it has the {kind!s:.20} {shown(name)}; expected tables alone")
        found[name] = sql
    for table, expected in statements.items():
        if _declaration(found.get(table, "")) == _declaration(expected):
            continue
        columns, wanted = _columns(database, table), _columns_of(table, expected)
        if columns != wanted:
            raise ValueError(f"table {table} has columns {columns!s:.300}; expected {wanted}")
        raise ValueError(f"table {table} has other declarations of its columns than this package writes")


def reason_of(error: Exception) -> str:
    """An error of SQLite on one short line."""
    if getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_INTERRUPT:
        return "to read it takes more steps than its size allows"
    return reason(error)


def _check_finished(path: Path) -> None:
    """Refuse a file whose last changes are in a log or journal beside it."""
    log, journal = (path.with_name(path.name + suffix) for suffix in (LOG_SUFFIX, "-journal"))
    try:
        if os.path.isfile(log) and log.stat().st_size > LOG_HEADER_SIZE:
            raise _unfinished(path, log)
        if os.path.isfile(journal):
            with journal.open("rb") as file:
                if file.read(len(JOURNAL_HEADER)) == JOURNAL_HEADER:
                    raise _unfinished(path, journal)
    except OSError as error:
        raise BrainFileError(f"{path}: the journal beside it cannot be read: {error.strerror}") from error


def _unfinished(path: Path, beside: Path) -> BrainFileError:
    return BrainFileError(
        f"{path}: {beside.name} holds changes that another program has not written to it; "
        "open it once with an SQLite program"
    )


def _declaration(statement: str) -> str:
    """A statement without comments, its white space as single spaces."""
    return " ".join(re.sub(r"--[^\n]*", "", statement).split())


def _columns_of(table: str, statement: str) -> list[str]:
    """The names of the columns of the table that a statement creates."""
    with closing(sqlite3.connect(":memory:")) as empty:
        empty.execute(statement)
        return _columns(empty, table)


def _columns(database: sqlite3.Connection, table: str) -> list[str]:
    return [row[1] for row in database.execute(f"PRAGMA table_info({table})")]


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
    with files.replacing(path, make_folder=True) as temporary:
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
