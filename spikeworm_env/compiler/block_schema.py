"""The JSON form of a block: a small circuit with named input and output terminals."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from spikeworm_env.compiler.json_fields import (
    Count,
    Model,
    Name,
    NonNegative,
    Number,
    Point,
    SynapseSpec,
    Text,
)

NeuronIds = Annotated[list[Name], Field(min_length=1)]


class BlockNeuron(Model):
    """One neuron, or several equal neurons with one id."""

    id: Name
    type: Name = Field(description="neuron type: a preset of a model in spikeworm_env/engine/neurons")
    count: Count = 1
    parameters: dict[Name, Number] = Field(
        default={}, description="parameters of the neuron's model; others are those of its type"
    )
    background: Number | None = Field(default=None, description="tonic current; default: the recipe's")
    noise: NonNegative | None = Field(
        default=None,
        description="standard deviation of the noise current, drawn in every tick; default: the recipe's",
    )
    position: Point | None = Field(default=None, description="micrometres from the centre of the block")


class BlockSynapse(SynapseSpec):
    """Synapses between neurons of one copy of the block, without self-connections."""

    source: Name = Field(alias="from", description="id of the presynaptic neurons")
    target: Name = Field(alias="to", description="id of the postsynaptic neurons")
    pattern: Literal["all_to_all", "one_to_one", "chain", "ring"] = Field(
        default="all_to_all",
        description="one_to_one: k to k; chain: k to k+1, the last to none; ring: the last to the first",
    )
    modulator: Name | None = Field(
        default=None,
        description="for a gated synapse: the terminal of this block that opens the gate",
    )
    notes: Text | None = None


class Terminals(Model):
    """Named terminals, each an ordered list of neuron ids."""

    inputs: dict[Name, NeuronIds] = Field(default={})
    outputs: dict[Name, NeuronIds] = Field(default={})


class Block(Model):
    """A block: neurons, their synapses and terminals."""

    schema_: Text | None = Field(default=None, alias="$schema")
    name: Name = Field(description="the same as the file's name without .json")
    description: Text
    notes: Text | None = None
    neurons: Annotated[list[BlockNeuron], Field(min_length=1)]
    synapses: list[BlockSynapse] = Field(default=[])
    terminals: Terminals
