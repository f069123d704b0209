"""The environment ``SpikeWorm/Aversion-v0``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np

from spikeworm_env.checks import number
from spikeworm_env.envs.base import SpikeWormEnv
from spikeworm_env.envs.info import Info
from spikeworm_env.envs.placement import Arc, Points, arcs_about, draw_on, room_in
from spikeworm_env.envs.reward import APPROACH, WALL
from spikeworm_env.envs.settings import Settings, Start
from spikeworm_env.envs.spaces import Bounds, concentration_bounds
from spikeworm_env.errors import InputError
from spikeworm_env.kernels.binding import inner
from spikeworm_env.world.arena import gaussian, make_foods
from spikeworm_env.world.checks import place
from spikeworm_env.world.record_types import Records
from spikeworm_env.world.scale import TICK_S

HARM_COST_PER_S: Final = 0.1


@inner
def add_exposure(worm, sources, env_state, params, reward_terms):
    """Count the concentration of the repellent, the last of the sources, at the head, in its own peaks."""
    repellent = sources[sources.shape[0] - 1]
    dx = worm["head"][0] - repellent["position"][0]
    dy = worm["head"][1] - repellent["position"][1]
    concentration = gaussian(dx, dy, repellent["sigma"])
    env_state["exposure"] += concentration
    env_state["ticks"] += 1
    reward_terms["harm"] -= HARM_COST_PER_S * TICK_S * concentration


class AversionEnv(SpikeWormEnv):
    """A worm crawls to food and stays away from a repellent beside it.

    ## Description

    A worm of 24 links lies on its side in a round arena. Muscles bend the joints; the drag of the agar, forty
    times as strong across the body as along it, turns bending into crawling. Food is the source of an odour,
    whose concentration is `food_peak * exp(-d^2 / (2 * sigma^2))` at distance d. Lengths are in body lengths
    (BL), times in seconds; one tick is 1 ms and a step is `frame_skip` ticks.

    A repellent lies beside the first food. Its concentration counts as negative: the worm senses the food's
    concentration less the repellent's, so that a worm that moves up the gradient keeps away from the
    repellent.

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

    `Box((77,), float32)`. The bounds of concentrations are those of one food and a repellent of peak 1; in
    general they are `-repellent_peak` and `n_foods * food_peak`.

    | Index  | Name                | Min | Max | Unit                                                 |
    |--------|---------------------|-----|-----|------------------------------------------------------|
    | 0      | concentration       | -1  | 1   | food peaks less repellent, at the head tip           |
    | 1      | concentration_left  | -1  | 1   | the same 0.04 BL to the left of the head tip         |
    | 2      | concentration_right | -1  | 1   | the same 0.04 BL to the right                        |
    | 3      | adapted_change      | -2  | 2   | concentration less its running mean (1 s)            |
    | 4      | head_touch          | 0   | 1   | 1 - exp(-force / 0.5) of the wall on the front third |
    | 5      | tail_touch          | 0   | 1   | the same on the rear third                           |
    | 6..28  | joint_angle         | -pi | pi  | rad, head to tail, positive: dorsal side concave     |
    | 29..52 | dorsal_activation   | 0   | 1   | 1 - exp(-activation), head to tail                   |
    | 53..76 | ventral_activation  | 0   | 1   | the same                                             |

    `env.unwrapped.layout` holds the indices by name. With `observation="dict"` each name is a key, and its
    value a float32 vector. The worm bends in the plane of left and right: its dorsal side is its right-hand
    side. (A real worm on agar lies on its side and has no left and right sensors in that plane; the two are a
    robot's.) With `noise`, normal noise is added to the concentrations in each step, and the sum is clipped
    to the bounds.

    ## Rewards

    The reward is the sum of the terms in `info["reward_terms"]`:

    | Term     | Value                                                                         |
    |----------|-------------------------------------------------------------------------------|
    | approach | change of the concentration at the head over the step; sums to end - start    |
    | harm     | -0.1 per second times the repellent's concentration at the head, in its peaks |
    | wall     | -0.1 per second in which any part of the body touches the wall                |

    ## Starting State

    The first food is drawn uniformly over the part of the arena at least 3 BL from the wall, the start
    uniformly over the places at `start_distance` from it that are as far from the wall; the distance is the
    same for every seed. Further foods are not nearer. The worm is straight and relaxed; its heading is
    uniform. `reset(options=...)` takes `position` (x, y), `heading_rad` and `food` [(x, y), ...]; options
    that are not given are drawn as before.

    The repellent is drawn uniformly over the places at `repellent_distance` from the first food that are at
    least 3 BL from the wall; the option `repellent` (x, y) sets it.

    ## Episode End

    Never terminated: a worm at food may stay there. Truncated after `duration_s`; the last step is shorter if
    `frame_skip` does not divide it. A step after that needs a reset.

    ## Info

    | Key            | Value                                                                             |
    |----------------|-----------------------------------------------------------------------------------|
    | tick           | ticks since the reset                                                             |
    | time_s         | the same in seconds                                                               |
    | frame_skip     | ticks in a step                                                                   |
    | position       | (2,) head tip, BL; the arena's centre is the origin                               |
    | heading_rad    | direction in which the head points                                                |
    | distance       | from the head tip to the nearest food, BL                                         |
    | concentration  | at the head tip, food peaks                                                       |
    | food           | (k, 2) positions of the foods, BL                                                 |
    | reward_terms   | the terms of this step's reward by name                                           |
    | ci_time        | 1 - mean distance / start distance, since the reset                               |
    | ci_net         | (start distance - distance) / start distance                                      |
    | ci_clipped     | mean of max(0, 1 - distance / start distance)                                     |
    | min_distance   | least distance since the reset, BL                                                |
    | start_distance | distance at the reset, BL                                                         |
    | success        | whether the least distance is 1 BL or less                                        |
    | repellent      | (2,) its position, BL                                                             |
    | avoid_index    | 1 - mean concentration of the repellent at the head, in its peaks; 1 at the start |

    ## Arguments

    ```python
    import gymnasium
    import spikeworm_env

    env = gymnasium.make("SpikeWorm/Aversion-v0", repellent_distance=4.0)
    ```

    | Argument           | Default | Unit  | Meaning                                                         |
    |--------------------|---------|-------|-----------------------------------------------------------------|
    | repellent_peak     | 1.0     |       | strength of the repellent, food peaks, 1e-6 to 1e6              |
    | repellent_sigma    | 4.0     | BL    | width of its Gaussian, 0.01 to 1e6                              |
    | repellent_distance | 6.0     | BL    | from the first food, 0.01 to the arena's radius less 3          |
    | start_distance     | 12.0    | BL    | from the head to the nearest food at the reset                  |
    | sigma              | 8.0     | BL    | width of a food's Gaussian, 0.01 to 1e6                         |
    | n_foods            | 1       |       | foods in the arena, 1 to 100; their concentrations add          |
    | food_peak          | 1.0     |       | concentration at a food, 1e-6 to 1e6                            |
    | food_position      | None    | BL    | (x, y) of the first food, or a list; None: drawn at every reset |
    | duration_s         | 90.0    | s     | simulated time of an episode, 0.001 to 86400                    |
    | frame_skip         | 10      | ticks | ticks per step, 1 to 1e6; 1 is lock-step                        |
    | arena_radius       | 30.0    | BL    | of the round wall, 5 to 1000                                    |
    | drag_ratio         | 40.0    |       | normal / tangential, 1 to 1e6; 40 on agar, 1.5 to 2 in liquid   |
    | observation        | 'flat'  |       | "flat" for one vector, "dict" for a dict of vectors by channel  |
    | noise              | 0.0     |       | standard deviation on concentrations, food peaks, 0 to 1e6      |
    | render_mode        | None    |       | None, "human" (a window in real time) or "rgb_array"            |
    | render_size        | 800     | px    | side of a frame, 240 to 4096                                    |

    `InputError` (a `ValueError`) names an argument that is out of its range. `env.unwrapped.get_state()`
    returns a snapshot and `set_state()` restores it; the same actions then give the same results bit for bit.

    ## Version History

    * v0: first version
    """

    REWARD_TERMS = (
        APPROACH,
        ("harm", "f8", "-0.1 per second times the repellent's concentration at the head, in its peaks"),
        WALL,
    )
    STATE = (
        ("exposure", "f8", "sum over the ticks of the repellent's concentration at the head, in its peaks"),
        ("ticks", "i8", "number of ticks in the sum"),
    )
    RULES = SpikeWormEnv.RULES._replace(update_arena=add_exposure)
    OPTIONS = ("repellent",)

    def __init__(
        self,
        *,
        repellent_peak: float = 1.0,
        repellent_sigma: float = 4.0,
        repellent_distance: float = 6.0,
        **common: Any,
    ) -> None:
        self._peak = number("repellent_peak", repellent_peak, 1e-6, 1e6)
        self._sigma = number("repellent_sigma", repellent_sigma, 0.01, 1e6, "BL")
        super().__init__(**common)
        room = room_in(self._settings.arena_radius)
        self._distance = number("repellent_distance", repellent_distance, 0.01, room, "BL")
        if self._settings.foods is not None:
            self._arcs(self._settings.foods)

    def _concentration_bounds(self, settings: Settings) -> Bounds:
        return concentration_bounds(-self._peak, settings.n_foods * settings.peak)

    def _n_sources(self, settings: Settings) -> int:
        return settings.n_foods + 1

    def _init_arena(
        self, start: Start, env_state: Records, options: Mapping[str, Any], seeded: bool
    ) -> Records:
        if options.get("repellent") is None:
            position = draw_on(self.np_random, self._arcs(start.sources["position"]), self._distance)
        else:
            position = place("repellent", options["repellent"], self._settings.arena_radius)
        repellent = make_foods(position[None], -self._peak, self._sigma, self.dtypes.source)
        repellent["food"] = 0
        return np.concatenate((start.sources, repellent))

    def _arcs(self, foods: Points) -> list[Arc]:
        """The arcs on which the repellent is drawn; foods (k, 2), BL."""
        radius = self._settings.arena_radius
        arcs = arcs_about(foods[:1], self._distance, room_in(radius))
        if not arcs:
            raise InputError(
                f"repellent_distance is {self._distance:g}; expected a distance from the food at which "
                f"some place is well inside an arena of radius {radius:g}"
            )
        return arcs

    def _own_info(self, env_state: Any) -> Info:
        mean = env_state.exposure / env_state.ticks if env_state.ticks else 0.0
        return {"repellent": self._source_arrays["position"][-1].copy(), "avoid_index": 1.0 - mean}
