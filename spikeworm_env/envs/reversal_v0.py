"""The environment ``SpikeWorm/Reversal-v0``."""

from __future__ import annotations

import math
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from spikeworm_env.checks import number, whole
from spikeworm_env.envs.base import SpikeWormEnv
from spikeworm_env.envs.info import Info
from spikeworm_env.envs.placement import CROWD_SHARE, arcs_about, draw_on, room_in
from spikeworm_env.envs.reward import WALL, add_wall_cost
from spikeworm_env.envs.settings import Settings, Start
from spikeworm_env.envs.spaces import Bounds, concentration_bounds
from spikeworm_env.errors import InputError
from spikeworm_env.kernels.binding import inner
from spikeworm_env.kernels.elementary import cos, hypot
from spikeworm_env.world.arena import concentration
from spikeworm_env.world.record_types import N_SENSES, Records
from spikeworm_env.world.scale import TICKS_PER_S
from spikeworm_env.world.senses import ADAPTATION_RATE, FIRST_ODOUR, nose_offset
from spikeworm_env.world.worm import Rules

SECOND_ODOUR: Final = FIRST_ODOUR + 1
LEAST_ANGLE_RAD: Final = math.pi / 4  # between the two places, as seen from the start

# indices in the observation
CONCENTRATION_B: Final = N_SENSES
CONCENTRATION_LEFT_B: Final = N_SENSES + 1
CONCENTRATION_RIGHT_B: Final = N_SENSES + 2
ADAPTED_CHANGE_B: Final = N_SENSES + 3


@inner
def swap_and_reward(worm, sources, env_state, params, reward_terms):
    """Swap the food's place when it is time, measure the second odour, and reward approach to the food's."""
    x, y = worm["head"][0], worm["head"][1]
    if worm["tick"] == params["swap_tick"]:
        for i in range(sources.shape[0]):
            sources[i]["food"] = 1 - sources[i]["food"]
        env_state["marker"] = 1 - env_state["marker"]
        env_state["sum_distance"], env_state["ticks"] = 0.0, 0
    food = sources[env_state["marker"]]
    distance = math.sqrt((x - food["position"][0]) ** 2 + (y - food["position"][1]) ** 2)
    if env_state["ticks"] == 0:
        env_state["first_distance"] = distance
    env_state["sum_distance"] += distance
    env_state["ticks"] += 1
    second = concentration(sources, SECOND_ODOUR, x, y)
    if env_state["marker"] == SECOND_ODOUR:
        reward_terms["approach"] += second - env_state["concentration_b"]
    else:
        reward_terms["approach"] += concentration(sources, FIRST_ODOUR, x, y) - worm["concentration"]
    env_state["concentration_b"] = second
    env_state["adapted_concentration_b"] += ADAPTATION_RATE * (second - env_state["adapted_concentration_b"])


@inner
def write_second_odour(worm, sources, env_state, params, observation):
    """Write the four channels of the second odour."""
    x, y = worm["head"][0], worm["head"][1]
    left_x, left_y = nose_offset(worm)
    second = env_state["concentration_b"]
    observation[CONCENTRATION_B] = second
    observation[CONCENTRATION_LEFT_B] = concentration(sources, SECOND_ODOUR, x + left_x, y + left_y)
    observation[CONCENTRATION_RIGHT_B] = concentration(sources, SECOND_ODOUR, x - left_x, y - left_y)
    observation[ADAPTED_CHANGE_B] = second - env_state["adapted_concentration_b"]


