"""Stored results back as dataclasses: every field is checked against its declaration."""

from __future__ import annotations

import math
import types
import typing
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import fields
from typing import Any, TypeVar

import numpy as np

from spikeworm_env.errors import plainly, shown

T = TypeVar("T")

MAX_STORED = 2**63  # of a whole number, either sign

Shape = tuple[str | int, ...]
"""Sides of an array: a number, or a letter; sides of one letter are equal within a record."""


def from_stored(
    kind: Callable[..., T],
    values: object,
    shapes: Mapping[str, Shape] | None = None,
    may_be_nan: Collection[str] = (),
) -> T:
    """An instance of a dataclass from what a results file holds, which anyone may have written.

    Args:
        kind: the dataclass. Its fields are numbers, texts, truth values, None, arrays, tuples of texts, or
            dataclasses of these.
        values: field → value, of JSON types or an array.
        shapes: of the arrays that the class holds.
        may_be_nan: the arrays that hold NaN where nothing was measured; all others are finite.

    Raises:
        ValueError: a field is missing, unknown, of another type or shape, or not finite; names it.
    """
    declared = typing.get_type_hints(kind)
    names = [field.name for field in fields(kind)]  # type: ignore[arg-type]
    if not isinstance(values, Mapping):
        raise ValueError(f"{kind.__name__} is {shown(values)}; expected fields by name")
    if set(names) != set(values):
        raise ValueError(f"fields that differ: {plainly(', '.join(sorted(set(names) ^ set(values))))}")
    found = {name: _checked(name, values[name], declared[name]) for name in names}
    sides: dict[str, int] = {}
    for name, shape in (shapes or {}).items():
        _check_array(name, found[name], shape, sides, finite=name not in may_be_nan)
    return kind(**found)


def _checked(name: str, value: Any, declared: Any) -> Any:
    """The value as the declaration has it."""
    arguments = typing.get_args(declared)
    if typing.get_origin(declared) in (typing.Union, types.UnionType):
        if value is None and type(None) in arguments:
            return None
        (declared,) = (each for each in arguments if each is not type(None))
        return _checked(name, value, declared)
    if typing.get_origin(declared) is np.ndarray:
        (dtype,) = typing.get_args(arguments[1])
        if not isinstance(value, np.ndarray) or value.dtype != np.dtype(dtype):
            kind = value.dtype if isinstance(value, np.ndarray) else type(value).__name__
            raise ValueError(f"{name} is {kind!s:.60}; expected an array of {np.dtype(dtype)}")
        return value
    if typing.get_origin(declared) is tuple:
        if not isinstance(value, list):
            raise ValueError(f"{name} is {shown(value)}; expected a list")
        return tuple(_checked(f"{name}[{k}]", each, arguments[0]) for k, each in enumerate(value))
    if hasattr(declared, "__dataclass_fields__"):
        return from_stored(declared, value)
    if not _is_of(value, declared):
        raise ValueError(f"{name} is {shown(value)}; expected {EXPECTED[declared]}")
    return value


EXPECTED = {bool: "true or false", int: "a whole number", float: "a finite number", str: "a printable text"}


def _is_of(value: Any, declared: type) -> bool:
    if declared is str:
        return isinstance(value, str) and value.isprintable()
    if declared is bool:
        return isinstance(value, bool)
    if isinstance(value, bool) or not isinstance(value, int if declared is int else int | float):
        return False
    return abs(value) < MAX_STORED if isinstance(value, int) else math.isfinite(value)


def _check_array(
    name: str, array: np.ndarray[Any, Any], shape: Shape, sides: dict[str, int], *, finite: bool
) -> None:
    fits = array.ndim == len(shape) and all(
        size == (side if isinstance(side, int) else sides.setdefault(side, size))
        for size, side in zip(array.shape, shape, strict=True)
    )
    if not fits:
        expected = ", ".join(str(sides.get(side, side) if isinstance(side, str) else side) for side in shape)
        raise ValueError(f"{name} has shape {array.shape!s:.60}; expected ({expected})")
    if finite and array.dtype.kind == "f" and not np.isfinite(array).all():
        raise ValueError(f"{name} has a value that is not finite")


def listed(name: str, values: object) -> Sequence[Any]:
    """A list of a results file.

    Raises:
        ValueError: it is none.
    """
    if not isinstance(values, list):
        raise ValueError(f"{name} is {shown(values)}; expected a list")
    return values
