"""The arrays that the kernel reads and writes, of one worm or of many."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from spikeworm_env.world.worm import WORM, Worms


@dataclass(frozen=True, eq=False)
class EnvBatch:
    """n worms, each alone in its arena.

    Attributes:
        worms: (n,) records, see ``world.worm.WORM``.
        sources: (n, k, >= 6) see ``world.arena.SOURCE``.
        tally: (n, m) what the arenas' own rules keep count of.
        action: (n, ...) float64, what each worm is told to do.
        ticks: (n,) for how long.
        telemetry: (n, >= 14) see ``world.worm.TELEMETRY``.
    """

    worms: Worms
    sources: NDArray[np.float64]
    tally: NDArray[np.float64]
    action: NDArray[np.float64]
    ticks: NDArray[np.int64]
    telemetry: NDArray[np.float64]

    @classmethod
    def of_one(
        cls, sources: tuple[int, ...], n_counts: int, action: tuple[int, ...], n_told: int
    ) -> EnvBatch:
        """Arrays of one worm, to be filled, by their shapes and sizes."""
        return cls(
            np.empty(1, WORM),
            np.empty((1, *sources)),
            np.empty((1, n_counts)),
            np.zeros((1, *action)),
            np.zeros(1, np.int64),
            np.empty((1, n_told)),
        )

    @classmethod
    def side_by_side(cls, arenas: Sequence[EnvBatch]) -> EnvBatch:
        """Copies of all of these, in arrays in common."""
        parts = ([getattr(arena, field.name) for arena in arenas] for field in fields(cls))
        worms, *others = parts
        # `WORM` itself, not an equal of it: compiled code knows the one at a glance, which saves 1 µs a call
        return cls(np.concatenate(worms, dtype=WORM), *map(np.concatenate, others))

    def one(self, i: int) -> EnvBatch:
        """The i-th worm and its arena: views, through which it is changed here too."""
        return EnvBatch(*(getattr(self, field.name)[i : i + 1] for field in fields(self)))

    def fill(self, worm: Worms, sources: NDArray[np.float64], tally: NDArray[np.float64]) -> None:
        """Put a worm (1,) into its arena (k, >= 6) with its tally (m,), at rest."""
        self.worms[:], self.sources[0], self.tally[0] = worm, sources, tally
        self.action[:], self.ticks[:] = 0.0, 0

    def arguments(self, rule: NDArray[np.float64]) -> tuple[Any, ...]:
        """The kernel's arguments as far as they stay the same from call to call."""
        return self.worms, self.sources, self.tally, rule, self.action, self.ticks
