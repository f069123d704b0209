"""The table of what kernels assume names every loop of the engine, and functions that there are."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import spikeworm_env
from spikeworm_env.engine import tick

PACKAGE = Path(spikeworm_env.__file__).parent
PAGE = PACKAGE.parent / "docs" / "engine.md"
NAMED = re.compile(r"`([a-z_/]+\.py)` `(\w+)`")
WITHOUT_ARRAYS = {"decay_nothing"}


def rows() -> list[list[str]]:
    section = PAGE.read_text(encoding="utf-8").split("## What the kernels assume")[1].split("\n## ")[0]
    found = [
        [cell.strip() for cell in line.strip("|").split(" | ")]
        for line in section.splitlines()
        if line[:1] == "|"
    ]
    return found[2:]


def functions(file: str) -> set[str]:
    tree = ast.parse((PACKAGE / file).read_text(encoding="utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def test_every_kernel_and_every_check_in_the_table_exists():
    for kernel, _, checks in rows():
        assert NAMED.findall(kernel) and NAMED.findall(checks), kernel
        for file, name in NAMED.findall(f"{kernel} {checks}"):
            assert name in functions(file), (file, name)


def test_every_loop_of_a_tick_is_in_the_table():
    listed = {
        name for kernel, *_ in rows() for file, name in NAMED.findall(kernel) if file == "engine/tick.py"
    }
    loops = functions("engine/tick.py") - WITHOUT_ARRAYS
    assert loops == listed
    assert all(callable(getattr(tick, name)) for name in loops)
