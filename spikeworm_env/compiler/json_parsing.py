"""From a JSON file to a checked model: every problem becomes one line.

The sound part of a file with problems is kept, so that further checks find further problems.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import types
import typing
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from spikeworm_env.compiler.json_fields import PATTERN_TEXTS
from spikeworm_env.errors import MAX_PROBLEMS, InputError, RecipeError, plainly, reason, shown, suggestion

MAX_DEPTH = 40  # of nesting; a recipe needs 6
MAX_MB = 4  # of a file; the largest of ours has 0.1
MAX_VALUES = 100_000  # objects, lists, texts and numbers; the largest of ours has 2,000


@dataclass(frozen=True)
class JsonFile:
    """The content of a JSON file.

    Attributes:
        where: name of the file in messages.
        text: text of the file.
        data: the parsed JSON.
    """

    where: str
    text: str
    data: Any

    @property
    def hash(self) -> str:
        """SHA-256 of ``data``; it does not depend on white space and line ends."""
        plain = json.dumps(self.data, ensure_ascii=True, separators=(",", ":"))
        return hashlib.sha256(plain.encode()).hexdigest()


class _Object(dict):
    """A JSON object with the keys that occur more than once."""

    repeated: tuple[str, ...] = ()


class _NotFiniteError(ValueError):
    """NaN or Infinity, which Python's JSON reader accepts."""


