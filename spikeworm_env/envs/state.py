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
    """All that changes in a chemotaxis environment.

    Attributes:
        worm: (1,) record, see ``world.worm.WORM``; read-only.
        foods: (k, 4) x, y (BL), peak, sigma (BL); read-only.
        np_random: the state of the environment's bit generator.
    """

    worm: Worms
    foods: NDArray[np.float64]
    np_random: Mapping[str, Any]

    @classmethod
    def of(cls, worm: Worms, foods: NDArray[np.float64], rng: np.random.Generator) -> EnvState:
        """A copy of these, which later steps do not touch."""
        worm, foods = worm.copy(), foods.copy()
        worm.flags.writeable = foods.flags.writeable = False
        return cls(worm, foods, rng.bit_generator.state)

    def check(self, settings: Settings, rng: np.random.Generator) -> None:
        """Make sure that an environment of these settings could have come here.

        Raises:
            InputError: it could not.
        """
        if self.worm.dtype != WORM:
            raise InputError("state: got a worm of another version of the world")
        if len(self.foods) != settings.n_foods:
            raise InputError(f"state: got {len(self.foods)} foods, expected n_foods={settings.n_foods}")
        if self.worm["tick"][0] > settings.duration_ticks:
            raise InputError(
                f"state: got tick {self.worm['tick'][0]}, expected at most {settings.duration_ticks}"
            )
        if self.np_random["bit_generator"] != rng.bit_generator.state["bit_generator"]:
            raise InputError(
                f"state: got a stream of {self.np_random['bit_generator']}, expected this environment's kind"
            )
