"""Fields of immutable values: each declares once what it may be, for Python, JSON and the JSON Schema."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, Field, fields
from typing import Annotated, Any, ClassVar, Protocol, Self, get_args, get_type_hints

from spikeworm_env.checks import number, whole
from spikeworm_env.engine.network import LIMIT
from spikeworm_env.errors import InputError, shown, suggestion
from spikeworm_env.seeds import MAX_SEED
from spikeworm_env.world.scale import MAX_SECONDS

Json = Any  # what `json.loads` returns


class Kind(Protocol):
    """What a field may be."""

    def check(self, name: str, value: object) -> Any:
        """The value as it is kept.

        Raises:
            InputError: naming the field, the value and what is expected.
        """
        ...

    def schema(self) -> dict[str, Json]:
        """Its JSON Schema."""
        ...


class Number:
    """A number from ``low`` to ``high``, or above ``low``; ``about`` says what it is, with its unit."""

    def __init__(self, about: str, low: float, high: float, *, above: bool = False) -> None:
        self.about, self.low, self.high, self.above = about, low, high, above

    def check(self, name: str, value: object) -> float:
        return number(name, value, self.low, self.high, above=self.above)

    def schema(self) -> dict[str, Json]:
        least = "exclusiveMinimum" if self.above else "minimum"
        return {"type": "number", least: self.low, "maximum": self.high, "description": self.about}


class Whole:
    """A whole number from 0 to ``high``."""

    def __init__(self, about: str, high: int) -> None:
        self.about, self.high = about, high

    def check(self, name: str, value: object) -> int:
        return whole(name, value, 0, self.high)

    def schema(self) -> dict[str, Json]:
        return {"type": "integer", "minimum": 0, "maximum": self.high, "description": self.about}


class Text:
    """A text that is not empty."""

    def __init__(self, about: str) -> None:
        self.about = about

    def check(self, name: str, value: object) -> str:
        if not isinstance(value, str) or not value.strip():
            raise InputError(f"{name} is {shown(value)}; expected {self.about}")
        return value

    def schema(self) -> dict[str, Json]:
        return {"type": "string", "minLength": 1, "description": self.about}


class Optional:
    """None, or what another kind of field may be."""

    def __init__(self, kind: Kind) -> None:
        self.kind = kind

    def check(self, name: str, value: object) -> Any:
        return None if value is None else self.kind.check(name, value)

    def schema(self) -> dict[str, Json]:
        return {"anyOf": [self.kind.schema(), {"type": "null"}]}


Seconds = Annotated[float, Number("seconds since the reset that begins the episode", 0, MAX_SECONDS)]
Current = Annotated[float, Number("current", -LIMIT, LIMIT)]
Factor = Annotated[float, Number("factor", 0, LIMIT)]
Share = Annotated[float, Number("share of the synapses, drawn at random", 0, 1, above=True)]
Seed = Annotated[int, Whole("seed of a random draw", MAX_SEED)]


class Value:
    """Base of immutable values whose fields are ``Annotated`` with a `Kind`.

    Attributes:
        name: the ``kind`` in JSON; empty where no other kind could stand there.
    """

    name: ClassVar[str] = ""

    def __post_init__(self) -> None:
        for field, kind in kinds(type(self)):
            object.__setattr__(self, field.name, kind.check(field.name, getattr(self, field.name)))

    @classmethod
    def from_dict(cls, data: Mapping[str, Json]) -> Self:
        """The value of a JSON object.

        Raises:
            InputError: a key that is unknown or missing, or a value that the field refuses.
        """
        known = {field.name: field for field, _ in kinds(cls)}
        given = {key: value for key, value in data.items() if not (key == "kind" and cls.name)}
        for key in given:
            if key not in known:
                raise InputError(f"unknown key {shown(key)}{suggestion(key, sorted(known))}")
        for key, field in known.items():
            if field.default is MISSING and key not in given:
                raise InputError(f"key {shown(key)} is missing")
        return cls(**given)

    def to_dict(self) -> dict[str, Json]:
        """The value as JSON types; `from_dict` returns an equal one."""
        found: dict[str, Json] = {"kind": self.name} if self.name else {}
        for field, _ in kinds(type(self)):
            value = getattr(self, field.name)
            if value != field.default:
                found[field.name] = _as_json(value)
        return found

    @classmethod
    def schema(cls) -> dict[str, Json]:
        """JSON Schema of the value."""
        declared = kinds(cls)
        properties = {field.name: kind.schema() for field, kind in declared}
        for field, _ in declared:
            if field.default not in (MISSING, None):
                properties[field.name] = {**properties[field.name], "default": field.default}
        required = [field.name for field, _ in declared if field.default is MISSING]
        if cls.name:
            properties, required = {"kind": {"const": cls.name}, **properties}, ["kind", *required]
        return {
            "type": "object",
            "description": (cls.__doc__ or "").splitlines()[0],
            "properties": properties,
            "required": required,
            "additionalProperties": False,
        }


def _as_json(value: Any) -> Json:
    if hasattr(value, "to_dict"):
        return value.to_dict()
    return list(value) if isinstance(value, tuple) else value


def kinds(cls: type[Value]) -> tuple[tuple[Field, Kind], ...]:
    """The fields of a value, each with what it may be; those without a default first."""
    hints = get_type_hints(cls, include_extras=True)
    found = [(field, get_args(hints[field.name])[1]) for field in fields(cls)]  # type: ignore[arg-type]
    return tuple(sorted(found, key=lambda each: each[0].default is not MISSING))
