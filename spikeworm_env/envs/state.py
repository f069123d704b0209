"""A snapshot of an environment from which it continues bit for bit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from spikeworm_env.envs.settings import Settings
from spikeworm_env.errors import InputError
from spikeworm_env.world.worm import WORM, Worms


@dataclass(frozen=True, eq=False)
class EnvState:
    """All that changes in an environment.

    Attributes:
        kind: the name of the environment's class.
        worm: (1,) record, see ``world.worm.WORM``; read-only.
        sources: (k, >= 6) see ``world.arena.SOURCE``; read-only.
        tally: (m,) what the dish's own rules keep count of; read-only.
        np_random: the state of the environment's bit generator.
    """

    kind: str
    worm: Worms
    sources: NDArray[np.float64]
    tally: NDArray[np.float64]
    np_random: Mapping[str, Any]

    @classmethod
    def of(
        cls,
        kind: str,
        worm: Worms,
        sources: NDArray[np.float64],
        tally: NDArray[np.float64],
        rng: np.random.Generator,
    ) -> EnvState:
        """A copy of these, which later steps do not touch."""
        worm, sources, tally = worm.copy(), sources.copy(), tally.copy()
        for part in (worm, sources, tally):
            part.flags.writeable = False
        return cls(kind, worm, sources, tally, rng.bit_generator.state)

    def check(self, kind: str, n_sources: int, settings: Settings, rng: np.random.Generator) -> None:
        """Make sure that an environment of this class and these settings could have come here.

        Raises:
            InputError: it could not.
        """
        if self.kind != kind:
            raise InputError(f"state: got one of {self.kind}, expected one of {kind}")
        if self.worm.dtype != WORM:
            raise InputError("state: got a worm of another version of the world")
        if len(self.sources) != n_sources:
            raise InputError(
                f"state: got {len(self.sources)} sources of smell, expected {n_sources} "
                f"with n_foods={settings.n_foods}"
            )
        if self.worm["tick"][0] > settings.duration_ticks:
            raise InputError(
                f"state: got tick {self.worm['tick'][0]}, expected at most {settings.duration_ticks}"
            )
        if self.np_random["bit_generator"] != rng.bit_generator.state["bit_generator"]:
            raise InputError(
                f"state: got a stream of {self.np_random['bit_generator']}, expected this environment's kind"
            )
