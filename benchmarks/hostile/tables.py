"""Mutations of SQLite files: cells of any type in any column, and rows deleted, repeated or swapped."""

from __future__ import annotations

import hashlib
import json
import random
import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from typing import Any, Final

from benchmarks.hostile.arrays import changed_archive
from benchmarks.hostile.values import NUMBERS, TEXTS, changed_tree, dumped

ARCHIVE: Final = b"PK"  # the first bytes of an archive; any other bytes are of a packed column
CHECKED: Final = 0.8  # share of changed checkpoints whose checksum is right
INTEGERS: Final = tuple(value for value in NUMBERS if isinstance(value, int) and -(2**63) <= value < 2**63)
REALS: Final = (float("inf"), float("-inf"), *(float(value) for value in NUMBERS))
WRITABLE: Final = tuple(text for text in TEXTS if text.isprintable() or text.isascii())  # no lone surrogate
LONG: Final = ("a" * 100_000, "1" * 5_000, "x" * 1_000_000)


def changed_tables(rng: random.Random, content: bytes) -> bytes:
    """One to three changes of the rows of a file."""
    with closing(sqlite3.connect(":memory:")) as database:
        database.deserialize(content)
        tables = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        for _ in range(rng.choice((1, 1, 1, 2, 3))):
            filled = [name for name in tables if _rows(database, name)]
            if filled:
                rng.choice(CHANGES)(database, rng.choice(filled), rng)
        return database.serialize()


def _rows(database: sqlite3.Connection, table: str) -> list[int]:
    return [row for (row,) in database.execute(f"SELECT rowid FROM {table} ORDER BY rowid")]


def _untyped(database: sqlite3.Connection, table: str, change: Callable[[], Any]) -> None:
    """Change a table while its columns take any value; its declaration is afterwards as it was."""
    (declared,) = database.execute("SELECT sql FROM sqlite_master WHERE name = ?", (table,)).fetchone()
    free = re.sub(r"\b(INTEGER|REAL|TEXT|BLOB)\b(?! PRIMARY)|\bNOT NULL\b", "", declared)
    for text, between in ((free, change), (declared, lambda: None)):
        database.execute("PRAGMA writable_schema = ON")
        database.execute("UPDATE sqlite_master SET sql = ? WHERE name = ?", (text, table))
        database.execute("PRAGMA writable_schema = RESET")
        try:
            between()
        except (sqlite3.IntegrityError, OverflowError):  # no primary key, or no integer of 64 bits
            continue
    database.commit()


def _cell(database: sqlite3.Connection, table: str, rng: random.Random) -> None:
    """Another value in one cell, in some or in all of a column."""
    columns = [name for _, name, *_ in database.execute(f"PRAGMA table_info({table})")]
    column, row = rng.choice(columns), rng.choice(_rows(database, table))
    (value,) = database.execute(f"SELECT {column} FROM {table} WHERE rowid = ?", (row,)).fetchone()
    try:
        new = _value(value, database, table, column, rng)
    except ValueError:  # JSON or an archive that an earlier change has broken
        new = None
    where = rng.choice(("rowid = ?", "rowid = ?", "rowid >= ?"))

    def change() -> None:
        database.execute(f"UPDATE OR IGNORE {table} SET {column} = ? WHERE {where}", (new, row))
        if column == "state" and isinstance(new, bytes) and rng.random() < CHECKED:
            database.execute(f"UPDATE {table} SET sha256 = ?", (hashlib.sha256(new).hexdigest(),))

    _untyped(database, table, change)


def _value(value: Any, database: sqlite3.Connection, table: str, column: str, rng: random.Random) -> Any:
    """A hostile value in place of one."""
    if isinstance(value, bytes) and rng.random() < 0.8:
        return changed_archive(rng, value) if value.startswith(ARCHIVE) else _changed_chunk(rng, value)
    if isinstance(value, str) and value[:1] in ("{", "[", '"') and rng.random() < 0.8:
        return dumped(changed_tree(rng, json.loads(value), rng.choice((1, 1, 2))))
    if isinstance(value, int | float) and rng.random() < 0.4:
        return rng.choice((value + 1, value - 1, -value, value * 2, value + 0.5, float(value), str(value)))
    if rng.random() < 0.2:  # the value of another row
        row = rng.choice(_rows(database, table))
        return database.execute(f"SELECT {column} FROM {table} WHERE rowid = ?", (row,)).fetchone()[0]
    return rng.choice(
        rng.choice((INTEGERS, REALS, (*WRITABLE, *LONG), (None, b"", b"\0\xff", bytes(10_000))))
    )


def _changed_chunk(rng: random.Random, content: bytes) -> bytes:
    """The bytes of a packed column: one number changed, or more or fewer bytes."""
    changed = bytearray(content)
    kind = rng.choice(("number", "number", "number", "cut", "longer"))
    if kind == "number" and content:
        size = rng.choice((2, 4, 8))
        start = size * rng.randrange(max(1, len(content) // size))
        number = rng.choice((bytes(size), b"\xff" * size, b"\0" * (size - 1) + b"\x80", rng.randbytes(size)))
        changed[start : start + size] = number
    elif kind == "cut":
        del changed[rng.randrange(len(content) + 1) :]
    else:
        changed += rng.randbytes(rng.choice((1, 2, 4, 8, 100_000)))
    return bytes(changed)


def _delete(database: sqlite3.Connection, table: str, rng: random.Random) -> None:
    """A row, the rows from one on, or all rows are missing."""
    where = rng.choice(("rowid = ?", "rowid = ?", "rowid > ?", "? IS NOT NULL"))
    database.execute(f"DELETE FROM {table} WHERE {where}", (rng.choice(_rows(database, table)),))
    database.commit()


def _repeat(database: sqlite3.Connection, table: str, rng: random.Random) -> None:
    """A row again, once or many times; where the number of a row is a column, it goes on."""
    columns = [(name, key) for _, name, _, _, _, key in database.execute(f"PRAGMA table_info({table})")]
    values = ", ".join("NULL" if key else name for name, key in columns)
    row = rng.choice(_rows(database, table))
    for _ in range(rng.choice((1, 1, 2, 100))):
        database.execute(
            f"INSERT OR IGNORE INTO {table} SELECT {values} FROM {table} WHERE rowid = ?", (row,)
        )
    database.commit()


def _swap(database: sqlite3.Connection, table: str, rng: random.Random) -> None:
    """Two rows trade their values of a column."""
    columns = [name for _, name, _, _, _, key in database.execute(f"PRAGMA table_info({table})") if not key]
    column = rng.choice(columns or ["rowid"])
    one, other = rng.choice(_rows(database, table)), rng.choice(_rows(database, table))
    read, write = (
        f"SELECT {column} FROM {table} WHERE rowid = ?",
        f"UPDATE OR IGNORE {table} SET {column} = ? WHERE rowid = ?",
    )
    first, second = (database.execute(read, (row,)).fetchone()[0] for row in (one, other))
    database.execute(write, (second, one))
    database.execute(write, (first, other))
    database.commit()


def _renumber(database: sqlite3.Connection, table: str, rng: random.Random) -> None:
    """A row at another place, which may be negative or far away."""
    row = rng.choice(_rows(database, table))
    database.execute(f"UPDATE OR IGNORE {table} SET rowid = ? WHERE rowid = ?", (rng.choice(INTEGERS), row))
    database.commit()


CHANGES: Final = (_cell, _cell, _cell, _cell, _cell, _cell, _delete, _repeat, _swap, _renumber)
