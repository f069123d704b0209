"""From JSON data to models: every problem as one line, and the sound part kept for further checks."""

from __future__ import annotations

import re
import types
import typing
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from spikeworm_env.compiler.fields import DESCRIBED
from spikeworm_env.compiler.jsonfile import JsonFile, repeated_keys
from spikeworm_env.errors import suggestion

M = TypeVar("M", bound=BaseModel)

UNNAMED = {"name": "unnamed", "description": "none"}  # stand in for texts at fault, so that the rest is read


@dataclass(frozen=True)
class Draft(Generic[M]):
    """A file as far as it can be understood.

    Attributes:
        value: the model, without the items that have problems; None where too little is left.
        problems: one line each, ``"path: what is wrong"``.
        kept: list section → place in the file of each item that ``value`` still holds.
        dropped: ids of the items that were left out, so that references to them are not reported again.
    """

    value: M | None
    problems: tuple[str, ...]
    kept: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    dropped: frozenset[str] = frozenset()

    def items(self, section: str) -> Iterator[tuple[str, Any]]:
        """(path in the file, item) of a list section."""
        values = getattr(self.value, section)
        for index, item in zip(self.kept.get(section, range(len(values))), values, strict=True):
            yield f"{section}[{index}]", item


def draft(model: type[M], file: JsonFile) -> Draft[M]:
    """Understand as much of ``file`` as possible as a ``model``; never raises."""
    problems = list(repeated_keys(file.data))
    try:
        return Draft(model.model_validate(file.data), tuple(problems))
    except ValidationError as error:
        details = error.errors(include_url=False)
    problems += [_describe(model, detail) for detail in details]
    if not isinstance(file.data, dict):
        return Draft(None, tuple(problems))
    rest, kept, dropped = _without_faults(file.data, [detail["loc"] for detail in details])
    try:
        value = model.model_validate(rest)
    except ValidationError:  # what is missing or wrong cannot be left out
        return Draft(None, tuple(problems))
    return Draft(value, tuple(problems), kept, dropped)


def _without_faults(
    data: dict[str, Any], places: list[tuple[int | str, ...]]
) -> tuple[dict[str, Any], dict[str, tuple[int, ...]], frozenset[str]]:
    """(data without the items at fault, places kept by list section, ids left out)."""
    rest = {**UNNAMED, **data}
    kept: dict[str, tuple[int, ...]] = {}
    dropped: set[str] = set()
    for section in {str(place[0]) for place in places if place}:
        faults = {place[1] if len(place) > 1 else None for place in places if place and place[0] == section}
        value = rest.pop(section, None)
        if section in UNNAMED:
            rest[section] = UNNAMED[section]
        if None in faults:  # the section as a whole
            continue
        if isinstance(value, list):
            kept[section] = tuple(index for index in range(len(value)) if index not in faults)
            rest[section] = [value[index] for index in kept[section]]
            out = [item for index, item in enumerate(value) if index in faults]
            dropped |= {str(item.get("id")) for item in out if isinstance(item, dict)}
        elif isinstance(value, dict) and section == "receptors":
            rest[section] = {key: item for key, item in value.items() if key not in faults}
            dropped |= {str(key) for key in faults}
    return rest, kept, frozenset(dropped)


def _describe(model: type[BaseModel], detail: ErrorDetails) -> str:
    """One line for one problem found by pydantic."""
    loc, kind = detail["loc"], detail["type"]
    about_a_key = kind in ("extra_forbidden", "missing")
    path, holder = _walk(model, loc[:-1] if about_a_key else loc)
    if kind == "extra_forbidden":
        message = f"unknown key {str(loc[-1])!r}{suggestion(str(loc[-1]), sorted(_fields(holder)))}"
    elif kind == "missing":
        message = f"{'item' if isinstance(loc[-1], int) else 'key'} {loc[-1]!r} is missing"
    else:
        message = _about_value(kind, detail)
    return f"{path}: {message}" if path else message


def _about_value(kind: str, detail: ErrorDetails) -> str:
    context, value = detail.get("ctx", {}), repr(detail["input"])
    value = value if len(value) <= 60 else f"{value[:57]}..."
    if kind == "union_tag_not_found":
        return "key 'kind' is missing"
    if kind in ("order", "one_key"):
        return detail["msg"]
    if kind in ("literal_error", "union_tag_invalid"):
        given = str(context.get("tag", detail["input"]))
        expected = context.get("expected", context.get("expected_tags", ""))
        choices = re.findall("'([^']*)'", expected)
        return f"unknown value {given!r}{suggestion(given, choices)}"
    if kind == "string_pattern_mismatch":
        return f"{value} is not {DESCRIBED.get(context['pattern'], 'of the right form')}"
    if kind == "model_type":
        return f"{value} is not a JSON object"
    return f"{value}: {detail['msg'].removeprefix('Input ').removeprefix('Value ')}"


def _walk(model: Any, loc: tuple[int | str, ...]) -> tuple[str, Any]:
    """(``loc`` as people write it, the type that JSON must have there)."""
    path, here = "", model
    for step in loc:
        here = _bare(here)
        arguments = typing.get_args(here)
        if isinstance(here, type) and issubclass(here, BaseModel):
            path += f".{step}" if path else str(step)
            here = _fields(here).get(str(step))
        elif _is_union(here):  # the step is the tag of one member: no place in the file
            here = next(member for member in arguments if member.model_fields["kind"].default == step)
        elif isinstance(step, int):
            path += f"[{step}]"
            here = arguments[0] if arguments else None
        elif step != "[key]":  # pydantic's mark of a key that is itself at fault
            path += f".{step}" if path else step
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
