"""The environment ``SpikeWorm/Chemotaxis-v0``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import gymnasium
import numpy as np
from gymnasium.spaces import Box
from numpy.typing import NDArray

from spikeworm_env.envs.action import ACTION_SHAPE, as_action, not_finite
from spikeworm_env.envs.checks import whole
from spikeworm_env.envs.observation import N_SENSES, observation_space
from spikeworm_env.envs.settings import check_settings
from spikeworm_env.envs.start import draw_start
from spikeworm_env.envs.state import EnvState
from spikeworm_env.envs.viewer import RENDER_FPS, Viewer
from spikeworm_env.errors import InputError, UnknownNameError
from spikeworm_env.rendering.look import Look
from spikeworm_env.world.scale import DRAG_RATIO, TICK_S
from spikeworm_env.world.worm import TELEMETRY, Worms, advance, hatch

WALL_COST_PER_S: Final = 0.1
SUCCESS_BL: Final = 1.0  # how near to a food counts as having found it

Observation = NDArray[np.float32]
Action = NDArray[np.floating[Any]]


class ChemotaxisEnv(gymnasium.Env[Observation, Action]):
    """A worm crawls on agar towards the smell of food.

    ## Description

    A worm of 24 links lies on its side in a round dish. An agent, usually a spiking brain, says for each tick
    which share of every muscle's motor neurons spikes; muscles bend the joints; the drag of the agar, forty
    times as strong across the body as along it, turns bending into crawling. Food smells as a Gaussian of the
    distance. The task is to get near food and stay there. Lengths are in body lengths (BL), times in seconds;
    one tick is 1 ms and a step is `frame_skip` ticks.

    ## Action Space

    `Box(0, 1, (2, 24), float32)`: the share of a muscle's motor neurons that spike per tick, averaged over
    the step. Muscles own the gain and the time constant (0.86 per spike, 100 ms). Values outside of 0..1
    are clipped; any floating point type is taken; NaN, infinity, another type or another shape raises
    `ActionError` and changes nothing.

    | Row | Columns | Name            | Min | Max | Unit                   |
    |-----|---------|-----------------|-----|-----|------------------------|
    | 0   | 0..23   | dorsal muscles  | 0   | 1   | spikes / neuron / tick |
    | 1   | 0..23   | ventral muscles | 0   | 1   | spikes / neuron / tick |

    Columns run from head to tail. A crawling worm uses about 0.01.

    ## Observation Space

    `Box((77,), float32)`. The bounds of concentrations are those of one food of peak 1; in general they are
    `n_foods * food_peak`. `spikeworm_env.envs.observation.LAYOUT` holds the indices by name.

    | Index  | Name                | Min | Max | Unit                                                     |
    |--------|---------------------|-----|-----|----------------------------------------------------------|
    | 0      | concentration       | 0   | 1   | food peaks, at the head tip                              |
    | 1      | concentration_left  | 0   | 1   | food peaks, 0.04 BL to the left of the head tip          |
    | 2      | concentration_right | 0   | 1   | food peaks, 0.04 BL to the right                         |
    | 3      | adapted_change      | -1  | 1   | food peaks: concentration less its running mean (1 s)    |
    | 4      | head_touch          | 0   | 1   | 1 - exp(-force / 0.5) of the wall on the front third     |
    | 5      | tail_touch          | 0   | 1   | the same on the rear third                               |
    | 6..28  | joint_angle         | -pi | pi  | rad, head to tail, positive: dorsal side concave         |
    | 29..52 | dorsal_activation   | 0   | 1   | 1 - exp(-activation), head to tail                       |
    | 53..76 | ventral_activation  | 0   | 1   | the same                                                 |

    The worm bends in the plane in which left and right are: dorsal is its right-hand side. (A real worm on
    agar lies on its side and has no left and right sensors in that plane; the two are a robot's.)

    ## Rewards

    The reward is the sum of the terms in `info["reward_terms"]`:

    | Term     | Value                                                                       |
    |----------|-----------------------------------------------------------------------------|
    | approach | change of the concentration at the head over the step; sums to end - start  |
    | wall     | -0.1 per second in which any part of the body touches the wall              |

    ## Starting State

    The food is drawn uniformly over the part of the dish at least 3 BL from the wall, the start uniformly
    over the places at `start_distance` from it that are as far from the wall; the distance is the same for
    every seed. Further foods are not nearer. The worm is straight and relaxed; its heading is uniform.
    `reset(options=...)` takes `position` (x, y), `heading_rad` and `food` [(x, y), ...]; what is left open
    is drawn as before.

    ## Episode End

    Never terminated: a worm at food may stay there. Truncated after `duration_s`; the last step is shorter if
    `frame_skip` does not divide it. A step after that needs a reset.

    ## Info

    | Key            | Value                                                                          |
    |----------------|--------------------------------------------------------------------------------|
    | tick           | ticks since the reset                                                          |
    | time_s         | the same in seconds                                                            |
    | position       | (2,) head tip, BL; the dish's centre is the origin                             |
    | heading_rad    | the direction that the head points in                                          |
    | distance       | from the head tip to the nearest food, BL                                      |
    | concentration  | at the head tip, food peaks                                                    |
    | food           | (k, 2) places of the foods, BL                                                 |
    | reward_terms   | the terms of this step's reward by name                                        |
    | ci_time        | 1 - mean distance / start distance, since the reset                            |
    | ci_net         | (start distance - distance) / start distance                                   |
    | ci_clipped     | mean of max(0, 1 - distance / start distance)                                  |
    | min_distance   | least distance since the reset, BL                                             |
    | start_distance | distance at the reset, BL                                                      |
    | success        | whether the least distance is 1 BL or less                                     |

    ## Arguments

    ```python
    import gymnasium
    import spikeworm_env

    env = gymnasium.make("SpikeWorm/Chemotaxis-v0", start_distance=20.0, sigma=12.0)
    ```

    | Argument       | Default | Unit  | Meaning                                                             |
    |----------------|---------|-------|---------------------------------------------------------------------|
    | start_distance | 12.0    | BL    | from the head to the nearest food at the reset                      |
    | sigma          | 8.0     | BL    | width of a food's smell, peak * exp(-d^2 / 2 sigma^2)               |
    | n_foods        | 1       |       | foods in the dish; their smells add                                 |
    | food_peak      | 1.0     |       | concentration at a food                                             |
    | food_position  | None    | BL    | (x, y) of the first food, or a list; None: drawn at every reset     |
    | duration_s     | 90.0    | s     | simulated time of an episode                                        |
    | frame_skip     | 10      | ticks | ticks per step; 1 is lock-step                                      |
    | dish_radius    | 30.0    | BL    | of the round wall                                                   |
    | drag_ratio     | 40.0    |       | drag across / along the body: 40 on agar, 1.5 to 2 in liquid        |
    | render_mode    | None    |       | None, "human" (a window in real time) or "rgb_array"                |
    | render_size    | 800     | px    | side of a frame                                                     |

    `InputError` (a `ValueError`) names an argument that cannot be. `env.unwrapped.get_state()` and
    `set_state()` take and restore a snapshot from which the same actions give the same future bit for bit.

    ## Version History

    * v0: first version
    """

    metadata: dict[str, Any] = {  # noqa: RUF012  as the base class declares it
        "render_modes": ["human", "rgb_array"],
        "render_fps": RENDER_FPS,
    }

    def __init__(  # noqa: PLR0913  one argument per row of the table
        self,
        *,
        start_distance: float = 12.0,
        sigma: float = 8.0,
        n_foods: int = 1,
        food_peak: float = 1.0,
        food_position: tuple[float, float] | Sequence[tuple[float, float]] | None = None,
        duration_s: float = 90.0,
        frame_skip: int = 10,
        dish_radius: float = 30.0,
        drag_ratio: float = DRAG_RATIO,
        render_mode: str | None = None,
        render_size: int = 800,
    ) -> None:
        self._settings = check_settings(
            start_distance=start_distance,
            sigma=sigma,
            n_foods=n_foods,
            food_peak=food_peak,
            food_position=food_position,
            duration_s=duration_s,
            frame_skip=frame_skip,
            dish_radius=dish_radius,
            drag_ratio=drag_ratio,
        )
        self.action_space = Box(0.0, 1.0, ACTION_SHAPE, np.float32)
        self.observation_space = observation_space(self._settings.n_foods * self._settings.peak)
        self.render_mode = render_mode
        self.title = "SpikeWorm"  # what a frame says at its top; free for callers to change
        self.look = Look()  # how a frame is to look, and the panel of the agent's brain; free for callers
        self._viewer = self._make_viewer(render_mode, whole("render_size", render_size, 240, 4096))
        self._ticks_left = 0
        self._worms: Worms | None = None
        self._foods = np.empty((0, 4))
        self._food_places = np.empty((0, 2))
        self._share = np.zeros(ACTION_SHAPE)
        self._telemetry = np.empty(len(TELEMETRY))

    @property
    def drag_centre(self) -> NDArray[np.float64]:
        """(2,) mean of the links' midpoints, BL: speed is measured there, for the head sweeps."""
        return self._require_worms()["centre"][0].copy()

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[Observation, dict[str, Any]]:
        """Begin an episode.

        Args:
            seed: of food, start and heading; None continues the present stream.
            options: any of ``position`` (x, y), ``heading_rad`` and ``food`` [(x, y), ...].

        Raises:
            InputError: an unknown option, or one that cannot be.
        """
        super().reset(seed=seed)
        start = draw_start(self.np_random, self._settings, options)
        return self._go_on_from(hatch(start.foods, *start.position, start.heading_rad), start.foods)

    def step(self, action: Action) -> tuple[Observation, float, bool, bool, dict[str, Any]]:
        """Advance by one step.

        Raises:
            ActionError: the action has a wrong shape or type, or a value that is not finite.
            gymnasium.error.ResetNeeded: there was no reset yet, or the episode is over.
        """
        settings, worms = self._settings, self._worms
        if worms is None or self._ticks_left == 0:
            raise gymnasium.error.ResetNeeded("reset the environment before the next step")
        share = self._share
        share[...] = as_action(action)
        if self._viewer is not None:
            for place in self._viewer.take_clicks():
                self._put_food(place)
        ticks = min(settings.frame_skip, self._ticks_left)
        observation = np.empty(N_SENSES, np.float32)
        telemetry, foods = self._telemetry, self._foods
        if not advance(
            worms, foods, share, ticks, settings.dish_radius, settings.drag_ratio, observation, telemetry
        ):
            raise not_finite(share)
        self._ticks_left -= ticks
        info = self._info()
        if self._viewer is not None and self._viewer.follow(info["tick"], *info["position"].tolist()):
            self._viewer.draw(worms, foods, info, self.title, self.look)
        terms = info["reward_terms"]
        return observation, terms["approach"] + terms["wall"], False, self._ticks_left == 0, info

    def get_state(self) -> EnvState:
        """A snapshot, which later steps do not touch; it can be pickled.

        Raises:
            gymnasium.error.ResetNeeded: there was no reset yet.
        """
        return EnvState.of(self._require_worms(), self._foods, self.np_random)

    def set_state(self, state: EnvState) -> tuple[Observation, dict[str, Any]]:
        """Go back to a snapshot of an environment of the same arguments; the observation and info there.

        Raises:
            InputError: the snapshot is not one of such an environment.
        """
        if not isinstance(state, EnvState):
            raise InputError(f"state: got {type(state).__name__}, expected what get_state() returned")
        state.check(self._settings, self.np_random)
        self.np_random.bit_generator.state = state.np_random
        return self._go_on_from(state.worm.copy(), state.foods.copy())

    def render(self) -> Any:
        """The current frame, (render_size, render_size, 3) uint8; None where it went to the window."""
        if self._viewer is None:
            gymnasium.logger.warn(
                'render() needs a render mode, e.g. gymnasium.make(..., render_mode="rgb_array")'
            )
            return None
        return self._viewer.draw(self._require_worms(), self._foods, self._info(), self.title, self.look)

    def close(self) -> None:
        """Close the window, if there is one."""
        if self._viewer is not None:
            self._viewer.close()

    def _go_on_from(self, worms: Worms, foods: NDArray[np.float64]) -> tuple[Observation, dict[str, Any]]:
        """Take over a worm and its foods as they are."""
        settings = self._settings
        self._worms, self._foods, self._food_places = worms, foods, foods[:, :2].copy()
        self._ticks_left = settings.duration_ticks - int(worms["tick"][0])
        observation = np.empty(N_SENSES, np.float32)
        self._share[...] = 0.0
        advance(  # no tick: it tells how things are
            worms,
            foods,
            self._share,
            0,
            settings.dish_radius,
            settings.drag_ratio,
            observation,
            self._telemetry,
        )
        info = self._info()
        if self._viewer is not None:
            x, y = info["position"].tolist()
            self._viewer.restart(info["tick"], x, y)
            if self._viewer.follow(info["tick"], x, y):
                self._viewer.draw(worms, foods, info, self.title, self.look)
        return observation, info

    def _put_food(self, place: tuple[float, float]) -> None:
        """Move the food that is nearest to (x, y), BL, there."""
        nearest = np.hypot(*(self._food_places - place).T).argmin()
        self._foods[nearest, :2] = self._food_places[nearest] = place

    def _info(self) -> dict[str, Any]:
        """What the last call of the kernel told, in fresh objects."""
        (
            tick, x, y, heading, distance, concentration, approach, touching_s,
            ci_time, ci_net, ci_clipped, min_distance, start_distance,
        ) = self._telemetry.tolist()  # fmt: skip
        return {
            "tick": int(tick),
            "time_s": tick * TICK_S,
            "position": np.array((x, y)),
            "heading_rad": heading,
            "distance": distance,
            "concentration": concentration,
            "food": self._food_places.copy(),
            "reward_terms": {"approach": approach, "wall": 0.0 - WALL_COST_PER_S * touching_s},
            "ci_time": ci_time,
            "ci_net": ci_net,
            "ci_clipped": ci_clipped,
            "min_distance": min_distance,
            "start_distance": start_distance,
            "success": min_distance <= SUCCESS_BL,
        }

    def _require_worms(self) -> Worms:
        if self._worms is None:
            raise gymnasium.error.ResetNeeded("reset the environment first")
        return self._worms

    def _make_viewer(self, render_mode: str | None, size_px: int) -> Viewer | None:
        if render_mode is None:
            return None
        if render_mode not in self.metadata["render_modes"]:
            raise UnknownNameError("render mode", render_mode, self.metadata["render_modes"])
        return Viewer(render_mode, size_px, self._settings)
