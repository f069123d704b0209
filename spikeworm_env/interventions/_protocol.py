"""Protocols: several interventions, read from a file, a list or a dict; and their JSON Schema."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from spikeworm_env import resources
from spikeworm_env.checks import file_path, known_name
from spikeworm_env.compiler.json_parsing import read_json, repeated_keys
from spikeworm_env.errors import InputError, RecipeError, shown, suggestion
from spikeworm_env.interventions import INTERVENTIONS, Intervention

Protocol = tuple[Intervention, ...]
ProtocolLike = str | Path | Mapping[str, Any] | Sequence[Intervention | Mapping[str, Any]]

KEY = "protocol"
MOST_ENTRIES = 10_000


def load_protocol(source: ProtocolLike) -> Protocol:
    """A protocol from JSON or from Python.

    Args:
        source: the path of a JSON file, its content as a dict ``{"protocol": [...]}``, or the list: of
            interventions, or of dicts with their ``kind``. The list may be empty.

    Raises:
        RecipeError: the file is no protocol; the message names file, entry, field, value and expectation.
        InputError: the dict or list is none.
    """
    if isinstance(source, str | Path):
        file = read_json(file_path(KEY, source))
        problems = list(repeated_keys(file.data))
        found = [] if problems else list(_entries(file.data, problems))
        if problems:
            raise RecipeError(file.where, problems)
        return tuple(found)
    problems = []
    found = list(_entries({KEY: source} if not isinstance(source, Mapping) else source, problems))
    if problems:
        raise InputError("; ".join(problems[:20]))
    return tuple(found)


def _entries(data: Any, problems: list[str]) -> Iterator[Intervention]:
    """The sound entries; a line for every other is added to the problems."""
    if not isinstance(data, Mapping) or KEY not in data:
        problems.append(f"{shown(data)} is no protocol; expected an object with the key {KEY!r}")
        return
    for key in data:
        if key != KEY:
            problems.append(f"unknown key {shown(key)}{suggestion(key, [KEY])}")
    entries = data[KEY]
    if isinstance(entries, str) or not isinstance(entries, Sequence):
        problems.append(f"{KEY} is {shown(entries)}; expected a list of interventions")
        return
    if len(entries) > MOST_ENTRIES:
        problems.append(f"{KEY} has {len(entries)} entries; expected at most {MOST_ENTRIES}")
        return
    for index, entry in enumerate(entries):
        try:
            yield _entry(entry)
        except InputError as error:
            problems.append(f"{KEY}[{index}]: {error}")


def _entry(entry: Any) -> Intervention:
    if isinstance(entry, Intervention):
        return entry
    if not isinstance(entry, Mapping):
        raise InputError(f"{shown(entry)} is no intervention; expected an object with its 'kind'")
    if "kind" not in entry:
        raise InputError(f"key 'kind' is missing{suggestion('', INTERVENTIONS)}")
    return INTERVENTIONS[known_name("kind", entry["kind"], INTERVENTIONS)].from_dict(entry)


def to_dict(protocol: Iterable[Intervention]) -> dict[str, Any]:
    """A protocol as JSON types; `load_protocol` returns an equal one."""
    return {KEY: [each.to_dict() for each in protocol]}


def texts(protocol: Iterable[Intervention]) -> tuple[str, ...]:
    """A phrase for each entry, for provenance and tables."""
    return tuple(each.text for each in protocol)


SCHEMA_FILE = "recipes/protocol.schema.json"  # relative to the root of the project


def write_schema(root: Path = resources.CHECKOUT) -> Path:
    """Write the schema below ``root`` and return its path."""
    path = root / SCHEMA_FILE
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(schema_text(), encoding="utf-8", newline="\n")
    return path


def schema_text() -> str:
    """JSON Schema of a protocol file, for editors."""
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Protocol",
        "description": "Interventions in a brain during a trial.",
        "type": "object",
        "properties": {
            KEY: {
                "type": "array",
                "maxItems": MOST_ENTRIES,
                "items": {"anyOf": [each.schema() for each in INTERVENTIONS.values()]},
            }
        },
        "required": [KEY],
        "additionalProperties": False,
    }
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"
