"""Values that no argument was made for: numbers out of range, texts too long, objects of any type."""

from __future__ import annotations

import math
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import numpy as np


class Unprintable:
    """An object whose ``repr`` fails."""

    def __repr__(self) -> str:
        raise RuntimeError("no repr")


def _nested(depth: int) -> list[Any]:
    value: list[Any] = []
    for _ in range(depth):
        value = [value]
    return value


VALUES: Final[tuple[Any, ...]] = (
    *(None, True, False, 0, -1, 1, 2**31, 2**63 - 1, 2**63, 2**64, -(2**63), 10**400, -(10**400)),
    *(0.0, -0.0, 0.5, 1.5, -1.5, 1e300, -1e300, 1e-300, math.nan, math.inf, -math.inf, 1 + 2j),
    *(
        "",
        "a",
        "é",
        "nan",
        "1",
        "crawl",
        "x" * 240,
        "x" * 4000,
        "a\0b",
        "a\nb",
        "\ud800",
        "a/b",
        ".",
        "a.json",
    ),
    *(b"x", bytearray(b"x"), [], [1], [1.5], ["a"], [None], [[1], [2, 3]], [[]], (), (1, 2), (1e300, 1e300)),
    *({}, {"a": 1}, {"": 0}, {1: 2}, {"a": {"b": None}}, set(), {1}, range(3), range(0)),
    *(np.float64(math.nan), np.float32(0.5), np.int64(-1), np.int64(1), np.uint64(2**63), np.bool_(True)),
    *(
        np.array([1.0]),
        np.array(["a"]),
        np.array([[1, 2]]),
        np.array([math.nan]),
        np.array(None),
        np.empty(0),
    ),
    *(object(), Unprintable(), int, str, len, lambda: 0, lambda *args, **kwargs: None, datetime(2026, 1, 1)),
    *(Path("a"), Path("x" * 4000), Path("."), Ellipsis, NotImplemented, _nested(100), _nested(100_000)),
)
"""Each is given to each argument in turn."""

TEXTS: Final[tuple[str, ...]] = (
    *(
        "",
        " ",
        "-",
        "--",
        "0",
        "-1",
        "1",
        "1.5",
        "-0.0",
        "1e300",
        "-1e300",
        "1e-300",
        "1e999",
        "nan",
        "inf",
        "-inf",
    ),
    *(
        str(2**31),
        str(2**63 - 1),
        str(2**63),
        str(2**64),
        "9" * 400,
        "9" * 5000,
        "0x10",
        "1_000",
        "١",
        "²",
        "½",
    ),
    *(
        "a",
        "é",
        "all",
        "none",
        "x" * 240,
        "x" * 4000,
        "a\nb",
        "\x1b[31m",
        "a/b",
        "./a",
        ".",
        "a.json",
        "a.db",
    ),
    *(
        "true",
        "[]",
        "{}",
        "[" * 1000,
        "1,2",
        "1,1",
        ",",
        ",,",
        "2-1",
        "1-",
        "0-9223372036854775807",
        "-1-2",
        "a->b",
        "a->b=nan",
        "a->b=0.5",
    ),
    *(
        "a.csv",
        "a.npz",
        "a.nwb",
        "tcp://",
        "crawl:",
        ":",
        "crawl,crawl",
        "'",
        '"',
        "$(x)",
        "\udcff",
        "%s%n",
        "{0}",
    ),
)
"""Each is given to each option and argument of a command line in turn."""
