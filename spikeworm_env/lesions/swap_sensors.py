"""Swapped sensors: receptors of the left side read the right side, and the reverse."""

from __future__ import annotations

from dataclasses import replace

from spikeworm_env.compiler.compiled_brain import CompiledBrain
from spikeworm_env.compiler.edits import recorded
from spikeworm_env.errors import InputError
from spikeworm_env.lesions._lesion import LesionKind

RIGHT_OF = {"concentration_left": "concentration_right", "concentration_left_b": "concentration_right_b"}
OPPOSITE = RIGHT_OF | {right: left for left, right in RIGHT_OF.items()}


def has_sides(compiled: CompiledBrain) -> bool:
    """Whether any receptor of the brain senses one side of the head only."""
    return any(receptor.source in OPPOSITE for receptor in compiled.receptors)


def swap_sensors(compiled: CompiledBrain) -> CompiledBrain:
    """The brain whose left receptors read the right channel, and the reverse.

    Raises:
        InputError: it has no receptor of one side.
    """
    if not has_sides(compiled):
        raise InputError(
            f"brain {compiled.meta.recipe_name!r} has no sensors to swap: no receptor reads "
            f"{' or '.join(OPPOSITE)}"
        )
    swapped = tuple(
        replace(receptor, source=OPPOSITE.get(receptor.source, receptor.source))
        for receptor in compiled.receptors
    )
    return recorded(compiled, replace(compiled, receptors=swapped), "left and right sensors swapped")


LESION = LesionKind(
    name="swap_sensors",
    description="Exchanges the left and right odour channels of all receptors.",
    apply=swap_sensors,
    takes={},
)
