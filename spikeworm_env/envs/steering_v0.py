"""The environment ``SpikeWorm/Steering-v0``."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from spikeworm_env.envs.action import ActionForm
from spikeworm_env.envs.base import SpikeWormEnv
from spikeworm_env.envs.reward import approach_and_wall
from spikeworm_env.envs.start import Start
from spikeworm_env.kernels.binding import inner
from spikeworm_env.kernels.draws import uniforms
from spikeworm_env.world.gait import crawl_on
from spikeworm_env.world.scale import TICK_S
from spikeworm_env.world.worm import advance_with

TURN, DRIVE = 0, 1
PHASE: Final = 0


@inner
def steer(action, ticks, tally, share):
    """The action is turn and drive of a ready gait, which writes the shares."""
    tally[PHASE] = crawl_on(tally[PHASE], action[TURN], action[DRIVE], ticks * TICK_S, share)


class SteeringEnv(SpikeWormEnv):
    """A worm that knows how to crawl is steered towards the smell of food by turn and drive.

    ## Description

    {body}

    A gait generator drives the muscles: a wave of activation travels along the body, and an agent bends it to
    one side and sets its speed. The generator is not made of neurons; this environment is for learning to
    steer quickly and for baselines. Nothing else differs from `SpikeWorm/Chemotaxis-v0`.

    ## Action Space

    `Box(-1, 1, (2,), float32)`. Values outside of -1..1 are clipped; any floating point type is taken; NaN,
    infinity, another type or another shape raises `ActionError` (a `ValueError`) and changes nothing.

    | Index | Name  | Min | Max | Unit                                                              |
    |-------|-------|-----|-----|-------------------------------------------------------------------|
    | 0     | turn  | -1  | 1   | bend of the whole body: -1 left (ventral), 1 right (dorsal)       |
    | 1     | drive | -1  | 1   | speed of the wave, 0.71 Hz at 1; 0 holds still, below 0 it backs  |

    The muscles' shares are those of the wave at the middle of the step,
    `w_i = sin(phase - 2 pi 1.85 i / 24) + 0.3 turn` for segment i, dorsal `0.0112 max(0, w_i)` and ventral
    `0.0112 max(0, -w_i)`. On agar, turn 0 and drive 1 crawl straight on at 0.26 BL/s; turn 1 is a circle of
    radius 0.3 BL.

    ## Observation Space

    {senses}

    ## Rewards

    {terms_head}
    {approach_term}
    {wall_term}

    ## Starting State

    {start}

    The phase of the wave is drawn uniformly.

    ## Episode End

    {end}

    ## Info

    {info}

    ## Arguments

    ```python
    import gymnasium
    import spikeworm_env

    env = gymnasium.make("SpikeWorm/Steering-v0", start_distance=6.0, duration_s=60.0)
    ```

    {arguments_head}
    {arguments}

    {arguments_notes}

    ## Version History

    * v0: first version
    """

    ACTION = ActionForm(-1.0, 1.0, (2,))
    TALLY = ("phase_rad",)
    kernel = staticmethod(advance_with(command=steer, pay=approach_and_wall))

    def _furnish(
        self, start: Start, options: Mapping[str, Any], seeded: bool
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        return start.sources, np.array([uniforms(self.np_random, 0.0, 2 * math.pi)])
