"""The environment ``SpikeWorm/Foraging-v0``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from spikeworm_env.envs.base import Info, SpikeWormEnv
from spikeworm_env.envs.reward import wall_alone
from spikeworm_env.envs.start import Start
from spikeworm_env.kernels.binding import inner
from spikeworm_env.kernels.elementary import expm1
from spikeworm_env.world.arena import PEAK, SOURCE, X, Y
from spikeworm_env.world.checks import number
from spikeworm_env.world.scale import TICK_S
from spikeworm_env.world.worm import RULE, advance_with

STOCK: Final = len(SOURCE)  # further column of a source: what is left of it, 0..1
FULL_PEAK, BITE, REGROWTH, REACH = range(len(RULE), len(RULE) + 4)
EATEN: Final = 0  # in the tally and among the terms


@inner
def eat_and_regrow(worm, sources, tally, rule, terms):
    """Eat of every food within reach of the head; the others regrow; each smells as much as is left."""
    x, y = worm["head"][0], worm["head"][1]
    for i in range(sources.shape[0]):
        food = sources[i]
        dx, dy = x - food[X], y - food[Y]
        if dx * dx + dy * dy <= rule[REACH] * rule[REACH]:
            eaten = rule[BITE] * food[STOCK]
            food[STOCK] -= eaten
            tally[EATEN] += eaten
            terms[EATEN] += eaten
        else:
            food[STOCK] += rule[REGROWTH] * (1.0 - food[STOCK])
        food[PEAK] = rule[FULL_PEAK] * food[STOCK]


class ForagingEnv(SpikeWormEnv):
    """A worm goes from food to food, which it eats up and which regrow.

    ## Description

    {body}

    While the head is within `reach` of a food, the worm eats of it: what is left of the food falls with the
    time constant `eat_s`, and regrows with `regrow_s` while nobody eats. A food smells in proportion to what
    is left of it. So it pays to leave a food that gives little for one that has regrown.

    ## Action Space

    {muscles}

    ## Observation Space

    `Box((77,), float32)`. The bounds of concentrations are given for foods whose peaks sum up to 1; in
    general they are `n_foods * food_peak`.

    {senses_head}
    {smell}
    {body_senses}

    {senses_notes}

    ## Rewards

    {terms_head}
    | eaten    | what was eaten in the step, in full foods                                   |
    {wall_term}

    The change of concentration is not rewarded here: it falls where the worm eats.

    ## Starting State

    {start}

    All foods are full.

    ## Episode End

    {end}

    ## Info

    {info}
    | eaten          | what was eaten since the reset, in full foods: the index of this environment   |
    | stock          | (k,) what is left of each food, 0 to 1                                         |

    The other indices refer to the nearest food, whatever is left of it.

    ## Arguments

    ```python
    import gymnasium
    import spikeworm_env

    env = gymnasium.make("SpikeWorm/Foraging-v0", n_foods=8, regrow_s=30.0)
    ```

    {arguments_head}
    | eat_s          | 5.0     | s     | time constant of eating, 0.01 to 1e6                                |
    | regrow_s       | 60.0    | s     | time constant of regrowth, 0.01 to 1e6                              |
    | reach          | 0.5     | BL    | how near to a food the head must be to eat, 0.001 to 10             |
    {arguments}

    {arguments_notes}

    ## Version History

    * v0: first version
    """

    TERMS = ("eaten", "wall")
    TALLY = ("eaten",)
    kernel = staticmethod(advance_with(live=eat_and_regrow, pay=wall_alone))

    def __init__(
        self,
        *,
        eat_s: float = 5.0,
        regrow_s: float = 60.0,
        reach: float = 0.5,
        n_foods: int = 5,
        start_distance: float = 6.0,
        sigma: float = 4.0,
        **common: Any,
    ) -> None:
        times = number("eat_s", eat_s, 0.01, 1e6, "s"), number("regrow_s", regrow_s, 0.01, 1e6, "s")
        self._shares = tuple(-expm1(-TICK_S / time) for time in times)  # of a tick
        self._reach = number("reach", reach, 1e-3, 10, "BL")
        super().__init__(n_foods=n_foods, start_distance=start_distance, sigma=sigma, **common)

    def _own_rule(self) -> Sequence[float]:
        return (self._settings.peak, *self._shares, self._reach)

    def _furnish(
        self, start: Start, options: Mapping[str, Any], seeded: bool
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        return np.column_stack((start.sources, np.ones(len(start.sources)))), np.zeros(len(self.TALLY))

    def _own_info(self, tally: list[float]) -> Info:
        return {"eaten": tally[EATEN], "stock": self._arena[:, STOCK].copy()}
