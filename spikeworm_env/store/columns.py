"""Tables as columns: writing, and checked reading."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from spikeworm_env.errors import BrainFileError
from spikeworm_env.store.schema import APPLICATION_ID, FORMAT_VERSION, TABLES, Column, create_statement

CHUNK = 512  # rows at a time: faster than all at once, since fewer objects are alive
TYPES = {"INTEGER": int, "REAL": float, "TEXT": str, "BLOB": bytes}
DTYPES = {"INTEGER": np.int64, "REAL": np.float64}


def create_tables(database: sqlite3.Connection) -> None:
    """Make an empty brain file."""
    database.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    database.execute(f"PRAGMA user_version = {FORMAT_VERSION}")
    for table in TABLES:
        database.execute(create_statement(table))


def write_table(database: sqlite3.Connection, table: str, columns: Sequence[Sequence | NDArray]) -> None:
    """Write columns of equal length, in the order of ``TABLES``."""
    plain = [column.tolist() if isinstance(column, np.ndarray) else column for column in columns]
    marks = ", ".join("?" * len(TABLES[table]))
    database.executemany(f"INSERT INTO {table} VALUES ({marks})", zip(*plain, strict=True))


def check_format(database: sqlite3.Connection, path: Path) -> None:
    """Raise BrainFileError unless this is a brain file of this format version with exactly its columns."""
    if database.execute("PRAGMA application_id").fetchone() != (APPLICATION_ID,):
        raise BrainFileError(f"{path} is not a brain file")
    (version,) = database.execute("PRAGMA user_version").fetchone()
    if version != FORMAT_VERSION:
        raise BrainFileError(
            f"{path}: format version is {version}; expected {FORMAT_VERSION}; "
            "compile or train the brain again with this release"
        )
    kinds = dict(database.execute("SELECT name, type FROM sqlite_master").fetchall())
    for table, columns in TABLES.items():
        if kinds.get(table, "table") != "table":  # a view may give other rows at each reading
            raise BrainFileError(f"{path}: {table} is a {kinds[table]}; expected a table")
        found = [row[1] for row in database.execute(f"PRAGMA table_info({table})")]
        expected = [column.name for column in columns]
        if found != expected:
            raise BrainFileError(f"{path}: table {table} has columns {found}; expected {expected}")


class TableReader:
    """Reads the tables of one file; checks the type and range of every value.

    Args:
        database: an open brain file whose format was checked.
        path: its path, for messages.
    """

    def __init__(self, database: sqlite3.Connection, path: Path) -> None:
        self.database, self.path = database, path
        self.rows: dict[str, int] = {
            table: database.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in TABLES
        }

    def read(self, table: str) -> Mapping[str, Any]:
        """Column → (rows,) array for numbers, list for texts; without the row number.

        Raises:
            BrainFileError: a value of another type, not finite or out of its range; the message names the
                table, the column and the row.
        """
        columns = TABLES[table]
        if columns[0].key:
            self._check_key(table, columns[0].name)
        wanted = [column for column in columns if not column.key]
        names = ", ".join(column.name for column in wanted)
        order = columns[0].name if columns[0].key else "rowid"
        cursor = self.database.execute(f"SELECT {names} FROM {table} ORDER BY {order}")
        parts: list[list] = [[] for _ in wanted]
        done = 0
        while rows := cursor.fetchmany(CHUNK):
            for column, part, values in zip(wanted, parts, zip(*rows, strict=True), strict=True):
                self._check_types(table, column, values, done)
                part.append(np.array(values, DTYPES[column.type]) if column.type in DTYPES else values)
            done += len(rows)
        return {
            column.name: self._joined(table, column, part) for column, part in zip(wanted, parts, strict=True)
        }

    def fail(self, table: str, message: str) -> BrainFileError:
        """The error to raise for a fault in ``table``."""
        return BrainFileError(f"{self.path}: {table}: {message}")

    def _check_key(self, table: str, key: str) -> None:
        count = self.rows[table]
        # in one query, SQLite would read every row
        ends = (f"(SELECT {end}({key}) FROM {table})" for end in ("min", "max"))
        least, most = self.database.execute(f"SELECT {', '.join(ends)}").fetchone()
        if count and (least, most) != (0, count - 1):  # keys are unique whole numbers
            raise self.fail(table, f"{key} does not count 0, 1, 2 … {count - 1}")

    def _check_types(self, table: str, column: Column, values: Sequence, first_row: int) -> None:
        allowed = {TYPES[column.type], *([type(None)] if column.optional else [])}
        if not allowed.issuperset(map(type, values)):
            row, value = next((k, value) for k, value in enumerate(values) if type(value) not in allowed)
            raise self.fail(
                table, f"{column.name} of row {first_row + row} is {value!r:.60}; expected {column.type}"
            )

    def _joined(self, table: str, column: Column, parts: Sequence) -> NDArray | list:
        if column.type not in DTYPES:
            return list(chain.from_iterable(parts))
        array = np.concatenate([np.empty(0, DTYPES[column.type]), *parts])
        low, high = column.low, column.high
        if column.of is not None:
            low, high = 0, self.rows[column.of] - 1
        bad = ~np.isfinite(array)
        if low is not None:
            bad |= array < low
        if high is not None:
            bad |= array > high
        if bad.any():
            row = int(np.argmax(bad))
            expected = {
                (False, False): "a finite number",
                (True, False): f"at least {low}",
                (True, True): f"{low} to {high}",
            }[low is not None, high is not None]
            raise self.fail(table, f"{column.name} of row {row} is {array[row]}; expected {expected}")
        return array
