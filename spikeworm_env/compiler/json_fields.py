"""Field types and the synapse specification that blocks and recipes share."""

from __future__ import annotations

import sys
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    PlainValidator,
    Strict,
    WithJsonSchema,
)
from pydantic_core import PydanticCustomError

from spikeworm_env.anatomy import N_JOINTS, N_SEGMENTS
from spikeworm_env.engine.network import MAX_DELAY
from spikeworm_env.engine.synapses import DEFAULT_TYPE

MAX_MAGNITUDE = 1e6  # of any number in a recipe: far above useful values, far below overflow
MAX_COUNT = 100_000
MAX_LABEL = 64  # characters, as of a name

NAME = r"^[A-Za-z][A-Za-z0-9_]*$"
TERMINAL_REFERENCE = r"^[A-Za-z][A-Za-z0-9_]*\.[A-Za-z][A-Za-z0-9_]*$"


class Model(BaseModel):
    """A JSON object without unknown keys; immutable."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def _ordered(pair: tuple[int, int]) -> tuple[int, int]:
    if pair[0] > pair[1]:
        raise PydanticCustomError("order", f"[{pair[0]}, {pair[1]}]; expected first <= last")
    return pair


def _number_or_text(value: Any) -> float | str:
    if isinstance(value, str):
        return value
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if not number or not abs(value) <= sys.float_info.max:  # a whole number may be beyond all floats
        raise PydanticCustomError("number_or_text", "should be a finite number or the name of a choice")
    return float(value)


def _label(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise PydanticCustomError("label", "should be a text or a whole number")
    if isinstance(value, int) and abs(value) >= 10**MAX_LABEL:
        raise PydanticCustomError("label", "should be a whole number of few digits")
    label = str(value)
    if len(label) > MAX_LABEL or not label.isprintable():
        raise PydanticCustomError("label", f"should be at most {MAX_LABEL} printable characters")
    return label


Text = Annotated[str, Strict()]
Name = Annotated[str, Strict(), Field(pattern=NAME, max_length=64)]
TerminalReference = Annotated[str, Strict(), Field(pattern=TERMINAL_REFERENCE, max_length=129)]
Number = Annotated[float, Strict(), Field(ge=-MAX_MAGNITUDE, le=MAX_MAGNITUDE, allow_inf_nan=False)]
NonNegative = Annotated[float, Strict(), Field(ge=0, le=MAX_MAGNITUDE, allow_inf_nan=False)]
Positive = Annotated[float, Strict(), Field(gt=0, le=MAX_MAGNITUDE, allow_inf_nan=False)]
Probability = Annotated[float, Strict(), Field(ge=0, le=1, allow_inf_nan=False)]
Count = Annotated[int, Strict(), Field(ge=1, le=MAX_COUNT)]
Delay = Annotated[int, Strict(), Field(ge=1, le=MAX_DELAY)]
Segment = Annotated[int, Strict(), Field(ge=0, lt=N_SEGMENTS)]
Joint = Annotated[int, Strict(), Field(ge=0, le=N_JOINTS)]
SegmentRange = Annotated[tuple[Segment, Segment], AfterValidator(_ordered)]
Point = tuple[Number, Number, Number]
Label = Annotated[
    str,
    PlainValidator(_label),
    WithJsonSchema({"anyOf": [{"type": "string"}, {"type": "integer"}]}),
]
ParameterValue = Annotated[
    float | str,
    PlainValidator(_number_or_text),
    WithJsonSchema({"anyOf": [{"type": "number"}, {"type": "string"}]}),
]

PATTERN_TEXTS = {
    NAME: "a name: letters, digits and '_', a letter first",
    TERMINAL_REFERENCE: "'component.terminal'",
}


class SynapseSpec(Model):
    """Type, weight, delays and parameters of synapses."""

    weight: Number = Field(
        description="current per spike; greatest current if graded; conductance of a gap junction, >= 0"
    )
    weight_sd: NonNegative = Field(
        default=0.0,
        description="standard deviation of the weight, same unit; no weight is below 5% of the mean",
    )
    delay: Delay | None = Field(
        default=None,
        description="ticks (ms) from spike to arrival; default 1; continuous types have none",
    )
    delays: list[Delay] | None = Field(
        default=None,
        min_length=1,
        description="instead of `delay`: one synapse of the same weight per delay",
    )
    type: Name = Field(default=DEFAULT_TYPE, description="synapse type, see spikeworm_env/engine/synapses")
    parameters: dict[Name, ParameterValue] = Field(
        default={}, description="parameters of the synapse type; others have their defaults"
    )
