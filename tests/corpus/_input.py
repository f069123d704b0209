"""What a hostile input is: its name, what must come of it, and how its file is made from a sound one."""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.fixtures.brain_file_rows import concerns_rows, to_rows

Bases = Mapping[str, Path]
"""Kind → a sound file of it; see ``benchmarks.hostile.bases``."""

LOADS = None
"""The expectation of an input that is unusual but sound."""


@dataclass(frozen=True)
class Input:
    """One input.

    Attributes:
        kind: of ``benchmarks.hostile.doors.DOORS``.
        name: what is wrong, in a few words.
        words: text that the error contains; `LOADS` if there must be none.
        make: writes the file into an empty folder and returns its path.
    """

    kind: str
    name: str
    words: str | None
    make: Callable[[Bases, Path], Path]


def bytes_file(content: bytes, name: str) -> Callable[[Bases, Path], Path]:
    """A file of given bytes."""

    def make(bases: Bases, folder: Path) -> Path:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        return path

    return make


def sparse_file(content: bytes, name: str, size: int = 2 * 2**30) -> Callable[[Bases, Path], Path]:
    """A file of given bytes and zeros after them, which take no space on disk."""

    def make(bases: Bases, folder: Path) -> Path:
        path = bytes_file(content, name)(bases, folder)
        os.truncate(path, size)
        return path

    return make


def folder_instead(name: str) -> Callable[[Bases, Path], Path]:
    """A folder of this name."""

    def make(bases: Bases, folder: Path) -> Path:
        path = folder / name
        path.mkdir(parents=True)
        return path

    return make


def pipe_instead(name: str) -> Callable[[Bases, Path], Path]:
    """A named pipe that nothing writes to: to open it waits for ever."""

    def make(bases: Bases, folder: Path) -> Path:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        os.mkfifo(path)
        return path

    return make


def edited_bytes(kind: str, edit: Callable[[bytes], bytes]) -> Callable[[Bases, Path], Path]:
    """The sound file of a kind with its bytes edited."""

    def make(bases: Bases, folder: Path) -> Path:
        return bytes_file(edit(bases[kind].read_bytes()), file_name(bases[kind]))(bases, folder)

    return make


def edited_json(kind: str, edit: Callable[[Any], Any]) -> Callable[[Bases, Path], Path]:
    """The sound file of a kind, its JSON edited in place or replaced by what ``edit`` returns."""

    def edited(content: bytes) -> bytes:
        data = json.loads(content)
        changed = edit(data)
        return json.dumps(data if changed is None else changed).encode()

    return edited_bytes(kind, edited)


def edited_tables(kind: str, *statements: str | tuple[str, Any]) -> Callable[[Bases, Path], Path]:
    """The sound SQLite file of a kind after some statements, each alone or with its parameters.

    A brain file has format version 5 if they change the rows of a table that is packed since.
    """

    def make(bases: Bases, folder: Path) -> Path:
        path = folder / file_name(bases[kind])
        path.write_bytes(bases[kind].read_bytes())
        if concerns_rows(*(each if isinstance(each, str) else each[0] for each in statements)):
            to_rows(path)
        with closing(sqlite3.connect(path)) as database:
            for statement in statements:
                text, parameters = (statement, ()) if isinstance(statement, str) else statement
                database.execute(text, parameters)
            database.commit()
        return path

    return make


def file_name(base: Path) -> str:
    """The name that a changed file gets; a block stays in a folder ``blocks``."""
    return f"blocks/{base.name}" if base.parent.name == "blocks" else base.name
