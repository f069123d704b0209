"""Checks of arguments: the value, or an error with the argument, the value and the expectation."""

from __future__ import annotations

import math
import os
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final, cast

from spikeworm_env.errors import InputError, UnknownNameError, shown, suggestion

MAX_NAME_BYTES: Final = 255  # of one part of a path; the limit of ext4, APFS and NTFS
MAX_PATH_BYTES: Final = 4096


def number(
    name: str, value: object, low: float, high: float = math.inf, unit: str = "", *, above: bool = False
) -> float:
    """A finite number from ``low`` to ``high``; above ``low`` if ``above``. No bool.

    Raises:
        InputError: it is not.
    """
    known = (isinstance(value, float | int) or _of_numpy(value, "floating", "integer")) and not isinstance(
        value, bool
    )
    if not (known and low <= value <= high and -math.inf < value < math.inf) or (above and value == low):  # type: ignore[operator]
        first = "above" if above else "of at least" if high == math.inf else "from"
        last = "" if high == math.inf else f"{', at most' if above else ' to'} {high:g}"
        raise InputError(f"{name} is {shown(value)}; expected a number {first} {low:g}{last} {unit}".rstrip())
    return float(value)  # type: ignore[arg-type]


def whole(name: str, value: object, low: float, high: float = math.inf) -> int:
    """A whole number from ``low`` to ``high``, as a Python integer. No bool.

    Raises:
        InputError: it is not.
    """
    known = (isinstance(value, int) or _of_numpy(value, "integer")) and not isinstance(value, bool)
    if not (known and low <= value <= high):  # type: ignore[operator]
        limits = f"of at least {low}" if high == math.inf else f"from {low} to {high}"
        raise InputError(f"{name} is {shown(value)}; expected a whole number {limits}")
    return int(value)  # type: ignore[call-overload]


def wholes(name: str, value: object, low: float, high: float = math.inf) -> tuple[int, ...]:
    """Whole numbers from ``low`` to ``high`` in a sequence, perhaps none.

    Raises:
        InputError: it is no sequence, or one of them is no such number.
    """
    listed = cast(Any, value).tolist() if _of_numpy(value, "ndarray") else value
    if not isinstance(listed, list | tuple | range):
        raise InputError(f"{name} is {shown(value)}; expected a list of whole numbers")
    return tuple(whole(f"{name}[{index}]", each, low, high) for index, each in enumerate(listed))


def flag(name: str, value: object) -> bool:
    """True or False.

    Raises:
        InputError: it is neither.
    """
    if not (isinstance(value, bool) or _of_numpy(value, "bool_")):
        raise InputError(f"{name} is {shown(value)}; expected True or False")
    return bool(value)


def choice(name: str, value: object, known: Sequence[str]) -> str:
    """One of the known strings.

    Raises:
        InputError: it is not.
    """
    if not (isinstance(value, str) and value in known):
        near = suggestion(value, known)
        hint = near if "did you mean" in near else ""
        raise InputError(f"{name} is {shown(value)}; expected {' or '.join(map(repr, known))}{hint}")
    return value


def known_name(kind: str, value: object, known: Iterable[str]) -> str:
    """A known name.

    Raises:
        UnknownNameError: it is unknown, or no text; names the nearest, or all if few.
    """
    known = list(known)
    if not (isinstance(value, str) and value in known):
        raise UnknownNameError(kind, value, known)
    return value


def nonempty_text(name: str, value: object, expected: str = "a text") -> str:
    """A text that is not empty.

    Raises:
        InputError: it is none.
    """
    if not isinstance(value, str) or not value:
        raise InputError(f"{name} is {shown(value)}; expected {expected}")
    return value


def function(name: str, value: object) -> None:
    """Refuse what can be neither called nor None.

    Raises:
        InputError: it is such a value.
    """
    if value is not None and not callable(value):
        raise InputError(f"{name} is {shown(value)}; expected a function")


def list_of(name: str, value: object, of: type | tuple[type, ...], expected: str) -> list[Any]:
    """Several values of a type; a single one is taken as a list of one.

    Raises:
        InputError: it is neither one nor a sequence of them.
    """
    if isinstance(value, of):
        return [value]
    if not isinstance(value, Sequence) or not all(isinstance(each, of) for each in value):
        raise InputError(f"{name} is {shown(value)}; expected {expected}")
    return list(value)


def file_path(name: str, value: object) -> Path:
    """A path that a file system can hold.

    Raises:
        InputError: it is no text or path, is empty, or has a NUL, a lone surrogate or too long a name in it.
    """
    if not isinstance(value, str | Path) or value == "":
        raise InputError(f"{name} is {shown(value)}; expected a path")
    try:
        encoded = os.fsencode(value)
    except UnicodeEncodeError:
        encoded = b"\0"
    if b"\0" in encoded:
        raise InputError(f"{name} is {shown(value)}; expected a path without NUL and lone surrogates")
    longest = max((len(os.fsencode(part)) for part in Path(value).parts), default=0)
    if longest > MAX_NAME_BYTES or len(encoded) > MAX_PATH_BYTES:
        raise InputError(
            f"{name} is {shown(value)}; expected a path of at most {MAX_PATH_BYTES} bytes, "
            f"each name in it of at most {MAX_NAME_BYTES}"
        )
    return Path(value)


def _of_numpy(value: object, *types: str) -> bool:
    """Whether a value has one of these types of NumPy, which need not be loaded for this question.

    Args:
        value: anything.
        *types: names such as ``"integer"``.
    """
    numpy = sys.modules.get("numpy")  # without it nothing has a type of it
    return numpy is not None and isinstance(value, tuple(getattr(numpy, name) for name in types))
