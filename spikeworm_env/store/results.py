"""Results of a batch run in one SQLite file; each is on the disk as soon as it is known.

While the file is open here it has a write-ahead log, so that other programs can read it at any time and for
any length of time, and the run does not wait for them. Each result goes on into the file itself, and the log
ends with the run. On a file system shared between machines there is no log: a reader and the run wait for
each other.
"""

from __future__ import annotations

import io
import json
import os
import re
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from spikeworm_env import files
from spikeworm_env.array_archive import read_arrays
from spikeworm_env.errors import InputError, one_line, plainly, reason, shown
from spikeworm_env.store.lock import locked_file
from spikeworm_env.store.sqlite_files import check_tables, limited

APPLICATION_ID = 0x53705273  # "SpRs", in the header of every results file
FORMAT_VERSION = 2  # PRAGMA user_version; raise it when a table changes
SHOWN = 60  # characters of a setting in a message
MAX_SETTINGS = 1_000
MAX_RECORD = 256_000_000  # bytes of the arrays of one result, unpacked: 20 hours of samples
WAIT_S = 30.0  # for another program that has the file locked
SHARED = re.compile(  # kinds of file systems in which the log's index is not seen by other machines
    r"nfs|cifs|smb|lustre|gpfs|beegfs|ceph|gluster|afs|9p|orangefs|pvfs|panfs|weka|fuse"
)

TABLES = {
    "settings": """CREATE TABLE settings (
  name TEXT PRIMARY KEY,
  value TEXT NOT NULL  -- JSON; a result depends on the settings and on its own key alone
)""",
    "results": """CREATE TABLE results (
  key TEXT PRIMARY KEY,  -- JSON object, names sorted: which trial, assay or training
  figures TEXT NOT NULL,  -- JSON: figures by name
  arrays BLOB NOT NULL  -- arrays by name, a NumPy .npz
)""",
}


class Record(NamedTuple):
    """One stored result: figures of JSON types and arrays, by name."""

    figures: Mapping[str, Any]
    arrays: Mapping[str, NDArray]


class ResultsFile:
    """An open results file, locked against other processes; made by `results_file`.

    Attributes:
        path: where it is.
    """

    def __init__(self, path: Path, database: sqlite3.Connection) -> None:
        self.path, self._database = path, database
        self._writes = False

    def records(self) -> dict[str, Record]:
        """All results by `key_text`, in the order in which they were written.

        Raises:
            InputError: the file is damaged.
        """
        found: dict[str, Record] = {}
        taken = 0
        with _as_input_error(self.path), limited(self._database, self.path) as size:
            rows = self._database.execute(
                "SELECT key, figures, arrays FROM results NOT INDEXED ORDER BY rowid"
            )
            for key, figures, arrays in rows:
                if not isinstance(key, str) or key in found:
                    raise InputError(
                        f"{self.path} is damaged: the key {shown(key)} is no text or is repeated"
                    )
                try:
                    found[key] = _record(figures, arrays)
                    taken += len(figures) + len(arrays)
                    if taken > size:  # pages refer to each other
                        raise ValueError("there are more results than the file has room for")
                except (TypeError, ValueError, RecursionError) as error:
                    raise InputError(
                        f"{self.path} is damaged: the result {plainly(key)} cannot be read: {reason(error)}"
                    ) from error
        return found

    def add(self, key: Mapping[str, Any], record: Record) -> None:
        """Write one result; it is on the disk when this returns.

        Args:
            key: JSON types by name, unique within the file.
            record: the result.

        Raises:
            InputError: it cannot be written.
        """
        buffer = io.BytesIO()
        np.savez_compressed(buffer, allow_pickle=False, **dict(record.arrays))
        figures = json.dumps(dict(record.figures), allow_nan=False)
        with _as_input_error(self.path):
            self._begin_log()
            self._database.execute(
                "INSERT INTO results VALUES (?, ?, ?)", (key_text(key), figures, buffer.getvalue())
            )

    def close(self) -> None:
        """End the log, which leaves one file that can be read from a folder that is read-only."""
        with suppress(
            sqlite3.Error
        ):  # a program reads it still, or the disk is full: the next run ends the log
            if self._writes:
                self._database.execute("PRAGMA busy_timeout = 0")
                self._database.execute("PRAGMA journal_mode = DELETE")
        self._database.close()

    def _begin_log(self) -> None:
        """Begin the write-ahead log, where the file system has one, before the first result is added."""
        if self._writes:
            return
        if not _is_shared(self.path) and not _begin_log(self._database):
            # a program reads it: it keeps the file that it has, and the run goes on with a copy
            with files.replacing(self.path) as temporary, closing(sqlite3.connect(temporary)) as copy:
                self._database.backup(copy)
            self._database.close()
            self._database = _connect(self.path)
            _begin_log(self._database)
        self._database.execute("PRAGMA synchronous = FULL")  # a row survives kill -9 and loss of power
        self._database.execute("PRAGMA wal_autocheckpoint = 1")  # a row goes on into the file itself
        self._writes = True


def key_text(key: Mapping[str, Any]) -> str:
    """A key as JSON, the same for every order of its names."""
    return json.dumps(dict(key), sort_keys=True)


