"""Which cuts a word stands for: a projection, a connection, a component, a block, or all of one kind."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from spikeworm_env.compiler import CompiledBrain
from spikeworm_env.compiler.brain import PROJECTION_ORIGIN
from spikeworm_env.errors import InputError, UnknownNameError
from spikeworm_env.lesions.lesion import (
    connections,
    projections,
    without_block_output,
    without_component,
    without_connection,
    without_projection,
)

ARROW = " -> "


@dataclass(frozen=True)
class Lesion:
    """One cut of one brain.

    Attributes:
        kind: a key of `KINDS`.
        what: the projection as origins name it, ``"a -> b"``, or the name of a component or block.
    """

    kind: str
    what: str

    @property
    def name(self) -> str:
        """What tables call it."""
        return self.what if self.kind == "projections" else f"{self.kind.removesuffix('s')} {self.what}"

    def apply(self, compiled: CompiledBrain) -> CompiledBrain:
        """The brain without it.

        Raises:
            InputError: the brain has no such part.
        """
        if self.kind == "projections":
            return without_projection(compiled, int(self.what[len(PROJECTION_ORIGIN) : self.what.index("]")]))
        if self.kind == "connections":
            return without_connection(compiled, *self.what.split(ARROW))
        if self.kind == "components":
            return without_component(compiled, self.what)
        return without_block_output(compiled, self.what)

    def synapses(self, compiled: CompiledBrain) -> int:
        """How many synapses it takes out."""
        return compiled.network.n_synapses - self.apply(compiled).network.n_synapses


KINDS: Mapping[str, Callable[[CompiledBrain], Sequence[str]]] = {
    "projections": projections,
    "connections": lambda compiled: [ARROW.join(ends) for ends in connections(compiled)],
    "components": lambda compiled: [record.name for record in compiled.components],
    "blocks": lambda compiled: list(dict.fromkeys(record.block for record in compiled.components)),
}
"""Kind of cut → all parts of that kind that a brain has."""


def find_lesions(compiled: CompiledBrain, wanted: str | Sequence[str]) -> tuple[Lesion, ...]:
    """The cuts that words stand for, each once.

    Args:
        compiled: the brain to be cut.
        wanted: a word or several. A word is a kind (``blocks``: each block that tells others anything),
            ``projections[3]``, ``touch->turn`` (from one component to another), the name of a component, or
            that of a block. A component goes before a block of the same name; ``block NAME`` says which.

    Raises:
        UnknownNameError: the brain has no such part.
        InputError: no word, or a part that tells no other anything.
    """
    words = [wanted] if isinstance(wanted, str) else list(wanted)
    lesions: dict[Lesion, None] = {}
    for word in words:
        if word in KINDS:
            found = [Lesion(word, what) for what in KINDS[word](compiled)]
            lesions.update((cut, None) for cut in found if cut.synapses(compiled))
            continue
        cut = _single(compiled, word)
        if not cut.synapses(compiled):
            raise InputError(f"cut {word!r}: no synapse leads from there to another component")
        lesions[cut] = None
    if not lesions:
        raise InputError(f"{compiled.meta.recipe_name}: nothing to cut")
    return tuple(lesions)


def _single(compiled: CompiledBrain, word: str) -> Lesion:
    bare = re.sub(r"\s*->\s*", ARROW, word.strip())
    for cut in _all(compiled):
        if bare in (cut.what, cut.name, cut.what.partition(" ")[0] if cut.kind == "projections" else None):
            return cut
    known = [*KINDS, *(cut.what for cut in _all(compiled) if cut.kind in ("components", "blocks"))]
    raise UnknownNameError("cut", word, known)


def _all(compiled: CompiledBrain) -> Iterator[Lesion]:
    for kind, parts in KINDS.items():
        for what in parts(compiled):
            yield Lesion(kind, what)