class ReversalEnv(SpikeWormEnv):
    """A worm learns which of two odours marks the food, and learns anew when they swap.

    ## Description

    A worm of 24 links lies on its side in a round arena. Muscles bend the joints; the drag of the agar, forty
    times as strong across the body as along it, turns bending into crawling. Food is the source of an odour,
    whose concentration is `food_peak * exp(-d^2 / (2 * sigma^2))` at distance d. Lengths are in body lengths
    (BL), times in seconds; one tick is 1 ms and a step is `frame_skip` ticks.

    Two places, equally far from the start, are the sources of one odour each. At one of them is food. The
    odour that marks it changes: after `swap_s` seconds of every episode, every `swap_episodes` episodes, or
    both. The places and their odours stay; the food is at the other place from then on. Only the reward shows
    the swap.

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

    `Box((81,), float32)`. The bounds of concentrations are those of `food_peak` 1; in general they are
    `food_peak`. The second odour follows all other channels: the channels of `SpikeWorm/Chemotaxis-v0` keep
    their indices and carry the first odour.

    | Index  | Name                  | Min | Max | Unit                                                  |
    |--------|-----------------------|-----|-----|-------------------------------------------------------|
    | 0      | concentration         | 0   | 1   | food peaks, at the head tip                           |
    | 1      | concentration_left    | 0   | 1   | food peaks, 0.04 BL to the left of the head tip       |
    | 2      | concentration_right   | 0   | 1   | food peaks, 0.04 BL to the right                      |
    | 3      | adapted_change        | -1  | 1   | food peaks: concentration less its running mean (1 s) |
    | 4      | head_touch            | 0   | 1   | 1 - exp(-force / 0.5) of the wall on the front third  |
    | 5      | tail_touch            | 0   | 1   | the same on the rear third                            |
    | 6..28  | joint_angle           | -pi | pi  | rad, head to tail, positive: dorsal side concave      |
    | 29..52 | dorsal_activation     | 0   | 1   | 1 - exp(-activation), head to tail                    |
    | 53..76 | ventral_activation    | 0   | 1   | the same                                              |
    | 77     | concentration_b       | 0   | 1   | the second odour, at the head tip                     |
    | 78     | concentration_left_b  | 0   | 1   | the same 0.04 BL to the left                          |
    | 79     | concentration_right_b | 0   | 1   | the same 0.04 BL to the right                         |
    | 80     | adapted_change_b      | -1  | 1   | the second odour less its running mean (1 s)          |

    `env.unwrapped.layout` holds the indices by name. With `observation="dict"` each name is a key, and its
    value a float32 vector. The worm bends in the plane of left and right: its dorsal side is its right-hand
    side. (A real worm on agar lies on its side and has no left and right sensors in that plane; the two are a
    robot's.) With `noise`, normal noise is added to the concentrations in each step, and the sum is clipped
    to the bounds.

    ## Rewards

    The reward is the sum of the terms in `info["reward_terms"]`:

    | Term     | Value                                                          |
    |----------|----------------------------------------------------------------|
    | approach | change at the head of the odour that marks the food            |
    | wall     | -0.1 per second in which any part of the body touches the wall |

    ## Starting State

    The first food is drawn uniformly over the part of the arena at least 3 BL from the wall, the start
    uniformly over the places at `start_distance` from it that are as far from the wall; the distance is the
    same for every seed. Further foods are not nearer. The worm is straight and relaxed; its heading is
    uniform. `reset(options=...)` takes `position` (x, y), `heading_rad` and `food` [(x, y), ...]; options
    that are not given are drawn as before.

    The place without food is drawn uniformly over the places that are as far from the start as the food, at
    least 3 BL from the wall, and 45 degrees or more from the food as seen from the start.

    The first odour marks the food in the first episodes. A reset with a seed sets the number of the episode
    to 0; the option `marker` (0 or 1) sets the odour that marks the food at the start.

    ## Episode End

    Never terminated: a worm at food may stay there. Truncated after `duration_s`; the last step is shorter if
    `frame_skip` does not divide it. A step after that needs a reset.

    ## Info

    | Key            | Value                                                                   |
    |----------------|-------------------------------------------------------------------------|
    | tick           | ticks since the reset                                                   |
    | time_s         | the same in seconds                                                     |
    | frame_skip     | ticks in a step                                                         |
    | position       | (2,) head tip, BL; the arena's centre is the origin                     |
    | heading_rad    | direction in which the head points                                      |
    | distance       | from the head tip to the nearest food, BL                               |
    | concentration  | at the head tip, food peaks                                             |
    | food           | (k, 2) positions of the foods, BL                                       |
    | reward_terms   | the terms of this step's reward by name                                 |
    | ci_time        | 1 - mean distance / start distance, since the reset                     |
    | ci_net         | (start distance - distance) / start distance                            |
    | ci_clipped     | mean of max(0, 1 - distance / start distance)                           |
    | min_distance   | least distance since the reset, BL                                      |
    | start_distance | distance at the reset, BL                                               |
    | success        | whether the least distance is 1 BL or less                              |
    | marker         | the odour that marks the food: 0 or 1                                   |
    | decoy          | (2,) the place without food, BL                                         |
    | episode_number | of the episodes since the last reset with a seed, from 0                |
    | ci_swap        | 1 - mean distance / first distance, since the last swap in this episode |

    All indices are by distance to the food, wherever it is in a tick; `food` is (1, 2). `concentration` is
    the first odour's.

    ## Arguments

    ```python
    import gymnasium
    import spikeworm_env

    env = gymnasium.make("SpikeWorm/Reversal-v0", swap_s=None, swap_episodes=20)
    ```

    | Argument       | Default | Unit  | Meaning                                                         |
    |----------------|---------|-------|-----------------------------------------------------------------|
    | swap_s         | 45.0    | s     | time of the swap in an episode, 0.001 to 86400; None: never     |
    | swap_episodes  | None    |       | episodes between swaps, 1 to 1e9; None: never                   |
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

    There is one food: `n_foods` must be 1.

    `InputError` (a `ValueError`) names an argument that is out of its range. `env.unwrapped.get_state()`
    returns a snapshot and `set_state()` restores it; the same actions then give the same results bit for bit.

    ## Version History

    * v0: first version
    """

    REWARD_TERMS = (("approach", "f8", "change at the head of the odour that marks the food"), WALL)
    STATE = (
        ("marker", "i8", "the odour that marks the food, 0 or 1; also the index of its source"),
        ("episode", "i8", "number of episodes since the last reset with a seed"),
        ("concentration_b", "f8", "of the second odour at the head tip"),
        ("adapted_concentration_b", "f8", "its exponential mean, time constant 1 s"),
        ("sum_distance", "f8", "sum over the ticks since the last swap of the distance to food, BL"),
        ("ticks", "i8", "number of ticks in the sum"),
        ("first_distance", "f8", "distance to food in the first of these ticks, BL"),
    )
    LIMITS = MappingProxyType({"marker": (0, 1)})
    PARAMS = (("swap_tick", "i8", "tick in an episode at which the food changes places; -1: none"),)
    RULES = Rules(
        update_arena=swap_and_reward, write_more_senses=write_second_odour, add_reward=add_wall_cost
    )
    OPTIONS = ("marker",)

    def __init__(
        self, *, swap_s: float | None = 45.0, swap_episodes: int | None = None, **common: Any
    ) -> None:
        self._swap_tick, self._swap_episodes = -1, None
        if swap_s is not None:
            seconds = number("swap_s", swap_s, 1 / TICKS_PER_S, 86_400, "s")
            self._swap_tick = round(seconds * TICKS_PER_S)
        if swap_episodes is not None:
            self._swap_episodes = whole("swap_episodes", swap_episodes, 1, 1_000_000_000)
        super().__init__(**common)
        settings = self._settings
        whole("n_foods", settings.n_foods, 1, 1)
        if settings.foods is None:  # else the places are not drawn
            most = CROWD_SHARE * room_in(settings.arena_radius)
            number("start_distance", settings.start_distance, 0, most, "BL")

    def _own_params(self) -> Mapping[str, float]:
        return {"swap_tick": self._swap_tick}

    def _own_channels(self, settings: Settings) -> Bounds:
        return concentration_bounds(0.0, settings.peak, "_b")

    def _n_sources(self, settings: Settings) -> int:
        return 2

    def _init_arena(
        self, start: Start, env_state: Records, options: Mapping[str, Any], seeded: bool
    ) -> Records:
        batch = self._batch
        episode = 0 if seeded or batch is None else int(batch.arenas["env_state"]["episode"][0]) + 1
        marker = 0 if self._swap_episodes is None else episode // self._swap_episodes % 2
        if options.get("marker") is not None:
            marker = whole("marker", options["marker"], 0, 1)
        sources = np.concatenate((start.sources, start.sources))
        sources["position"][1 - marker] = self._draw_decoy(start)
        sources["food"][1 - marker] = 0
        sources["odour"] = FIRST_ODOUR, SECOND_ODOUR
        second = concentration(sources, SECOND_ODOUR, *start.position)
        env_state["marker"], env_state["episode"] = marker, episode
        env_state["concentration_b"] = env_state["adapted_concentration_b"] = second
        return sources

    def _draw_decoy(self, start: Start) -> NDArray[np.float64]:
        """The place (2,) without food, as far from the start as the food, in another direction."""
        origin = np.array(start.position)
        to_food = start.sources["position"][0] - origin
        distance = hypot(*to_food)
        # points of the circle within `distance` of this point are within the least angle of the food
        ahead = origin + 2.0 * cos(LEAST_ANGLE_RAD) * to_food
        arcs = arcs_about(np.array((origin, ahead)), distance, room_in(self._settings.arena_radius))
        open_arcs = [arc for arc in arcs if arc[:2] == start.position]
        if not open_arcs:
            raise InputError(
                f"position is {start.position}; expected a place from which another than the food's is as "
                f"far, {distance:g} BL, and inside the arena"
            )
        return draw_on(self.np_random, open_arcs, distance)

    def _own_info(self, env_state: Any) -> Info:
        marker, positions = env_state.marker, self._source_arrays["position"]
        far = env_state.ticks * env_state.first_distance
        return {
            "food": positions[marker : marker + 1].copy(),
            "marker": marker,
            "decoy": positions[1 - marker].copy(),
            "episode_number": env_state.episode,
            "ci_swap": 1.0 - env_state.sum_distance / far if far > 0 else 0.0,
        }