def read_json(path: Path, where: str | None = None) -> JsonFile:
    """Read one JSON file.

    Args:
        path: the file.
        where: its name in messages; by default the file's name.

    Raises:
        InputError: the file cannot be read.
        RecipeError: the text is not JSON; the message gives line and column.
    """
    where = where or path.name
    try:
        if not os.path.isfile(path):  # to open a named pipe would wait for its writer
            raise InputError(f"cannot read {path}: not a regular file")
        with path.open("rb") as file:
            content = file.read(MAX_MB * 2**20 + 1)
        if len(content) > MAX_MB * 2**20:
            raise RecipeError(where, [f"has more than {MAX_MB} MB; expected less"])
        text = content.decode("utf-8-sig")
    except OSError as error:
        raise InputError(f"cannot read {path}: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise RecipeError(where, [f"byte {error.start} is not UTF-8 text"]) from error
    return _parsed_text(text, where)


def json_in_memory(data: Mapping[str, Any], where: str) -> JsonFile:
    """A JSON object that is no file, as if it were one.

    Raises:
        RecipeError: it holds what JSON cannot hold.
    """
    try:
        text = json.dumps(data, indent=2)
    except (TypeError, ValueError, RecursionError) as error:
        raise RecipeError(where, [f"no JSON: {reason(error)}"]) from error
    return _parsed_text(text, where)


def _parsed_text(text: str, where: str) -> JsonFile:
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
    _check_size(where, data)
    return JsonFile(where, text, data)


def repeated_keys(data: Any, path: str = "") -> Iterator[str]:
    """One problem for every key that occurs more than once in an object."""
    if isinstance(data, _Object):
        for key in data.repeated:
            yield f"{path}{': ' if path else ''}key {shown(key)} is given twice"
        for key, value in data.items():
            yield from repeated_keys(value, f"{path}.{plainly(key)}" if path else plainly(key))
    elif isinstance(data, list):
        for index, value in enumerate(data):
            yield from repeated_keys(value, f"{path}[{index}]")


def _check_size(where: str, data: Any) -> None:
    level, count = [data], 1
    for _ in range(MAX_DEPTH):
        level = [
            child
            for node in level
            if isinstance(node, dict | list)
            for child in (node.values() if isinstance(node, dict) else node)
        ]
        count += len(level)
        if count > MAX_VALUES:
            raise RecipeError(where, [f"holds more than {MAX_VALUES:,} values; expected fewer"])
        if not level:
            return
    raise RecipeError(where, ["nested too deeply"])


def _object(pairs: list[tuple[str, Any]]) -> _Object:
    made = _Object(pairs)
    if len(made) != len(pairs):
        times = Counter(key for key, _ in pairs)
        made.repeated = tuple(key for key in made if times[key] > 1)
    return made


def _refuse_constant(name: str) -> None:
    raise _NotFiniteError(f"{name} is not a JSON number")


M = TypeVar("M", bound=BaseModel)

UNNAMED = {"name": "unnamed", "description": "none"}  # replace texts with problems, so that the rest is read


@dataclass(frozen=True)
class Parsed(Generic[M]):
    """The sound part of a file, and its problems.

    Attributes:
        value: the model without the items that have problems; None if too little is left.
        problems: one line each, ``"path: what is wrong"``.
        kept: list section → index in the file of each item in ``value``.
        dropped: ids of the items left out; references to them are not reported again.
    """

    value: M | None
    problems: tuple[str, ...]
    kept: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    dropped: frozenset[str] = frozenset()

    def items(self, section: str) -> Iterator[tuple[str, Any]]:
        """(path in the file, item) for each item of a list section."""
        values = getattr(self.value, section)
        for index, item in zip(self.kept.get(section, range(len(values))), values, strict=True):
            yield f"{section}[{index}]", item


def parse(model: type[M], file: JsonFile) -> Parsed[M]:
    """Read ``file`` as a ``model``, without the items that have problems; never raises."""
    problems = list(repeated_keys(file.data))
    try:
        return Parsed(model.model_validate(file.data), tuple(problems))
    except ValidationError as error:
        details = error.errors(include_url=False)
    problems += [_describe(model, detail) for detail in details[:MAX_PROBLEMS]]
    if not isinstance(file.data, dict):
        return Parsed(None, tuple(problems))
    rest, kept, dropped = _without_problems(file.data, [detail["loc"] for detail in details])
    try:
        value = model.model_validate(rest)
    except ValidationError:  # what is missing or wrong cannot be left out
        return Parsed(None, tuple(problems))
    return Parsed(value, tuple(problems), kept, dropped)


def _without_problems(
    data: dict[str, Any], locations: list[tuple[int | str, ...]]
) -> tuple[dict[str, Any], dict[str, tuple[int, ...]], frozenset[str]]:
    """(data without the items at ``locations``, indices kept by list section, ids left out)."""
    rest = {**UNNAMED, **data}
    kept: dict[str, tuple[int, ...]] = {}
    dropped: set[str] = set()
    wrong_in: dict[str, set[int | str | None]] = {}
    for each in locations:
        if each:
            wrong_in.setdefault(str(each[0]), set()).add(each[1] if len(each) > 1 else None)
    for section, wrong in wrong_in.items():
        value = rest.pop(section, None)
        if section in UNNAMED:
            rest[section] = UNNAMED[section]
        if None in wrong:  # the whole section
            continue
        if isinstance(value, list):
            kept[section] = tuple(index for index in range(len(value)) if index not in wrong)
            rest[section] = [value[index] for index in kept[section]]
            out = [item for index, item in enumerate(value) if index in wrong]
            dropped |= {str(item.get("id")) for item in out if isinstance(item, dict)}
        elif isinstance(value, dict) and section == "receptors":
            rest[section] = {key: item for key, item in value.items() if key not in wrong}
            dropped |= {str(key) for key in wrong}
    return rest, kept, frozenset(dropped)


def _describe(model: type[BaseModel], detail: ErrorDetails) -> str:
    """One line for one problem found by pydantic."""
    loc, error_type = detail["loc"], detail["type"]
    about_a_key = error_type in ("extra_forbidden", "missing")
    path, holder = _walk(model, loc[:-1] if about_a_key else loc)
    if error_type == "extra_forbidden":
        message = f"unknown key {shown(str(loc[-1]))}{suggestion(str(loc[-1]), sorted(_fields(holder)))}"
    elif error_type == "missing":
        message = f"{'item' if isinstance(loc[-1], int) else 'key'} {loc[-1]!r} is missing"
    else:
        message = _about_value(error_type, detail)
    return f"{path}: {message}" if path else message


def _about_value(error_type: str, detail: ErrorDetails) -> str:
    context, value = detail.get("ctx", {}), shown(detail["input"])
    if error_type == "union_tag_not_found":
        return "key 'kind' is missing"
    if error_type in ("order", "one_key"):
        return detail["msg"]
    if error_type in ("literal_error", "union_tag_invalid"):
        given = str(context.get("tag", detail["input"]))
        expected = context.get("expected", context.get("expected_tags", ""))
        choices = re.findall("'([^']*)'", expected)
        return f"unknown value {shown(given)}{suggestion(given, choices)}"
    if error_type == "string_pattern_mismatch":
        return f"{value} is not {PATTERN_TEXTS.get(context['pattern'], 'of the right form')}"
    if error_type == "model_type":
        return f"{value} is not a JSON object"
    return f"{value}: {detail['msg'].removeprefix('Input ').removeprefix('Value ')}"


def _walk(model: Any, loc: tuple[int | str, ...]) -> tuple[str, Any]:
    """(``loc`` as a path such as ``a[0].b``, the type that JSON must have there)."""
    path, here = "", model
    for step in loc:
        if step == "[key]":  # pydantic's mark of a key that is itself wrong
            continue
        here = _bare(here)
        arguments = typing.get_args(here)
        if isinstance(here, type) and issubclass(here, BaseModel):
            path += f".{plainly(str(step))}" if path else plainly(str(step))
            here = _fields(here).get(str(step))
        elif _is_union(here):  # the step is the tag of one member and not part of the path
            here = next(member for member in arguments if member.model_fields["kind"].default == step)
        elif isinstance(step, int):
            path += f"[{step}]"
            here = arguments[0] if arguments else None
        else:
            path += f".{plainly(str(step))}" if path else plainly(str(step))
            here = arguments[1] if len(arguments) > 1 else None
    return path, _bare(here)


def _fields(model: Any) -> dict[str, Any]:
    if not (isinstance(model, type) and issubclass(model, BaseModel)):
        return {}
    return {info.alias or name: info.annotation for name, info in model.model_fields.items()}


def _bare(annotation: Any) -> Any:
    """The type without ``Annotated`` and ``None``."""
    while typing.get_origin(annotation) is typing.Annotated:
        annotation = typing.get_args(annotation)[0]
    if _is_union(annotation):
        members = [member for member in typing.get_args(annotation) if member is not types.NoneType]
        if len(members) == 1:
            return _bare(members[0])
    return annotation


def _is_union(annotation: Any) -> bool:
    return typing.get_origin(annotation) in (typing.Union, types.UnionType)
