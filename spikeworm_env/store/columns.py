"""Tables as columns: writing, and checked reading."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from spikeworm_env.errors import BrainFileError, shown
from spikeworm_env.store import packed
from spikeworm_env.store.schema import (
    APPLICATION_ID,
    CHUNK_ROWS,
    FORMAT_VERSION,
    TABLES,
    TABLES_OF,
    Column,
    create_statement,
)
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
    """Write columns of equal length, in the order of ``TABLES``, without the key of a packed table.

    Raises:
        InputError: a number of a packed table that its column cannot hold.
    """
    declared = TABLES[table]
    rows: Iterable[tuple]
    if is_packed(declared):
        rows = packed.chunks(table, declared[1:], [np.asarray(column) for column in columns])
    else:
        plain = [column.tolist() if isinstance(column, np.ndarray) else column for column in columns]
        rows = zip(*plain, strict=True)
    marks = ", ".join("?" * len(declared))
    database.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)


def is_packed(columns: Sequence[Column]) -> bool:
    """Whether a table with these columns is packed."""
    return columns[-1].packed is not None


def check_format(database: sqlite3.Connection, path: Path) -> None:
    """Raise BrainFileError unless this is a brain file of a known format version with exactly its columns."""
    if database.execute("PRAGMA application_id").fetchone() != (APPLICATION_ID,):
        raise BrainFileError(f"{path} is not a brain file")
    (version,) = database.execute("PRAGMA user_version").fetchone()
    if version not in TABLES_OF:
        known = f"{min(TABLES_OF)} to {max(TABLES_OF)}"
        raise BrainFileError(
            f"{path}: format version is {version}; expected {known}; "
            "compile or train the brain again with this release"
        )
    tables = TABLES_OF[version]
    try:
        check_tables(database, {table: create_statement(table, tables[table]) for table in tables})
    except ValueError as error:
        raise BrainFileError(f"{path}: {error}") from error


class TableReader:
    """Reads the tables of one file, each once; checks the type and range of every value.

    Rows are counted as they are read, and all of them together must fit into the file: pages of a damaged
    file may refer to each other, which repeats rows.

    Args:
        database: an open brain file whose format was checked.
        path: its path, for messages.

    Attributes:
        tables: table → its columns, in the format version of the file.
    """

    def __init__(self, database: sqlite3.Connection, path: Path) -> None:
        self.database, self.path = database, path
        self.tables = TABLES_OF[database.execute("PRAGMA user_version").fetchone()[0]]
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

    def texts(self, table: str, column: str) -> NDArray[np.str_]:
        """(rows,) texts of a column, which a packed table stores as rows of the table of names."""
        values = self.read(table)[column]
        if isinstance(values, list):
            return np.array(values, np.str_)
        names = self.read("names")["text"]
        used = np.zeros(len(names), bool)
        used[values] = True
        longest = max((len(names[k]) for k in np.flatnonzero(used)), default=1)
        return np.array(names, f"U{longest}")[values]

    def fail(self, table: str, message: str) -> BrainFileError:
        """The error to raise for a fault in ``table``."""
        return BrainFileError(f"{self.path}: {table}: {message}")

    def _read(self, table: str) -> Mapping[str, Any]:
        columns = self.tables[table]
        wanted = [column for column in columns if not column.key]
        parts: list[list] = [[] for _ in wanted]
        done = 0
        for rows in self._chunks(table, wanted):
            self._bytes_left -= len(rows) * (LEAST_ROW + len(columns))
            add = self._add_packed if is_packed(columns) else self._add_rows
            add(table, wanted, parts, rows, done)
            done += len(rows)
            if columns[0].key and columns[0].high is not None and done > columns[0].high + 1:
                raise self.fail(table, f"there are more than {columns[0].high + 1} rows")
            if self._bytes_left < 0:
                raise self.fail(table, "damaged: there are more rows than its file has room for")
        if columns[0].key:
            self._check_key(table, columns[0].name, done)
        self._counts[table] = sum(map(len, parts[0])) if is_packed(columns) else done
        return {
            column.name: self._joined(table, column, part) for column, part in zip(wanted, parts, strict=True)
        }

    def _add_rows(
        self, table: str, wanted: Sequence[Column], parts: list[list], rows: list[tuple], done: int
    ) -> None:
        """Check some rows, the first of them number ``done``, and add their columns to ``parts``."""
        for column, part, values in zip(wanted, parts, zip(*rows, strict=True), strict=True):
            self._check_types(table, column, values, done)
            if column.type == "TEXT":
                self._check_lengths(table, column, values, done)
            part.append(np.array(values, DTYPES[column.type]) if column.type in DTYPES else values)

    def _add_packed(
        self, table: str, wanted: Sequence[Column], parts: list[list], rows: list[tuple], done: int
    ) -> None:
        """As `_add_rows`, of a packed table."""
        for chunk, row in enumerate(rows, done):
            try:
                found = packed.unpacked(wanted, row)
            except ValueError as error:
                raise self.fail(table, f"chunk {chunk}: {error}") from error
            self._bytes_left -= sum(array.nbytes for array in found)
            for part, array in zip(parts, found, strict=True):
                part.append(array)

    def _chunks(self, table: str, wanted: Sequence[Column]) -> Iterator[list[tuple]]:
        """The rows in order; no chunk takes more than `CHUNK_BYTES`, or one row."""
        longest = ROW_BYTES + sum(map(_most_bytes, wanted))
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
            raise self.fail(table, f"a value from row {done} on is too long") from error
        except (sqlite3.OperationalError, UnicodeDecodeError) as error:  # no UTF-8, or beyond the bounds
            raise self.fail(table, f"from row {done} on: {reason_of(error)}") from error
        finally:
            self.database.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, limit)

    def _check_key(self, table: str, key: str, count: int) -> None:
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
        array = np.concatenate([np.empty(0, DTYPES[column.type]), *parts], dtype=DTYPES[column.type])
        low, high = column.low, column.high
        if column.of is not None:
            low, high = 0, self.count(column.of) - 1
        if array.size and not _is_between(array, low, high):
            bad = ~np.isfinite(array)
            if low is not None:
                bad |= array < low
            if high is not None:
                bad |= array > high
            row = int(np.argmax(bad))
            expected = {
                (False, False): "a finite number",
                (True, False): f"at least {low}",
                (True, True): f"{low} to {high}",
            }[low is not None, high is not None]
            raise self.fail(table, f"{column.name} of row {row} is {array[row]}; expected {expected}")
        return array


def _is_between(array: NDArray, low: float | None, high: float | None) -> bool:
    """Whether all values are finite and within the bounds; a NaN is the least and the greatest."""
    least, most = array.min(), array.max()
    finite = np.isfinite(least) and np.isfinite(most)
    return bool(finite and (low is None or least >= low) and (high is None or most <= high))


def _most_bytes(column: Column) -> int:
    """The most bytes that a text, or a packed column of a chunk, can have in a file."""
    if column.packed is not None:
        return CHUNK_ROWS * np.dtype(column.packed).itemsize
    return MAX_UTF8 * column.longest if column.type == "TEXT" else 0
