"""Lesion of a block: all components made of it lose their outgoing synapses."""

from __future__ import annotations

from spikeworm_env.checks import known_name
from spikeworm_env.compiler.compiled_brain import CompiledBrain
from spikeworm_env.lesions._lesion import LesionKind
from spikeworm_env.lesions.component import lesion_component


def lesion_block(compiled: CompiledBrain, target: str) -> CompiledBrain:
    """The brain in which the components made of one block have no outgoing synapses.

    Args:
        target: name of a block that the recipe uses; see `lesion_component`.

    Raises:
        UnknownNameError: the recipe uses no such block.
    """
    known_name("block of the brain", target, block_names(compiled))
    names = [record.name for record in compiled.components if record.block == target]
    return lesion_component(compiled, names)


def block_names(compiled: CompiledBrain) -> list[str]:
    """The names of all blocks that the recipe uses, in the order of their first component."""
    return list(dict.fromkeys(record.block for record in compiled.components))


LESION = LesionKind(
    name="block",
    description="Removes the outgoing synapses of all components made of a block.",
    apply=lesion_block,
    takes={"target": "name of a block that the recipe uses"},
    targets=block_names,
    order=3,
)
