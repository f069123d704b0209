"""Compiles functions to machine code: serial, 64-bit and without fast-math, so that results are exact.

`kernel` compiles a function that Python calls and caches it on disk; `inner` compiles one that only kernels
call; `shared` is for a function that both call.
`bind` and `bind_kernel` compile a copy of a template with other values for some global names, so that a loop
is written once and each synapse type or environment gets a copy that calls its own rules.

With ``NUMBA_DISABLE_JIT=1`` every function here returns plain Python.
"""

from __future__ import annotations

import types
from collections.abc import Callable
from typing import Any, Final, TypeVar

import numba
from numba.extending import register_jitable

from spikeworm_env.kernels.kernel_cache import enable_cache
from spikeworm_env.kernels.symbol_names import identity

F = TypeVar("F", bound=Callable)

PLAIN_PYTHON: Final = bool(numba.config.DISABLE_JIT)  # type: ignore[attr-defined]

# division by zero gives infinity instead of raising: the test takes a twelfth of a tick of the body
OPTIONS: Final[dict[str, Any]] = {"error_model": "numpy"}
# functions that only kernels call need no Python wrapper, and compile a fifth faster without
INNER: Final[dict[str, Any]] = {**OPTIONS, "no_cpython_wrapper": True, "no_cfunc_wrapper": True}


def kernel(function: Callable) -> Callable:
    """Compile a function that Python calls, on its first call; cached on disk between processes."""
    return bind_kernel(function)


def inner(function: Callable) -> Callable:
    """Compile a function that only kernels call."""
    return bind(function)


def shared(function: F) -> F:
    """Let kernels call a function that stays plain Python for Python callers."""
    return register_jitable(**OPTIONS)(function)


def bind(template: Callable, **names: object) -> Callable:
    """A compiled copy of ``template``, for other kernels to call.

    Args:
        template: a plain function.
        **names: global name → its value in the copy: a function made by `inner` or `bind`, or a constant.
    """
    return numba.njit(**INNER)(_copy(template, names))


def bind_kernel(template: Callable, **names: object) -> Callable:
    """A compiled copy of ``template``, for Python to call; cached on disk between processes. See `bind`."""
    copy = _copy(template, names)
    compiled = numba.njit(**OPTIONS)(copy)
    if not PLAIN_PYTHON:
        enable_cache(compiled, copy)
    return compiled


def typed(kernel: Callable, *arguments: object) -> Callable:
    """The machine code of a kernel for arguments of these types: a call skips the look-up of types, 0.5 µs.

    A call with arguments of other types is undefined; only for callers that own all arguments.
    """
    return kernel if PLAIN_PYTHON else kernel.compile(tuple(map(numba.typeof, arguments)))  # type: ignore[attr-defined]


def _copy(template: Callable, names: dict[str, object]) -> Callable:
    """A copy with other values of the globals ``names``, and with its `identity` in its name.

    Numba makes symbols from names. Without the hash, two copies of one template can have the same symbol, one
    from disk and one compiled now, and the linker takes either for both.
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
