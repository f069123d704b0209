"""Hostile brain files, checkpoints and results."""

from __future__ import annotations

import hashlib
import io
import json
import os
import sqlite3
import struct
import zipfile
import zlib
from collections.abc import Callable
from contextlib import closing
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from tests.corpus._input import LOADS, Bases, Input, bytes_file, edited_bytes, edited_tables

LONG = "a" * 10_000_000
ENDLESS = "WITH RECURSIVE r(k) AS (SELECT 0 UNION ALL SELECT k + 1 FROM r) SELECT"


def brain(name: str, words: str | None, *statements: str | tuple[str, Any]) -> Input:
    return Input("brain", name, words, edited_tables("brain", *statements))


def as_view(table: str, columns: str) -> tuple[str, str]:
    return f"DROP TABLE {table}", f"CREATE VIEW {table} AS {ENDLESS} {columns} FROM r"


def parameter(value: str) -> Callable[[Bases, Path], Path]:
    """A parameter of the first synapse class is a literal that JSON writers do not write."""

    def make(bases: Bases, folder: Path) -> Path:
        path = edited_tables("trained")(bases, folder)
        with closing(sqlite3.connect(path)) as database:
            rows = database.execute("SELECT rowid, parameters FROM synapse_classes").fetchall()
            row, text = next((row, text) for row, text in rows if json.loads(text))
            known = json.loads(text)
            spoiled = json.dumps({**known, next(iter(known)): "@"}).replace('"@"', value)
            database.execute("UPDATE synapse_classes SET parameters = ? WHERE rowid = ?", (spoiled, row))
            database.commit()
        return path

    return make


def archive(content: bytes, name: str = "tick.npy", compression: int = zipfile.ZIP_STORED) -> bytearray:
    """A ZIP archive of one entry."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression) as file:
        file.writestr(name, content)
    return bytearray(buffer.getvalue())


def array(shape: object, kind: str = "'<i8'") -> bytes:
    """The header of a .npy file, without data."""
    header = f"{{'descr': {kind}, 'fortran_order': False, 'shape': {shape}, }}".ljust(117) + "\n"
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header.encode()


def patched(content: bytearray, **places: tuple[int, int]) -> bytes:
    """An archive with bytes of its local header or its directory replaced; name_offset → (offset, value)."""
    changed = bytearray(content)
    directory = changed.find(b"PK\x01\x02")
    for name, (offset, value) in places.items():
        changed[offset + (directory if name.startswith("directory") else 0)] = value
    return bytes(changed)


def damaged_deflate() -> bytes:
    content = archive(array((640,)) + bytes(range(256)) * 20, compression=zipfile.ZIP_DEFLATED)
    content[content.find(b"tick.npy") + 8] ^= 7
    return bytes(content)


@cache
def bomb(name: str = "tick.npy") -> bytes:
    """An archive of one array of 2^27 numbers that takes 1 MB: 1 GB of zeros, packed."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    head = packer.compress(array((2**27,))) + packer.flush(zlib.Z_FULL_FLUSH)
    zeros = packer.compress(bytes(2**20)) + packer.flush(zlib.Z_FULL_FLUSH)
    packed = head + 2**10 * zeros + packer.flush()  # a full flush ends a piece that may be repeated
    sizes = (0, len(packed), 2**30 + len(array((2**27,))))  # of an unknown checksum
    fields = struct.pack("<HHHHH", 20, 0, zipfile.ZIP_DEFLATED, 0, 33) + struct.pack("<III", *sizes)
    entry = b"PK\x03\x04" + fields + struct.pack("<HH", len(name), 0) + name.encode() + packed
    directory = (
        b"PK\x01\x02\x14\0" + fields + struct.pack("<HHHHHII", len(name), 0, 0, 0, 0, 0, 0) + name.encode()
    )
    end = struct.pack("<HHHHIIH", 0, 0, 1, 1, len(directory), len(entry), 0)
    return entry + directory + b"PK\x05\x06" + end


def saved(**arrays: Any) -> bytes:
    buffer = io.BytesIO()
    np.savez(buffer, **arrays)
    return buffer.getvalue()


def blob(name: str, words: str, content: Callable[[], bytes]) -> Input:
    """A checkpoint of given bytes, whose checksum is right."""

    def make(bases: Bases, folder: Path) -> Path:
        data = content()
        row = (data, hashlib.sha256(data).hexdigest())
        return edited_tables("checkpoint", ("UPDATE checkpoints SET state = ?, sha256 = ?", row))(
            bases, folder
        )

    return Input("checkpoint", name, words, make)


