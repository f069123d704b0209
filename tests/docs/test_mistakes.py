"""Every mistake of ``docs/mistakes.md`` is made, and what is said is what the page shows."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from benchmarks.hostile_arguments import scratch
from tests.docs import mistakes_page as page

LEAST = {"At the command line": 25, "In Python": 15, "Without an optional package": 4}
OPTIONAL = ("dask", "distributed", "pynwb", "h5py", "cma", "stable_baselines3")


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    with scratch() as here:
        page.make_files()
        yield here


@pytest.fixture(autouse=True)
def no_display(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "SDL_VIDEODRIVER", "SDL_VIDEO_DRIVER"):
        monkeypatch.delenv(name, raising=False)


def rows(section: str) -> Callable:
    found = page.mistakes(section)
    assert len(found) >= LEAST[section]
    return pytest.mark.parametrize("mistake", found, ids=lambda each: each.what)


def check_command_line(mistake, folder: Path) -> None:
    before = sorted(folder.rglob("*"))
    code, out, err = page.said_at_the_command_line(mistake.typed)
    assert (code, out, err) == (2, "", f"spikeworm: {mistake.said}\n")
    assert sorted(folder.rglob("*")) == before


@rows("At the command line")
def test_a_mistake_at_the_command_line_is_one_line(mistake, folder):
    check_command_line(mistake, folder)


@rows("In Python")
def test_a_mistake_in_python_is_one_error(mistake, folder):
    assert page.said_in_python(mistake.typed) == mistake.said


@rows("Without an optional package")
def test_a_missing_package_is_named_with_the_command_that_installs_it(mistake, folder, monkeypatch):
    for name in OPTIONAL:
        monkeypatch.setitem(sys.modules, name, None)
    if mistake.typed.startswith("spikeworm "):
        check_command_line(mistake, folder)
    else:
        assert page.said_in_python(mistake.typed) == mistake.said
    assert "pip install" in mistake.said
