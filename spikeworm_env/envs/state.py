"""A snapshot of an environment from which it continues bit for bit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from spikeworm_env.envs.env_batch import EnvBatch
from spikeworm_env.envs.settings import Settings
from spikeworm_env.errors import InputError
from spikeworm_env.world.worm import RULE, WORM, Worms


@dataclass(frozen=True, eq=False)
class EnvState:
    """All that changes in an environment.

    Attributes:
        kind: the name of the environment's class.
        rule: what the kernel is told of the arena, see ``world.worm.RULE``; it does not change.
        worm: (1,) record, see ``world.worm.WORM``; read-only.
        sources: (k, >= 6) see ``world.arena.SOURCE``; read-only.
        tally: (m,) what the arena's own rules keep count of; read-only.
        np_random: the state of the environment's bit generator.
    """

    kind: str
    rule: tuple[float, ...]
    worm: Worms
    sources: NDArray[np.float64]
    tally: NDArray[np.float64]
    np_random: Mapping[str, Any]

    @classmethod
    def of(cls, kind: str, rule: NDArray[np.float64], arenas: EnvBatch, rng: np.random.Generator) -> EnvState:
        """A copy of one arena, which later steps do not touch."""
        worm, sources, tally = arenas.worms.copy(), arenas.sources[0].copy(), arenas.tally[0].copy()
        for part in (worm, sources, tally):
            part.flags.writeable = False
        return cls(kind, tuple(rule.tolist()), worm, sources, tally, rng.bit_generator.state)

    def check(
        self,
        kind: str,
        rule: NDArray[np.float64],
        n_sources: int,
        n_counts: int,
        settings: Settings,
        rng: np.random.Generator,
    ) -> None:
        """Make sure that an environment of this class and these settings could have come here.

        Raises:
            InputError: it could not.
        """
        if self.kind != kind:
            raise InputError(f"state: got one of {self.kind}, expected one of {kind}")
        if self.worm.dtype != WORM or self.worm.shape != (1,) or self.tally.shape != (n_counts,):
            raise InputError("state: got one of another version of the world")
        if self.rule != tuple(rule.tolist()):
            names = "".join(f"{name}, " for name in RULE)
            raise InputError(
                f"state: got one of an arena whose rule ({names}...) is {self.rule}, "
                f"expected {tuple(rule.tolist())}"
            )
        if len(self.sources) != n_sources:
            raise InputError(
                f"state: got {len(self.sources)} sources of smell, expected {n_sources} "
                f"with n_foods={settings.n_foods}"
            )
        if self.worm["tick"][0] > settings.duration_ticks:
            raise InputError(
                f"state: got tick {self.worm['tick'][0]}, expected at most {settings.duration_ticks}"
            )
        try:
            type(rng.bit_generator)(0).state = self.np_random
        except (KeyError, TypeError, ValueError) as error:
            known = type(rng.bit_generator).__name__
            raise InputError(f"state: got another random stream than one of {known}: {error}") from error
