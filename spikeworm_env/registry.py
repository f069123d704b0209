"""Registries: the modules of a package, each of which declares one part, or several, under a fixed name.

A package becomes a registry by one line in its ``__init__.py``::

    METRICS: Registry[Metric] = Registry(__name__, "METRIC", kind="metric", of=Metric)

A new file in the package that declares ``METRIC = Metric(name="…", …)`` is then a new metric; nothing else is
edited. Code that loops over the registry when it is called, not when it is imported, includes the new part.
"""

from __future__ import annotations

import importlib
import pkgutil
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any, Generic, TypeVar

from spikeworm_env.errors import InputError, UnknownNameError

Part = TypeVar("Part")


class Registry(Mapping[str, Part], Generic[Part]):
    """The parts that the modules of a package declare, by name; read at first use.

    Modules whose names begin with an underscore are helpers and declare nothing. `trials.import_closure`
    recognises the call ``Registry(__name__, …)`` in a package's ``__init__.py`` and follows it to every
    module of the package.

    Args:
        package: the ``__name__`` of the package.
        declaration: the name under which a module declares its part, or a tuple of parts; or a function of
            the module that returns its part, or None.
        kind: what a part is called in messages, for example ``"metric"``.
        of: the class that every part must be an instance of; None for any.
        optional: whether a module may declare nothing.
        order: the sort key of a part; parts of equal keys, or all without a key, are sorted by name.
    """

    def __init__(
        self,
        package: str,
        declaration: str | Callable[[ModuleType], Part | None],
        *,
        kind: str,
        of: type | None = None,
        optional: bool = False,
        order: Callable[[Part], Any] | None = None,
    ) -> None:
        self.package, self.kind = package, kind
        self._declaration, self._of, self._optional, self._order = declaration, of, optional, order
        self._parts: dict[str, Part] | None = None

    def __getitem__(self, name: str) -> Part:
        return (self._parts or self._load())[name]

    def __contains__(self, name: object) -> bool:
        return name in (self._parts or self._load())

    def __iter__(self) -> Iterator[str]:
        return iter(self._load())

    def __len__(self) -> int:
        return len(self._load())

    def __repr__(self) -> str:
        return f"<{self.kind} registry of {self.package}: {', '.join(self)}>"

    def module_names(self) -> list[str]:
        """Names of the modules, without importing them: of the parts, where each is named as its file."""
        path = importlib.import_module(self.package).__path__
        names = sorted(found.name for found in pkgutil.iter_modules(path))
        return [name for name in names if not name.startswith("_")]

    def find(self, name: str) -> Part:
        """The part of that name.

        Raises:
            UnknownNameError: there is none; the message suggests a near name.
        """
        if name not in self:
            raise UnknownNameError(self.kind, name, self)
        return self[name]

    @contextmanager
    def including(self, folder: str | Path) -> Iterator[None]:
        """Read the modules of one more folder too, until the block ends.

        Args:
            folder: a folder of Python files, each a member as if it stood in the package.

        Raises:
            InputError: a file declares nothing, something else, or a name that is already declared.
        """
        path = importlib.import_module(self.package).__path__
        before = set(sys.modules)
        path.append(str(folder))
        importlib.invalidate_caches()
        try:
            self._parts = None
            self._load()
            yield
        finally:
            path.remove(str(folder))
            self._parts = None
            _forget({name for name in sys.modules if name not in before}, Path(folder))

    def _load(self) -> dict[str, Part]:
        if self._parts is None:
            self._parts = self._read()
        return self._parts

    def _read(self) -> dict[str, Part]:
        declared: dict[str, tuple[Part, str]] = {}
        for module in self._modules():
            for part in self._declared(module):
                name = part.name  # type: ignore[attr-defined]
                if name in declared:
                    raise InputError(
                        f"{module.__name__}: {self.kind} {name!r} is already declared in {declared[name][1]};"
                        " expected another name"
                    )
                declared[name] = part, module.__name__
        parts = {name: declared[name][0] for name in sorted(declared)}
        if self._order is None:
            return parts
        order = self._order
        return dict(sorted(parts.items(), key=lambda item: order(item[1])))

    def _modules(self) -> Iterator[ModuleType]:
        for name in self.module_names():
            yield importlib.import_module(f"{self.package}.{name}")

    def _declared(self, module: ModuleType) -> tuple[Part, ...]:
        """The parts of one module."""
        if callable(self._declaration):
            found, declaration = self._declaration(module), "its part"
        else:
            found, declaration = getattr(module, self._declaration, None), self._declaration
        if found is None and self._optional:
            return ()
        parts: tuple[Any, ...] = found if isinstance(found, tuple) else (found,)
        for part in parts:
            if not hasattr(part, "name") or (self._of is not None and not isinstance(part, self._of)):
                expected = "an object with a name" if self._of is None else f"a {self._of.__name__}"
                raise InputError(f"{module.__name__}: {declaration} is {part!r}; expected {expected}")
        return parts


def _forget(modules: set[str], folder: Path) -> None:
    """Remove those modules from `sys.modules` that were read from a folder."""
    for name in modules:
        file = getattr(sys.modules[name], "__file__", None)
        if file is not None and Path(file).parent == folder:
            del sys.modules[name]
            package, _, stem = name.rpartition(".")
            if package in sys.modules:
                vars(sys.modules[package]).pop(stem, None)
