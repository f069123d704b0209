"""Mutations of NumPy arrays: entries of archives and parts of environment states."""

from __future__ import annotations

import io
import json
import pickle
import random
import warnings
import zipfile
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

import numpy as np
from numpy.lib.recfunctions import repack_fields
from numpy.typing import NDArray

from benchmarks.hostile.values import NUMBERS, changed_tree, dumped, hostile

FLOATS: Final = (
    np.nan,
    np.inf,
    -np.inf,
    1e300,
    -1e300,
    1e12,
    -1e12,
    1e6,
    -1e6,
    5e-324,
    -0.0,
    0.0,
    0.01,
    1.0,
    -1.0,
)
NUMERIC: Final = ("f4", "f8", "f2", "i8", "i4", "u1", ">f8", ">i8", "c16")
DTYPES: Final = (*NUMERIC, "U5", "S3", "O", "?", "M8[s]", "V8")
MOST_ROWS: Final = 10_000
DAMAGED: Final = 0.02  # share of entries with a wrong byte in their header


def changed_archive(rng: random.Random, content: bytes) -> bytes:
    """One to three entries of an .npz archive are changed; its checksums are right."""
    with np.load(io.BytesIO(content)) as known:
        entries = [(name, known[name]) for name in known.files]
    for _ in range(rng.choice((1, 1, 2, 3))):
        if entries:
            _change_entries(entries, rng)
    buffer = io.BytesIO()
    method = rng.choice((zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED))
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, value in dict(entries).items():
            member = io.BytesIO()
            np.lib.format.write_array(member, np.asanyarray(value))
            data = member.getvalue()
            if rng.random() < DAMAGED:
                data = _damaged(data, rng)
            archive.writestr(zipfile.ZipInfo(f"{name}.npy"), data, method)
    return buffer.getvalue()


def _change_entries(entries: list[tuple[str, Any]], rng: random.Random) -> None:
    """Change, drop, add, rename, trade or reorder entries."""
    place = rng.randrange(len(entries))
    name, value = entries[place]
    choice = rng.randrange(12)
    if choice < 7:
        entries[place] = name, changed_array(value, rng)
    elif choice == 7:
        del entries[place]
    elif choice == 8:
        entries.append((rng.choice(("more", name + "x", "../x", "")), value))
    elif choice == 9:
        entries[place] = name.upper(), value
    elif choice == 10:
        entries[place] = name, rng.choice(entries)[1]
    else:
        rng.shuffle(entries)


def _damaged(data: bytes, rng: random.Random) -> bytes:
    changed = bytearray(data)
    changed[rng.randrange(min(128, len(changed)))] = rng.randrange(256)
    return bytes(changed)


def changed_array(value: NDArray[Any], rng: random.Random) -> Any:
    """Other values, another shape or another dtype; text of JSON and of a generator's state as JSON."""
    text = _as_text(value)
    if text is not None and rng.random() < 0.8:
        changed = dumped(changed_tree(rng, json.loads(text)))
        return np.array(changed) if value.dtype.kind == "U" else np.frombuffer(changed.encode(), value.dtype)
    choice = rng.randrange(8)
    if choice < 4 and value.size:
        return _other_values(value, rng)
    if choice < 6:
        return _other_shape(value, rng)
    if choice == 6:
        return _other_dtype(value, rng)
    return np.array(rng.choice([number for number in NUMBERS if abs(number) < 2**63]))


def _as_text(value: NDArray[Any]) -> str | None:
    """The JSON in an array of text or bytes."""
    try:
        text = str(value) if value.dtype.kind == "U" and value.ndim == 0 else value.tobytes().decode()
        return text if isinstance(json.loads(text), dict) else None
    except (ValueError, TypeError):
        return None


def _other_values(value: NDArray[Any], rng: random.Random) -> NDArray[Any]:
    """Hostile numbers in one place, from one place on, or everywhere; in one field of records."""
    changed = np.array(value)
    target = changed
    while target.dtype.names:
        target = target[rng.choice(target.dtype.names)]
    flat = target.reshape(-1) if target.flags.c_contiguous else None
    number = _number(target.dtype, rng)
    start = rng.randrange(max(target.size, 1))
    if flat is not None and rng.random() < 0.7:
        flat[start : rng.choice((start + 1, start + 1, None))] = number
    elif target.ndim and target.size and rng.random() < 0.5:
        target[rng.randrange(len(target))] = number
    else:
        target[...] = number
    return changed


def _number(dtype: np.dtype[Any], rng: random.Random) -> Any:
    """A hostile value that an array of this dtype can hold."""
    if dtype.kind == "f":
        with np.errstate(over="ignore"):
            return dtype.type(rng.choice(FLOATS))
    if dtype.kind in "iu":
        bounds = np.iinfo(dtype)
        near = rng.choice(
            (0, 1, 2, 7, 100, 10_000, 2**31, 2**53, -1, -2, bounds.min, bounds.max, bounds.max - 1)
        )
        return dtype.type(min(max(near, bounds.min), bounds.max))
    return np.zeros(1, dtype)[0]


def _other_shape(value: NDArray[Any], rng: random.Random) -> NDArray[Any]:
    rows = np.atleast_1d(value)
    return rng.choice(
        (
            rows[:0], rows[:-1], rows[1:], rows[:1], np.concatenate((rows, rows))[:MOST_ROWS], rows[::-1],
            rows[:, None], rows.reshape(-1), rows.reshape(-1)[:1].reshape(() if rows.size else 0),
            rows[None], rows.T,
        )
    )  # fmt: skip


def _other_dtype(value: NDArray[Any], rng: random.Random) -> NDArray[Any]:
    names = value.dtype.names
    if names and rng.random() < 0.5:
        kept = rng.sample(names, max(1, len(names) - rng.choice((0, 1))))
        return repack_fields(value[kept]) if rng.random() < 0.8 else value[kept[0]].copy()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return value.astype(rng.choice(DTYPES))
    except (ValueError, TypeError):
        return np.zeros(value.shape, rng.choice(NUMERIC))


def changed_state(rng: random.Random, content: bytes) -> bytes:
    """One to three parts of a pickled environment state are changed."""
    name, state = pickle.loads(content)
    for _ in range(rng.choice((1, 1, 2, 3))):
        part = rng.choice(
            ("worm", "worm", "sources", "sources", "env_state", "np_random", "params", "env_class")
        )
        state = replace(state, **{part: _part(getattr(state, part), rng)})
    return pickle.dumps((name, state))


def _part(value: Any, rng: random.Random) -> Any:
    if rng.random() < 0.1:
        return _anything(rng)
    if isinstance(value, np.ndarray):
        choice = rng.random()
        if choice < 0.7 and value.size:
            return _other_values(value, rng)
        return _other_shape(value, rng) if choice < 0.85 else _other_dtype(value, rng)
    if isinstance(value, Mapping):
        return changed_tree(rng, dict(value))
    if isinstance(value, tuple):
        return tuple(changed_tree(rng, list(value))) if rng.random() < 0.8 else np.array(value)
    return _anything(rng)


def _anything(rng: random.Random) -> Any:
    """An object of any type that a program can hold."""
    odd = (np.zeros(3), np.array(None), np.float64("nan"), object, 1j, {"": b"x"}, set(), range(3), 10**400)
    return hostile(rng) if rng.random() < 0.5 else rng.choice(odd)
