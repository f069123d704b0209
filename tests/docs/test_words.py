"""Plain words: no text, name or path of the project holds a word that ``BANNED`` lists."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.main import get_command
from typer.testing import CliRunner

from spikeworm_env.cli import app

ROOT = Path(__file__).parents[2]
BANNED = (
    "dish",
    "dishes",
    "hatch",
    "hatches",
    "hatched",
    "lifetime",
    "lifetimes",
    "lived",
    "born blind",
    "smell",
    "smells",
    "zoo",
    "zoos",
    "sayings",
    "portrait",
    "portraits",
    "ledger",
    "ledgers",
    "roster",
    "rosters",
    "entrant",
    "entrants",
    "pupil",
    "pupils",
    "tally",
    "tallies",
    "fares",
    "organs",
)
FOLDERS = ("spikeworm_env", "blocks", "recipes", "docs", "benchmarks", "tests")
SUFFIXES = {".py", ".md", ".rst", ".json", ".html", ".css", ".js", ".toml", ".csv", ".txt"}
EXEMPT = {"tests/docs/test_words.py", "tests/golden/digests.json"}  # this list; digests are never rewritten
CACHE_PATH = re.compile(r"brains[\"']?\s*/\s*[\"']?zoo\b")  # the one path that keeps its name
ESCAPE = re.compile(r"\\[nrt]")  # in the source of a string
WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")  # parts of snake_case and CamelCase are words of their own


def files() -> list[str]:
    found = [ROOT / "README.md", ROOT / "CONTRIBUTING.md"]
    for folder in FOLDERS:
        found += (path for path in (ROOT / folder).rglob("*") if path.suffix in SUFFIXES and path.is_file())
    names = (path.relative_to(ROOT).as_posix() for path in found)
    return sorted(name for name in names if name not in EXEMPT and "generated/" not in name)


def banned_words(text: str) -> Iterator[str]:
    """The banned words of a text, each with its line number."""
    for number, line in enumerate(text.splitlines(), start=1):
        plain = ESCAPE.sub(" ", CACHE_PATH.sub(" ", line))
        words = f" {' '.join(WORD.findall(plain)).lower()} "
        yield from (f"line {number}: {word}" for word in BANNED if f" {word} " in words)


@pytest.mark.parametrize("file", files())
def test_no_banned_word_in_a_file_or_its_path(file):
    text = (ROOT / file).read_text(encoding="utf-8")
    assert list(banned_words(f"{file}\n{text}" if "brains/zoo" not in file else text)) == []


def commands() -> list[list[str]]:
    return [[], *([name] for name in sorted(get_command(app).commands))]


@pytest.mark.parametrize("command", commands(), ids=" ".join)
def test_no_banned_word_in_the_help(command):
    shown = CliRunner().invoke(app, [*command, "--help"])
    assert shown.exit_code == 0
    assert list(banned_words(shown.output)) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("A Dish.", ["line 1: dish"]),
        ("dish_radius", ["line 1: dish"]),
        ("class OldDish:", ["line 1: dish"]),
        (r'"two\nzoo"', ["line 1: zoo"]),
        ("x\nborn  blind", ["line 2: born blind"]),
        ("brains/zoo/a.db", []),
        ('ROOT / "brains" / "zoo"', []),
        ("dishonest, publishes, hatchling", []),
    ],
)
def test_banned_words_are_found_as_whole_words(text, found):
    assert list(banned_words(text)) == found
