"""Reading a JSON file that people write: where it is malformed, and which keys it gives twice."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from spikeworm_env.errors import InputError, RecipeError

MAX_DEPTH = 40  # of nesting; a recipe needs 6


@dataclass(frozen=True)
class JsonFile:
    """A parsed file.

    Attributes:
        where: its name, as messages give it.
        text: its content.
        data: what the content says.
    """

    where: str
    text: str
    data: Any

    @property
    def hash(self) -> str:
        """SHA-256 of what it says: the same whatever the white space and line ends."""
        plain = json.dumps(self.data, ensure_ascii=True, separators=(",", ":"))
        return hashlib.sha256(plain.encode()).hexdigest()


class _Object(dict):
    """A JSON object that remembers which of its keys came twice."""

    repeated: tuple[str, ...] = ()


class _NotFiniteError(ValueError):
    """NaN or Infinity, which Python's reader would let through."""


def read_json(path: Path, where: str | None = None) -> JsonFile:
    """Read one JSON file.

    Raises:
        InputError: the file cannot be read.
        RecipeError: it is not JSON; the message gives line and column.
    """
    where = where or path.name
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise InputError(f"cannot read {path}: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise RecipeError(where, [f"byte {error.start} is not UTF-8 text"]) from error
    try:
        data = json.loads(text, object_pairs_hook=_object, parse_constant=_refuse_constant)
    except json.JSONDecodeError as error:
        raise RecipeError(f"{where}:{error.lineno}:{error.colno}", [f"not JSON: {error.msg}"]) from error
    except RecursionError as error:
        raise RecipeError(where, ["nested too deeply"]) from error
    except _NotFiniteError as error:
        raise RecipeError(where, [str(error)]) from error
    except ValueError as error:
        raise RecipeError(where, ["holds a whole number of too many digits"]) from error
    if _depth_exceeds(data, MAX_DEPTH):
        raise RecipeError(where, ["nested too deeply"])
    return JsonFile(where, text, data)


def repeated_keys(data: Any, path: str = "") -> Iterator[str]:
    """A problem for every key that an object gives more than once."""
    if isinstance(data, _Object):
        for key in data.repeated:
            yield f"{path}{': ' if path else ''}key {key!r} is given twice"
        for key, value in data.items():
            yield from repeated_keys(value, f"{path}.{key}" if path else key)
    elif isinstance(data, list):
        for index, value in enumerate(data):
            yield from repeated_keys(value, f"{path}[{index}]")


def _depth_exceeds(data: Any, limit: int) -> bool:
    level = [data]
    for _ in range(limit):
        level = [
            child
            for node in level
            if isinstance(node, dict | list)
            for child in (node.values() if isinstance(node, dict) else node)
        ]
        if not level:
            return False
    return True


def _object(pairs: list[tuple[str, Any]]) -> _Object:
    made = _Object(pairs)
    if len(made) != len(pairs):
        keys = [key for key, _ in pairs]
        made.repeated = tuple(key for key in made if keys.count(key) > 1)
    return made


def _refuse_constant(name: str) -> None:
    raise _NotFiniteError(f"{name} is not a JSON number")
