"""Checkpoints: the state of a running brain, stored in its brain file; only the last one."""

from __future__ import annotations

import hashlib
import io
import sqlite3
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from spikeworm_env.array_archive import read_arrays
from spikeworm_env.engine.network import MAX_AGE_TICKS
from spikeworm_env.errors import BrainFileError, InputError, shown
from spikeworm_env.store.columns import check_format
from spikeworm_env.store.lock import locked_file
from spikeworm_env.store.sqlite_files import reading, replacing


class Checkpoint(NamedTuple):
    """A row of the table: age of the brain, its packed state, and the SHA-256 of the packed state."""

    tick: int
    state: bytes
    sha256: str

    def unpacked(self, path: Path) -> dict[str, NDArray]:
        """The arrays by name.

        Raises:
            BrainFileError: they cannot be read; names ``path``.
        """
        try:
            return read_arrays(self.state, len(self.state))  # it is stored without compression
        except ValueError as error:
            raise BrainFileError(f"{path}: checkpoints: the state cannot be read: {error}") from error


def save_checkpoint(brain_path: str | Path, state: Mapping[str, NDArray], tick: int) -> None:
    """Store ``state`` in a brain file, replacing an older checkpoint. A training file is an error.

    A kill at any moment leaves the old or the new checkpoint complete.

    Args:
        brain_path: an existing brain file.
        state: arrays by name, of any shape and of any dtype but objects.
        tick: age of the brain, 0 to 2**53.

    Raises:
        BrainFileError: ``brain_path`` is not a brain file.
        InputError: an array of objects, a tick out of its range, or a file that has a
            training, is in use or cannot be written.
    """
    path = Path(brain_path)
    if isinstance(tick, bool) or not isinstance(tick, int | np.integer) or not 0 <= tick <= MAX_AGE_TICKS:
        raise InputError(f"tick is {shown(tick)}; expected a whole number from 0 to {MAX_AGE_TICKS}")
    blob = _packed(state)
    with reading(path) as database:  # before a lock file is made
        check_format(database, path)
    with locked_file(path), replacing(path, start_from=path) as database:
        if database.execute("SELECT count(*) FROM training_settings").fetchone() != (0,):
            raise InputError(f"{path} holds a training, which has its own checkpoint")
        database.execute("DELETE FROM checkpoints")
        _write(database, blob, int(tick))


def write_checkpoint(database: sqlite3.Connection, state: Mapping[str, NDArray], tick: int) -> None:
    """Store ``state`` in a brain file that is being written and has no checkpoint yet."""
    _write(database, _packed(state), tick)


def load_checkpoint(brain_path: str | Path) -> dict[str, NDArray] | None:
    """The state stored in a brain file, arrays by name; None if there is none.

    Raises:
        BrainFileError: not a brain file, or a checkpoint that is damaged.
    """
    row = _row(Path(brain_path))
    return None if row is None else row.unpacked(Path(brain_path))


def checkpoint_tick(brain_path: str | Path) -> int | None:
    """Age of the brain at the checkpoint in a brain file; None if there is none.

    Raises:
        BrainFileError: not a brain file, or a checkpoint that is damaged.
    """
    row = _row(Path(brain_path))
    return None if row is None else row.tick


def _write(database: sqlite3.Connection, blob: bytes, tick: int) -> None:
    row = Checkpoint(tick, blob, hashlib.sha256(blob).hexdigest())
    database.execute("INSERT INTO checkpoints VALUES (?, ?, ?)", row)


def _row(path: Path) -> Checkpoint | None:
    with reading(path) as database:
        check_format(database, path)
        return checkpoint_in(database, path)


def checkpoint_in(database: sqlite3.Connection, path: Path) -> Checkpoint | None:
    """The checkpoint of a file that is open, its format checked; None if there is none.

    Raises:
        BrainFileError: it is damaged.
    """
    rows = database.execute("SELECT tick, state, sha256 FROM checkpoints NOT INDEXED").fetchmany(2)
    if not rows:
        return None
    row = Checkpoint(*rows[0])
    sound = isinstance(row.tick, int) and 0 <= row.tick <= MAX_AGE_TICKS and isinstance(row.state, bytes)
    if len(rows) > 1 or not sound or hashlib.sha256(row.state).hexdigest() != row.sha256:
        raise BrainFileError(f"{path}: checkpoints: damaged: wrong checksum or form")
    return row


def _packed(state: Mapping[str, NDArray]) -> bytes:
    """A NumPy .npz, written without ``np.savez``, which stores the time and pickles objects."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, array in state.items():
            member = zipfile.ZipInfo(f"{name}.npy", date_time=(1980, 1, 1, 0, 0, 0))
            with archive.open(member, "w", force_zip64=True) as file:
                try:
                    np.lib.format.write_array(file, np.asanyarray(array), allow_pickle=False)
                except (ValueError, TypeError) as error:
                    raise InputError(f"state {name!r} cannot be stored: {error}") from error
    return buffer.getvalue()
