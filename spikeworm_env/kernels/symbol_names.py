"""The identity of a kernel: a hash of its code, its constants and the functions that it calls.

The hash is part of the kernel's name. Two kernels from one template with different rules have different
names, so the linker never takes one for the other, and a cached kernel is used only while everything that it
was compiled from is unchanged.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from types import BuiltinFunctionType, CodeType, FunctionType, ModuleType
from typing import Any, Final

import numpy as np

DIGITS: Final = 12
PLAIN: Final = (bool, int, float, complex, str, bytes, np.number, np.dtype, type(None), type(Ellipsis))


def identity(function: Any) -> str:
    """A hash of a function's code, globals and callees.

    Args:
        function: a plain function, or one compiled by numba.
    """
    digest = hashlib.sha256()
    for part in _described(function, set()):
        digest.update(part.encode())
        digest.update(b"\0")
    return digest.hexdigest()[:DIGITS]


def _described(value: Any, seen: set[int]) -> Iterator[str]:
    """Texts that differ if values differ for a kernel."""
    value = getattr(value, "py_func", value)  # compiled by numba
    value = getattr(value, "_defn", value)  # an intrinsic
    if isinstance(value, PLAIN):
        yield f"{type(value).__name__} {value!r}"
    elif isinstance(value, tuple | list):
        yield f"{len(value)} of"
        for part in value:
            yield from _described(part, seen)
    elif isinstance(value, frozenset):
        yield f"set {sorted(map(repr, value))}"
    elif isinstance(value, np.ndarray):
        yield f"array {value.dtype!r} {value.shape} {hashlib.sha256(value.tobytes()).hexdigest()}"
    elif isinstance(value, FunctionType):
        if id(value) not in seen:
            seen.add(id(value))
            yield from _of_function(value, seen)
    elif isinstance(value, type):
        yield f"{value.__module__}.{value.__qualname__} {getattr(value, '_fields', '')}"
    elif isinstance(value, ModuleType | BuiltinFunctionType | np.ufunc):
        yield f"{type(value).__name__} {value.__name__}"
    else:
        yield f"{type(value).__module__}.{type(value).__qualname__}"


def _of_function(function: FunctionType, seen: set[int]) -> Iterator[str]:
    yield f"{function.__module__}.{function.__name__}"
    yield from _described(function.__defaults__, seen)
    yield from _of_code(function.__code__, function.__globals__, seen)
    for cell in function.__closure__ or ():
        yield from _described(cell.cell_contents, seen)


def _of_code(code: CodeType, known: dict[str, Any], seen: set[int]) -> Iterator[str]:
    yield f"code {code.co_code.hex()} {code.co_names} {code.co_varnames} {code.co_freevars}"
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _of_code(constant, known, seen)
        else:
            yield from _described(constant, seen)
    for name in code.co_names:  # names of globals, and of attributes, which can have the name of a global
        if name in known:
            yield name
            yield from _described(known[name], seen)
