"""The JSON form of a recipe: components, wiring, senses, muscles and reward."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from spikeworm_env.compiler.json_fields import (
    Count,
    Joint,
    Label,
    Model,
    Name,
    NonNegative,
    Number,
    Point,
    Positive,
    Probability,
    SegmentRange,
    SynapseSpec,
    TerminalReference,
    Text,
)
from spikeworm_env.compiler.receptors import CHANNELS, MAX_STAGES, Stage

MAX_ITEMS = 10_000  # components, or projections: a brain of 10,000 of either compiles in seconds
MAX_RULES = 100  # of proximity, each of which orders all neurons in space


class Entry(Model):
    """An item of a recipe, with an optional remark."""

    notes: Text | None = None


class Tonic(Model):
    """Tonic input of a neuron; absent keys keep the value of the block or recipe."""

    background: Number | None = None
    noise: NonNegative | None = None


class Component(Entry):
    """Copies of a block under one id."""

    id: Name
    block: Name
    count: Count = Field(default=1, description="copies of the block")
    layer: Label | None = Field(default=None, description="label for reports")
    position: Point = Field(
        default=(0.0, 0.0, 0.0),
        description="micrometres; of the first copy with spacing, else of the centre",
    )
    spacing: Point | None = Field(
        default=None,
        description="micrometres from copy to copy along a line; without it, copies fill a cubic lattice",
    )
    scatter: NonNegative = Field(
        default=0.0, description="standard deviation of each copy's displacement, micrometres"
    )
    neurons: dict[Name, Tonic] = Field(default={}, description="neuron id of the block → overrides")


class Projection(SynapseSpec, Entry):
    """Synapses from an output terminal to an input terminal, without self-connections."""

    source: TerminalReference = Field(alias="from")
    target: TerminalReference = Field(alias="to")
    pattern: Literal["all_to_all", "one_to_one", "chain"] = Field(
        default="all_to_all",
        description="between copies; one_to_one: copy k to copy k; chain: copy k to copy k+1; "
        "within copies always all to all",
    )
    probability: Probability = Field(default=1.0, description="of each possible synapse, independently")
    modulator: TerminalReference | None = Field(
        default=None, description="for a gated projection: the output terminal whose activity opens the gates"
    )


class Proximity(Entry):
    """Random synapses between neurons near each other, never within one copy of a block.

    A pair at distance d <= radius is connected with probability ``probability * exp(-d / length)``. The type
    of the source neuron decides the sign: see ``PRESETS`` of its model.
    """

    sources: list[Name] | None = Field(default=None, alias="from", description="components; default: all")
    targets: list[Name] | None = Field(default=None, alias="to", description="components; default: all")
    probability: Probability
    length: Positive = Field(description="micrometres over which the probability falls by a factor e")
    radius: Positive = Field(description="micrometres; greatest distance of a pair")
    excitatory: SynapseSpec | None = None
    inhibitory: SynapseSpec | None = None
    protected: list[TerminalReference] = Field(
        default=[], description="terminals that receive none of these synapses"
    )
    max_inputs: Count | None = Field(
        default=None, description="greatest number per target; a random choice is kept"
    )
    max_outputs: Count | None = Field(
        default=None, description="greatest number per source; a random choice is kept"
    )


class ReceptorSpec(Entry):
    """A receptor: one observation channel and the stages that filter it."""

    source: Literal[CHANNELS]  # type: ignore[valid-type]
    stages: list[Stage] = Field(default=[], max_length=MAX_STAGES)


class Sense(Entry):
    """A receptor drives neurons: current = gain · receptor + offset, clipped to [−limit, limit]."""

    receptor: Name
    to: TerminalReference
    gain: Number
    offset: Number = 0.0
    limit: Positive = 50.0


class Muscle(Entry):
    """Motor neurons drive muscles. The copies of the component are distributed in order over the segments."""

    source: TerminalReference = Field(alias="from")
    side: Literal["dorsal", "ventral"]
    segments: SegmentRange = Field(description="first and last segment, both included, 0 at the head")
    gain: NonNegative = 1.0


class Joints(Model):
    """The joints whose angles a neuron receives; exactly one key. Joint j is between segments j and j+1."""

    absolute: tuple[Joint, Joint] | None = Field(
        default=None, description="[first, last): joints first … last − 1"
    )
    ahead: tuple[Joint, Joint] | None = Field(
        default=None,
        description="[k, m] with k > m: joints [i − k, i − m), i the copy's first segment",
    )
    behind: tuple[Joint, Joint] | None = Field(
        default=None,
        description="[m, k] with m < k: joints [i + m, i + k), i the copy's last segment",
    )
    own: Literal[True] | None = Field(
        default=None, description="the joint behind each of the copy's segments"
    )

    @model_validator(mode="after")
    def _one_and_in_order(self) -> Joints:
        if len(self.model_fields_set) != 1 or getattr(self, next(iter(self.model_fields_set))) is None:
            raise PydanticCustomError("one_key", "expected exactly one of absolute, ahead, behind, own")
        pair = self.absolute or self.behind or (self.ahead and self.ahead[::-1])
        if pair and pair[0] >= pair[1]:
            order = "k > m in [k, m]" if self.ahead else "first < last in [first, last]"
            raise PydanticCustomError("order", f"selects no joint; expected {order}")
        return self


class Proprioception(Entry):
    """Joint angles drive neurons: current = gain · mean(theta[first:last]); theta > 0: dorsal side concave.

    Relative joints are clamped to the body and include at least one joint.
    """

    to: TerminalReference
    joints: Joints
    segments: SegmentRange | None = Field(
        default=None,
        description="segments of the copies, as for muscles; not needed with absolute joints",
    )
    gain: Number


class Reward(Model):
    """How the environment's reward becomes the reward that the brain receives."""

    interval_ms: Annotated[int, Field(ge=1, le=10_000_000, strict=True)]
    mode: Literal["sign", "magnitude"] = Field(
        description="of the reward prediction error of an interval: its sign, or the error itself"
    )
    gain: Number = 1.0
    baseline_tau_s: NonNegative = Field(
        default=0.0, description="a running mean of this time constant is subtracted, s; 0: none"
    )


class Recipe(Model):
    """A recipe of a brain: components, wiring, senses, muscles and reward."""

    schema_: Text | None = Field(default=None, alias="$schema")
    name: Name
    description: Text
    notes: Text | None = None
    background: Number = Field(default=2.5, description="tonic current of every neuron without its own")
    noise: NonNegative = Field(
        default=0.0, description="standard deviation of the noise current of every neuron without its own"
    )
    components: Annotated[list[Component], Field(min_length=1, max_length=MAX_ITEMS)]
    projections: list[Projection] = Field(default=[], max_length=MAX_ITEMS)
    proximity: list[Proximity] = Field(default=[], max_length=MAX_RULES)
    receptors: dict[Name, ReceptorSpec] = Field(default={})
    senses: list[Sense] = Field(default=[])
    muscles: list[Muscle] = Field(default=[])
    proprioception: list[Proprioception] = Field(default=[])
    reward: Reward | None = None
