"""Random changes of sound files: of their content, written back well-formed, or of their bytes.

A change follows from the seed and the number of the case alone.
"""

from __future__ import annotations

import copy
import hashlib
import io
import json
import pickle
import random
import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any, Final

import numpy as np

from benchmarks.hostile.bases import pickled_state
from spikeworm_env.envs import ENVIRONMENTS

NUMBERS: Final = (
    0, 1, -1, 2, 7, 255, 256, 2**31, -(2**31), 2**53, 2**62, 2**63 - 1, -(2**63),
    0.5, -0.5, -0.0, 1e-320, 1e12, 1e300, -1e300, float("inf"), float("-inf"), float("nan"),
)  # fmt: skip
TEXTS: Final = (
    "",
    "a",
    "é",
    "a\0b",
    "NaN",
    "1e999",
    "[]",
    '{"a": 1}',
    "../x",
    "x" * 5_000,
    "\ud7ff",
    "-1",
    "0",
)
JSON_VALUES: Final = (
    *NUMBERS,
    *TEXTS,
    None,
    True,
    False,
    [],
    {},
    [[]],
    [None],
    {"": 0},
    10**400,
    [0] * 1_000,
)
SQL_VALUES: Final = (*NUMBERS, *TEXTS, None, b"", b"\0", b"\xff" * 100, "9" * 400, "[" * 1_000)
STATE_PARTS: Final = (
    *2 * ("worm", "sources"), "env_state", "np_random", "params", "env_class",
)  # fmt: skip
CHANGES: Final = (1, 1, 2, 5)  # at once in one file

Mutation = Callable[[random.Random, bytes], bytes]


def mutated(kind: str, bases: Mapping[str, Path], seed: int, number: int) -> bytes:
    """The content of one changed file."""
    draw = random.Random(f"{seed} {number} {kind}")
    mutation = draw.choice(MUTATIONS[kind])
    content = bases[kind].read_bytes()
    return mutation(draw, content)


def json_tree(draw: random.Random, content: bytes) -> bytes:
    """Items of parsed JSON replaced, deleted, repeated or put in another order."""
    data = json.loads(content)
    for _ in range(draw.choice(CHANGES)):
        places = list(_containers(data))
        if not places:
            break
        holder = draw.choice(places)
        keys = list(holder) if isinstance(holder, dict) else list(range(len(holder)))
        change = draw.randrange(6)
        if not keys or change == 0:
            if isinstance(holder, dict):
                holder[draw.choice(TEXTS)] = copy.deepcopy(draw.choice(JSON_VALUES))
            else:
                holder.append(copy.deepcopy(draw.choice(JSON_VALUES)))
        elif change == 1:
            del holder[draw.choice(keys)]
        elif change == 2 and isinstance(holder, list):
            holder.extend(copy.deepcopy(holder) * draw.choice((1, 3)))
        elif change == 3 and isinstance(holder, list):
            draw.shuffle(holder)
        else:
            holder[draw.choice(keys)] = copy.deepcopy(draw.choice(JSON_VALUES))
    return json.dumps(data).encode()


def _containers(data: Any) -> Any:
    if isinstance(data, dict | list):
        yield data
        for child in data.values() if isinstance(data, dict) else data:
            yield from _containers(child)


def cells(draw: random.Random, content: bytes) -> bytes:
    """Cells of SQLite tables replaced, rows deleted, repeated or exchanged."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as database:
        database.deserialize(content)
        database.execute("PRAGMA ignore_check_constraints = ON")
        tables = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        for _ in range(draw.choice(CHANGES)):
            table = draw.choice(tables)
            ((rows,),) = database.execute(f"SELECT count(*) FROM {table}").fetchall()
            columns = [row[1] for row in database.execute(f"PRAGMA table_info({table})")]
            column, offset = draw.choice(columns), draw.randrange(max(rows, 1))
            where = f"WHERE rowid IN (SELECT rowid FROM {table} LIMIT 1 OFFSET {offset})"
            value, change = draw.choice(SQL_VALUES), draw.randrange(10)
            others = ", ".join(f'"{each}"' if each != column else "?" for each in columns)
            try:
                if change == 0:
                    database.execute(f"DELETE FROM {table} {where}")
                elif change == 1:
                    database.execute(f"INSERT INTO {table} SELECT {others} FROM {table} {where}", (value,))
                elif change == 2:
                    database.execute(f'UPDATE {table} SET "{column}" = ?', (value,))
                elif change == 3:
                    database.execute(f"DELETE FROM {table}")
                else:
                    database.execute(f'UPDATE {table} SET "{column}" = ? {where}', (value,))
            except (sqlite3.Error, UnicodeEncodeError, OverflowError):
                continue  # a key or a strict column does not take it
        return database.serialize()


def checkpoint_arrays(draw: random.Random, content: bytes) -> bytes:
    """Arrays of a checkpoint changed; its checksum is right."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as database:
        database.deserialize(content)
        ((blob,),) = database.execute("SELECT state FROM checkpoints").fetchall()
        changed = arrays(draw, blob)
        row = (changed, hashlib.sha256(changed).hexdigest())
        database.execute("UPDATE checkpoints SET state = ?, sha256 = ?", row)
        return database.serialize()


