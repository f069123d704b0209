"""The environment ``SpikeWorm/Drift-v0``."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from spikeworm_env.checks import number
from spikeworm_env.envs.base import SpikeWormEnv
from spikeworm_env.envs.info import Info
from spikeworm_env.envs.placement import room_in
from spikeworm_env.envs.settings import Start
from spikeworm_env.kernels.binding import inner
from spikeworm_env.kernels.elementary import cos_sin
from spikeworm_env.kernels.random_draws import uniforms
from spikeworm_env.world.record_types import Records
from spikeworm_env.world.scale import TICK_S


@inner
def drift(worm, sources, env_state, params, reward_terms):
    """Move every food along its straight line; at the edge of its room it is reflected."""
    for i in range(sources.shape[0]):
        position, velocity = sources[i]["position"], sources[i]["velocity"]
        position[0] += TICK_S * velocity[0]
        position[1] += TICK_S * velocity[1]
        square = position[0] * position[0] + position[1] * position[1]
        outward = position[0] * velocity[0] + position[1] * velocity[1]
        if outward > 0.0 and square > params["room"] * params["room"]:
            velocity[0] -= 2.0 * outward / square * position[0]
            velocity[1] -= 2.0 * outward / square * position[1]


class DriftEnv(SpikeWormEnv):
    """A worm follows food that moves.

    ## Description

    A worm of 24 links lies on its side in a round arena. Muscles bend the joints; the drag of the agar, forty
    times as strong across the body as along it, turns bending into crawling. Food is the source of an odour,
    whose concentration is `food_peak * exp(-d^2 / (2 * sigma^2))` at distance d. Lengths are in body lengths
    (BL), times in seconds; one tick is 1 ms and a step is `frame_skip` ticks.

    Every food drifts along a straight line at a constant speed and is reflected 3 BL before the wall. A worm
    that has found it must follow it.

    ## Action Space

    `Box(0, 1, (2, 24), float32)`: the share of a muscle's motor neurons that spike per tick, averaged over
    the step. Each spike adds 0.86 to a muscle's activation, which decays with a time constant of 100 ms.
    Values outside of 0..1 are clipped; any floating point type is accepted; NaN, infinity, another type or
    another shape raises `ActionError` (a `ValueError`) and changes nothing.

    | Row | Columns | Name            | Min | Max | Unit                   |
    |-----|---------|-----------------|-----|-----|------------------------|
    | 0   | 0..23   | dorsal muscles  | 0   | 1   | spikes / neuron / tick |
    | 1   | 0..23   | ventral muscles | 0   | 1   | spikes / neuron / tick |

    Columns run from head to tail. A crawling worm uses about 0.01.

    ## Observation Space

    `Box((77,), float32)`. The bounds of concentrations are those of one food of peak 1; in general they are
    `n_foods * food_peak`.

    | Index  | Name                | Min | Max | Unit                                                  |
    |--------|---------------------|-----|-----|-------------------------------------------------------|
    | 0      | concentration       | 0   | 1   | food peaks, at the head tip                           |
    | 1      | concentration_left  | 0   | 1   | food peaks, 0.04 BL to the left of the head tip       |
    | 2      | concentration_right | 0   | 1   | food peaks, 0.04 BL to the right                      |
    | 3      | adapted_change      | -1  | 1   | food peaks: concentration less its running mean (1 s) |
    | 4      | head_touch          | 0   | 1   | 1 - exp(-force / 0.5) of the wall on the front third  |
    | 5      | tail_touch          | 0   | 1   | the same on the rear third                            |
    | 6..28  | joint_angle         | -pi | pi  | rad, head to tail, positive: dorsal side concave      |
    | 29..52 | dorsal_activation   | 0   | 1   | 1 - exp(-activation), head to tail                    |
    | 53..76 | ventral_activation  | 0   | 1   | the same                                              |

    `env.unwrapped.layout` holds the indices by name. With `observation="dict"` each name is a key, and its
    value a float32 vector. The worm bends in the plane of left and right: its dorsal side is its right-hand
    side. (A real worm on agar lies on its side and has no left and right sensors in that plane; the two are a
    robot's.) With `noise`, normal noise is added to the concentrations in each step, and the sum is clipped
    to the bounds.

    ## Rewards

    The reward is the sum of the terms in `info["reward_terms"]`:

    | Term     | Value                                                                      |
    |----------|----------------------------------------------------------------------------|
    | approach | change of the concentration at the head over the step; sums to end - start |
    | wall     | -0.1 per second in which any part of the body touches the wall             |

    Food that drifts towards the worm counts as approach, too.

    ## Starting State

    The first food is drawn uniformly over the part of the arena at least 3 BL from the wall, the start
    uniformly over the places at `start_distance` from it that are as far from the wall; the distance is the
    same for every seed. Further foods are not nearer. The worm is straight and relaxed; its heading is
    uniform. `reset(options=...)` takes `position` (x, y), `heading_rad` and `food` [(x, y), ...]; options
    that are not given are drawn as before.

    The direction of each food's drift is uniform; the option `drift_heading_rad` sets it for all foods.

    ## Episode End

    Never terminated: a worm at food may stay there. Truncated after `duration_s`; the last step is shorter if
    `frame_skip` does not divide it. A step after that needs a reset.

    ## Info

    | Key            | Value                                               |
    |----------------|-----------------------------------------------------|
    | tick           | ticks since the reset                               |
    | time_s         | the same in seconds                                 |
    | frame_skip     | ticks in a step                                     |
    | position       | (2,) head tip, BL; the arena's centre is the origin |
    | heading_rad    | direction in which the head points                  |
    | distance       | from the head tip to the nearest food, BL           |
    | concentration  | at the head tip, food peaks                         |
    | food           | (k, 2) positions of the foods, BL                   |
    | reward_terms   | the terms of this step's reward by name             |
    | ci_time        | 1 - mean distance / start distance, since the reset |
    | ci_net         | (start distance - distance) / start distance        |
    | ci_clipped     | mean of max(0, 1 - distance / start distance)       |
    | min_distance   | least distance since the reset, BL                  |
    | start_distance | distance at the reset, BL                           |
    | success        | whether the least distance is 1 BL or less          |
    | food_velocity  | (k, 2) of the foods, BL/s                           |

    The indices refer to where the food is in each tick.

    ## Arguments

    ```python
    import gymnasium
    import spikeworm_env

    env = gymnasium.make("SpikeWorm/Drift-v0", drift_speed=0.1)
    ```

    | Argument       | Default | Unit  | Meaning                                                         |
    |----------------|---------|-------|-----------------------------------------------------------------|
    | drift_speed    | 0.05    | BL/s  | of the food, 0 to 10; a worm on agar crawls at about 0.25       |
    | start_distance | 12.0    | BL    | from the head to the nearest food at the reset                  |
    | sigma          | 8.0     | BL    | width of a food's Gaussian, 0.01 to 1e6                         |
    | n_foods        | 1       |       | foods in the arena, 1 to 100; their concentrations add          |
    | food_peak      | 1.0     |       | concentration at a food, 1e-6 to 1e6                            |
    | food_position  | None    | BL    | (x, y) of the first food, or a list; None: drawn at every reset |
    | duration_s     | 90.0    | s     | simulated time of an episode, 0.001 to 86400                    |
    | frame_skip     | 10      | ticks | ticks per step, 1 to 1e6; 1 is lock-step                        |
    | arena_radius   | 30.0    | BL    | of the round wall, 5 to 1000                                    |
    | drag_ratio     | 40.0    |       | normal / tangential, 1 to 1e6; 40 on agar, 1.5 to 2 in liquid   |
    | observation    | 'flat'  |       | "flat" for one vector, "dict" for a dict of vectors by channel  |
    | noise          | 0.0     |       | standard deviation on concentrations, food peaks, 0 to 1e6      |
    | render_mode    | None    |       | None, "human" (a window in real time) or "rgb_array"            |
    | render_size    | 800     | px    | side of a frame, 240 to 4096                                    |

    `InputError` (a `ValueError`) names an argument that is out of its range. `env.unwrapped.get_state()`
    returns a snapshot and `set_state()` restores it; the same actions then give the same results bit for bit.

    ## Version History

    * v0: first version
    """

    SOURCES = (("velocity", "(2,)f8", "x, y, BL/s"),)
    PARAMS = (("room", "f8", "distance from the arena's centre at which a food is reflected, BL"),)
    RULES = SpikeWormEnv.RULES._replace(update_arena=drift)
    OPTIONS = ("drift_heading_rad",)

    def __init__(self, *, drift_speed: float = 0.05, **common: Any) -> None:
        self._speed = number("drift_speed", drift_speed, 0, 10, "BL/s")
        super().__init__(**common)

    def _own_params(self) -> Mapping[str, float]:
        return {"room": room_in(self._settings.arena_radius)}

    def _init_arena(
        self, start: Start, env_state: Records, options: Mapping[str, Any], seeded: bool
    ) -> Records:
        headings = uniforms(self.np_random, -math.pi, math.pi, len(start.sources))
        if options.get("drift_heading_rad") is not None:
            headings[:] = number("drift_heading_rad", options["drift_heading_rad"], -1e6, 1e6, "rad")
        directions = np.array([cos_sin(heading) for heading in headings]).reshape(-1, 2)
        start.sources["velocity"] = self._speed * directions
        return start.sources

    def _own_info(self, env_state: Any) -> Info:
        return {"food_velocity": self._source_arrays["velocity"].copy()}
