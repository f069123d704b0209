"""What a file of this package declares: one kind of change of a compiled brain."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from spikeworm_env.compiler.compiled_brain import CompiledBrain


@dataclass(frozen=True)
class LesionKind:
    """A kind of lesion, or of another change, of a compiled brain.

    Attributes:
        name: singular; its plural, ``name + "s"``, stands for all lesions of this kind in ``--lesion``.
        description: one line.
        apply: the function, brain → changed brain; its further arguments are those of ``takes``. It leaves
            the given brain unchanged.
        takes: name of an argument → what it is. ``target`` is a part of the brain, as a text; ``rng`` is a
            NumPy generator.
        targets: the valid values of ``target`` for a brain; None if the kind takes none.
        labels: target → the words that name such a lesion; the first is printed in tables.
        example: brain → valid arguments, without ``target`` and ``rng``.
        order: sort key in tables; where a word fits several kinds, the lowest is meant.
    """

    name: str
    description: str
    apply: Callable[..., CompiledBrain]
    takes: Mapping[str, str]
    targets: Callable[[CompiledBrain], Sequence[str]] | None = None
    labels: Callable[[str], Sequence[str]] | None = None
    example: Callable[[CompiledBrain], Mapping[str, Any]] = lambda _: {}
    order: int = 10

    @property
    def removes_target(self) -> bool:
        """Whether a target is all that it takes, so that a word of ``--lesion`` can stand for it."""
        return set(self.takes) == {"target"}

    def words(self, target: str) -> tuple[str, ...]:
        """The words that name the lesion of a target; the first is printed in tables."""
        return (f"{self.name} {target}", target) if self.labels is None else tuple(self.labels(target))
