"""What a figure declares."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.figure import Figure


class Needs(Enum):
    """What a figure is drawn from; its ``draw`` and ``fits`` take these arguments."""

    BLOCK = "a block"  # (Block)
    BRAIN = "a compiled brain"  # (CompiledBrain)
    SPIKES = "a brain and its spikes in a trial"  # (CompiledBrain, Spikes)
    TRAINED = "a trained brain"  # (CompiledBrain)
    STUDY = "a study"  # (Study)


def _always(*_: Any) -> bool:
    return True


@dataclass(frozen=True)
class FigureKind:
    """One figure, which a command draws wherever it has what the figure needs.

    Attributes:
        name: unique.
        file: the name of its PNG; unique among the figures of the same needs.
        needs: what it is drawn from, which also decides which commands draw it.
        about: one line: what it shows.
        draw: draws it, with matplotlib.
        order: its position among figures; small numbers first.
        fits: whether it shows anything for this content.
    """

    name: str
    file: str
    needs: Needs
    about: str
    draw: Callable[..., Figure]
    order: int
    fits: Callable[..., bool] = _always
