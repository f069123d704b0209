"""Brain files of which one thing is changed: a table, a value, the state in the checkpoint, the file itself.

Each change acts on the file of a trained brain with every kind of synapse and a checkpoint.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import sqlite3
import struct
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import cache
from pathlib import Path

import numpy as np

from spikeworm_env.compiler import compile_recipe
from spikeworm_env.store import save_training
from spikeworm_env.store.schema import TABLES, create_statement
from tests.corpus._input import LOADS, Bases, Input
from tests.fixtures.brain_file_rows import concerns_rows, is_in_rows, to_rows
from tests.fixtures.every_table import SETTINGS, brain_after_training, trained_brain, write_recipe

Change = Callable[[Path], None]
LONG = 10_000_000  # characters


@contextmanager
def opened(path: Path) -> Iterator[sqlite3.Connection]:
    """The file, for any change."""
    with closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA legacy_alter_table = ON")
        database.execute("PRAGMA journal_mode = OFF")
        yield database
        database.commit()


def sql(*statements: str, values: tuple = ()) -> Change:
    """Run statements; ``values`` are those of the last.

    The file has format version 5 if they change the rows of a table that is packed since.
    """

    def change(path: Path) -> None:
        if concerns_rows(*statements) and not is_in_rows(path):
            to_rows(path)
        with opened(path) as database:
            for statement in statements[:-1]:
                database.execute(statement)
            database.execute(statements[-1], values)

    return change


def chunk(statement: str, values: tuple = ()) -> Change:
    """Run a statement on a packed table as it is."""

    def change(path: Path) -> None:
        with opened(path) as database:
            database.execute(statement, values)

    return change


def schema(table: str, old: str, new: str) -> Change:
    """Edit the declaration of a table in place, as no SQL statement can."""

    def change(path: Path) -> None:
        if concerns_rows(table) and not is_in_rows(path):
            to_rows(path)
        with opened(path) as database:
            (text,) = database.execute("SELECT sql FROM sqlite_master WHERE name = ?", (table,)).fetchone()
            assert old in text
            database.execute("PRAGMA writable_schema = ON")
            database.execute(
                "UPDATE sqlite_master SET sql = ? WHERE name = ?", (text.replace(old, new), table)
            )

    return change


def replaced(table: str, statement: str) -> Change:
    """Another object in place of a table, with the same rows where it selects them from ``kept``."""
    return sql(f"ALTER TABLE {table} RENAME TO kept", statement)


def state(edit: Callable[[dict], object]) -> Change:
    """Edit the arrays of the checkpoint; its checksum is right."""

    def change(path: Path) -> None:
        with opened(path) as database:
            (blob,) = database.execute("SELECT state FROM checkpoints").fetchone()
            with np.load(io.BytesIO(blob)) as found:
                arrays = dict(found)
            edit(arrays)
            buffer = io.BytesIO()
            np.savez(buffer, **arrays)
            store_blob(database, buffer.getvalue())

    return change


def store_blob(database: sqlite3.Connection, blob: bytes) -> None:
    """Put a packed state into the file, with its right checksum."""
    digest = hashlib.sha256(blob).hexdigest()
    database.execute("UPDATE checkpoints SET state = ?, sha256 = ?", (blob, digest))


def bomb(path: Path) -> None:
    """A checkpoint of 100 kB that unpacks to 100 MB."""
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("tick.npy", "w") as member,
    ):
        for _ in range(100):
            member.write(bytes(1_000_000))
    with opened(path) as database:
        store_blob(database, buffer.getvalue())


def endless_pages(path: Path) -> None:
    """Pages of a table that refer to each other: rows without end in a file of some kB."""
    with opened(path) as database:
        (size,) = database.execute("PRAGMA page_size").fetchone()
        (root,) = database.execute("SELECT rootpage FROM sqlite_master WHERE name = 'synapses'").fetchone()
    content = bytearray(path.read_bytes())
    start = (root - 1) * size
    cells = (size - 100) // 8
    page = bytearray(size)
    page[0] = 5  # an interior page of a table, all of whose children are one page, itself interior at first
    page[3:5] = struct.pack(">H", cells)
    page[5:7] = struct.pack(">H", size - 5 * cells)
    leaf = len(content) // size + 1
    levels = 9
    page[8:12] = struct.pack(">I", leaf)
    for k in range(cells):
        at = size - 5 * (k + 1)
        page[12 + 2 * k : 14 + 2 * k] = struct.pack(">H", at)
        page[at : at + 5] = struct.pack(">I", leaf) + bytes([min(k, 127)])
    for level in range(levels):
        following = page.copy()
        child = struct.pack(">I", leaf + level + 1)
        following[8:12] = child
        for k in range(cells):
            at = size - 5 * (k + 1)
            following[at : at + 4] = child
        content += following
    content += content[start : start + size]  # at last the old root
    content[start : start + size] = page
    content[28:32] = struct.pack(">I", len(content) // size)
    path.write_bytes(content)


def many_classes(path: Path) -> None:
    with opened(path) as database:
        kind, text = database.execute("SELECT synapse_type, parameters FROM synapse_classes").fetchone()
        (count,) = database.execute("SELECT count(*) FROM synapse_classes").fetchone()
        rows = ((count + k, kind, text) for k in range(40_000))
        database.executemany("INSERT INTO synapse_classes VALUES (?, ?, ?)", rows)


def many_groups(path: Path) -> None:
    with opened(path) as database:
        database.executemany("INSERT INTO modulators VALUES (?, 0)", ((k,) for k in range(2, 20_000)))


def beside(suffix: str, content: bytes) -> Change:
    return lambda path: (path.with_name(path.name + suffix).write_bytes(content), None)[1]


def in_place(make: Callable[[Path], object]) -> Change:
    def change(path: Path) -> None:
        path.unlink()
        make(path)

    return change


def parameters(**changed: object) -> Change:
    """Replace these parameters wherever a class has them, as JSON texts."""

    def change(path: Path) -> None:
        with opened(path) as database:
            for row, text in database.execute("SELECT class, parameters FROM synapse_classes").fetchall():
                known = json.loads(text)
                merged = known | {name: value for name, value in changed.items() if name in known}
                database.execute(
                    "UPDATE synapse_classes SET parameters = ? WHERE class = ?", (json.dumps(merged), row)
                )

    return change


def all_of(*changes: Change) -> Change:
    """Several changes, one after another."""

    def change(path: Path) -> None:
        for each in changes:
            each(path)

    return change


def set_field(name: str, field: str, value: float) -> Callable[[dict], object]:
    def edit(arrays: dict) -> None:
        arrays[name] = arrays[name].copy()
        arrays[name][field] = value

    return edit


def set_value(name: str, value: object) -> Callable[[dict], object]:
    return lambda arrays: arrays.update({name: np.array(value)})


def first_set(name: str, value: float) -> Callable[[dict], object]:
    def edit(arrays: dict) -> None:
        arrays[name] = arrays[name].copy()
        arrays[name].flat[0] = value

    return edit


COLUMNS = ", ".join(column.name for column in TABLES["receptors"])
REWARDED = "SELECT class FROM synapse_classes WHERE synapse_type = 'reward_plastic'"
UNTRAINED = (
    *("DELETE FROM checkpoints", "DELETE FROM training_settings", "DELETE FROM initial_weights"),
    *("DELETE FROM persistent", "DELETE FROM episodes", "DELETE FROM evaluations"),
    "DELETE FROM meta WHERE key = 'age'",
)
CHANGING = f"CREATE VIEW receptors AS SELECT {COLUMNS} FROM kept WHERE (SELECT random() % 2) = 0"
ENDLESS = (
    "CREATE VIEW origins AS WITH RECURSIVE r(origin, name) AS "
    "(SELECT 0, 'a' UNION ALL SELECT origin + 1, 'a' FROM r) SELECT origin, name FROM r"
)

TABLES_CHANGED: dict[str, Change] = {
    "a view that changes between readings": replaced("receptors", CHANGING),
    "a view without end": replaced("origins", ENDLESS),
    "a virtual table": replaced("origins", "CREATE VIRTUAL TABLE origins USING fts4(origin, name)"),
    "a table of keys alone": replaced(
        "origins", "CREATE TABLE origins (origin INTEGER PRIMARY KEY, name TEXT NOT NULL) WITHOUT ROWID"
    ),
    "a generated column": replaced(
        "origins", "CREATE TABLE origins (origin INTEGER PRIMARY KEY, name TEXT AS (hex(zeroblob(1000000))))"
    ),
    "a collation": schema("origins", "name TEXT NOT NULL", "name TEXT NOT NULL COLLATE nothing"),
    "a long default": schema(
        "origins", "name TEXT NOT NULL", f"name TEXT NOT NULL DEFAULT '{'a' * 1_000_000}'"
    ),
    "a check that calls functions": schema(
        "synapses", "weight REAL NOT NULL", "weight REAL NOT NULL CHECK (length(zeroblob(1000000000)) > 0)"
    ),
    "no declaration": schema("origins", create_statement("origins"), "nonsense"),
    "a trigger": sql(
        "CREATE TRIGGER more AFTER INSERT ON checkpoints BEGIN DELETE FROM neurons; END", "SELECT 1"
    ),
    "an index": sql("CREATE INDEX other ON synapses (source)"),
    "an index of an expression": sql("CREATE INDEX other ON origins (abs(-9223372036854775807))"),
    "a view besides": sql(ENDLESS.replace("VIEW origins", "VIEW besides")),
    "pages that repeat": endless_pages,
    "a missing table": sql("DROP TABLE origins"),
    "two tables exchanged": sql(
        "ALTER TABLE sensor_map RENAME TO kept",
        "ALTER TABLE muscle_map RENAME TO sensor_map",
        "ALTER TABLE kept RENAME TO muscle_map",
    ),
}
"""Other tables than ours."""

VALUES_CHANGED: dict[str, Change] = {
    "a long label": sql("UPDATE neurons SET label = ? WHERE neuron = 0", values=("a" * LONG,)),
    "a long terminal": sql("UPDATE terminals SET name = ? WHERE rowid = 1", values=("a" * LONG,)),
    "a long neuron type": sql("UPDATE neuron_classes SET neuron_type = ?", values=("a" * 100_000,)),
    "a long synapse type": sql("UPDATE synapse_classes SET synapse_type = ?", values=("a" * LONG,)),
    "a long key": sql("INSERT INTO meta VALUES (?, 'x')", values=("a" * LONG,)),
    "a long state": sql("UPDATE persistent SET state = ? WHERE rowid = 1", values=("a" * LONG,)),
    "a long channel": sql("UPDATE receptors SET source = ?", values=("a" * 1_000_000,)),
    "a long blob for a text": sql("UPDATE origins SET name = zeroblob(10000000)"),
    "a long text for a number": sql("UPDATE synapses SET weight = ? WHERE synapse = 0", values=("1" * LONG,)),
    "a label of two lines": sql("UPDATE neurons SET label = 'a' || char(10) || 'b'"),
    "a name that moves the cursor": sql("UPDATE components SET name = char(27) || '[2J' WHERE component = 0"),
    "a name with a dot": sql("UPDATE components SET name = 'a.b' WHERE component = 0"),
    "a name twice": sql("UPDATE components SET name = 'left'"),
    "a name of a folder": sql("UPDATE meta SET value = '../../up' WHERE key = 'recipe_name'"),
    "an origin that moves the cursor": sql("UPDATE origins SET name = char(27) || '[2J'"),
    "a layer of two lines": sql("UPDATE components SET layer = char(10)"),
    "a surrogate": sql("UPDATE origins SET name = CAST(x'eda080' AS TEXT)"),
    "no UTF-8": sql("UPDATE origins SET name = CAST(x'ff' AS TEXT)"),
    "a NUL": sql("UPDATE receptors SET name = 'a' || char(0)"),
    "a parameter that is infinite": parameters(learning_rate=float("inf")),
    "a parameter that is a list": parameters(learning_rate=[1]),
    "an unknown parameter": sql(
        "UPDATE synapse_classes SET parameters = json_set(parameters, '$.aaaaa', 1.0)"
    ),
    "a parameter of a long name": sql(
        "UPDATE synapse_classes SET parameters = json_set(parameters, '$.' || ?, 1.0)", values=("a" * 9_000,)
    ),
    "a group beyond all": parameters(modulator=1e300),
    "a softness below 0": parameters(softness=-1.0),
    "an interval of 0": parameters(normalize_interval=0.0),
    "a long coincidence window": parameters(coincidence_window=64.0),
    "a time constant of 0": parameters(tau_plus=0.0, tau_minus=0.0, tau_trace=0.0),
    "bounds of both signs": parameters(w_min=-1.0, w_max=1.0),
    "deep parameters": sql("UPDATE synapse_classes SET parameters = ?", values=("[" * 9_000,)),
    "deep stages": sql("UPDATE receptors SET stages = ?", values=("[" * 9_000,)),
    "deep hashes": sql("UPDATE meta SET value = ? WHERE key = 'block_hashes'", values=("[" * 100_000,)),
    "a setting that moves the cursor": sql("UPDATE training_settings SET setting = char(27) || '[2J'"),
    "deep settings": sql("UPDATE training_settings SET value = ?", values=("[" * 100_000,)),
    "a reward of 400 digits": sql(
        "UPDATE meta SET value = ? WHERE key = 'reward'",
        values=(f'{{"interval_ms": {10**400}, "mode": "sign", "gain": {10**400}}}',),
    ),
    "a stage of 400 digits": sql(
        "UPDATE receptors SET stages = ?", values=(f'[{{"kind": "gain", "gain": {10**400}}}]',)
    ),
    "a stage of 1e400": sql("UPDATE receptors SET stages = ?", values=('[{"kind": "gain", "gain": 1e400}]',)),
    "a hundred gains": sql(
        "UPDATE receptors SET stages = ?",
        values=("[" + ",".join(['{"kind": "gain", "gain": 1e6}'] * 100) + "]",),
    ),
    "a seed of 5,000 digits": sql("UPDATE meta SET value = ? WHERE key = 'seed'", values=("9" * 5_000,)),
    "a seed below 0": sql("UPDATE meta SET value = '-1' WHERE key = 'seed'"),
    "a compiler of 5,000 digits": sql(
        "UPDATE meta SET value = ? WHERE key = 'compiler_version'", values=("9" * 5_000,)
    ),
    "an age of other digits": sql("UPDATE meta SET value = '²' WHERE key = 'age'"),
    "edits of two lines": sql("INSERT INTO meta VALUES ('edits', '[\"a\\nb\"]')"),
    "a gain beyond currents": sql("UPDATE sensor_map SET gain = 1e300"),
    "a muscle gain beyond currents": sql("UPDATE muscle_map SET gain = 1e300"),
    "a bend gain beyond currents": sql("UPDATE proprioception_map SET gain = -1e300"),
    "positions beyond all": sql("UPDATE neurons SET x = 1e308, y = -1e308"),
    "a recovery that overshoots": sql(
        "UPDATE neuron_classes SET parameters = json_set(parameters, '$.a', 1e9)"
    ),
    "a recovery away from rest": sql(
        "UPDATE neuron_classes SET parameters = json_set(parameters, '$.a', -1.0)"
    ),
    "weights beyond all": sql("UPDATE synapses SET weight = 1e308"),
    "weights of 0 outside their bounds": all_of(
        parameters(w_min=0.5, softness=0.5),
        sql(f"UPDATE synapses SET weight = 0.0 WHERE class IN ({REWARDED})"),
    ),
    "counts of 2**63": sql("UPDATE components SET count = 9223372036854775807"),
    "counts whose product overflows": sql("UPDATE components SET count = 4294967296, size = 4294967296"),
    "targets of 2**40": sql("UPDATE synapses SET target = 1099511627776 WHERE synapse = 0"),
    "delays of 2**62": sql("UPDATE synapses SET delay = 4611686018427387904"),
    "segments of 2**40": sql("UPDATE muscle_map SET segment = 1099511627776"),
    "joints of -1": sql("UPDATE proprioception_map SET first_joint = -1"),
    "receptors of -1": sql("UPDATE sensor_map SET receptor = -1"),
    "40,000 parameter sets": many_classes,
    "20,000 groups": many_groups,
    "all spikes in flight": sql(  # all neurons fire in every tick
        *UNTRAINED,
        "UPDATE synapses SET delay = 10000, weight = min(weight, 1e9) WHERE delay > 0",
        "UPDATE neurons SET background = 1e9",
        "UPDATE neuron_classes SET parameters = json_set(parameters, '$.c', 35.0, '$.d', 0.0)",
    ),
    "parameters that let u grow without end": sql(
        *UNTRAINED,
        "UPDATE neurons SET background = -1e9, noise = 1e9",
        "UPDATE neuron_classes SET parameters = "
        "json_set(parameters, '$.a', 2.0, '$.b', 1e9, '$.c', 1e9, '$.d', 1e9)",
    ),
    "the largest of all numbers": all_of(
        sql(*UNTRAINED, "UPDATE sensor_map SET gain = 1e9, shift = 1e9, max_current = 1e9"),
        sql("UPDATE muscle_map SET gain = 1e9"),
        sql("UPDATE proprioception_map SET gain = 1e9"),
        sql("UPDATE synapses SET weight = 1e9 WHERE weight > 10"),
        parameters(learning_rate=1e3, softness=0.5, target_weight_sum=1e9, normalize_interval=1.0),
    ),
    "an arena of 5,000 digits": sql("UPDATE evaluations SET arena = ?", values=(f'{{"a": {"9" * 5_000}}}',)),
    "a path for a trial": sql("UPDATE episodes SET trial = char(7)"),
}
"""Other values than ours."""

CHUNKS_CHANGED: dict[str, Change] = {
    "an empty chunk": chunk("UPDATE synapses SET source = x''"),
    "a chunk of half a number": chunk("UPDATE synapses SET weight = CAST(weight || x'00' AS BLOB)"),
    "a chunk without an end": chunk("UPDATE synapses SET source = zeroblob(100000000)"),
    "a chunk of one row too many": chunk("UPDATE neurons SET component = zeroblob(4 * 65537)"),
    "columns of other lengths": chunk("UPDATE neurons SET x = zeroblob(8)"),
    "a text for a chunk": chunk("UPDATE synapses SET delay = 'soon'"),
    "a number for a chunk": chunk("UPDATE persistent SET value = 1.5"),
    "a chunk twice": chunk(
        "INSERT INTO synapses SELECT chunk + 1, source, target, weight, delay, class, origin FROM synapses"
    ),
    "chunks that do not count": chunk("UPDATE terminals SET chunk = -7"),
    "NaN in a chunk": chunk(
        "UPDATE synapses SET weight = CAST(substr(weight, 9) || x'000000000000f87f' AS BLOB)"
    ),
    "bits of another kind": chunk("UPDATE neurons SET noise = randomblob(length(noise))"),
    "random sources": chunk("UPDATE synapses SET source = randomblob(length(source))"),
    "random labels": chunk("UPDATE neurons SET label = randomblob(length(label))"),
    "random states": chunk("UPDATE persistent SET state = randomblob(length(state))"),
    "no names": chunk("DELETE FROM names"),
    "a long name": chunk("UPDATE names SET text = ? WHERE name = 1", values=("a" * LONG,)),
    "a name of two lines": chunk("UPDATE names SET text = 'a' || char(10)"),
    "an unused name": chunk("INSERT INTO names VALUES ((SELECT count(*) FROM names), 'unused')"),
}
"""Other chunks of packed tables than ours."""

STATES_CHANGED: dict[str, Change] = {
    "a tick without end": state(set_value("tick", 2**62)),
    "a tick below 0": state(set_value("tick", -1)),
    "noise of another time": state(set_value("noise_start", -(2**62))),
    "NaN in v": state(first_set("neurons.v", np.nan)),
    "infinity in u": state(first_set("neurons.izhikevich.u", np.inf)),
    "1e300 in u": state(first_set("neurons.izhikevich.u", -1e300)),
    "NaN in flight": state(first_set("ring", np.nan)),
    "NaN in weights": state(set_field("synapses.plastic", "w", np.nan)),
    "NaN in eligibility": state(set_field("synapses.reward_plastic", "eligibility", np.nan)),
    "infinity in a gain": state(set_field("synapses.depressing", "gain", np.inf)),
    "an update after its time": state(set_field("synapses.plastic", "last", 2**62)),
    "an update before all time": state(set_field("synapses.plastic", "last", -(2**62))),
    "another target": state(set_field("synapses.plastic", "target", 2**30)),
    "another row": state(set_field("synapses.plastic", "row", 32_000)),
    "another delay": state(set_field("synapses.plastic", "delay", 65_531)),
    "weights out of bounds": state(set_field("synapses.developmental", "w", 1e9)),
    "a queue that leads outside": state(first_set("delay_queue.head", 10**6)),
    "a queue that leads below": state(first_set("delay_queue.head", -(2**62))),
    "free entries that are not": state(set_value("delay_queue.free", [0, 2**62])),
    "a longer head of the queue": state(
        lambda arrays: arrays.update({"delay_queue.head": np.full(10**6, -1)})
    ),
    "a history of another group": state(first_set("modulators.history", 2**40)),
    "activity of another history": state(first_set("modulators.activity", 1e6)),
    "a network of another kind": state(set_value("network", "other")),
    "a generator of text": state(lambda arrays: arrays.update(rng=np.frombuffer(b"{[(", np.uint8))),
    "a generator beyond integers": state(
        lambda arrays: arrays.update(
            rng=np.frombuffer(
                json.dumps(
                    {
                        "bit_generator": "PCG64",
                        "state": {"state": 10**3000, "inc": -1},
                        "has_uint32": 7,
                        "uinteger": 10**30,
                    }
                ).encode(),
                np.uint8,
            )
        )
    ),
    "a deep generator": state(lambda arrays: arrays.update(rng=np.frombuffer(b"[" * 100_000, np.uint8))),
    "single precision": state(lambda arrays: arrays.update(ring=arrays["ring"].astype(np.float32))),
    "big endian": state(lambda arrays: arrays.update(ring=arrays["ring"].astype(">f8"))),
    "columns first": state(lambda arrays: arrays.update(ring=np.asfortranarray(arrays["ring"]))),
    "another shape": state(lambda arrays: arrays.update(ring=arrays["ring"].T)),
    "records of other fields": state(
        lambda arrays: arrays.update({"synapses.plastic": arrays["synapses.fixed"]})
    ),
    "missing arrays": state(lambda arrays: arrays.pop("ring")),
    "a thousand more arrays": state(
        lambda arrays: arrays.update({f"more{k}": np.zeros(1) for k in range(2000)})
    ),
    "a zip bomb": bomb,
    "a checkpoint of another tick": sql("UPDATE checkpoints SET tick = 9223372036854775807"),
    "a checkpoint of a text": sql("UPDATE checkpoints SET state = 'text'"),
    "no checkpoint": sql("DELETE FROM checkpoints"),
    "two checkpoints": sql("INSERT INTO checkpoints SELECT * FROM checkpoints"),
    "a checksum of another state": sql("UPDATE checkpoints SET sha256 = 'abc'"),
}
"""Other states in the checkpoint than ours."""

FILES_CHANGED: dict[str, Change] = {
    "a log beside it": beside("-wal", bytes(5000)),
    "a journal beside it": beside("-journal", b"\xd9\xd5\x05\xf9\x20\xa1\x63\xd7" + bytes(500)),
    "an empty file": in_place(lambda path: path.write_bytes(b"")),
    "a header alone": in_place(lambda path: path.write_bytes(b"SQLite format 3\0")),
    "text": in_place(lambda path: path.write_text("text")),
    "a folder": in_place(Path.mkdir),
    "a link to itself": in_place(lambda path: path.symlink_to(path)),
    "a link to nothing": in_place(lambda path: path.symlink_to(path.with_name("nothing.db"))),
    "half a file": lambda path: (os.truncate(path, path.stat().st_size // 2), None)[1],
}
"""Other files than ours."""

if hasattr(os, "mkfifo"):
    FILES_CHANGED["a named pipe"] = in_place(os.mkfifo)
    FILES_CHANGED["a device"] = in_place(lambda path: path.symlink_to("/dev/zero"))


WORDS: dict[str, str] = {
    "a view that changes between readings": "receptors is a view",
    "a view without end": "origins is a view",
    "a virtual table": "origins is a virtual table",
    "a table of keys alone": "table origins",
    "a generated column": "table origins",
    "a collation": "malformed database schema",
    "a long default": "table origins",
    "a check that calls functions": "table synapses",
    "no declaration": "malformed database schema",
    "a trigger": "trigger 'more'",
    "an index": "index 'other'",
    "an index of an expression": "index 'other'",
    "a view besides": "view 'besides'",
    "pages that repeat": "synapses: ",
    "a missing table": "table origins",
    "two tables exchanged": "table sensor_map",
    "a long label": "neurons: a value",
    "a long terminal": "terminals: a value",
    "a long neuron type": "neuron_classes: a value",
    "a long synapse type": "synapse_classes: a value",
    "a long key": "meta: key of row",
    "a long state": "persistent: a value",
    "a long channel": "receptors: a value",
    "a long blob for a text": "origins: a value",
    "a long text for a number": "synapses: weight",
    "a label of two lines": "neurons: label of row 0",
    "a name that moves the cursor": "components: name of row 0",
    "a name with a dot": "components: name of row 0",
    "a name twice": "components: name left is there twice",
    "a name of a folder": "meta: recipe_name",
    "an origin that moves the cursor": "origins: name of row 0",
    "a layer of two lines": "components: layer of row 0",
    "a surrogate": "origins: from row 0",
    "no UTF-8": "origins: from row 0",
    "a NUL": "receptors: name of row 0",
    "a parameter that is infinite": "synapse_classes: parameters",
    "a parameter that is a list": "synapse_classes: parameters",
    "an unknown parameter": "unknown parameter 'aaaaa'",
    "a parameter of a long name": "unknown parameter 'aaaaa",
    "a group beyond all": "modulator",
    "a softness below 0": "softness",
    "an interval of 0": "normalize_interval",
    "a long coincidence window": "coincidence_window",
    "a time constant of 0": "tau",
    "bounds of both signs": "initial_weights",
    "deep parameters": "synapse_classes: parameters",
    "deep stages": "receptors: stages",
    "deep hashes": "meta: ",
    "a setting that moves the cursor": "training_settings: setting of row 0",
    "deep settings": "training_settings: value",
    "a reward of 400 digits": "meta: ",
    "a stage of 400 digits": "receptors: stages",
    "a stage of 1e400": "receptors: stages",
    "a hundred gains": "receptors: stages",
    "a seed of 5,000 digits": "meta: seed",
    "a seed below 0": "meta: seed",
    "a compiler of 5,000 digits": "meta: compiler_version",
    "an age of other digits": "meta: age",
    "edits of two lines": "meta: edits",
    "a gain beyond currents": "sensor_map: gain",
    "a muscle gain beyond currents": "muscle_map: gain",
    "a bend gain beyond currents": "proprioception_map: gain",
    "positions beyond all": "neurons: x of row 0",
    "a recovery that overshoots": "a is 1000000000.0; expected a number from 0 to 2",
    "a recovery away from rest": "a is -1.0; expected a number from 0 to 2",
    "weights beyond all": "weight",
    "weights of 0 outside their bounds": "weight: synapse",
    "counts of 2**63": "components: ",
    "counts whose product overflows": "components: ",
    "targets of 2**40": "synapses: target",
    "delays of 2**62": "synapses: delay of row 0",
    "segments of 2**40": "muscle_map: segment",
    "joints of -1": "proprioception_map: first_joint",
    "receptors of -1": "sensor_map: receptor",
    "40,000 parameter sets": "synapse_classes: there are more than 4000",
    "20,000 groups": "modulators: modulator",
    "an arena of 5,000 digits": "evaluations: arena",
    "a path for a trial": "episodes: trial",
    "an empty chunk": "synapses: chunk 0: source has 0 bytes",
    "a chunk of half a number": "synapses: chunk 0: weight has",
    "a chunk without an end": "synapses: a value",
    "a chunk of one row too many": "neurons: chunk 0: component has",
    "columns of other lengths": "neurons: chunk 0: x has 8 bytes",
    "a text for a chunk": "synapses: chunk 0: delay is 'soon'",
    "a number for a chunk": "persistent: chunk 0: value is 1.5",
    "a chunk twice": "persistent: ",
    "chunks that do not count": "terminals: chunk does not count",
    "NaN in a chunk": "synapses: weight of row",
    "bits of another kind": "neurons: noise of row",
    "random sources": "synapses: source of row",
    "random labels": "neurons: label of row",
    "random states": "persistent: state of row",
    "no names": "neurons: label of row 0",
    "a long name": "names: a value",
    "a name of two lines": "names: text of row 0",
    "a tick without end": "tick is",
    "a tick below 0": "tick is",
    "noise of another time": "noise_start",
    "NaN in v": "neurons.v",
    "infinity in u": "neurons.izhikevich.u",
    "1e300 in u": "neurons.izhikevich.u",
    "NaN in flight": "ring",
    "NaN in weights": "synapses.plastic: a weight",
    "NaN in eligibility": "eligibility",
    "infinity in a gain": "gain",
    "an update after its time": "its last update",
    "an update before all time": "its last update",
    "weights out of bounds": "outside its bounds",
    "a queue that leads outside": "delay queue",
    "a queue that leads below": "delay queue",
    "free entries that are not": "delay queue",
    "a longer head of the queue": "delay_queue.head",
    "a history of another group": "history of the modulators",
    "activity of another history": "history of the modulators",
    "a network of another kind": "another network",
    "a generator of text": "rng",
    "a generator beyond integers": "rng",
    "a deep generator": "rng",
    "single precision": "ring",
    "big endian": "ring",
    "another shape": "ring",
    "records of other fields": "synapses.plastic",
    "missing arrays": "lacks ring",
    "a thousand more arrays": "entries",
    "a zip bomb": "unpacks to more",
    "a checkpoint of another tick": "checkpoints: ",
    "a checkpoint of a text": "checkpoints: ",
    "no checkpoint": "checkpoints: there is none",
    "two checkpoints": "checkpoints: ",
    "a checksum of another state": "checkpoints: ",
    "a log beside it": "-wal holds changes",
    "a journal beside it": "-journal holds changes",
    "an empty file": "is not a brain file",
    "a header alone": "is not a brain file",
    "text": "is not a brain file",
    "a folder": "no brain file",
    "a link to itself": "no brain file",
    "a link to nothing": "no brain file",
    "half a file": "damaged",
    "a named pipe": "no brain file",
    "a device": "no brain file",
}
"""Input → text that its error contains; the others load."""


@cache
def _sound() -> bytes:
    """The file of a brain in training, with something in every table."""
    with tempfile.TemporaryDirectory() as folder:
        compiled = compile_recipe(write_recipe(Path(folder)))
        brain = brain_after_training(compiled)
        path = Path(folder) / "sound.db"
        save_training(trained_brain(compiled, brain), path, SETTINGS, brain.state(), brain.ticks)
        return path.read_bytes()


def _input(name: str, change: Change) -> Input:
    def make(bases: Bases, folder: Path) -> Path:
        path = folder / "stored.db"
        path.write_bytes(_sound())
        change(path)
        return path

    return Input("trained", name, WORDS.get(name, LOADS), make)


INPUTS = [
    _input(name, change)
    for changes in (TABLES_CHANGED, VALUES_CHANGED, CHUNKS_CHANGED, STATES_CHANGED, FILES_CHANGED)
    for name, change in changes.items()
]
