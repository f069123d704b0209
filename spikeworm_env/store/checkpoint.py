"""Checkpoints: the state of a living brain, kept in its brain file; the last one is kept."""

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

from spikeworm_env.errors import BrainFileError, InputError
from spikeworm_env.store.columns import check_format
from spikeworm_env.store.lock import locked_file
from spikeworm_env.store.sqlite_files import reading, replacing


class Checkpoint(NamedTuple):
    """A row of its table: the brain's age, its state packed, and the SHA-256 of that."""

    tick: int
    state: bytes
    sha256: str

    def unpacked(self, path: Path) -> dict[str, NDArray]:
        """The arrays by name.

        Raises:
            BrainFileError: they cannot be read; names ``path``.
        """
        try:
            return _unpacked(self.state)
        except Exception as error:  # a damaged archive raises almost anything
            reason = f"{' '.join(str(error).split()) or type(error).__name__:.120}"
            raise BrainFileError(f"{path}: checkpoints: the state cannot be read: {reason}") from error


def save_checkpoint(brain_path: str | Path, state: Mapping[str, NDArray], tick: int) -> None:
    """Keep ``state`` in a brain file, in place of an older one; that of a training is its own to keep.

    A kill at any moment leaves the old or the new checkpoint whole.

    Args:
        brain_path: an existing brain file.
        state: arrays by name, of any shape and of any dtype but objects.
        tick: the brain's age, >= 0.

    Raises:
        BrainFileError: ``brain_path`` is not a brain file.
        InputError: an array of objects, a tick that is not a whole number >= 0, a file with a training, in
            use or not to be written.
    """
    path = Path(brain_path)
    if isinstance(tick, bool) or not isinstance(tick, int | np.integer) or not 0 <= tick < 2**63:
        raise InputError(f"tick is {tick!r}; expected a whole number >= 0")
    blob = _packed(state)
    with reading(path) as database:  # before a lock is made beside what is no brain file
        check_format(database, path)
    with locked_file(path), replacing(path, start_from=path) as database:
        if database.execute("SELECT count(*) FROM training").fetchone() != (0,):
            raise InputError(f"{path} holds a training, which goes on from its own checkpoint")
        database.execute("DELETE FROM checkpoints")
        _write(database, blob, int(tick))


def write_checkpoint(database: sqlite3.Connection, state: Mapping[str, NDArray], tick: int) -> None:
    """Put ``state`` into a brain file that is being written and has none yet."""
    _write(database, _packed(state), tick)


def load_checkpoint(brain_path: str | Path) -> dict[str, NDArray] | None:
    """The state kept in a brain file, arrays by name; None if there is none.

    Raises:
        BrainFileError: not a brain file, or a checkpoint that is damaged.
    """
    row = _row(Path(brain_path))
    return None if row is None else row.unpacked(Path(brain_path))


def checkpoint_tick(brain_path: str | Path) -> int | None:
    """The brain's age at the checkpoint in a brain file; None if there is none.

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
    rows = database.execute("SELECT tick, state, sha256 FROM checkpoints").fetchall()
    if not rows:
        return None
    row = Checkpoint(*rows[0])
    sound = isinstance(row.tick, int) and row.tick >= 0 and isinstance(row.state, bytes)
    if len(rows) > 1 or not sound or hashlib.sha256(row.state).hexdigest() != row.sha256:
        raise BrainFileError(f"{path}: checkpoints: damaged; its checksum or its form is wrong")
    return row


def _packed(state: Mapping[str, NDArray]) -> bytes:
    """A NumPy .npz. By hand, because ``np.savez`` puts the time of day in it and pickles objects."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, array in state.items():
            member = zipfile.ZipInfo(f"{name}.npy", date_time=(1980, 1, 1, 0, 0, 0))
            with archive.open(member, "w", force_zip64=True) as file:
                try:
                    np.lib.format.write_array(file, np.asanyarray(array), allow_pickle=False)
                except (ValueError, TypeError) as error:
                    raise InputError(f"state {name!r} cannot be kept: {error}") from error
    return buffer.getvalue()


def _unpacked(blob: bytes) -> dict[str, NDArray]:
    """What `_packed` made a blob of."""
    with zipfile.ZipFile(io.BytesIO(blob)) as archive:
        entries = archive.infolist()
        if sum(entry.file_size for entry in entries) > len(blob):  # nothing that we keep is compressed
            raise ValueError("it unpacks to more than its size")
    with np.load(io.BytesIO(blob), allow_pickle=False) as arrays:
        state = {name: arrays[name] for name in arrays.files}
    for name, array in state.items():
        if not isinstance(array, np.ndarray):
            raise ValueError(f"{name!r} is no array")
    return state