def state_array(name: str, words: str, key: str, change: Callable[[Any], Any]) -> Input:
    """A checkpoint with one array of its state changed, whose checksum is right."""

    def make(bases: Bases, folder: Path) -> Path:
        with closing(sqlite3.connect(bases["checkpoint"])) as database:
            ((content,),) = database.execute("SELECT state FROM checkpoints").fetchall()
        with np.load(io.BytesIO(content)) as known:
            arrays = dict(known)
        arrays[key] = change(arrays[key])
        return blob(name, words, lambda: saved(**arrays)).make(bases, folder)

    return Input("checkpoint", name, words, make)


def filled(value: float) -> Callable[[Any], Any]:
    return lambda values: np.full_like(values, value)


def changing_view(bases: Bases, folder: Path) -> Path:
    """The table of receptors is a view that gives other rows at each reading."""
    return edited_tables(
        "brain",
        "ALTER TABLE receptors RENAME TO kept",
        "CREATE VIEW receptors AS SELECT * FROM kept UNION ALL "
        "SELECT receptor + 1, name, source, stages FROM kept WHERE random() % 2 = 0",
    )(bases, folder)


def pipe(bases: Bases, folder: Path) -> Path:
    path = folder / "brain.db"
    os.mkfifo(path)
    return path


def with_log(bases: Bases, folder: Path) -> Path:
    path = edited_tables("brain")(bases, folder)
    path.with_name("brain.db-wal").write_bytes(os.urandom(4096))
    return path


def results(name: str, words: str | None, *statements: str | tuple[str, Any]) -> Input:
    return Input("results", name, words, edited_tables("results", *statements))


NOT_A_BRAIN = "not a brain file"

