"""Calls between kernels by address: a kernel that calls others need not be compiled with them.

A kernel that had the loops of a brain and of a body within it would be compiled anew, for half a minute, for
each combination of the two; one that is given their addresses is compiled in less than a second.

With ``NUMBA_DISABLE_JIT=1`` every function here returns plain Python, and the address of a kernel is the
kernel.
"""

# Numba's and llvmlite's type hints differ between their versions.
# mypy: disable-error-code="attr-defined,call-arg,import-untyped,misc"

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import numba
import numpy as np
from llvmlite import ir
from numba.core import cgutils
from numba.core import types as numba_types
from numba.core.extending import intrinsic

from spikeworm_env.kernels.binding import PLAIN_PYTHON, kernel


def address_of(compiled: Callable, *arguments: object) -> Any:
    """The address of a kernel for arguments of these types, for `call_int` and its like.

    The kernel must outlive every call. A handle among the arguments of the call is given as its
    `handle_address`.

    Args:
        compiled: made by `binding.kernel` or `binding.bind_kernel`.
        *arguments: values of the types, or types of numba.
    """
    if PLAIN_PYTHON:
        return compiled
    signature = tuple(
        each if isinstance(each, numba_types.Type) else numba.typeof(each) for each in arguments
    )
    compiled.compile(signature)
    result = compiled.overloads[signature]
    return result.library.get_pointer_to_function(result.fndesc.llvm_func_name)


def addresses(*found: Any) -> Any:
    """Addresses in the form that a kernel takes: an array of whole numbers."""
    return found if PLAIN_PYTHON else np.array(found, np.int64)


def table(rows: Iterable[tuple[Any, Any]]) -> Any:
    """(k, 2) pairs of an address and a `handle_address` in the form that a kernel takes."""
    pairs = list(rows)
    found = np.empty((len(pairs), 2), object if PLAIN_PYTHON else np.int64)
    for k, pair in enumerate(pairs):
        found[k, 0], found[k, 1] = pair
    return found


@intrinsic
def _address_of_handle(typing_context, handle):
    def code(context, builder, signature, arguments):
        return builder.ptrtoint(builder.extract_value(arguments[0], 0), ir.IntType(64))

    return numba_types.int64(handle), code


def _handle_address(handle):
    return _address_of_handle(handle)


def _itself(handle):
    return handle


handle_address: Callable = _itself if PLAIN_PYTHON else kernel(_handle_address)
"""The pointer that a handle is, a whole number; the caller keeps the handle alive."""


def _returning(result: Any) -> Callable:
    """An intrinsic that calls an address with a tuple of arguments and returns a value of this type.

    It calls as numba calls its own functions, so that an error that the kernel raises is raised here.
    """

    @intrinsic
    def call(typing_context, address, arguments):
        def code(context, builder, signature, values):
            parts = [numba_types.unliteral(each) for each in signature.args[1].types]
            given = [
                context.cast(builder, builder.extract_value(values[1], k), each, part)
                for k, (each, part) in enumerate(zip(signature.args[1].types, parts, strict=True))
            ]
            convention = context.call_conv
            function = convention.get_function_type(result, parts)
            pointer = builder.inttoptr(values[0], function.as_pointer())
            status, returned = convention.call_function(builder, pointer, result, parts, given)
            with cgutils.if_unlikely(builder, status.is_error):
                convention.return_status_propagate(builder, status)
            return returned

        return result(numba_types.int64, arguments), code

    return call


def _plain_call(address, arguments):
    return address(*arguments)


call_int: Callable = _plain_call if PLAIN_PYTHON else _returning(numba_types.int64)
"""``call_int(address, (a, b, …))``: calls a kernel that returns a whole number."""
call_bool: Callable = _plain_call if PLAIN_PYTHON else _returning(numba_types.boolean)
"""As `call_int`, for a kernel that returns a truth value."""
call_none: Callable = _plain_call if PLAIN_PYTHON else _returning(numba_types.none)
"""As `call_int`, for a kernel that returns nothing."""
