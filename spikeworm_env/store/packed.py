"""Packed tables: many rows in one row of a file, each column as the bytes of an array."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from spikeworm_env.errors import InputError, shown
from spikeworm_env.store.schema import CHUNK_ROWS, Column


def chunks(
    table: str, columns: Sequence[Column], values: Sequence[NDArray]
) -> Iterator[tuple[int | bytes, ...]]:
    """The rows to store: the number of the chunk, and the bytes of each column.

    Args:
        table: its name, for messages.
        columns: of the packed table, without its key.
        values: (rows,) of each column.

    Raises:
        InputError: a value that the column's dtype does not hold, or that is not finite.
    """
    arrays = [_stored(table, column, each) for column, each in zip(columns, values, strict=True)]
    (rows,) = {array.size for array in arrays}
    for number, start in enumerate(range(0, rows, CHUNK_ROWS)):
        yield number, *(array[start : start + CHUNK_ROWS].tobytes() for array in arrays)


def unpacked(columns: Sequence[Column], row: Sequence[object]) -> list[NDArray]:
    """The (rows,) values of each column in one chunk, of the dtype stored.

    Raises:
        ValueError: a value is no bytes, or has not the bytes of as many rows as the first column; names it.
    """
    found: list[NDArray] = []
    for column, content in zip(columns, row, strict=True):
        if not isinstance(content, bytes):
            raise ValueError(f"{column.name} is {shown(content)}; expected BLOB")
        size = np.dtype(column.packed).itemsize
        rows = found[0].size if found else len(content) // size
        if not 1 <= rows <= CHUNK_ROWS:
            raise ValueError(f"{column.name} has {len(content):,} bytes; expected 1 to {CHUNK_ROWS:,} rows")
        if len(content) != rows * size:
            raise ValueError(
                f"{column.name} has {len(content):,} bytes; expected {rows * size:,}, "
                f"{size} for each of {rows:,} rows"
            )
        found.append(np.frombuffer(content, column.packed))
    return found


def _stored(table: str, column: Column, values: NDArray) -> NDArray:
    """The values as they are stored."""
    stored = values.astype(column.packed)
    same = np.isfinite(values) if stored.dtype.kind == "f" else stored == values
    if not same.all():
        row = int(np.argmin(same))
        raise InputError(f"{table}: {column.name} of row {row} is {values[row]}, which a file cannot hold")
    return stored
