"""Hostile command lines: each option and argument of each command with each hostile text.

``python -m benchmarks.hostile_commands [--cases N] [--seed S]`` prints a table of commands and faults; exit
code 1 if there is any. A command ends with exit code 0, 1, 2 or 130, with at most one line on stderr and no
traceback, and leaves nothing in its folder after code 2.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import os
import random
import shutil
import sys
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

import typer

from benchmarks.hostile_arguments import scratch
from benchmarks.hostile_values import TEXTS
from spikeworm_env.cli import app

SHORT: Final = ("--ticks", "20")
BASE: Final[Mapping[str, tuple[str, ...]]] = {  # what makes a command end within a second or two
    "run": ("crawl", *SHORT, "--render", "none", "--controls", "none"),
    "compare": ("crawl", *SHORT, "--trials", "1", "--jobs", "1", "--controls", "none"),
    "train": ("learner_v1", *SHORT, "--episodes", "1", "--tests", "0"),
    "study": (
        *("learner_v1", *SHORT, "--episodes", "1", "--tests", "1", "--brain-seeds", "1", "--jobs", "1"),
        *("--controls", "none"),
    ),
    "ablate": ("minimal", "--assays", "touch", "--trials", "1", "--jobs", "1"),
    "compile": ("minimal",),
    "inspect": ("minimal",),
    "list": (),
    "doctor": (),
}
NOT_VARIED: Final = ("--help", "-h", "--fast")
GOOD_CODES: Final = (0, 1, 2, 130)


@cache
def options() -> Mapping[str, tuple[str, ...]]:
    """Command → its options and, as an empty text, its argument."""
    group: Any = typer.main.get_command(app)
    found = {}
    for name, command in group.commands.items():
        every = [
            max(each.opts, key=len) if each.param_type_name == "option" else "" for each in command.params
        ]
        found[name] = tuple(each for each in dict.fromkeys(every) if each not in NOT_VARIED)
    return found


def cases(rng: random.Random, n: int | None) -> Iterator[list[str]]:
    """Command lines: n at random, or every one if None."""
    every = [
        (command, option, text) for command, names in options().items() for option in names for text in TEXTS
    ]
    for command, option, text in every if n is None else (rng.choice(every) for _ in range(n)):
        yield line_of(command, option, text)


def line_of(command: str, option: str, text: str) -> list[str]:
    """A command line with a text for one option, or as a further argument."""
    base = BASE.get(command, ())
    if option == "":
        return [command, *base[1:], text] if base and not base[0].startswith("-") else [command, *base, text]
    return [command, *base, option, text]


def fault(line: list[str]) -> str | None:
    """What is wrong with the outcome of a command line; None if nothing is."""
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8", errors="backslashreplace") for _ in range(2))
    before = _contents()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = app(line, standalone_mode=False)
    for stream in (out, err):
        stream.flush()
    said = err.buffer.getvalue().decode()  # type: ignore[attr-defined]
    if code not in GOOD_CODES:
        return f"exit code {code}: {said[:300]!r}"
    if "Traceback" in said or "internal error" in said or said.count("\n") > 1:
        return f"stderr: {said[:300]!r}"
    if code in (1, 2) and (len(said) >= 600 or not said.startswith("spikeworm: ")):
        return f"code {code}, {len(said)} characters: {said[:300]!r}"
    left = _contents() - before
    if code == 2 and left:
        return f"code 2 leaves {sorted(left)[:5]}: {said[:200]!r}"
    return None


def _contents() -> set[str]:
    return {str(path) for path in Path().rglob("*") if "cache" not in path.parts}


def clear() -> None:
    """Empty the working folder, but for the cache of brains."""
    for path in Path().iterdir():
        if path.name != "cache":
            shutil.rmtree(path) if path.is_dir() else path.unlink()


def main() -> None:
    """The table of commands, lines and faults."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, help="number of random lines; all if not given")
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    n: dict[str, int] = {}
    faults: dict[str, list[str]] = {}
    os.environ["COLUMNS"] = "80"
    with scratch():
        for line in cases(random.Random(given.seed), given.cases):
            clear()
            found = fault(line)
            n[line[0]] = n.get(line[0], 0) + 1
            if found is not None:
                faults.setdefault(line[0], []).append(f"{' '.join(line)[:80]!r}: {found}")
    print("| Command | Lines | Faults |\n|---|---|---|")
    for name, lines in n.items():
        print(f"| `{name}` | {lines} | {len(faults.get(name, []))} |")
    print(f"| all | {sum(n.values())} | {sum(map(len, faults.values()))} |")
    for name, texts in faults.items():
        for text in dict.fromkeys(texts):
            print(f"{name}: {text}", file=sys.stderr)
    sys.exit(bool(faults))


if __name__ == "__main__":
    main()
