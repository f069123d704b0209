"""A checkpoint is stored bit for bit, and survives a kill at any moment."""

from __future__ import annotations

import hashlib
import io
import os
import sqlite3
import struct
import subprocess
import sys
import zipfile
from collections.abc import Callable
from contextlib import closing
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from spikeworm_env.engine.network import MAX_AGE_TICKS
from spikeworm_env.errors import BrainFileError, InputError
from spikeworm_env.store import (
    checkpoint_tick,
    load_brain,
    load_checkpoint,
    locked_file,
    save_brain,
    save_checkpoint,
)

any_array = arrays.arrays(
    dtype=st.one_of(arrays.floating_dtypes(sizes=(32, 64)), arrays.integer_dtypes(), arrays.boolean_dtypes()),
    shape=arrays.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=4),
)
names = st.text(st.characters(codec="ascii", categories=("L", "N")), min_size=1).map(lambda text: f"s_{text}")


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(state=st.dictionaries(names, any_array, max_size=5), tick=st.integers(0, MAX_AGE_TICKS))
def test_a_checkpoint_returns_the_state_bit_for_bit(brain_path, state, tick):
    save_checkpoint(brain_path, state, tick)
    loaded = load_checkpoint(brain_path)
    assert list(loaded) == list(state)
    for name, array in state.items():
        assert loaded[name].dtype == array.dtype and loaded[name].shape == array.shape
        assert loaded[name].tobytes() == array.tobytes()
    assert checkpoint_tick(brain_path) == tick


def test_structured_arrays_and_unusual_names_are_stored(brain_path):
    rows = np.zeros(3, dtype=[("w", np.float64), ("alive", np.int64)])
    rows["w"] = [0.1, np.nan, -np.inf]
    state = {"file": rows, "synapses/plastic": rows["w"], "allow_pickle": np.array("PCG64")}
    save_checkpoint(brain_path, state, 5)
    loaded = load_checkpoint(brain_path)
    assert list(loaded) == list(state)
    assert loaded["file"].tobytes() == rows.tobytes()
    assert str(loaded["allow_pickle"]) == "PCG64"


def test_an_untrained_brain_has_no_checkpoint(brain_path):
    assert load_checkpoint(brain_path) is None
    assert checkpoint_tick(brain_path) is None


def test_a_checkpoint_replaces_the_previous_one_and_leaves_the_brain_unchanged(brain_path, compiled):
    for tick in (10, 20, 15):
        save_checkpoint(brain_path, {"v": np.full(3, tick)}, tick)
    assert checkpoint_tick(brain_path) == 15
    assert load_checkpoint(brain_path)["v"].tolist() == [15] * 3
    loaded = load_brain(brain_path)
    assert (loaded.network.weight == compiled.network.weight).all()
    assert [file.name for file in brain_path.parent.iterdir()] == [brain_path.name]


def test_the_same_state_gives_the_same_file(brain_path, compiled, tmp_path):
    other = tmp_path / "other.db"
    save_brain(compiled, other)
    for path in (brain_path, other):
        save_checkpoint(path, {"v": np.arange(9.0)}, 3)
    assert other.read_bytes() == brain_path.read_bytes()


def test_repeated_checkpoints_do_not_make_the_file_grow(brain_path):
    state = {"v": np.random.default_rng(0).random(20_000)}
    save_checkpoint(brain_path, state, 1)
    size = brain_path.stat().st_size
    for tick in range(2, 8):
        save_checkpoint(brain_path, state, tick)
    assert brain_path.stat().st_size <= size + 2 * 4096


@pytest.mark.parametrize("tick", [-1, 1.0, True, MAX_AGE_TICKS + 1, 2**63, None])
def test_a_tick_that_is_no_whole_number_is_an_error(brain_path, tick):
    with pytest.raises(InputError, match="expected a whole number from 0 to"):
        save_checkpoint(brain_path, {}, tick)


def test_object_arrays_are_an_error_and_nothing_is_written(brain_path):
    before = brain_path.read_bytes()
    with pytest.raises(InputError, match="state 'v' cannot be stored"):
        save_checkpoint(brain_path, {"v": np.array([{}], dtype=object)}, 1)
    assert brain_path.read_bytes() == before


