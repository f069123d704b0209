"""Tables as columns: writing, and checked reading."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from spikeworm_env.errors import BrainFileError, shown
from spikeworm_env.store.schema import APPLICATION_ID, FORMAT_VERSION, TABLES, Column, create_statement
from spikeworm_env.store.sqlite_files import check_tables, reason_of

CHUNK = 512  # rows at a time: faster than all at once, since fewer objects are alive
TYPES = {"INTEGER": int, "REAL": float, "TEXT": str, "BLOB": bytes}
DTYPES = {"INTEGER": np.int64, "REAL": np.float64}
LEAST_ROW = 5  # bytes of a row in a file, besides at least one for each column: its place, sizes and number
ROW_BYTES = 1_000  # of a row of numbers, at most
MAX_UTF8 = 4  # bytes of a character
CHUNK_BYTES = 8_000_000


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
    try:
        check_tables(database, {table: create_statement(table) for table in TABLES})
    except ValueError as error:
        raise BrainFileError(f"{path}: {error}") from error


class TableReader:
    """Reads the tables of one file, each once; checks the type and range of every value.

    Rows are counted as they are read, and all of them together must fit into the file: pages of a damaged
    file may refer to each other, which repeats rows.

    Args:
        database: an open brain file whose format was checked.
        path: its path, for messages.
    """

    def __init__(self, database: sqlite3.Connection, path: Path) -> None:
        self.database, self.path = database, path
        self._bytes_left = path.stat().st_size
        self._tables: dict[str, Mapping[str, Any]] = {}
        self._counts: dict[str, int] = {}

    def count(self, table: str) -> int:
        """The number of rows of a table."""
        self.read(table)
        return self._counts[table]

    def read(self, table: str) -> Mapping[str, Any]:
        """Column → (rows,) array for numbers, list for texts; without the row number.

        Raises:
            BrainFileError: a value of another type, not finite, too long or out of its range; the message
                names the table, the column and the row.
        """
        if table not in self._tables:
            self._tables[table] = self._read(table)
        return self._tables[table]

    def fail(self, table: str, message: str) -> BrainFileError:
        """The error to raise for a fault in ``table``."""
        return BrainFileError(f"{self.path}: {table}: {message}")

    def _read(self, table: str) -> Mapping[str, Any]:
        columns = TABLES[table]
        wanted = [column for column in columns if not column.key]
        parts: list[list] = [[] for _ in wanted]
        done = 0
        for rows in self._chunks(table, wanted):
            self._bytes_left -= len(rows) * (LEAST_ROW + len(columns))
            for column, part, values in zip(wanted, parts, zip(*rows, strict=True), strict=True):
                self._check_types(table, column, values, done)
                if column.type == "TEXT":
                    self._check_lengths(table, column, values, done)
                part.append(np.array(values, DTYPES[column.type]) if column.type in DTYPES else values)
            done += len(rows)
            if columns[0].key and columns[0].high is not None and done > columns[0].high + 1:
                raise self.fail(table, f"there are more than {columns[0].high + 1} rows")
            if self._bytes_left < 0:
                raise self.fail(table, "damaged: there are more rows than its file has room for")
        self._counts[table] = done
        if columns[0].key:
            self._check_key(table, columns[0].name)
        return {
            column.name: self._joined(table, column, part) for column, part in zip(wanted, parts, strict=True)
        }

    def _chunks(self, table: str, wanted: Sequence[Column]) -> Iterator[list[tuple]]:
        """The rows in order; no chunk takes more than `CHUNK_BYTES`, or one row."""
        longest = ROW_BYTES + sum(MAX_UTF8 * column.longest for column in wanted if column.type == "TEXT")
        limit = self.database.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, longest)
        names = ", ".join(column.name for column in wanted)
        size = min(CHUNK, max(1, CHUNK_BYTES // longest))
        done = 0
        try:
            # without an index, which in a damaged file may hold other rows than its table
            cursor = self.database.execute(f"SELECT {names} FROM {table} NOT INDEXED ORDER BY rowid")
            while rows := cursor.fetchmany(size):
                yield rows
                done += len(rows)
        except sqlite3.DataError as error:
            raise self.fail(table, f"a text from row {done} on is too long") from error
        except (sqlite3.OperationalError, UnicodeDecodeError) as error:  # no UTF-8, or beyond the bounds
            raise self.fail(table, f"from row {done} on: {reason_of(error)}") from error
        finally:
            self.database.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, limit)

    def _check_key(self, table: str, key: str) -> None:
        count = self._counts[table]
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
                table, f"{column.name} of row {first_row + row} is {shown(value)}; expected {column.type}"
            )

    def _check_lengths(self, table: str, column: Column, values: Sequence, first_row: int) -> None:
        lengths = [0 if value is None else len(value) for value in values]
        self._bytes_left -= sum(lengths)
        if max(lengths) > column.longest:
            row = next(row for row, length in enumerate(lengths) if length > column.longest)
            raise self.fail(
                table,
                f"{column.name} of row {first_row + row} has {lengths[row]:,} characters; "
                f"expected at most {column.longest:,}",
            )

    def _joined(self, table: str, column: Column, parts: Sequence) -> NDArray | list:
        if column.type not in DTYPES:
            return list(chain.from_iterable(parts))
        array = np.concatenate([np.empty(0, DTYPES[column.type]), *parts])
        low, high = column.low, column.high
        if column.of is not None:
            low, high = 0, self.count(column.of) - 1
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