def checkpoint_bytes(draw: random.Random, content: bytes) -> bytes:
    """The archive of a checkpoint with bytes changed; its checksum is right."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as database:
        database.deserialize(content)
        ((blob,),) = database.execute("SELECT state FROM checkpoints").fetchall()
        changed = draw.choice(RAW)(draw, blob)
        row = (changed, hashlib.sha256(changed).hexdigest())
        database.execute("UPDATE checkpoints SET state = ?, sha256 = ?", row)
        return database.serialize()


def arrays(draw: random.Random, content: bytes) -> bytes:
    """Arrays of an archive with other values, shapes or types, missing or added."""
    with np.load(io.BytesIO(content)) as known:
        entries: dict[str, Any] = dict(known)
    for _ in range(draw.choice(CHANGES)):
        name = draw.choice(sorted(entries)) if entries else "a"
        change = draw.randrange(8)
        if not entries or change == 0:
            entries[draw.choice(("a", "tick", "neurons.v", "é"))] = np.zeros(draw.randrange(3))
        elif change == 1:
            del entries[name]
        else:
            entries[name] = _changed(draw, entries[name], change)
    buffer = io.BytesIO()
    np.savez(buffer, **entries)
    return buffer.getvalue()


def _changed(draw: random.Random, values: Any, change: int) -> Any:
    """An array or record array with another value, shape or dtype."""
    values = np.array(values)
    if change == 2:
        return np.resize(values, draw.choice(((0,), (1,), (values.size + 1,), (2, 3), ())))
    if change == 3 and values.dtype.names is None and values.dtype.kind in "fiu":
        with np.errstate(all="ignore"):
            return values.astype(draw.choice(("f4", ">f8", "i2", "u8", "?", "c16")))
    part = values
    if values.dtype.names:
        part = values[draw.choice(values.dtype.names)]  # a view
    if part.size == 0 or part.dtype.kind not in "fiub":
        return values if values.dtype.kind not in "US" else np.array(draw.choice(TEXTS))
    with np.errstate(all="ignore"):
        try:
            value = np.array(draw.choice(NUMBERS)).astype(part.dtype)
        except (OverflowError, ValueError):
            return values
    if change == 4:
        part[...] = value
    else:
        part[np.unravel_index(draw.randrange(part.size), part.shape)] = value
    return values


def env_state(draw: random.Random, content: bytes) -> bytes:
    """A part of the state of an environment of any id changed, or its generator."""
    name, state = pickle.loads(_state(draw.choice(sorted(ENVIRONMENTS))))
    for _ in range(draw.choice(CHANGES)):
        part = draw.choice(
            ("worm", "worm", "sources", "sources", "env_state", "np_random", "params", "env_class")
        )
        value = getattr(state, part)
        if part in ("worm", "sources", "env_state"):
            if draw.random() < 0.05:
                value = draw.choice((None, np.zeros(3), [], "worm"))
            elif isinstance(value, np.ndarray):
                value = _changed(draw, value, draw.choice((2, 4, 5, 5, 5)))
        elif part == "np_random":
            value = json.loads(json_tree(draw, json.dumps(value).encode()))
        elif draw.random() < 0.3:
            value = draw.choice((None, (), (np.nan, np.nan), "ReversalEnv"))
        state = replace(state, **{part: value})
    return pickle.dumps((name, state))


@cache
def _state(name: str) -> bytes:
    return pickled_state(name)


def flipped_bits(draw: random.Random, content: bytes) -> bytes:
    """Some bits changed."""
    changed = bytearray(content)
    for _ in range(draw.choice((1, 3, 30))):
        if changed:
            changed[draw.randrange(len(changed))] ^= 1 << draw.randrange(8)
    return bytes(changed)


def flipped_header(draw: random.Random, content: bytes) -> bytes:
    """Bytes of the first hundred replaced."""
    changed = bytearray(content)
    for _ in range(draw.choice((1, 2, 4))):
        if changed:
            changed[draw.randrange(min(100, len(changed)))] = draw.choice((0, 1, 127, 128, 255))
    return bytes(changed)


def truncated(draw: random.Random, content: bytes) -> bytes:
    """The first part."""
    return content[: draw.randrange(len(content) + 1)]


def inserted(draw: random.Random, content: bytes) -> bytes:
    """Random bytes somewhere."""
    place = draw.randrange(len(content) + 1)
    return content[:place] + draw.randbytes(draw.choice((1, 16, 4096))) + content[place:]


def zeroed(draw: random.Random, content: bytes) -> bytes:
    """A stretch of zeros, as after a crash."""
    start = draw.randrange(len(content) + 1)
    length = min(draw.choice((16, 512, 4096)), len(content) - start)
    return content[:start] + bytes(length) + content[start + length :]


def moved(draw: random.Random, content: bytes) -> bytes:
    """A stretch copied over another."""
    length = draw.choice((4, 64, 4096))
    start, to = draw.randrange(len(content) + 1), draw.randrange(len(content) + 1)
    piece = content[start : start + length]
    return content[:to] + piece + content[to + len(piece) :]


RAW: Final[tuple[Mutation, ...]] = (flipped_bits, flipped_header, truncated, inserted, zeroed, moved)

MUTATIONS: Final[Mapping[str, tuple[Mutation, ...]]] = {
    "recipe": (*6 * (json_tree,), *RAW),
    "block": (*6 * (json_tree,), *RAW),
    "brain": (*12 * (cells,), *RAW),
    "trained": (*12 * (cells,), *RAW),
    "checkpoint": (*12 * (checkpoint_arrays,), checkpoint_bytes, checkpoint_bytes, *RAW),
    "results": (*12 * (cells,), *RAW),
    "policy": (*6 * (arrays,), *RAW),
    "sound": (*6 * (flipped_header,), *RAW),
    "state": (env_state,),
}
"""Kind of file → its mutations; those listed more often are drawn more often."""
