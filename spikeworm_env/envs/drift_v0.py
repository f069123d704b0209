"""The environment ``SpikeWorm/Drift-v0``."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from spikeworm_env.envs.base import Info, SpikeWormEnv
from spikeworm_env.envs.placement import room_in
from spikeworm_env.envs.reward import approach_and_wall
from spikeworm_env.envs.start import Start
from spikeworm_env.kernels.binding import inner
from spikeworm_env.kernels.draws import uniforms
from spikeworm_env.kernels.elementary import cos_sin
from spikeworm_env.world.arena import SOURCE, X, Y
from spikeworm_env.world.checks import number
from spikeworm_env.world.scale import TICK_S
from spikeworm_env.world.worm import RULE, advance_with

VX, VY = len(SOURCE), len(SOURCE) + 1  # further columns of a source: its velocity, BL/s
ROOM: Final = len(RULE)  # BL from the arena's centre, at which a food turns round


@inner
def drift(worm, sources, tally, rule, terms):
    """Move every food on its straight way; at the edge of its room it is reflected."""
    for i in range(sources.shape[0]):
        food = sources[i]
        food[X] += TICK_S * food[VX]
        food[Y] += TICK_S * food[VY]
        square = food[X] * food[X] + food[Y] * food[Y]
        outward = food[X] * food[VX] + food[Y] * food[VY]
        if outward > 0.0 and square > rule[ROOM] * rule[ROOM]:
            food[VX] -= 2.0 * outward / square * food[X]
            food[VY] -= 2.0 * outward / square * food[Y]


class DriftEnv(SpikeWormEnv):
    """A worm follows the smell of food that moves.

    ## Description

    {body}

    Every food drifts along a straight line at a constant speed and is reflected 3 BL before the wall. A worm
    that has found it must go with it.

    ## Action Space

    {muscles}

    ## Observation Space

    {senses}

    ## Rewards

    {terms_head}
    {approach_term}
    {wall_term}

    Food that drifts towards the worm counts as approach, too.

    ## Starting State

    {start}

    The direction of each food's drift is uniform; the option `drift_heading_rad` sets it for all foods.

    ## Episode End

    {end}

    ## Info

    {info}
    | food_velocity  | (k, 2) of the foods, BL/s                                                      |

    The indices refer to where the food is in each tick.

    ## Arguments

    ```python
    import gymnasium
    import spikeworm_env

    env = gymnasium.make("SpikeWorm/Drift-v0", drift_speed=0.1)
    ```

    {arguments_head}
    | drift_speed    | 0.05    | BL/s  | of the food, 0 to 10; a worm on agar crawls at about 0.25           |
    {arguments}

    {arguments_notes}

    ## Version History

    * v0: first version
    """

    OPTIONS = ("drift_heading_rad",)
    kernel = staticmethod(advance_with(live=drift, pay=approach_and_wall))

    def __init__(self, *, drift_speed: float = 0.05, **common: Any) -> None:
        self._speed = number("drift_speed", drift_speed, 0, 10, "BL/s")
        super().__init__(**common)

    def _own_rule(self) -> Sequence[float]:
        return (room_in(self._settings.arena_radius),)

    def _furnish(
        self, start: Start, options: Mapping[str, Any], seeded: bool
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        headings = uniforms(self.np_random, -math.pi, math.pi, len(start.sources))
        if options.get("drift_heading_rad") is not None:
            headings[:] = number("drift_heading_rad", options["drift_heading_rad"], -1e6, 1e6, "rad")
        velocities = self._speed * np.array([cos_sin(heading) for heading in headings]).reshape(-1, 2)
        return np.hstack((start.sources, velocities)), np.empty(0)

    def _own_info(self, tally: list[float]) -> Info:
        return {"food_velocity": self._arena[:, VX:].copy()}