INPUTS = [
    # brain files as files
    Input("brain", "empty", NOT_A_BRAIN, bytes_file(b"", "brain.db")),
    Input("brain", "garbage", NOT_A_BRAIN, bytes_file(bytes(range(256)) * 100, "brain.db")),
    Input("brain", "the header alone", "brain.db", edited_bytes("brain", lambda content: content[:100])),
    Input("brain", "the first page alone", "brain.db", edited_bytes("brain", lambda content: content[:4096])),
    Input("brain", "half of it", "brain.db", edited_bytes("brain", lambda c: c[: len(c) // 2])),
    Input("brain", "all but the last page", "brain.db", edited_bytes("brain", lambda c: c[:-4096])),
    Input("brain", "zeros from the second page on", "brain.db", edited_bytes("brain", lambda c: c[:4096] + bytes(len(c) - 4096))),
    Input("brain", "a named pipe", "brain.db", pipe),
    Input("brain", "a random log beside it", "brain.db", with_log),
    brain("another application", NOT_A_BRAIN, "PRAGMA application_id = 7"),
    brain("another format version", "format version", "PRAGMA user_version = 99"),
    # tables that are none
    Input("brain", "a view that changes", "view", changing_view),
    brain("an endless view of origins", "view", *as_view("origins", "k, 'a'")),
    brain("an endless view of neurons", "neurons", "ALTER TABLE neurons RENAME TO kept", "CREATE VIEW neurons AS SELECT * FROM kept"),
    brain("a missing table", "terminals", "DROP TABLE terminals"),
    brain("a column too many", "columns", "ALTER TABLE neurons ADD COLUMN more INTEGER"),
    brain("a trigger", "trigger", "CREATE TRIGGER t AFTER INSERT ON neurons BEGIN DELETE FROM neurons; END"),
    brain("a further table", LOADS, "CREATE TABLE more(x)", "INSERT INTO more VALUES (zeroblob(100000))"),
    # values
    brain("no neurons", "neuron", "DELETE FROM neurons"),
    brain("a gap in the neurons", "neuron", "DELETE FROM neurons WHERE neuron = 3"),
    brain("a label of 10 MB", "too long", ("UPDATE neurons SET label = ? WHERE neuron = 0", (LONG,))),
    brain("a terminal of 10 MB", "too long", ("UPDATE terminals SET name = ? WHERE rowid = 1", (LONG,))),
    brain("a type of 10 MB", "too long", ("UPDATE neuron_classes SET neuron_type = ? WHERE class = 0", (LONG,))),
    brain("an unknown neuron type", "type", "UPDATE neuron_classes SET neuron_type = 'XX' WHERE class = 0"),
    brain("a number as a label", "label", "UPDATE neurons SET label = x'00ff' WHERE neuron = 0"),
    brain("a background of infinity", "background", "UPDATE neurons SET background = 9e999 WHERE neuron = 0"),
    brain("a background that is NULL", "brain.db", "UPDATE OR IGNORE neurons SET background = 'many' WHERE neuron = 0"),
    brain("a weight of infinity", "weight", "UPDATE synapses SET weight = 9e999 WHERE rowid = 1"),
    brain("a weight of 1e300", "weight", "UPDATE synapses SET weight = 1e300 WHERE rowid = 1"),
    brain("a delay of 0", "delay", "UPDATE synapses SET delay = 0 WHERE rowid = 1"),
    brain("a delay of a billion ticks", "delay", "UPDATE synapses SET delay = 1000000000 WHERE rowid = 1"),
    brain("a negative source", "source", "UPDATE synapses SET source = -1 WHERE rowid = 1"),
    brain("a source beyond the neurons", "source", "UPDATE synapses SET source = 1000000 WHERE rowid = 1"),
    brain("a target beyond the neurons", "target", "UPDATE synapses SET target = 1000000 WHERE rowid = 1"),
    brain("a source of 2^62", "source", "UPDATE synapses SET source = 4611686018427387904 WHERE rowid = 1"),
    brain("a class beyond the classes", "class", "UPDATE synapses SET class = 99 WHERE rowid = 1"),
    brain("a muscle beyond the body", "muscle_map", "UPDATE muscle_map SET segment = 99 WHERE rowid = 1"),
    brain("a sensor beyond the neurons", "sensor_map", "UPDATE sensor_map SET neuron = 1000000 WHERE rowid = 1"),
    brain("a sensor of no receptor", "sensor_map", "UPDATE sensor_map SET receptor = 1000 WHERE rowid = 1"),
    brain("a gain of infinity", "gain", "UPDATE sensor_map SET gain = 9e999 WHERE rowid = 1"),
    Input("trained", "a parameter of 400 digits", "parameters", parameter("1" * 400)),
    Input("trained", "a parameter of NaN", "parameters", parameter("NaN")),
    Input("trained", "a parameter of 1e400", "parameters", parameter("1e400")),
    Input("trained", "a parameter nested 100,000 deep", "too long", parameter("[" * 100_000 + "]" * 100_000)),
    brain("stages that are no JSON", "receptors", "UPDATE receptors SET stages = '['"),
    brain("stages of a kind of two lines", "receptors", """UPDATE receptors SET stages = '[{"kind": "x\\ny"}]'"""),
    brain("stages of an unknown kind", "receptors", """UPDATE receptors SET stages = '[{"kind": "x"}]'"""),
    brain("a seed of text", "seed", "UPDATE meta SET value = 'abc' WHERE key = 'seed'"),
    brain("no seed", "seed", "DELETE FROM meta WHERE key = 'seed'"),
    Input("trained", "an age of 5,000 digits", "age", edited_tables("trained", ("UPDATE meta SET value = ? WHERE key = 'age'", ("9" * 5000,)))),
    Input("trained", "a negative age", "age", edited_tables("trained", "UPDATE meta SET value = '-1' WHERE key = 'age'")),
    Input("trained", "weights far outside their bounds", "weight", edited_tables("trained", "UPDATE synapses SET weight = 1e12")),
    # checkpoints
    blob("an empty checkpoint", "checkpoint", lambda: b""),
    blob("a checkpoint of garbage", "checkpoint", lambda: bytes(range(256))),
    blob("a .npy that is no archive", "checkpoint", lambda: array((3,)) + bytes(24)),
    blob("an archive of an unknown compression", "checkpoint", lambda: patched(archive(array((0,))), local=(8, 99), directory=(10, 99))),
    blob("an encrypted archive", "checkpoint", lambda: patched(archive(array((0,))), local=(6, 1), directory=(8, 1))),
    blob("an archive of ZIP version 20", "checkpoint", lambda: patched(archive(array((0,))), directory=(6, 200))),
    blob("a shape of 10^12", "checkpoint", lambda: bytes(archive(array((10**12,))))),
    blob("a negative shape", "checkpoint", lambda: bytes(archive(array((-5,))))),
    blob("an open header", "checkpoint", lambda: bytes(archive(b"\x93NUMPY\x01\x00\x10\x00{[((((((((((((((")),),
    blob("a header of objects", "checkpoint", lambda: bytes(archive(array((1,), "'|O'") + b"cos\nsystem\n(S'true'\ntR."))),
    blob("a damaged stream", "checkpoint", damaged_deflate),
    blob("1 GB of zeros, packed", "checkpoint", bomb),
    blob("2,000 entries", "checkpoint", lambda: saved(**{f"a{k}": np.zeros(1) for k in range(2000)})),
    blob("a state without arrays", "state", lambda: saved(tick=np.array(3))),
    state_array("v is NaN", "v", "neurons.v", filled(np.nan)),
    state_array("v is infinite", "v", "neurons.v", filled(np.inf)),
    state_array("v of another length", "v", "neurons.v", lambda values: values[:-1]),
    state_array("v of another type", "v", "neurons.v", lambda values: values.astype(np.float32)),
    state_array("u is NaN", "u", "neurons.izhikevich.u", filled(np.nan)),
    state_array("currents on their way that are infinite", "ring", "ring", filled(np.inf)),
    state_array("a queue that points beyond its end", "delay queue", "delay_queue.head", filled(10**6)),
    state_array("a queue that points before its start", "delay queue", "delay_queue.head", filled(-7)),
    state_array("a free place beyond the queue", "delay queue", "delay_queue.free", filled(10**6)),
    state_array("a negative tick", "tick", "tick", lambda _: np.array(-1)),
    state_array("an endless tick", "tick", "tick", lambda _: np.array(2**62)),
    state_array("noise of the future", "noise", "noise_start", lambda _: np.array(2**61)),
    state_array("a generator of garbage", "rng", "rng", lambda values: np.frombuffer(b"{}", np.uint8).copy()),
    state_array("the state of another network", "network", "network", lambda _: np.array("0" * 64)),
    Input("checkpoint", "a checksum that is wrong", "checksum", edited_tables("checkpoint", "UPDATE checkpoints SET sha256 = 'x'")),
    Input("checkpoint", "a tick of text", "checkpoint", edited_tables("checkpoint", "UPDATE checkpoints SET tick = 'x'")),
    # results
    results("results that go on", LOADS),
    results("results of which one is missing", LOADS, "DELETE FROM results WHERE rowid = 1"),
    results("no settings", "results.db", "DELETE FROM settings"),
    results("a setting of two lines", "other results", "UPDATE settings SET value = char(10) || 'x' WHERE rowid = 1"),
    results("a setting that is not UTF-8", "UTF-8", "UPDATE settings SET value = CAST(x'22c222' AS TEXT) WHERE rowid = 1"),
    results("figures that are not UTF-8", "UTF-8", "UPDATE results SET figures = CAST(x'22c222' AS TEXT) WHERE rowid = 1"),
    results("a declaration that is not UTF-8", "results.db", "PRAGMA writable_schema = ON", "UPDATE sqlite_master SET sql = CAST(CAST(sql AS BLOB) || x'c222' AS TEXT) WHERE name = 'results'"),
    results("settings that are no JSON", "results.db", "UPDATE settings SET value = '{'"),
    results("settings of other code", "code", "UPDATE settings SET value = '\"x\"' WHERE name = 'code'"),
    results("figures that are no JSON", "results.db", "UPDATE results SET figures = '['"),
    results("figures nested 100,000 deep", "results.db", ("UPDATE results SET figures = ?", ("[" * 100_000,))),
    results("figures of no names", "results.db", "UPDATE results SET figures = '{}'"),
    results("figures as a list", "results.db", "UPDATE results SET figures = '[1]'"),
    results("figures as text", "results.db", "UPDATE results SET figures = json_set(figures, '$.ci_time', 'high')"),
    results("a figure that is null", "results.db", "UPDATE results SET figures = json_set(figures, '$.ci_time', null)"),
    results("arrays of garbage", "results.db", "UPDATE results SET arrays = x'00112233'"),
    results("no arrays", "results.db", "UPDATE results SET arrays = x''"),
    results("arrays of 1 GB of zeros, packed", "results.db", ("UPDATE results SET arrays = ?", (bomb("path.npy"),))),
    results("keys that are no JSON", LOADS, "UPDATE results SET key = 'k' || rowid"),
    results("no table of results", "results.db", "DROP TABLE results"),
    results("an endless view of results", "results.db", "DROP TABLE results", f"CREATE VIEW results AS {ENDLESS} k AS key, '{{}}' AS figures, x'' AS arrays FROM r"),
    results("another format version", "results.db", "PRAGMA user_version = 99"),
    Input("results", "garbage", "results.db", bytes_file(bytes(range(256)) * 40, "results.db")),
]  # fmt: skip
