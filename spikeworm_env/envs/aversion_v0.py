"""The environment ``SpikeWorm/Aversion-v0``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from spikeworm_env.envs.base import Info, SpikeWormEnv
from spikeworm_env.envs.observation import Bounds, concentration_bounds
from spikeworm_env.envs.placement import Arc, arcs_about, draw_on, room_in
from spikeworm_env.envs.reward import approach, wall_cost
from spikeworm_env.envs.settings import Settings
from spikeworm_env.envs.start import Start
from spikeworm_env.errors import InputError
from spikeworm_env.kernels.binding import inner
from spikeworm_env.world.arena import FOOD, SIGMA, X, Y, gaussian, sources
from spikeworm_env.world.checks import number, place
from spikeworm_env.world.scale import TICK_S
from spikeworm_env.world.worm import advance_with

HARM_COST_PER_S: Final = 0.1
HARM_TERM: Final = 1
EXPOSURE, TICKS = 0, 1  # in the tally: sum of the repellent's smell at the head over so many ticks


@inner
def expose(worm, sources, tally, rule, terms):
    """Count how strongly the repellent, the last of the sources, smells at the head, in its own peaks."""
    repellent = sources[sources.shape[0] - 1]
    dx, dy = worm["head"][0] - repellent[X], worm["head"][1] - repellent[Y]
    smell = gaussian(dx, dy, repellent[SIGMA])
    tally[EXPOSURE] += smell
    tally[TICKS] += 1.0
    terms[HARM_TERM] -= HARM_COST_PER_S * TICK_S * smell


@inner
def approach_harm_and_wall(telemetry, terms):
    """The change of concentration and the wall's cost, about the harm."""
    terms[0] = approach(telemetry)
    terms[2] = wall_cost(telemetry)


class AversionEnv(SpikeWormEnv):
    """A worm gets to food and stays clear of a repellent beside it.

    ## Description

    {body}

    A repellent lies beside the first food. Its smell counts negative: what the worm senses is the smell of
    the food less that of the repellent, so that who climbs the field keeps away.

    ## Action Space

    {muscles}

    ## Observation Space

    `Box((77,), float32)`. The bounds of concentrations are those of one food and a repellent of peak 1; in
    general they are `-repellent_peak` and `n_foods * food_peak`.

    {senses_head}
    | 0      | concentration       | -1  | 1   | food peaks less repellent, at the head tip               |
    | 1      | concentration_left  | -1  | 1   | the same 0.04 BL to the left of the head tip             |
    | 2      | concentration_right | -1  | 1   | the same 0.04 BL to the right                            |
    | 3      | adapted_change      | -2  | 2   | concentration less its running mean (1 s)                |
    {body_senses}

    {senses_notes}

    ## Rewards

    {terms_head}
    {approach_term}
    | harm     | -0.1 per second times the repellent's smell at the head, in its peaks       |
    {wall_term}

    ## Starting State

    {start}

    The repellent is drawn uniformly over the places at `repellent_distance` from the first food that are at
    least 3 BL from the wall; the option `repellent` (x, y) sets it.

    ## Episode End

    {end}

    ## Info

    {info}
    | repellent      | (2,) its place, BL                                                             |
    | avoid_index    | 1 - mean smell of the repellent at the head, in its peaks; 1 if never smelled  |

    ## Arguments

    ```python
    import gymnasium
    import spikeworm_env

    env = gymnasium.make("SpikeWorm/Aversion-v0", repellent_distance=4.0)
    ```

    {arguments_head}
    | repellent_peak | 1.0     |       | strength of the repellent, food peaks, 1e-6 to 1e6                  |
    | repellent_sigma | 4.0    | BL    | width of its smell, 0.01 to 1e6                                     |
    | repellent_distance | 6.0 | BL    | from the first food, 0.01 to the arena's radius less 3               |
    {arguments}

    {arguments_notes}

    ## Version History

    * v0: first version
    """

    TERMS = ("approach", "harm", "wall")
    TALLY = ("exposure", "ticks")
    OPTIONS = ("repellent",)
    kernel = staticmethod(advance_with(live=expose, pay=approach_harm_and_wall))

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

    def _furnish(
        self, start: Start, options: Mapping[str, Any], seeded: bool
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        if options.get("repellent") is None:
            where = draw_on(self.np_random, self._arcs(start.sources), self._distance)
        else:
            where = place("repellent", options["repellent"], self._settings.arena_radius)
        repellent = sources(where[None], -self._peak, self._sigma)
        repellent[:, FOOD] = 0.0
        return np.vstack((start.sources, repellent)), np.zeros(len(self.TALLY))

    def _arcs(self, foods: NDArray[np.float64]) -> list[Arc]:
        """Where the repellent may be."""
        radius = self._settings.arena_radius
        arcs = arcs_about(foods[:1, : Y + 1], self._distance, room_in(radius))
        if not arcs:
            raise InputError(
                f"repellent_distance: got {self._distance:g}, expected a distance from the food at which "
                f"some place is well inside an arena of radius {radius:g}"
            )
        return arcs

    def _own_info(self, tally: list[float]) -> Info:
        mean = tally[EXPOSURE] / tally[TICKS] if tally[TICKS] else 0.0
        return {"repellent": self._arena[-1, : Y + 1].copy(), "avoid_index": 1.0 - mean}