@contextmanager
def results_file(path: Path, settings: Mapping[str, Any]) -> Iterator[ResultsFile]:
    """Open the results file of these settings, or create it; other processes are refused meanwhile.

    Args:
        path: the file; its folder is made if needed.
        settings: JSON types by name: everything that all results depend on.

    Raises:
        InputError: the file holds results of other settings, is in use, is damaged or no results file, or
            cannot be written.
    """
    if os.path.exists(path) and not os.path.isfile(path):
        raise InputError(f"{path} is no ordinary file; give another folder")
    with locked_file(path):
        with _as_input_error(path):
            database = _connect(path)
        with closing(ResultsFile(path, database)) as file:
            with _as_input_error(path):
                _check_or_create(database, path, settings)
            yield file


def _connect(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(path, timeout=WAIT_S, isolation_level=None)


def _begin_log(database: sqlite3.Connection) -> bool:
    """Whether no reader keeps the log from being begun; a file system that has none is no such case."""
    database.execute("PRAGMA busy_timeout = 0")
    try:
        database.execute("PRAGMA journal_mode = WAL")
    except sqlite3.OperationalError as error:
        return error.sqlite_errorcode != sqlite3.SQLITE_BUSY
    finally:
        database.execute(f"PRAGMA busy_timeout = {round(1000 * WAIT_S)}")
    return True


def _is_shared(path: Path) -> bool:
    """Whether the file system may be shared between machines, as far as Linux shows it."""
    folder, found = os.path.realpath(path.parent), ("", "")
    with suppress(OSError):
        for line in Path("/proc/self/mounts").read_text(encoding="utf-8", errors="replace").splitlines():
            _, mounted, kind = line.split()[:3]
            mounted = mounted.replace("\\040", " ")
            if os.path.commonpath([mounted, folder]) == mounted and len(mounted) >= len(found[0]):
                found = mounted, kind
    return SHARED.match(found[1]) is not None


def _check_or_create(database: sqlite3.Connection, path: Path, settings: Mapping[str, Any]) -> None:
    with limited(database, path):
        if database.execute("SELECT name FROM sqlite_master").fetchone() is not None:
            _check(database, path, settings)
            return
    database.execute("BEGIN IMMEDIATE")
    database.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    database.execute(f"PRAGMA user_version = {FORMAT_VERSION}")
    for statement in TABLES.values():
        database.execute(statement)
    database.executemany("INSERT INTO settings VALUES (?, ?)", _texts(settings).items())
    database.execute("COMMIT")


def _check(database: sqlite3.Connection, path: Path, settings: Mapping[str, Any]) -> None:
    (application,) = database.execute("PRAGMA application_id").fetchone()
    if application != APPLICATION_ID:
        raise InputError(f"{path} exists and is no results file; give another folder")
    (version,) = database.execute("PRAGMA user_version").fetchone()
    if version != FORMAT_VERSION:
        raise InputError(f"{path} is of format {version}; expected {FORMAT_VERSION}; give another folder")
    try:
        check_tables(database, TABLES)
    except ValueError as error:
        raise InputError(f"{path} is damaged or no results file: {error}; give another folder") from error
    rows, now = database.execute("SELECT name, value FROM settings").fetchmany(MAX_SETTINGS), _texts(settings)
    if not all(isinstance(text, str) for row in rows for text in row):
        raise InputError(f"{path} is damaged: settings are not texts; give another folder")
    there = dict(rows)
    for name in {**now, **there}:
        if there.get(name) != now.get(name):
            old, new = (one_line(texts.get(name, "nothing"))[:SHOWN] for texts in (there, now))
            raise InputError(
                f"{path} holds other results: {plainly(name)} is {old} there and {new} here; "
                "give another folder"
            )


def _record(figures: object, arrays: object) -> Record:
    if not isinstance(figures, str) or not isinstance(arrays, bytes):
        raise ValueError("its values are of other types")
    values = json.loads(figures, parse_constant=_refuse_constant)
    if not isinstance(values, dict):
        raise ValueError("its figures are no JSON object")
    return Record(values, read_arrays(arrays, MAX_RECORD))


def _refuse_constant(name: str) -> None:
    raise ValueError(f"a figure is {name}")


def _texts(settings: Mapping[str, Any]) -> dict[str, str]:
    return {name: json.dumps(value) for name, value in settings.items()}


@contextmanager
def _as_input_error(path: Path) -> Iterator[None]:
    """Errors of SQLite and of the file system become one line that names the file."""
    try:
        yield
    except OSError as error:
        raise InputError(f"cannot write {path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise InputError(f"{path} is damaged: a text is not UTF-8; give another folder") from error
    except sqlite3.Error as error:
        code = getattr(error, "sqlite_errorcode", None)
        if code == sqlite3.SQLITE_BUSY:
            raise InputError(f"{path} is locked by another program, for more than {WAIT_S:g} s") from error
        if code in (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT):
            raise InputError(f"{path} is damaged or no results file; give another folder") from error
        raise InputError(f"cannot write {path}: {error}") from error
