"""Lesions and other changes of a compiled brain: a brain in, a changed copy out.

One file a kind. A file here that declares ``LESION = LesionKind(…)`` is found by its name; `find_lesions` and
``spikeworm ablate --lesion`` then accept it without any other edit. Files that begin with an underscore are
helpers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from spikeworm_env.checks import list_of
from spikeworm_env.compiler.compiled_brain import CompiledBrain
from spikeworm_env.compiler.edits import recorded
from spikeworm_env.errors import InputError, UnknownNameError, shown
from spikeworm_env.lesions._lesion import LesionKind
from spikeworm_env.registry import Registry

__all__ = ["LESIONS", "Lesion", "LesionKind", "find_lesions"]

LESIONS: Registry[LesionKind] = Registry(
    __name__, "LESION", kind="kind of lesion", of=LesionKind, order=lambda kind: kind.order
)
"""The kinds of changes of a brain, by name."""


@dataclass(frozen=True)
class Lesion:
    """One lesion of one brain.

    Attributes:
        kind: a key of `LESIONS` whose only argument is a target.
        target: the part that is lesioned, one of the kind's ``targets``.
    """

    kind: str
    target: str

    @property
    def name(self) -> str:
        """The name in tables."""
        return LESIONS[self.kind].words(self.target)[0]

    def apply(self, compiled: CompiledBrain) -> CompiledBrain:
        """The brain with this lesion.

        Raises:
            InputError: the brain has no such part.
        """
        lesioned = LESIONS[self.kind].apply(compiled, target=self.target)
        return recorded(compiled, lesioned, f"lesion of {self.name}")

    def synapses(self, compiled: CompiledBrain) -> int:
        """The number of synapses that it removes."""
        return compiled.network.n_synapses - self.apply(compiled).network.n_synapses


def find_lesions(compiled: CompiledBrain, wanted: str | Sequence[str]) -> tuple[Lesion, ...]:
    """The lesions that words stand for, each once.

    Args:
        compiled: the intact brain.
        wanted: a word or several. A word is the plural of a kind (``blocks``: each block with outgoing
            synapses), ``projections[3]``, ``touch->turn`` (from one component to another), the name of a
            component, or that of a block. A component precedes a block of the same name; ``block NAME`` is
            unambiguous.

    Raises:
        UnknownNameError: the brain has no such part.
        InputError: no word, or a part without synapses to other components.
    """
    words = list_of("lesions", wanted, str, "a name or a list of names")
    kinds = {f"{name}s": name for name, kind in LESIONS.items() if kind.removes_target}
    lesions: dict[Lesion, None] = {}
    for word in words:
        if word in kinds:
            found = [lesion for lesion in _all(compiled) if lesion.kind == kinds[word]]
            lesions.update((lesion, None) for lesion in found if lesion.synapses(compiled))
            continue
        lesion = _single(compiled, word, kinds)
        if not lesion.synapses(compiled):
            raise InputError(f"lesion {shown(word)}: no synapse leads from there to another component")
        lesions[lesion] = None
    if not lesions:
        raise InputError(f"{compiled.meta.recipe_name}: nothing to lesion")
    return tuple(lesions)


def _single(compiled: CompiledBrain, word: str, plurals: Sequence[str] | dict[str, str]) -> Lesion:
    spaced = re.sub(r"\s*->\s*", " -> ", word.strip())
    for lesion in _all(compiled):
        if spaced in LESIONS[lesion.kind].words(lesion.target):
            return lesion
    short = [lesion.target for lesion in _all(compiled) if " " not in lesion.target]
    raise UnknownNameError("lesion", word, [*plurals, *short])


def _all(compiled: CompiledBrain) -> Iterator[Lesion]:
    for name, kind in LESIONS.items():
        if kind.removes_target and kind.targets is not None:
            for target in kind.targets(compiled):
                yield Lesion(name, target)
