"""Lesion of a projection: the synapses that one projection of the recipe made."""

from __future__ import annotations

import re

from spikeworm_env.compiler.compiled_brain import PROJECTION_ORIGIN, CompiledBrain
from spikeworm_env.errors import InputError, shown
from spikeworm_env.lesions._lesion import LesionKind
from spikeworm_env.lesions._synapses import remove_synapses


def lesion_projection(compiled: CompiledBrain, index: int) -> CompiledBrain:
    """The brain without the synapses of one projection of its recipe.

    Args:
        index: index of the projection in the recipe, from 0.

    Raises:
        InputError: the recipe has no such projection.
    """
    origin = f"{PROJECTION_ORIGIN}{index}] "
    if not any(name.startswith(origin) for name in compiled.origins):
        count = len(projections(compiled))
        raise InputError(f"projection is {index}; {compiled.meta.recipe_name} has {count}, counted from 0")
    return remove_synapses(compiled, compiled.made_by(origin))


def projections(compiled: CompiledBrain) -> tuple[str, ...]:
    """The origins that are projections, in the order of the recipe."""
    return tuple(name for name in compiled.origins if name.startswith(PROJECTION_ORIGIN))


def _lesion(compiled: CompiledBrain, target: str) -> CompiledBrain:
    form = (
        re.match(re.escape(PROJECTION_ORIGIN) + r"(\d{1,9})\]", target) if isinstance(target, str) else None
    )
    if form is None:
        raise InputError(
            f"projection is {shown(target)}; expected a text such as {PROJECTION_ORIGIN + '3]'!r}"
        )
    return lesion_projection(compiled, int(form[1]))


LESION = LesionKind(
    name="projection",
    description="Removes the synapses of one projection of the recipe.",
    apply=_lesion,
    takes={"target": f"'{PROJECTION_ORIGIN}3]', with or without its ends"},
    targets=projections,
    labels=lambda target: (target, target.partition(" ")[0]),
    order=0,
)
