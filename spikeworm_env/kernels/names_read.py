"""The names of globals and attributes that a function reads, itself or in the functions that it calls."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from types import CodeType, FunctionType, ModuleType
from typing import Any


def names_read(function: Callable) -> frozenset[str]:
    """Every name of a global or an attribute in the code of a function and of the functions that it can call.

    Args:
        function: a plain function, or one compiled by numba.

    The set may hold names that are never read, as those of a function of the same name as an attribute; it
    lacks none.
    """
    names: set[str] = set()
    seen: set[FunctionType] = set()
    waiting: list[Any] = [function]
    while waiting:
        each = waiting.pop()
        each = getattr(each, "py_func", each)  # compiled by numba
        if not isinstance(each, FunctionType) or each in seen:
            continue
        seen.add(each)
        own = frozenset(_names_in(each.__code__))
        names |= own
        waiting += [each.__globals__[name] for name in own if name in each.__globals__]
        waiting += [cell.cell_contents for cell in each.__closure__ or ()]
        modules = [value for value in waiting if isinstance(value, ModuleType)]
        waiting += [getattr(module, name) for module in modules for name in own if hasattr(module, name)]
        waiting = [value for value in waiting if not isinstance(value, ModuleType)]
    return frozenset(names)


def _names_in(code: CodeType) -> Iterator[str]:
    yield from code.co_names
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _names_in(constant)
