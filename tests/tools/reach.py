"""Which test files can detect a change of a source file, the likeliest first: from imports, found by ast."""

from __future__ import annotations

import ast
import re
from collections import deque
from functools import cache
from pathlib import Path

PACKAGE = "spikeworm_env"
EVERYTHING = ("golden",)  # folders of tests that depend on all numerical code
PLUGINS = Path("tests", "fixtures")  # files of fixtures that tests/conftest.py loads for every test


class Reach:
    """The graph of imports of one checkout.

    Args:
        root: top of the checkout.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self._files = {_module(f.relative_to(root)): f for f in sorted((root / PACKAGE).rglob("*.py"))}
        self._imports = {name: self._imported(file, name) for name, file in self._files.items()}
        self._texts = {f: f.read_text(encoding="utf-8") for f in (root / "tests").rglob("test_*.py")}
        self._plugins = {file: _fixtures_of(file) for file in sorted((root / PLUGINS).glob("*.py"))}
        self._tests = {file: self._of_test(file) for file in sorted(self._texts)}

    def stages(self, file: str) -> tuple[list[str], list[str], list[str]]:
        """Test files in three groups: tests of the module, other tests of its room, tests of other rooms.

        Tests of the module import it or are named after it. Tests of other rooms import it through other
        modules; the golden digests come first among them. Within a group, files that mention a name that
        the module defines come first, then files with a shorter chain of imports.
        """
        module, path = _module(Path(file)), Path(file)
        room = path.parts[1] if len(path.parts) > 2 else ""
        stem = path.stem if path.stem != "__init__" else path.parent.name
        mentioned = re.compile(rf"\b({'|'.join([stem, *self._public(module)])})\b")
        direct, near, far = [], [], []
        for test, imported in self._tests.items():
            name = test.relative_to(self.root / "tests")
            home, named = name.parts[0] == room, stem.strip("_").split("_v")[0] in test.stem
            distance = self._distance(imported, module)
            rank = (not mentioned.search(self._texts[test]), distance is None, distance or 0, name)
            if module in self._imported(test) or (home and named):
                direct.append((not named, not home, name))
            elif home:
                near.append(rank)
            elif distance is not None or name.parts[0] in EVERYTHING:
                far.append((name.parts[0] not in EVERYTHING, *rank))
        first, second, third = (
            [str(Path("tests", entry[-1])) for entry in sorted(part)] for part in (direct, near, far)
        )
        return first, second, third

    def _public(self, module: str) -> list[str]:
        body = ast.parse(self._files[module].read_text(encoding="utf-8")).body
        named = [n.name for n in body if isinstance(n, ast.FunctionDef | ast.ClassDef)]
        return [name for name in named if not name.startswith("_")]

    def _distance(self, start: frozenset[str], goal: str) -> int | None:
        """Length of the import chain from a test to a module: 0 for a direct import, None without a chain."""
        seen, queue = set(start), deque((name, 0) for name in sorted(start))
        while queue:
            name, distance = queue.popleft()
            if name == goal:
                return distance
            for further in self._imports.get(name, frozenset()) - seen:
                seen.add(further)
                queue.append((further, distance + 1))
        return None

    def _of_test(self, file: Path) -> frozenset[str]:
        """Imports of a test file, of the helpers beside it and of the files whose fixtures it may use."""
        around = [
            folder / "conftest.py"
            for folder in file.parents
            if (self.root / "tests") in [folder, *folder.parents]
        ]
        beside = [
            f
            for f in file.parent.glob("*.py")
            if not f.name.startswith("test_") and f.stem in file.read_text("utf-8")
        ]
        files = {f for f in (file, *beside, *around) if f.exists()}
        used = frozenset().union(*map(_used_names, files))
        waiting = set(self._plugins) - files
        while more := {f for f in waiting if self._plugins[f] & used or f"fixtures.{f.stem}" in used}:
            files |= more
            waiting -= more
            used = used.union(*map(_used_names, more))
        return frozenset().union(*map(self._imported, files))

    @cache  # noqa: B019  kept until the program ends
    def _imported(self, file: Path, module: str = "") -> frozenset[str]:
        """Modules of the package that a file names in imports or dotted strings, or loads as a folder."""
        tree, names = _parsed(file), set()
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                names |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                names |= {self._home(node.module, alias.name) for alias in node.names}
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                if node.value.startswith(f"{PACKAGE}."):
                    names.add(node.value.partition(":")[0])
                elif node.value.startswith("SpikeWorm/"):
                    names.add(f"{PACKAGE}.envs")
            elif module and _loads_its_package(node):
                names |= {other for other in self._files if other.startswith(f"{module}.")}
        return frozenset(names & self._files.keys() - {module})

    def _home(self, module: str, name: str) -> str:
        """The module that defines a name which a package re-exports."""
        if f"{module}.{name}" in self._files:
            return f"{module}.{name}"
        if module in self._files and self._files[module].name == "__init__.py":
            for node in ast.parse(self._files[module].read_text(encoding="utf-8")).body:
                if isinstance(node, ast.ImportFrom) and name in [a.asname or a.name for a in node.names]:
                    return self._home(node.module or "", name)
        return module


def _module(path: Path) -> str:
    parts = path.with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _loads_its_package(node: ast.AST) -> bool:
    """Whether a part of a module's code loads all modules of its package by `Registry` or ``importlib``."""
    by_registry = isinstance(node, ast.Name) and node.id == "Registry"
    return by_registry or (isinstance(node, ast.Attribute) and node.attr == "import_module")


def _fixtures_of(file: Path) -> frozenset[str]:
    """Names of the fixtures that a file defines."""
    functions = (n for n in ast.walk(_parsed(file)) if isinstance(n, ast.FunctionDef))
    return frozenset(
        f.name for f in functions if any("fixture" in ast.unparse(mark) for mark in f.decorator_list)
    )


def _used_names(file: Path) -> frozenset[str]:
    """Names that may be fixtures (arguments, ``usefixtures``), and the ends of names of imported modules."""
    names: set[str] = set()
    for node in ast.walk(_parsed(file)):
        if isinstance(node, ast.arg):
            names.add(node.arg)
        elif isinstance(node, ast.Call) and getattr(node.func, "attr", "") in {
            "usefixtures",
            "getfixturevalue",
        }:
            names |= {str(word.value) for word in node.args if isinstance(word, ast.Constant)}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(".".join(node.module.split(".")[-2:]))
    return frozenset(names)


@cache
def _parsed(file: Path) -> ast.Module:
    return ast.parse(file.read_text(encoding="utf-8"))