def test_a_checkpoint_needs_a_brain_file(tmp_path):
    with pytest.raises(BrainFileError, match="no brain file"):
        save_checkpoint(tmp_path / "none.db", {}, 1)
    (tmp_path / "text.db").write_text("text")
    with pytest.raises(BrainFileError, match="is not a brain file"):
        save_checkpoint(tmp_path / "text.db", {}, 1)
    assert (tmp_path / "text.db").read_text() == "text"


def test_a_checkpoint_in_a_locked_file_is_an_error(brain_path):
    before = brain_path.read_bytes()
    with locked_file(brain_path), pytest.raises(InputError, match="is in use by another run"):
        save_checkpoint(brain_path, {"v": np.arange(3)}, 1)
    assert brain_path.read_bytes() == before


def change(path, sql, *values):
    with closing(sqlite3.connect(path)) as database:
        database.execute(sql, values)
        database.commit()


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE checkpoints SET state = x'00'",
        "UPDATE checkpoints SET state = 'text'",
        "UPDATE checkpoints SET sha256 = 'x'",
        "UPDATE checkpoints SET tick = -1",
        "UPDATE checkpoints SET tick = 'soon'",
        "INSERT INTO checkpoints SELECT * FROM checkpoints",
    ],
)
def test_a_damaged_checkpoint_is_an_error(brain_path, sql):
    save_checkpoint(brain_path, {"v": np.arange(3)}, 1)
    change(brain_path, sql)
    with pytest.raises(BrainFileError, match="checkpoints: damaged: wrong checksum or form"):
        load_checkpoint(brain_path)


def npy(header: bytes, content: bytes = b"") -> bytes:
    """An array file with an arbitrary header."""
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header + content


def shaped(shape: str) -> bytes:
    return f"{{'descr': '<i8', 'fortran_order': False, 'shape': {shape}, }}".ljust(117).encode() + b"\n"


def archived(member: bytes, compression: int = zipfile.ZIP_STORED) -> bytearray:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression) as archive:
        archive.writestr("tick.npy", member)
    return bytearray(buffer.getvalue())


def edited(**places: int) -> bytes:
    """An archive of one small array with bytes changed in its local header and in its directory."""
    archive = archived(npy(shaped("(1,)"), bytes(8)))
    directory = archive.find(b"PK\x01\x02")
    for field, value in places.items():
        local, listed = {"method": (8, 10), "flags": (6, 8), "version": (4, 6)}[field]
        archive[local] = archive[directory + listed] = value
    return bytes(archive)


def saved(save: Callable, *arguments: Any, **arrays: Any) -> bytes:
    buffer = io.BytesIO()
    save(buffer, *arguments, **arrays)
    return buffer.getvalue()


NO_STATES = {
    "no archive": b"no archive",
    "objects": saved(np.savez, v=np.array([{}], dtype=object)),
    "an array alone": saved(np.save, np.arange(3)),
    "compressed, it may unpack to anything": saved(np.savez_compressed, v=np.zeros(10**6)),
    "another compression": edited(method=99),
    "encrypted": edited(flags=1),
    "a later zip": edited(version=200),
    "more than memory holds": bytes(archived(npy(shaped("(1000000000000,)")))),
    "less than it says": bytes(archived(npy(shaped("(3,)")))),
    "no header": bytes(archived(npy(b"{[(((((((((((((("))),
}


@pytest.mark.parametrize("blob", NO_STATES.values(), ids=NO_STATES.keys())
def test_a_state_that_is_no_archive_or_contains_pickles_is_an_error(brain_path, blob):
    save_checkpoint(brain_path, {"v": np.arange(3)}, 1)
    digest = hashlib.sha256(blob).hexdigest()
    change(brain_path, "UPDATE checkpoints SET state = ?, sha256 = ?", blob, digest)
    with pytest.raises(BrainFileError, match=r"checkpoints: the state cannot be read: .") as caught:
        load_checkpoint(brain_path)
    assert str(brain_path) in str(caught.value) and "\n" not in str(caught.value)


