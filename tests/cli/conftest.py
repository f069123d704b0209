"""The command line in this process, in an empty folder, with an empty cache of brains."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from spikeworm_env import resources
from spikeworm_env.batch.brain_cache import cache_path
from spikeworm_env.cli import app


@dataclass(frozen=True)
class Outcome:
    """Exit code and output of a command."""

    code: int
    out: str
    err: str


Command = Callable[..., Outcome]


@pytest.fixture(autouse=True)
def unknown_width(monkeypatch: pytest.MonkeyPatch) -> None:
    """The width of a pipe, which pytest's worker processes would set."""
    monkeypatch.delenv("COLUMNS", raising=False)


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working folder; all that commands write is in it."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(resources, "brain_cache", lambda: tmp_path / "cache")
    return tmp_path


@pytest.fixture
def cached(here: Path) -> Callable[[str, int], str]:
    """The cache's file for a recipe and a seed, relative to the working folder."""
    return lambda recipe, seed: str(cache_path(recipe, seed).relative_to(here))


@pytest.fixture
def spikeworm(here: Path, capfd: pytest.CaptureFixture[str]) -> Command:
    """Runs a command and returns its outcome."""

    def run(*arguments: object) -> Outcome:
        capfd.readouterr()
        code = app([str(argument) for argument in arguments], standalone_mode=False)
        out, err = capfd.readouterr()
        return Outcome(code, out, err)

    return run
