"""Whatever step of writing fails, one line names the file; the old content and nothing else is left."""

from __future__ import annotations

import builtins
import errno
import io
import os
import re
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from spikeworm_env.cli.outputs import locked, outputs
from spikeworm_env.compiler import CompiledBrain
from spikeworm_env.engine.brain import Brain
from spikeworm_env.errors import InputError
from spikeworm_env.files import replacing, write_text
from spikeworm_env.store import save_checkpoint, save_training
from spikeworm_env.store.results import Record, key_text, results_file

MOST_STEPS = 200  # of one operation


class Disk:
    """Refuses one step of writing: to open a file, make a folder, flush, rename or run a statement of SQL."""

    def __init__(self, code: int) -> None:
        self._code, self._left, self.failed = code, -1, False

    def fail_at(self, step: int) -> None:
        """Let the step of this number fail, from 0, and none after it."""
        self._left, self.failed = step, False

    def step(self) -> None:
        """Count a step."""
        if self._left == 0:
            self.failed = True
        self._left -= 1
        if self._left == -1:
            raise OSError(self._code, os.strerror(self._code))

    def sql_step(self) -> None:
        """Count a statement of SQLite."""
        try:
            self.step()
        except OSError as error:
            raise sqlite3.OperationalError("database or disk is full") from error


@contextmanager
def failing_disk(patch: pytest.MonkeyPatch, code: int) -> Iterator[Disk]:
    """A disk on which every step can be made to fail."""
    disk = Disk(code)

    def counted(original: Callable, is_writing: Callable[..., bool] = lambda *_: True) -> Callable:
        def call(*arguments: Any, **options: Any) -> Any:
            if is_writing(*arguments):
                disk.step()
            return original(*arguments, **options)

        return call

    class Connection(sqlite3.Connection):
        def execute(self, statement: str, *values: Any) -> sqlite3.Cursor:
            if not statement.startswith(("SELECT", "PRAGMA")):
                disk.sql_step()
            return super().execute(statement, *values)

        def executemany(self, *values: Any) -> sqlite3.Cursor:
            disk.sql_step()
            return super().executemany(*values)

    connect = sqlite3.connect
    with patch.context() as patched:
        for name in ("mkdir", "replace", "fsync"):
            patched.setattr(os, name, counted(getattr(os, name)))
        patched.setattr(
            os, "open", counted(os.open, lambda path, flags, *_: flags & (os.O_CREAT | os.O_RDWR))
        )
        for module in (builtins, io):
            patched.setattr(module, "open", counted(io.open, lambda file, mode="r", *_: mode[0] in "wax"))
        patched.setattr(sqlite3, "connect", lambda *a, **o: connect(*a, **{"factory": Connection} | o))
        yield disk


def content(folder: Path) -> dict[str, bytes]:
    """Every file below a folder."""
    return {
        str(file.relative_to(folder)): b"" if file.is_dir() else file.read_bytes()
        for file in sorted(folder.rglob("*"))
    }


def publish(folder: Path, text: str) -> None:
    with locked(folder), outputs(folder) as made:
        write_text(made.temporary / "a.csv", text)
        made.publish()


def add_result(folder: Path, text: str) -> None:
    with results_file(folder / "results.db", {"frame_skip": 1}) as file:
        if key_text({"text": text}) not in file.records():
            file.add({"text": text}, Record({"ci": 0.5}, {"path": np.arange(3.0)}))


@pytest.fixture
def operations(brain_path: Path, trained: CompiledBrain, running: Brain) -> dict[str, Callable]:
    """Name → writes something into a folder; the text differs from call to call."""
    state, tick = running.state(), running.ticks

    def checkpoint(folder: Path, text: str) -> None:
        if not (folder / "brain.db").exists():
            with replacing(folder / "brain.db", make_folder=True) as part:
                shutil.copyfile(brain_path, part)
        save_checkpoint(folder / "brain.db", state, tick)

    return {
        "text": lambda folder, text: write_text(folder / "a.txt", text),
        "outputs": publish,
        "results": add_result,
        "training": lambda folder, text: save_training(
            trained, folder / "brain.db", {"n": text}, state, tick
        ),
        "checkpoint": checkpoint,
    }


NAMES = ("text", "outputs", "results", "training", "checkpoint")
APPENDED = ("results", "checkpoint")  # a part of the new content may be there


@pytest.mark.parametrize(
    ("name", "code"), [("text", errno.EROFS), *((name, errno.ENOSPC) for name in NAMES)], ids=str
)
def test_a_step_that_fails_leaves_the_old_file_and_one_line(
    name: str, code: int, operations: dict[str, Callable], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    operation = operations[name]
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    operation(tmp_path / "done", "new")
    done = set(content(tmp_path / "done"))
    for overwrites in (False, True):
        with failing_disk(monkeypatch, code) as disk:
            for step in range(MOST_STEPS):
                above = tmp_path / f"{overwrites}{step}"
                folder = above / "deep"
                if overwrites:
                    operation(folder, "old")
                before = content(folder)
                disk.fail_at(step)
                try:
                    operation(folder, "new")
                except InputError as error:
                    assert disk.failed
                    assert re.fullmatch("cannot write .*", str(error))
                    assert any(each in str(error) for each in (*done, str(above), str(temporary))), str(error)
                else:
                    if not disk.failed:
                        break
                disk.fail_at(-1)
                after = content(folder)
                assert content(temporary) == {}
                assert after.keys() <= done
                operation(folder, "new")
                if name not in APPENDED:
                    assert after in (before, content(folder)), step
                assert content(folder).keys() == done
                if name == "results":
                    with results_file(folder / "results.db", {"frame_skip": 1}) as file:
                        texts = ("old", "new") if overwrites else ("new",)
                        assert list(file.records()) == [key_text({"text": text}) for text in texts]
            assert 2 <= step < MOST_STEPS - 1
