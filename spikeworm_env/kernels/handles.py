"""Records and handles: how kernels are handed arrays without paying for each.

With ``NUMBA_DISABLE_JIT=1`` every function here hands back plain Python.
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
    """A record whose fields are attributes, as they are in compiled code; fields go before methods."""

    def __getattribute__(self, name):
        fields = np.void.__getattribute__(self, "dtype").names
        return self[name] if name in fields else np.void.__getattribute__(self, name)

    def __setattr__(self, name, value):
        self[name] = value


def record_dtype(fields: list) -> np.dtype:
    """The dtype of an array of records, such as rules take."""
    dtype = np.dtype(fields, align=True)
    return np.dtype((_PlainRecord, dtype)) if PLAIN_PYTHON else dtype


def _disowned(context, builder, kind, value):
    """The LLVM value of an array, or of nested tuples of arrays, without its owner."""
    if isinstance(kind, numba_types.BaseTuple):
        for k, part in enumerate(kind.types):
            inner = _disowned(context, builder, part, builder.extract_value(value, k))
            value = builder.insert_value(value, inner, k)
        return value
    array = context.make_array(kind)(context, builder, value)
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
"""Arrays, or nested tuples of arrays, that count no references; the caller keeps the arrays alive.

Numba counts a reference, atomically, for each array that a function takes from a tuple: three hundred a
tick, more than the work itself.
"""


@intrinsic
def _prefetch(typing_context, records, index):
    def code(context, builder, signature, arguments):
        array = context.make_array(signature.args[0])(context, builder, arguments[0])
        at = context.cast(builder, arguments[1], signature.args[1], numba_types.intp)
        element = builder.gep(array.data, [at])
        pointer = builder.bitcast(element, ir.IntType(8).as_pointer())
        kind = ir.FunctionType(ir.VoidType(), [pointer.type, *[ir.IntType(32)] * 3])
        function = cgutils.get_or_insert_function(builder.module, kind, "llvm.prefetch.p0")
        builder.call(function, [pointer, *(ir.IntType(32)(flag) for flag in (1, 3, 1))])
        return context.get_dummy_value()

    return numba_types.void(records, index), code


def _no_prefetch(records, index):
    pass


prefetch: Callable = _no_prefetch if PLAIN_PYTHON else _prefetch


class _Handle(numba_types.StructRef):
    def preprocess_fields(self, fields):
        return tuple((name, numba_types.unliteral(kind)) for name, kind in fields)


def handle_type(name: str, fields: Sequence[str], module: str) -> tuple[type, Callable]:
    """A numba type that holds named values behind one pointer, and its constructor.

    The type must be kept in ``module`` under ``name``: compiled code on disk refers to it there.
    """
    kind = structref.register(type(name, (_Handle,), {"__module__": module, "__qualname__": name}))
    if PLAIN_PYTHON:
        return kind, namedtuple(name, fields)
    proxy = type(f"{name}Proxy", (structref.StructRefProxy,), {"__module__": module})
    structref.define_constructor(proxy, kind, list(fields))
    structref.define_boxing(kind, proxy)
    return kind, proxy
