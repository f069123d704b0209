"""The tool that mutates: what it draws can be run, differs from the source, and spares what says nothing."""

from __future__ import annotations

import ast
import importlib.util
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FILES = sorted((ROOT / "spikeworm_env").rglob("*.py"))

_spec = importlib.util.spec_from_file_location("mutation_sites", Path(__file__).with_name("sites.py"))
sites = importlib.util.module_from_spec(_spec)
sys.modules[_spec.name] = sites  # dataclasses look their module up
_spec.loader.exec_module(sites)

SPARED = '''"""Text 1 < 2."""
from __future__ import annotations
import logging
log = logging.getLogger(__name__)
__all__ = ["f"] + ["g"]
LIMIT: Literal[3] | None
def f(x: tuple[int, 2], *, y: Literal[1]) -> Literal[4]:
    """1 + 1"""
    log.info("%d", 1 + 1)
    first = x
    print(f"{x + 1}")
    if TYPE_CHECKING:
        y = 1
'''


@pytest.mark.parametrize("file", FILES[::15], ids=lambda file: str(file.relative_to(ROOT)))
def test_each_mutation_is_another_program(file):
    text = file.read_text(encoding="utf-8")
    told = ast.dump(ast.parse(text))
    for mutation in sites.mutations(str(file.relative_to(ROOT)), text)[::10]:
        assert ast.dump(ast.parse(mutation.apply(text))) != told, mutation


def test_text_types_logs_and_first_values_are_no_sites():
    found = [(m.line, m.kind) for m in sites.mutations("spikeworm_env/f.py", SPARED)]
    assert found == [(11, "call dropped")]


def test_a_long_table_counts_as_one_row():
    few, many = (f"T = ({', '.join(f'({k}, 0.5)' for k in range(n))})" for n in (31, 300))
    assert len(sites.mutations("spikeworm_env/t.py", few)) == 2 * 31
    assert len(sites.mutations("spikeworm_env/t.py", many)) == 2


@pytest.mark.parametrize(
    ("source", "mutants"),
    [
        ("a < b", {"a <= b"}),
        ("a not in b", {"a in b"}),
        ("(a) - (b)", {"(a) + (b)"}),
        ("a and b", {"((a) or (b))"}),
        ("not a", {"bool(a)"}),
        ("x = 0", {"x = 1"}),
        ("x = 1.5", {"x = 3.0"}),
        ("x = True", {"x = False"}),
        ("x = min(a, b)", {"x = max(a, b)"}),
        ("x = a[i]", {"x = a[(i - 1)]"}),
        ("x = a[:n]", {"x = a[:(n - 1)]"}),
        ("if a: b", {"if not (a): b"}),
        ("a.x = b", {"pass"}),
        ("a += b", {"pass", "a -= b"}),
        ("def f(n=3): return n", {"def f(n=4): return n", "def f(n=3): return None"}),
        ('raise E(f"{1 + 1}")', {"pass"}),
        ("é = 'ü'; x = a < b", {"é = 'ü'; x = a <= b"}),
    ],
)
def test_a_site_is_mutated_where_it_stands(source, mutants):
    assert {m.apply(source) for m in sites.mutations("spikeworm_env/f.py", source)} == mutants
