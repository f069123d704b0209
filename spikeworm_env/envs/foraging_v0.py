"""The environment ``SpikeWorm/Foraging-v0``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from spikeworm_env.checks import number
from spikeworm_env.envs.base import SpikeWormEnv
from spikeworm_env.envs.info import Info
from spikeworm_env.envs.reward import WALL, add_wall_cost
from spikeworm_env.envs.settings import Start
from spikeworm_env.kernels.binding import inner
from spikeworm_env.kernels.elementary import expm1
from spikeworm_env.world.record_types import Records
from spikeworm_env.world.scale import TICK_S
from spikeworm_env.world.worm import Rules


@inner
def eat_and_regrow(worm, sources, env_state, params, reward_terms):
    """Eat of every food within reach of the head; the others regrow; the peak of each follows its stock."""
    x, y = worm["head"][0], worm["head"][1]
    for i in range(sources.shape[0]):
        food = sources[i]
        dx, dy = x - food["position"][0], y - food["position"][1]
        if dx * dx + dy * dy <= params["reach"] * params["reach"]:
            eaten = params["eaten_per_tick"] * food["stock"]
            food["stock"] -= eaten
            env_state["eaten"] += eaten
            reward_terms["eaten"] += eaten
        else:
            food["stock"] += params["regrown_per_tick"] * (1.0 - food["stock"])
        food["peak"] = params["full_peak"] * food["stock"]


class ForagingEnv(SpikeWormEnv):
    """A worm moves between foods, which it eats and which regrow.

    ## Description

    A worm of 24 links lies on its side in a round arena. Muscles bend the joints; the drag of the agar, forty
    times as strong across the body as along it, turns bending into crawling. Food is the source of an odour,
    whose concentration is `food_peak * exp(-d^2 / (2 * sigma^2))` at distance d. Lengths are in body lengths
    (BL), times in seconds; one tick is 1 ms and a step is `frame_skip` ticks.

    While the head is within `reach` of a food, the worm eats: the stock of the food falls with the time
    constant `eat_s`. Otherwise the stock regrows with `regrow_s`. The peak of a food is `food_peak` times its
    stock. The greatest reward therefore needs the worm to leave a food of small stock for one that has
    regrown.

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

    `Box((77,), float32)`. The bounds of concentrations are given for foods whose peaks sum up to 1; in
    general they are `n_foods * food_peak`.

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

    | Term  | Value                                                          |
    |-------|----------------------------------------------------------------|
    | eaten | amount eaten in the step, in full foods                        |
    | wall  | -0.1 per second in which any part of the body touches the wall |

    The change of concentration is not rewarded here: it falls where the worm eats.

    ## Starting State

    The first food is drawn uniformly over the part of the arena at least 3 BL from the wall, the start
    uniformly over the places at `start_distance` from it that are as far from the wall; the distance is the
    same for every seed. Further foods are not nearer. The worm is straight and relaxed; its heading is
    uniform. `reset(options=...)` takes `position` (x, y), `heading_rad` and `food` [(x, y), ...]; options
    that are not given are drawn as before.

    All foods are full.

    ## Episode End

    Never terminated: a worm at food may stay there. Truncated after `duration_s`; the last step is shorter if
    `frame_skip` does not divide it. A step after that needs a reset.

    ## Info

    | Key            | Value                                                                      |
    |----------------|----------------------------------------------------------------------------|
    | tick           | ticks since the reset                                                      |
    | time_s         | the same in seconds                                                        |
    | frame_skip     | ticks in a step                                                            |
    | position       | (2,) head tip, BL; the arena's centre is the origin                        |
    | heading_rad    | direction in which the head points                                         |
    | distance       | from the head tip to the nearest food, BL                                  |
    | concentration  | at the head tip, food peaks                                                |
    | food           | (k, 2) positions of the foods, BL                                          |
    | reward_terms   | the terms of this step's reward by name                                    |
    | ci_time        | 1 - mean distance / start distance, since the reset                        |
    | ci_net         | (start distance - distance) / start distance                               |
    | ci_clipped     | mean of max(0, 1 - distance / start distance)                              |
    | min_distance   | least distance since the reset, BL                                         |
    | start_distance | distance at the reset, BL                                                  |
    | success        | whether the least distance is 1 BL or less                                 |
    | eaten          | amount eaten since the reset, in full foods: the index of this environment |
    | stock          | (k,) what is left of each food, 0 to 1                                     |

    The other indices refer to the nearest food, whatever its stock.

    ## Arguments

    ```python
    import gymnasium
    import spikeworm_env

    env = gymnasium.make("SpikeWorm/Foraging-v0", n_foods=8, regrow_s=30.0)
    ```

    | Argument       | Default | Unit  | Meaning                                                            |
    |----------------|---------|-------|--------------------------------------------------------------------|
    | eat_s          | 5.0     | s     | time constant of eating, 0.01 to 1e6                               |
    | regrow_s       | 60.0    | s     | time constant of regrowth, 0.01 to 1e6                             |
    | reach          | 0.5     | BL    | distance from head to food within which the worm eats, 0.001 to 10 |
    | start_distance | 6.0     | BL    | from the head to the nearest food at the reset                     |
    | sigma          | 4.0     | BL    | width of a food's Gaussian, 0.01 to 1e6                            |
    | n_foods        | 5       |       | foods in the arena, 1 to 100; their concentrations add             |
    | food_peak      | 1.0     |       | concentration at a food, 1e-6 to 1e6                               |
    | food_position  | None    | BL    | (x, y) of the first food, or a list; None: drawn at every reset    |
    | duration_s     | 90.0    | s     | simulated time of an episode, 0.001 to 86400                       |
    | frame_skip     | 10      | ticks | ticks per step, 1 to 1e6; 1 is lock-step                           |
    | arena_radius   | 30.0    | BL    | of the round wall, 5 to 1000                                       |
    | drag_ratio     | 40.0    |       | normal / tangential, 1 to 1e6; 40 on agar, 1.5 to 2 in liquid      |
    | observation    | 'flat'  |       | "flat" for one vector, "dict" for a dict of vectors by channel     |
    | noise          | 0.0     |       | standard deviation on concentrations, food peaks, 0 to 1e6         |
    | render_mode    | None    |       | None, "human" (a window in real time) or "rgb_array"               |
    | render_size    | 800     | px    | side of a frame, 240 to 4096                                       |

    `InputError` (a `ValueError`) names an argument that is out of its range. `env.unwrapped.get_state()`
    returns a snapshot and `set_state()` restores it; the same actions then give the same results bit for bit.

    ## Version History

    * v0: first version
    """

    REWARD_TERMS = (("eaten", "f8", "amount eaten in the step, in full foods"), WALL)
    SOURCES = (("stock", "f8", "what is left of the food, 0 to 1"),)
    STATE = (("eaten", "f8", "amount eaten since the reset, in full foods"),)
    PARAMS = (
        ("full_peak", "f8", "concentration at a full food"),
        ("eaten_per_tick", "f8", "share of the stock that is eaten in a tick"),
        ("regrown_per_tick", "f8", "share of what is missing that regrows in a tick"),
        ("reach", "f8", "distance within which the worm eats, BL"),
    )
    RULES = Rules(update_arena=eat_and_regrow, add_reward=add_wall_cost)

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

    def _own_params(self) -> Mapping[str, float]:
        eaten, regrown = self._shares
        peak = self._settings.peak
        return {"full_peak": peak, "eaten_per_tick": eaten, "regrown_per_tick": regrown, "reach": self._reach}

    def _init_arena(
        self, start: Start, env_state: Records, options: Mapping[str, Any], seeded: bool
    ) -> Records:
        start.sources["stock"] = 1.0
        return start.sources

    def _own_info(self, env_state: Any) -> Info:
        return {"eaten": env_state.eaten, "stock": self._source_arrays["stock"].copy()}
