"""The environment ``SpikeWorm/Reversal-v0``."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from spikeworm_env.envs.base import Info, SpikeWormEnv
from spikeworm_env.envs.observation import Bounds, concentration_bounds
from spikeworm_env.envs.placement import CROWD_SHARE, arcs_about, draw_on, room_in
from spikeworm_env.envs.reward import wall_alone
from spikeworm_env.envs.settings import Settings
from spikeworm_env.envs.start import Start
from spikeworm_env.errors import InputError
from spikeworm_env.kernels.binding import inner
from spikeworm_env.kernels.elementary import cos, hypot
from spikeworm_env.world.arena import FOOD, ODOUR, X, Y, concentration
from spikeworm_env.world.channels import N_SENSES
from spikeworm_env.world.checks import number, whole
from spikeworm_env.world.scale import TICKS_PER_S
from spikeworm_env.world.senses import ADAPTATION_RATE, FIRST_ODOUR, nose_offset
from spikeworm_env.world.worm import RULE, advance_with

SECOND_ODOUR: Final = FIRST_ODOUR + 1
SWAP_TICK: Final = len(RULE)  # in the rule: after how many ticks the odours swap; -1 for never
APPROACH: Final = 0  # among the terms
MARKER, EPISODE, SMELL_B, USUAL_B, DISTANCES, TICKS, FIRST_DISTANCE = range(7)  # in the tally
LEAST_ANGLE_RAD: Final = math.pi / 4  # between the two places, as seen from the start


@inner
def reverse(worm, sources, tally, rule, terms):
    """Let the food change places when it is time; smell the second odour; count since the last swap."""
    x, y = worm["head"][0], worm["head"][1]
    if worm["tick"] == rule[SWAP_TICK]:
        for i in range(sources.shape[0]):
            sources[i, FOOD] = 1.0 - sources[i, FOOD]
        tally[MARKER] = 1.0 - tally[MARKER]
        tally[DISTANCES], tally[TICKS] = 0.0, 0.0
    food = sources[int(tally[MARKER])]
    distance = math.sqrt((x - food[X]) ** 2 + (y - food[Y]) ** 2)
    if tally[TICKS] == 0.0:
        tally[FIRST_DISTANCE] = distance
    tally[DISTANCES] += distance
    tally[TICKS] += 1.0
    smell = concentration(sources, SECOND_ODOUR, x, y)
    if tally[MARKER] == SECOND_ODOUR:
        terms[APPROACH] += smell - tally[SMELL_B]
    else:
        terms[APPROACH] += concentration(sources, FIRST_ODOUR, x, y) - worm["smell"]
    tally[SMELL_B] = smell
    tally[USUAL_B] += ADAPTATION_RATE * (smell - tally[USUAL_B])


@inner
def sense_second(worm, sources, tally, rule, observation):
    """Write the four channels of the second odour."""
    x, y = worm["head"][0], worm["head"][1]
    left_x, left_y = nose_offset(worm)
    observation[N_SENSES] = tally[SMELL_B]
    observation[N_SENSES + 1] = concentration(sources, SECOND_ODOUR, x + left_x, y + left_y)
    observation[N_SENSES + 2] = concentration(sources, SECOND_ODOUR, x - left_x, y - left_y)
    observation[N_SENSES + 3] = tally[SMELL_B] - tally[USUAL_B]


class ReversalEnv(SpikeWormEnv):
    """A worm learns which of two odours marks the food, and learns anew when they swap.

    ## Description

    {body}

    Two places smell, each of an odour of its own, equally far from the start. At one of them is food. Which
    odour marks it changes: after `swap_s` seconds of every episode, every `swap_episodes` episodes, or both.
    Places and odours stay; the food is at the other place from then on. What tells the worm so is the reward.

    ## Action Space

    {muscles}

    ## Observation Space

    `Box((81,), float32)`. The bounds of concentrations are those of `food_peak` 1; in general they are
    `food_peak`. The second odour follows all else, so that an agent of `SpikeWorm/Chemotaxis-v0` finds its
    channels where they were, and smells the first odour.

    {senses_head}
    {smell}
    {body_senses}
    | 77     | concentration_b     | 0   | 1   | the second odour, at the head tip                        |
    | 78     | concentration_left_b | 0  | 1   | the same 0.04 BL to the left                             |
    | 79     | concentration_right_b | 0 | 1   | the same 0.04 BL to the right                            |
    | 80     | adapted_change_b    | -1  | 1   | the second odour less its running mean (1 s)             |

    {senses_notes}

    ## Rewards

    {terms_head}
    | approach | change at the head of the odour that marks the food                         |
    {wall_term}

    ## Starting State

    {start}

    The place without food is drawn uniformly over the places that are as far from the start as the food, at
    least 3 BL from the wall, and seen from the start at 45 degrees or more from the food.

    The first odour marks the food in the first episodes. A reset with a seed begins a new life, in which
    episodes are counted anew; the option `marker` (0 or 1) sets the odour that marks the food at the start.

    ## Episode End

    {end}

    ## Info

    {info}
    | marker         | the odour that marks the food: 0 or 1                                          |
    | decoy          | (2,) the place without food, BL                                                |
    | episode_number | of the episodes since the last reset with a seed, from 0                       |
    | ci_swap        | 1 - mean distance / first distance, since the food's last change in an episode |

    All indices are by distance to the food, wherever it is in a tick; `food` is (1, 2). `concentration` is
    the first odour's.

    ## Arguments

    ```python
    import gymnasium
    import spikeworm_env

    env = gymnasium.make("SpikeWorm/Reversal-v0", swap_s=None, swap_episodes=20)
    ```

    {arguments_head}
    | swap_s         | 45.0    | s     | when in an episode they swap, 0.001 to 86400; None: never           |
    | swap_episodes  | None    |       | they swap every so many episodes, 1 to 1e9; None: never             |
    {arguments}

    There is one food: `n_foods` must be 1.

    {arguments_notes}

    ## Version History

    * v0: first version
    """

    TALLY = (
        "marker",
        "episode",
        "concentration_b",
        "adapted_concentration_b",
        "sum_distance",
        "ticks",
        "first_distance",
    )
    OPTIONS = ("marker",)
    kernel = staticmethod(advance_with(live=reverse, sense_more=sense_second, pay=wall_alone))

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

    def _own_rule(self) -> Sequence[float]:
        return (self._swap_tick,)

    def _own_channels(self, settings: Settings) -> Bounds:
        return concentration_bounds(0.0, settings.peak, "_b")

    def _n_sources(self, settings: Settings) -> int:
        return 2

    def _furnish(
        self, start: Start, options: Mapping[str, Any], seeded: bool
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        episode = 0.0 if seeded or self._batch is None else self._counts[EPISODE] + 1
        marker = 0 if self._swap_episodes is None else int(episode) // self._swap_episodes % 2
        if options.get("marker") is not None:
            marker = whole("marker", options["marker"], 0, 1)
        food, decoy = start.sources[0], start.sources[0].copy()
        decoy[: Y + 1], decoy[FOOD] = self._place_beside(start), 0.0
        places = np.array((food, decoy) if marker == 0 else (decoy, food))
        places[:, ODOUR] = FIRST_ODOUR, SECOND_ODOUR
        smell = concentration(places, SECOND_ODOUR, *start.position)
        return places, np.array((marker, episode, smell, smell, 0.0, 0.0, 0.0))

    def _place_beside(self, start: Start) -> NDArray[np.float64]:
        """A place as far from the start as the food, in another direction."""
        origin = np.array(start.position)
        way = start.sources[0, : Y + 1] - origin
        distance = hypot(*way)
        # what is within `distance` of a place so far ahead is within the least angle of the food
        ahead = origin + 2.0 * cos(LEAST_ANGLE_RAD) * way
        arcs = arcs_about(np.array((origin, ahead)), distance, room_in(self._settings.arena_radius))
        open_arcs = [arc for arc in arcs if arc[:2] == start.position]
        if not open_arcs:
            raise InputError(
                f"position: got {start.position}, expected a place from which another than the food's is as "
                f"far, {distance:g} BL, and inside the arena"
            )
        return draw_on(self.np_random, open_arcs, distance)

    def _own_info(self, tally: list[float]) -> Info:
        marker = int(tally[MARKER])
        far = tally[TICKS] * tally[FIRST_DISTANCE]
        return {
            "food": self._arena[marker : marker + 1, : Y + 1].copy(),
            "marker": marker,
            "decoy": self._arena[1 - marker, : Y + 1].copy(),
            "episode_number": int(tally[EPISODE]),
            "ci_swap": 1.0 - tally[DISTANCES] / far if far > 0 else 0.0,
        }
