"""The mutation tool: mutants parse and differ from the source; texts, types and logs are not mutated."""

from __future__ import annotations

import ast
import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[2]
FILES = sorted((ROOT / "spikeworm_env").rglob("*.py"))


def load(name: str) -> ModuleType:
    """A file beside this one as a module; the tools import each other as scripts do."""
    spec = importlib.util.spec_from_file_location(f"mutation_{name}", Path(__file__).with_name(f"{name}.py"))
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


sites, reach = load("sites"), load("reach")

NOT_MUTATED = '''"""Text 1 < 2."""
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
def test_each_mutant_parses_and_differs_from_the_source(file):
    text = file.read_text(encoding="utf-8")
    original = ast.dump(ast.parse(text))
    for mutation in sites.mutations(str(file.relative_to(ROOT)), text)[::10]:
        assert ast.dump(ast.parse(mutation.apply(text))) != original, mutation


def test_texts_types_logs_and_first_assignments_are_not_mutated():
    found = [(m.line, m.kind) for m in sites.mutations("spikeworm_env/f.py", NOT_MUTATED)]
    assert found == [(11, "call dropped")]


def test_only_one_row_of_a_long_table_is_mutated():
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
def test_mutants_of_a_statement(source, mutants):
    assert {m.apply(source) for m in sites.mutations("spikeworm_env/f.py", source)} == mutants


@pytest.fixture
def checkout(tmp_path):
    """A small checkout: three modules, and tests that reach them by import, by fixture, or not at all."""
    files = {
        "spikeworm_env/__init__.py": "",
        "spikeworm_env/world/__init__.py": "",
        "spikeworm_env/world/body.py": "def bend(): ...\n",
        "spikeworm_env/envs/__init__.py": "",
        "spikeworm_env/envs/base.py": "from spikeworm_env.world import body\n",
        "spikeworm_env/metrics/__init__.py": "METRICS = Registry(__name__, 'METRIC')\n",
        "spikeworm_env/metrics/speed.py": "METRIC = 'speed'\n",
        "tests/conftest.py": "pytest_plugins = ['tests.fixtures.worms']\n",
        "tests/fixtures/worms.py": (
            "import pytest\nfrom spikeworm_env.envs import base\n"
            "@pytest.fixture\ndef worm(): ...\n"
            "@pytest.fixture\ndef two_worms(worm): ...\n"
        ),
        "tests/world/test_body.py": "from spikeworm_env.world.body import bend\n",
        "tests/world/test_other.py": "def test_nothing(): ...\n",
        "tests/golden/test_golden.py": "",
        "tests/cli/test_by_registry.py": "from spikeworm_env.metrics import METRICS\n",
        "tests/cli/test_by_fixture.py": "def test_run(two_worms): ...\n",
        "tests/cli/test_without.py": "def test_run(tmp_path): worms = 'worm'\n",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def test_tests_reach_a_module_by_import_by_room_and_by_the_fixtures_they_use(checkout):
    assert reach.Reach(checkout).stages("spikeworm_env/world/body.py") == (
        ["tests/world/test_body.py"],
        ["tests/world/test_other.py"],
        ["tests/golden/test_golden.py", "tests/cli/test_by_fixture.py"],
    )


def test_tests_that_import_a_registry_reach_its_parts(checkout):
    *_, far = reach.Reach(checkout).stages("spikeworm_env/metrics/speed.py")
    assert far == ["tests/golden/test_golden.py", "tests/cli/test_by_registry.py"]
