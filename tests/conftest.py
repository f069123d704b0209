"""What holds for every test: it runs in its file alone, and no busy machine fails it, as nothing is timed."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import settings

import spikeworm_env  # noqa: F401  registers the environments
from spikeworm_env import notices

pytest_plugins = [f"tests.fixtures.{part}" for part in ("small_worm", "crawler", "learner", "study")]

settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")

BIGGEST = "big_50k"  # seconds to compile; what holds for every recipe is long for this one


@pytest.hookimpl(tryfirst=True)  # before marks select
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        callspec = getattr(item, "callspec", None)
        given = [] if callspec is None else callspec.params.values()
        if any(isinstance(value, str) and value == BIGGEST for value in given):
            item.add_marker("long")


@pytest.fixture(autouse=True)
def each_test_gets_its_notices(monkeypatch: pytest.MonkeyPatch) -> None:
    """A notice is given once per process; a test gets it whatever ran before."""
    monkeypatch.setattr(notices, "_given", set())


@pytest.fixture
def notices_on_stderr(monkeypatch: pytest.MonkeyPatch) -> None:
    """Notices go to stderr, as in a program that does not configure logging; pytest's handlers do."""
    monkeypatch.setattr(notices, "_logged_elsewhere", lambda: False)


# by the file of the module alone, so that it begins at once
HOLDER = """
import importlib.util, sys
from pathlib import Path
spec = importlib.util.spec_from_file_location("lock", sys.argv[1])
lock = importlib.util.module_from_spec(spec)
spec.loader.exec_module(lock)
with {"file": lock.locked_file, "folder": lock.locked_folder}[sys.argv[2]](Path(sys.argv[3])):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture(scope="session")
def held_elsewhere() -> Callable:
    """``held_elsewhere(what, "file" | "folder")``: another process holds its lock in the block."""
    from spikeworm_env.store import lock

    @contextmanager
    def held(what: Path, kind: str) -> Iterator[subprocess.Popen]:
        command = [sys.executable, "-c", HOLDER, lock.__file__, kind, str(what)]
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
        with subprocess.Popen(command, **pipes) as process:
            try:
                assert process.stdout.readline() == "held\n"
                yield process
            finally:
                process.stdin.close()

    return held
