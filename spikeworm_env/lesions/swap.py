"""Sensors swapped from birth: what is learned must follow what the senses feel, not their names."""

from __future__ import annotations

from dataclasses import replace

from spikeworm_env.compiler.brain import CompiledBrain
from spikeworm_env.errors import InputError

SIDES = {"concentration_left": "concentration_right", "concentration_left_b": "concentration_right_b"}
OPPOSITE = SIDES | {right: left for left, right in SIDES.items()}


def has_sides(compiled: CompiledBrain) -> bool:
    """Whether any receptor of the brain feels one side of the head alone."""
    return any(receptor.source in OPPOSITE for receptor in compiled.receptors)


def with_swapped_sensors(compiled: CompiledBrain) -> CompiledBrain:
    """The same brain, whose receptors on the left feel what is on the right, and the other way round.

    Raises:
        InputError: no receptor of it feels one side.
    """
    if not has_sides(compiled):
        raise InputError(
            f"brain {compiled.meta.recipe_name!r} has no sensors to swap: no receptor feels "
            f"{' or '.join(OPPOSITE)}"
        )
    swapped = tuple(
        replace(receptor, source=OPPOSITE.get(receptor.source, receptor.source))
        for receptor in compiled.receptors
    )
    return replace(compiled, receptors=swapped)
