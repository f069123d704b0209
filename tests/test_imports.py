"""The graph of imports has no circle, function-level imports and imports for type checkers included."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import spikeworm_env

ROOT = Path(spikeworm_env.__file__).parent
PACKAGE = ROOT.name
ONLY_FOR_THE_COMMAND_LINE = (f"{PACKAGE}.reports", f"{PACKAGE}.exports")


def modules(root: Path = ROOT) -> dict[str, Path]:
    """Module name → file."""
    found = {}
    for file in sorted(root.rglob("*.py")):
        parts = (root.name, *file.relative_to(root).with_suffix("").parts)
        found[".".join(parts).removesuffix(".__init__")] = file
    return found


def imported(file: Path, known: dict[str, Path]) -> Iterator[str]:
    """Names of the modules of the project that a file imports, anywhere in it."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in known)
        elif isinstance(node, ast.ImportFrom) and node.module in known:
            for alias in node.names:
                name = f"{node.module}.{alias.name}"
                yield name if name in known else node.module


def import_graph(root: Path = ROOT) -> dict[str, set[str]]:
    """Module → the modules that it imports."""
    known = modules(root)
    return {module: set(imported(file, known)) - {module} for module, file in known.items()}


def circle_in(graph: dict[str, set[str]]) -> list[str]:
    """The modules of one circle, in order of import; empty if there is none."""
    finished: set[str] = set()

    def search(module: str, path: list[str]) -> list[str]:
        if module in path:
            return path[path.index(module) :]
        if module in finished:
            return []
        for target in sorted(graph[module]):
            if circle := search(target, [*path, module]):
                return circle
        finished.add(module)
        return []

    return next((circle for module in graph if (circle := search(module, []))), [])


def test_no_module_imports_itself_through_others():
    circle = circle_in(import_graph())
    assert not circle, " → ".join([*circle, circle[0]])


def test_reports_and_exports_are_imported_by_the_command_line_alone():
    for module, targets in import_graph().items():
        found = [target for target in targets if target.startswith(ONLY_FOR_THE_COMMAND_LINE)]
        if module.split(".")[1:2] != ["cli"] and not module.startswith(ONLY_FOR_THE_COMMAND_LINE):
            assert not found, f"{module} imports {found}"


def test_an_import_within_a_function_closes_a_circle(tmp_path):
    root = tmp_path / "worm"
    root.mkdir()
    (root / "__init__.py").touch()
    (root / "a.py").write_text("import worm.b\n")
    (root / "b.py").write_text("from worm import c\n")
    (root / "c.py").write_text("def late():\n    from worm.a import x\n")
    assert circle_in(import_graph(root)) == ["worm.a", "worm.b", "worm.c"]
    (root / "c.py").write_text("")
    assert circle_in(import_graph(root)) == []
