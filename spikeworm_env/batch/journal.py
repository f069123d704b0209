"""A file of finished results, a JSON line each, that a broken-off experiment goes on from.

The first line holds the settings, every further one a result. A line counts once its end is on the disk; what
was being written when the power went is cut off.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any

from spikeworm_env.errors import InputError
from spikeworm_env.store import locked_file

SHOWN = 60  # characters of a setting in a message


class Journal:
    """An append-only file; open it with ``with``. Nobody else can have it open meanwhile.

    Args:
        path: the file; made if it is not there.
        settings: JSON types; what a result depends on.

    Attributes:
        records: the results that were there, in the order written.

    Raises:
        InputError: the file is of other settings, is no such file, is in use, or cannot be read or written.
    """

    def __init__(self, path: Path, settings: Mapping[str, Any]) -> None:
        self.path = path
        with ExitStack() as stack:
            stack.enter_context(locked_file(path))
            self._open(settings)
            self._held = stack.pop_all()  # until it is closed

    def _open(self, settings: Mapping[str, Any]) -> None:
        path = self.path
        try:
            content = path.read_bytes() if path.exists() else b""
            if content and not content.startswith(b"{"):  # never cut down what is not ours
                raise InputError(f"{path}:1: no JSON object; expected the results of an experiment")
            whole = content[: content.rfind(b"\n") + 1]
            self.records = self._checked(whole, json.loads(json.dumps(settings)))
            self._file = path.open("r+b" if path.exists() else "xb")
            self._file.truncate(len(whole))
            self._file.seek(len(whole))
        except OSError as error:
            raise InputError(f"{path}: {error.strerror}") from error
        if not whole:
            self._write(settings)

    def append(self, record: Mapping[str, Any]) -> None:
        """Write a result; it is on the disk when this returns."""
        self._write(record)

    def __enter__(self) -> Journal:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._held:
            self._file.close()

    def _write(self, content: Mapping[str, Any]) -> None:
        self._file.write(json.dumps(content, allow_nan=False).encode() + b"\n")
        self._file.flush()
        os.fsync(self._file.fileno())

    def _checked(self, whole: bytes, settings: Mapping[str, Any]) -> list[dict[str, Any]]:
        if not whole:
            return []
        found, *records = _objects(self.path, whole)
        for key in dict.fromkeys([*settings, *found]):
            if found.get(key) != settings.get(key):
                there, now = (repr(each.get(key))[:SHOWN] for each in (found, settings))
                raise InputError(f"{self.path}: {key} is {there} there and {now} now; give another folder")
        return records


def _objects(path: Path, content: bytes) -> Iterator[dict[str, Any]]:
    for number, line in enumerate(content.splitlines(), start=1):
        try:
            found = json.loads(line)
        except ValueError:
            found = None
        if not isinstance(found, dict):
            raise InputError(f"{path}:{number}: no JSON object; expected the results of an experiment")
        yield found
