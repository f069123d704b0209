"""Receptors: filters of one observation channel, whose output drives neurons.

A receptor reads one channel and nothing else, so that neurons alone decide. Its stages are applied in order,
once per environment step; x is the input of a stage, y its output, dt the step in seconds.

| kind | rule |
|---|---|
| logarithm | y = ln(x + offset) |
| low_pass | m ← m + (1 − exp(−dt / tau_s)) (x − m), y = m; m starts at the first x |
| high_pass | y = x − m, with m as above after the update; 0 at the first x |
| clip | y = x, clipped to [low, high] |
| gain | y = gain · x |
| noise | y = x + sd · N(0, 1), drawn in every step |
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter, model_validator
from pydantic_core import PydanticCustomError

from spikeworm_env.compiler.json_fields import Model, NonNegative, Number, Positive

ODOUR_CHANNELS = ("concentration", "concentration_left", "concentration_right", "adapted_change")
SECOND_ODOUR_CHANNELS = tuple(f"{channel}_b" for channel in ODOUR_CHANNELS)  # where an arena has two odours
CHEMICAL_CHANNELS = (*ODOUR_CHANNELS, *SECOND_ODOUR_CHANNELS)
CHANNELS = (*ODOUR_CHANNELS, "head_touch", "tail_touch", *SECOND_ODOUR_CHANNELS)
"""Observation channels that a receptor can read, one number each.

The channels of the second odour are 0 in an environment without one.
"""


class Logarithm(Model):
    kind: Literal["logarithm"] = "logarithm"
    offset: Positive = Field(description="added before the logarithm, in the channel's unit")


class LowPass(Model):
    kind: Literal["low_pass"] = "low_pass"
    tau_s: Positive = Field(description="time constant, s")


class HighPass(Model):
    kind: Literal["high_pass"] = "high_pass"
    tau_s: Positive = Field(description="time constant, s")


class Clip(Model):
    kind: Literal["clip"] = "clip"
    low: Number
    high: Number

    @model_validator(mode="after")
    def _in_order(self) -> Clip:
        if self.low > self.high:
            raise PydanticCustomError("order", f"low {self.low:g} is greater than high {self.high:g}")
        return self


class Gain(Model):
    kind: Literal["gain"] = "gain"
    gain: Number


class Noise(Model):
    kind: Literal["noise"] = "noise"
    sd: NonNegative


Stage = Annotated[Logarithm | LowPass | HighPass | Clip | Gain | Noise, Field(discriminator="kind")]
MAX_STAGES = 20  # of a receptor: a product of as many gains, each within ±1e6, is finite
STAGES: TypeAdapter[tuple[Stage, ...]] = TypeAdapter(
    Annotated[tuple[Stage, ...], Field(max_length=MAX_STAGES)]
)


@dataclass(frozen=True)
class Receptor:
    """One receptor of a compiled brain.

    Attributes:
        name: its name in the recipe.
        source: the observation channel, one of ``CHANNELS``.
        stages: applied in order; see the table above.
    """

    name: str
    source: str
    stages: tuple[Stage, ...]
