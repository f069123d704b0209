"""Records and handles: pass many arrays to a kernel at the cost of one argument.

With ``NUMBA_DISABLE_JIT=1`` every function here returns plain Python.
"""

# Numba's and llvmlite's type hints differ between their versions.
# mypy: disable-error-code="attr-defined,import-untyped,misc"

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable, Sequence

import numpy as np
from llvmlite import ir
from numba.core import cgutils
from numba.core import types as numba_types
from numba.core.extending import intrinsic
from numba.experimental import structref

from spikeworm_env.kernels.binding import PLAIN_PYTHON


class _PlainRecord(np.record):
    """A record whose fields are attributes, as in compiled code; fields hide methods of the same name."""

    def __getattribute__(self, name):
        fields = np.void.__getattribute__(self, "dtype").names
        return self[name] if name in fields else np.void.__getattribute__(self, name)

    def __setattr__(self, name, value):
        self[name] = value


def record_dtype(fields: list) -> np.dtype:
    """The dtype of an array of records, as synapse rules take them."""
    dtype = np.dtype(fields, align=True)
    return np.dtype((_PlainRecord, dtype)) if PLAIN_PYTHON else dtype


def _disowned(context, builder, numba_type, value):
    """The LLVM value of an array, or of nested tuples of arrays, without reference counting."""
    if isinstance(numba_type, numba_types.BaseTuple):
        for k, part in enumerate(numba_type.types):
            inner = _disowned(context, builder, part, builder.extract_value(value, k))
            value = builder.insert_value(value, inner, k)
        return value
    array = context.make_array(numba_type)(context, builder, value)
    array.meminfo = array.meminfo.type(None)
    array.parent = array.parent.type(None)
    return array._getvalue()


@intrinsic
def _disown(typing_context, arrays):
    def code(context, builder, signature, arguments):
        return _disowned(context, builder, signature.args[0], arguments[0])

    return arrays(arrays), code


def _unchanged(arrays):
    return arrays


disowned: Callable = _unchanged if PLAIN_PYTHON else _disown
"""Arrays, or nested tuples of arrays, without reference counting; the caller keeps the arrays alive.

Numba counts a reference, atomically, for each array that a function takes from a tuple: three hundred per
tick, which costs more than the tick itself.
"""


@intrinsic
def _prefetch(typing_context, records, index):
    def code(context, builder, signature, arguments):
        array = context.make_array(signature.args[0])(context, builder, arguments[0])
        at = context.cast(builder, arguments[1], signature.args[1], numba_types.intp)
        element = builder.gep(array.data, [at])
        pointer = builder.bitcast(element, ir.IntType(8).as_pointer())
        numba_type = ir.FunctionType(ir.VoidType(), [pointer.type, *[ir.IntType(32)] * 3])
        function = cgutils.get_or_insert_function(builder.module, numba_type, "llvm.prefetch.p0")
        builder.call(function, [pointer, *(ir.IntType(32)(flag) for flag in (1, 3, 1))])
        return context.get_dummy_value()

    return numba_types.void(records, index), code


def _no_prefetch(records, index):
    pass


prefetch: Callable = _no_prefetch if PLAIN_PYTHON else _prefetch


@intrinsic
def _first_byte(typing_context, word):
    def code(context, builder, signature, arguments):
        zeros = builder.cttz(arguments[0], ir.Constant(ir.IntType(1), 1))
        return builder.lshr(zeros, ir.Constant(ir.IntType(64), 3))

    return numba_types.uint64(numba_types.uint64), code


def _plain_first_byte(word):
    return np.uint64(((int(word) & -int(word)).bit_length() - 1) >> 3)


first_byte: Callable = _plain_first_byte if PLAIN_PYTHON else _first_byte
"""Index of the lowest byte of a 64-bit word, which is not 0, that is not 0: the first in memory."""


class _Handle(numba_types.StructRef):
    def preprocess_fields(self, fields):
        return tuple((name, numba_types.unliteral(numba_type)) for name, numba_type in fields)


def handle_type(name: str, fields: Sequence[str], module: str) -> tuple[type, Callable]:
    """A numba type that holds named values behind one pointer, and its constructor.

    The type must be an attribute ``name`` of ``module``: cached kernels refer to it there.
    """
    numba_type = structref.register(type(name, (_Handle,), {"__module__": module, "__qualname__": name}))
    if PLAIN_PYTHON:
        return numba_type, namedtuple(name, fields)
    proxy = type(f"{name}Proxy", (structref.StructRefProxy,), {"__module__": module})
    structref.define_constructor(proxy, numba_type, list(fields))
    structref.define_boxing(numba_type, proxy)
    return numba_type, proxy
