"""How a function of the world becomes machine code: serial, 64-bit, without fast-math, kept on disk.

With ``NUMBA_DISABLE_JIT=1`` the same functions run as plain Python.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, TypeVar

import numba

F = TypeVar("F", bound=Callable)

# a division by zero gives infinity instead of raising: without its test a tick takes a twelfth less time
OPTIONS: Final[dict[str, Any]] = {"error_model": "numpy"}
INNER: Final[dict[str, Any]] = {"no_cpython_wrapper": True, "no_cfunc_wrapper": True}


def _fingerprint() -> str:
    digest = hashlib.sha256()
    for source in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(source.name.encode())
        digest.update(source.read_bytes())
    return digest.hexdigest()[:12]


# numba's cache looks at the file of the outermost function alone: with the sources of the whole package in
# every kernel's name, an edited callee is never answered from an old cache
_SOURCES = _fingerprint()


def kernel(function: F) -> F:
    """Compile a function that Python calls, on its first call."""
    function.__qualname__ = f"{function.__qualname__}_{_SOURCES}"
    try:
        return numba.njit(cache=True, **OPTIONS)(function)
    except RuntimeError:  # no folder that can be written: compile anew in each process
        return numba.njit(**OPTIONS)(function)


def inner(function: F) -> F:
    """Compile a function that only kernels call; without a door to Python it compiles a fifth faster."""
    return numba.njit(**OPTIONS, **INNER)(function)