def npy_header(shape):
    text = f"{{'descr': '<i8', 'fortran_order': False, 'shape': {shape}, }}".ljust(117) + "\n"
    return b"\x93NUMPY\x01\x00" + len(text).to_bytes(2, "little") + text.encode()


def zipped(content, name="tick.npy", compression=zipfile.ZIP_STORED):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression) as archive:
        archive.writestr(name, content)
    return bytearray(buffer.getvalue())


def with_byte(blob, places, value):
    for place in places:
        blob[place] = value
    return blob


def awkward_blobs():
    """Invalid contents in place of an archive, with a valid checksum."""
    plain = zipped(npy_header((0,)))
    directory = plain.find(b"PK\1\2")
    yield "method 99", with_byte(plain[:], (directory + 10, 8), 99)
    yield "encrypted", with_byte(plain[:], (directory + 8, 6), 1)
    yield "version 20", with_byte(plain[:], (directory + 6,), 200)
    array = io.BytesIO()
    np.save(array, np.arange(3))
    yield "no archive", array.getvalue()
    yield "10**12 numbers", zipped(npy_header((10**12,)))
    yield "header", zipped(b"\x93NUMPY\x01\x00\x10\x00{[((((((((((((((")
    packed = zipped(npy_header((640,)) + bytes(range(256)) * 20, compression=zipfile.ZIP_DEFLATED)
    yield "compressed", packed
    yield "deflate", with_byte(packed[:], (packed.find(b"tick.npy") + 8,), 7)
    yield "bomb", zipped(bytes(10**6), compression=zipfile.ZIP_DEFLATED)
    yield "text", zipped(b"text", name="tick.txt")


BLOBS = dict(awkward_blobs())


@pytest.mark.parametrize("what", BLOBS)
def test_any_invalid_archive_is_an_error_of_one_line(brain_path, what):
    save_checkpoint(brain_path, {"v": np.arange(3)}, 1)
    blob = bytes(BLOBS[what])
    digest = hashlib.sha256(blob).hexdigest()
    change(brain_path, "UPDATE checkpoints SET state = ?, sha256 = ?", blob, digest)
    with pytest.raises(BrainFileError, match="the state cannot be read") as caught:
        load_checkpoint(brain_path)
    assert "\n" not in str(caught.value)


# One process imports the store and forks a writer per round, which is killed wherever it happens to be after
# its first checkpoint.
KILLER = """
import os, random, signal, sys, time
import numpy as np
from spikeworm_env.store import checkpoint_tick, load_checkpoint, save_checkpoint
path, rounds = sys.argv[1], int(sys.argv[2])
random.seed(3)
for _ in range(rounds):
    read_end, write_end = os.pipe()
    writer = os.fork()
    if writer == 0:
        tick = checkpoint_tick(path) or 0
        while True:
            tick += 1
            save_checkpoint(path, {"v": np.full(30_000, tick), "u": np.full((3, 7), tick)}, tick)
            os.write(write_end, b".")
    os.close(write_end)
    os.read(read_end, 1)
    time.sleep(random.uniform(0.0, 0.04))
    os.kill(writer, signal.SIGKILL)
    os.waitpid(writer, 0)
    os.close(read_end)
    state, tick = load_checkpoint(path), checkpoint_tick(path)
    whole = state is None or all((array == tick).all() for array in state.values())
    print(tick or 0, int(whole), flush=True)
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork and SIGKILL")
def test_a_kill_at_any_moment_leaves_a_complete_checkpoint(brain_path):
    rounds = 25
    result = subprocess.run(
        [sys.executable, "-c", KILLER, str(brain_path), str(rounds)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    lines = [tuple(map(int, line.split())) for line in result.stdout.splitlines()]
    ticks, whole = zip(*lines, strict=True)
    assert len(lines) == rounds
    assert all(whole)
    assert list(ticks) == sorted(ticks)  # never an older one than before
    assert ticks[-1] >= rounds  # the writers did write
    load_brain(brain_path)
