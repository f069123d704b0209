"""Which files of the package a computation runs through, found by reading them, without an import."""

from __future__ import annotations

import ast
import os
from collections.abc import Container, Iterable, Iterator, Mapping
from functools import cache
from importlib.util import resolve_name
from pathlib import Path, PurePosixPath

from spikeworm_env import resources

PACKAGE = __name__.partition(".")[0]
DRAWING = f"{PACKAGE}.rendering"
SOURCE, INIT = ".py", "__init__.py"
DATA = ".npz"  # trained policies


def closure(entry: str, root: Path = resources.PACKAGE, whole: str | None = None) -> tuple[str, ...]:
    """The files that a module needs: its own, those of all that it imports, and data beside these.

    An import counts wherever it stands, in a function too, and includes the packages above it. Two
    things are left out: what is imported for type checkers alone, and what a function imports to draw a
    picture, since `rendering` changes no state. A package that calls ``Registry(__name__, …)`` discovers all
    its modules, and all of them count; so do those that an f-string ``{__name__}.…`` in a package may name.

    Args:
        entry: the module's dotted name.
        root: the folder of the package, wherever it is.
        whole: the dotted name of a package all of whose modules are needed too, with what they import.

    Returns:
        Paths below ``root`` with forward slashes, sorted, whatever the order of the file system.

    Raises:
        KeyError: there is no such module.
    """
    listed = set(_listed(root))
    modules = {_module(file): file for file in listed if file.endswith(SOURCE)}
    found: set[str] = set()
    to_read = [entry]
    if whole is not None:
        to_read += [module for module in modules if module == whole or module.startswith(f"{whole}.")]
    while to_read:
        module = to_read.pop()
        if module not in found:
            found.add(module)
            to_read += _needs(module, modules, root)
    files = {modules[module] for module in found}
    data = {file for file in listed if file.endswith(DATA) and _init_above(file, listed) in files}
    return tuple(sorted(files | data))


def _listed(root: Path) -> Iterator[str]:
    """Sources and data below a folder, with forward slashes."""
    for folder, _, names in os.walk(root):
        above = Path(folder).relative_to(root)
        yield from ((above / name).as_posix() for name in names if name.endswith((SOURCE, DATA)))


def _module(file: str) -> str:
    return f"{PACKAGE}/{file}".removesuffix(f"/{INIT}").removesuffix(SOURCE).replace("/", ".")


def _is_package(file: str) -> bool:
    return file.rpartition("/")[2] == INIT


def _init_above(file: str, listed: Container[str]) -> str:
    """The ``__init__.py`` of the package that data belong to: the nearest above."""
    folders = (f"{folder.as_posix()}/{INIT}".removeprefix("./") for folder in PurePosixPath(file).parents)
    return next(init for init in folders if init in listed)


def _needs(module: str, modules: Mapping[str, str], root: Path) -> Iterator[str]:
    """The modules that one needs at once; ``modules`` are all that there are."""
    file = modules[module]
    names, discovers = _named((root / file).read_bytes(), module, _is_package(file))
    yield from (name for name in names if name in modules)
    for package in discovers:
        here = (name for name in modules if name.rpartition(".")[0] == package)
        yield from (name for name in here if not _is_package(modules[name]))
    if module != PACKAGE:
        yield module.rpartition(".")[0]


@cache
def _named(source: bytes, module: str, is_package: bool) -> tuple[frozenset[str], frozenset[str]]:
    """Names of possible modules in a source, and packages all of whose modules it may import."""
    tree = ast.parse(source)
    names = set(_imported(tree.body, module if is_package else module.rpartition(".")[0]))
    discovers = set()
    for node in ast.walk(tree) if is_package else ():
        match node:
            case ast.Call(func=ast.Name(id="Registry"), args=[ast.Name(id="__name__"), *_]):
                discovers.add(module)
            case ast.JoinedStr(
                values=[
                    ast.FormattedValue(value=ast.Name(id="__name__")),
                    ast.Constant(value=str(text)),
                    *rest,
                ]
            ) if text.startswith("."):
                fixed, colon, _ = f"{module}{text}".partition(":")
                if rest and not colon:
                    discovers.add(fixed.rpartition(".")[0])
                else:
                    names.add(fixed)
    return frozenset(names), frozenset(discovers)


def _imported(body: Iterable[ast.AST], package: str, in_function: bool = False) -> Iterator[str]:
    """Every name that statements import, and for ``from a import b`` both ``a`` and ``a.b``."""
    for statement in body:
        match statement:
            case ast.If(test=ast.Name(id="TYPE_CHECKING") | ast.Attribute(attr="TYPE_CHECKING")):
                yield from _imported(statement.orelse, package, in_function)
                continue
            case ast.Import():
                names = [alias.name for alias in statement.names]
            case ast.ImportFrom():
                base = resolve_name("." * statement.level + (statement.module or ""), package)
                names = [base, *(f"{base}.{alias.name}" for alias in statement.names)]
            case _:
                names = []
        yield from (name for name in names if not (in_function and _draws(name)))
        inside = in_function or isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef)
        for part in ("body", "orelse", "finalbody", "handlers", "cases"):
            yield from _imported(getattr(statement, part, ()), package, inside)


def _draws(module: str) -> bool:
    return module == DRAWING or module.startswith(f"{DRAWING}.")
