"""How a function becomes machine code: serial, 64-bit, without fast-math, so that results are exact.

`kernel` compiles a function that Python calls and keeps it on disk; `inner` one that only kernels call;
`shared` leaves a function to both.
`bind` and `bind_kernel` do the same to a copy of a template in which global names mean other things, so that
a loop is written once and each synapse type or environment gets a copy that calls its own rules.

With ``NUMBA_DISABLE_JIT=1`` every function here hands back plain Python.
"""

from __future__ import annotations

import types
from collections.abc import Callable
from typing import Any, Final, TypeVar

import numba
from numba.extending import register_jitable

from spikeworm_env.kernels.identity import identity

F = TypeVar("F", bound=Callable)

PLAIN_PYTHON: Final = bool(numba.config.DISABLE_JIT)  # type: ignore[attr-defined]

# a division by zero gives infinity instead of raising: its test takes a twelfth of a tick of the body
OPTIONS: Final[dict[str, Any]] = {"error_model": "numpy"}
# only kernels call these functions: without an entrance for Python they compile a fifth faster
INNER: Final[dict[str, Any]] = {**OPTIONS, "no_cpython_wrapper": True, "no_cfunc_wrapper": True}


def kernel(function: Callable) -> Callable:
    """Compile a function that Python calls, on its first call; kept on disk between processes."""
    return bind_kernel(function)


def inner(function: Callable) -> Callable:
    """Compile a function that only kernels call."""
    return bind(function)


def shared(function: F) -> F:
    """Let kernels call a function that stays plain for Python."""
    return register_jitable(**OPTIONS)(function)


def bind(template: Callable, **names: object) -> Callable:
    """A compiled copy of ``template``, for other kernels to call.

    Args:
        template: a plain function.
        **names: global name → what it means in the copy: a function made by `inner` or `bind`, or a constant.
    """
    return numba.njit(**INNER)(_copy(template, names))


def bind_kernel(template: Callable, **names: object) -> Callable:
    """A compiled copy of ``template``, for Python to call; kept on disk between processes. See `bind`."""
    copy = _copy(template, names)
    try:
        return numba.njit(cache=True, **OPTIONS)(copy)
    except RuntimeError:  # no folder that can be written: compile anew in each process
        return numba.njit(**OPTIONS)(copy)


def _copy(template: Callable, names: dict[str, object]) -> Callable:
    """A copy in which ``names`` mean other things, and whose name carries the hash of what it is.

    Numba makes symbols from names. Without the hash, two copies of one template may bear one symbol, one from
    the disk and one compiled now, and the linker takes either for both.
    """
    assert isinstance(template, types.FunctionType)
    known = {**template.__globals__, **names} if names else template.__globals__
    copy = types.FunctionType(
        template.__code__, known, template.__name__, template.__defaults__, template.__closure__
    )
    copy.__doc__, copy.__annotations__ = template.__doc__, template.__annotations__
    copy.__module__ = template.__module__
    copy.__qualname__ = f"{template.__qualname__}_{identity(copy)}"
    return copy
