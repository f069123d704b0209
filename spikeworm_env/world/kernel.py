"""How a function of the world becomes machine code: serial, 64-bit, without fast-math, kept on disk.

With ``NUMBA_DISABLE_JIT=1`` the same functions run as plain Python.
"""

from __future__ import annotations

import hashlib
import inspect
import types
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, Final, TypeVar

import numba

F = TypeVar("F", bound=Callable)

# a division by zero gives infinity instead of raising: without its test a tick takes a twelfth less time
OPTIONS: Final[dict[str, Any]] = {"error_model": "numpy"}
INNER: Final[dict[str, Any]] = {"no_cpython_wrapper": True, "no_cfunc_wrapper": True}


@cache
def _sources(folder: Path) -> bytes:
    """A digest of the names and contents of a package's files."""
    digest = hashlib.sha256()
    for source in sorted(folder.glob("*.py")):
        digest.update(source.name.encode())
        digest.update(source.read_bytes())
    return digest.digest()


# numba's cache looks at the file of the outermost function alone: with the sources of whole packages in
# every kernel's name, an edited callee is never answered from an old cache
WORLD: Final = Path(__file__).parent


def kernel(function: F) -> F:
    """Compile a function that Python calls, on its first call."""
    return _compile(function, _sources(WORLD))


def kernel_from(template: Callable, **rules: Callable) -> Callable:
    """Compile a copy of a function in which the global names ``rules`` mean these functions.

    A loop is written once, and each user of it gets a copy that calls its own rules.

    Args:
        template: a plain function, see `inner` for what it may call.
        **rules: each made by `inner`.
    """
    plain = [getattr(rule, "py_func", rule) for rule in rules.values()]
    folders = {WORLD, *(Path(inspect.getfile(rule)).parent for rule in plain)}
    names = "".join(f"{rule.__module__}.{rule.__qualname__};" for rule in plain).encode()
    copy = types.FunctionType(template.__code__, {**template.__globals__, **rules}, template.__name__)
    copy.__qualname__ = template.__qualname__
    return _compile(copy, b"".join((names, *map(_sources, sorted(folders)))))


def _compile(function: F, key: bytes) -> F:
    function.__qualname__ = f"{function.__qualname__}_{hashlib.sha256(key).hexdigest()[:12]}"
    try:
        return numba.njit(cache=True, **OPTIONS)(function)
    except RuntimeError:  # no folder that can be written: compile anew in each process
        return numba.njit(**OPTIONS)(function)


def inner(function: F) -> F:
    """Compile a function that only kernels call; without a door to Python it compiles a fifth faster."""
    return numba.njit(**OPTIONS, **INNER)(function)
