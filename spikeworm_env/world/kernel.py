"""How a function of the world becomes machine code: serial, 64-bit, without fast-math, kept on disk.

With ``NUMBA_DISABLE_JIT=1`` the same functions run as plain Python.
"""

from __future__ import annotations

import hashlib
import inspect
import types
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Final, TypeVar

import numba

F = TypeVar("F", bound=Callable)

# a division by zero gives infinity instead of raising: without its test a tick takes a twelfth less time
OPTIONS: Final[dict[str, Any]] = {"error_model": "numpy"}
INNER: Final[dict[str, Any]] = {"no_cpython_wrapper": True, "no_cfunc_wrapper": True}


def _fingerprint(sources: Iterable[Path], more: bytes = b"") -> str:
    digest = hashlib.sha256(more)
    for source in sorted(sources):
        digest.update(source.name.encode())
        digest.update(source.read_bytes())
    return digest.hexdigest()[:12]


# numba's cache looks at the file of the outermost function alone: with the sources of the whole package in
# every kernel's name, an edited callee is never answered from an old cache
_WORLD: Final = frozenset(Path(__file__).parent.glob("*.py"))
_SOURCES: Final = _fingerprint(_WORLD)


def kernel(function: F) -> F:
    """Compile a function that Python calls, on its first call."""
    return _compile(function, _SOURCES)


def kernel_from(template: Callable, **rules: Callable) -> Callable:
    """Compile a copy of a function in which the global names ``rules`` mean these functions.

    A loop is written once, and each user of it gets a copy that calls its own rules.

    Args:
        template: a plain function, see `inner` for what it may call.
        **rules: each made by `inner`.
    """
    plain = [getattr(rule, "py_func", rule) for rule in rules.values()]
    files = {Path(inspect.getfile(rule)) for rule in plain}
    names = ("".join(f"{rule.__module__}.{rule.__qualname__};" for rule in plain)).encode()
    copy = types.FunctionType(template.__code__, {**template.__globals__, **rules}, template.__name__)
    copy.__qualname__ = template.__qualname__
    return _compile(copy, _fingerprint(_WORLD | files, names))


def _compile(function: F, key: str) -> F:
    function.__qualname__ = f"{function.__qualname__}_{key}"
    try:
        return numba.njit(cache=True, **OPTIONS)(function)
    except RuntimeError:  # no folder that can be written: compile anew in each process
        return numba.njit(**OPTIONS)(function)


def inner(function: F) -> F:
    """Compile a function that only kernels call; without a door to Python it compiles a fifth faster."""
    return numba.njit(**OPTIONS, **INNER)(function)
