"""The base class of the environments: step, reset, info, pictures and snapshots."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final

import gymnasium
import numpy as np
from gymnasium.envs.registration import EnvSpec
from gymnasium.spaces import Space
from numpy.typing import NDArray

from spikeworm_env.checks import known_name, whole
from spikeworm_env.envs.definition import EnvDefinition
from spikeworm_env.envs.info import Info, common_info
from spikeworm_env.envs.made_spec import made_spec, render_fps, steps_in
from spikeworm_env.envs.settings import OPTIONS, check_options, check_settings, draw_start
from spikeworm_env.envs.spaces import (
    Action,
    ObservationForm,
    not_finite,
)
from spikeworm_env.envs.state import EnvBatch, EnvState
from spikeworm_env.envs.viewer import Viewer
from spikeworm_env.errors import InputError
from spikeworm_env.kernels.binding import typed
from spikeworm_env.rendering.display import check_display, has_display
from spikeworm_env.rendering.options import RenderOptions
from spikeworm_env.seeds import checked_seed
from spikeworm_env.world.record_types import (
    N_TELEMETRY,
    Records,
    names_of,
    telemetry_of,
    telemetry_values,
)
from spikeworm_env.world.scale import DEFAULT_FRAME_SKIP, DRAG_RATIO
from spikeworm_env.world.worm import Worms, initial_state

FLOAT: Final = np.dtype(np.float32)

Observation = Any  # (size,) float32, or a dict of such by channel


class SpikeWormEnv(EnvDefinition, gymnasium.Env[Observation, Action]):
    """A worm in an arena; a subclass adds what `definition.EnvDefinition` lets it declare and override.

    Attributes:
        metadata: of an instance: the render modes that this machine has (no ``"human"`` without a display),
            and the frames per second at which a video with a frame for each step shows real time.
    """

    metadata: dict[str, Any] = {  # noqa: RUF012  as the base class declares it
        "render_modes": ["human", "rgb_array"],
        "render_fps": render_fps(DEFAULT_FRAME_SKIP),
    }
    _viewer: Viewer | None = None  # one whose arguments were refused can be closed
    _spec: EnvSpec | None = None

    def __init__(  # noqa: PLR0913  one argument per row of the table
        self,
        *,
        start_distance: float = 12.0,
        sigma: float = 8.0,
        n_foods: int = 1,
        food_peak: float = 1.0,
        food_position: tuple[float, float] | Sequence[tuple[float, float]] | None = None,
        duration_s: float = 90.0,
        frame_skip: int = DEFAULT_FRAME_SKIP,
        arena_radius: float = 30.0,
        drag_ratio: float = DRAG_RATIO,
        observation: str = "flat",
        noise: float = 0.0,
        render_mode: str | None = None,
        render_size: int = 800,
    ) -> None:
        self._settings = settings = check_settings(
            start_distance=start_distance,
            sigma=sigma,
            n_foods=n_foods,
            food_peak=food_peak,
            food_position=food_position,
            duration_s=duration_s,
            frame_skip=frame_skip,
            arena_radius=arena_radius,
            drag_ratio=drag_ratio,
            observation=observation,
            noise=noise,
        )
        odour, more = self._concentration_bounds(settings), self._own_channels(settings)
        self._form = ObservationForm(settings.observation, odour, more, settings.noise)
        self.action_space: Space[Action] = self.ACTION.space()
        self.observation_space = self._form.space
        self.render_mode = render_mode
        self.metadata = {**self.metadata, "render_fps": render_fps(settings.frame_skip)}
        if not has_display():
            self.metadata["render_modes"] = [
                mode for mode in self.metadata["render_modes"] if mode != "human"
            ]
        self.title = "SpikeWorm"  # at the top of a frame; free for callers to change
        self.render_options = RenderOptions()  # look of a frame, and the panel of a brain; free for callers
        self._viewer = self._make_viewer(render_mode, whole("render_size", render_size, 240, 4096))
        self._ticks_left = 0
        self._interventions: tuple[str, ...] = ()
        self._params = np.zeros(1, self.dtypes.arena["params"])
        self._params["arena_radius"], self._params["drag_ratio"] = settings.arena_radius, settings.drag_ratio
        for name, value in self._own_params().items():
            self._params[name] = value
        self._senses_shape = (1, self._form.size)
        self._term_columns = tuple(enumerate(names_of(self.REWARD_TERMS), N_TELEMETRY))
        self._batch: EnvBatch | None = None

    def _use_batch(self, batch: EnvBatch) -> None:
        """Work on these arrays of one worm; keep the views that each step reads."""
        batch.arenas["params"] = self._params
        self._batch, self._arrays = batch, batch.arguments
        self._ticks, self._ticks_held = batch.ticks, -1
        self._action, self._sources = batch.action[0], batch.sources[0]
        self._telemetry, self._env_state = telemetry_values(batch.telemetry)[0], batch.arenas["env_state"]
        self._position = telemetry_values(batch.telemetry[["x", "y"]])[0]
        self._source_arrays = {name: self._sources[name] for name in self.dtypes.source.names or ()}
        self._food_positions = self._source_arrays["position"][: self._settings.n_foods]
        if self._typed_kernel is None:
            senses = np.empty(self._senses_shape, FLOAT)
            type(self)._typed_kernel = staticmethod(typed(self.kernel, *self._arrays, senses))

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Restore a copied or pickled environment, in which a view has become an array of its own."""
        self.__dict__.update(state)
        if self._batch is not None:
            self._use_batch(EnvBatch.side_by_side([self._batch], self.dtypes))

    @property
    def spec(self) -> EnvSpec | None:
        """How the environment was made; None if it was not made by `gymnasium.make`.

        Its ``max_episode_steps`` is the number of steps in an episode unless `gymnasium.make` was given one.
        """
        return self._spec

    @spec.setter
    def spec(self, spec: EnvSpec | None) -> None:
        settings = self._settings
        self._spec = made_spec(spec, steps_in(settings.duration_ticks, settings.frame_skip))

    @property
    def layout(self) -> Mapping[str, slice]:
        """Where each channel is in the flat observation, by name."""
        return MappingProxyType(self._form.layout)

    @property
    def frame_skip(self) -> int:
        """Ticks of 1 ms in a step."""
        return self._settings.frame_skip

    @property
    def interventions(self) -> tuple[str, ...]:
        """What was done by hand in this episode, in short phrases; its indices are then those of no seed.

        Places given by the options of `reset`, foods moved by clicks in the window, and `set_state`.
        """
        return self._interventions

    @property
    def drag_centre(self) -> NDArray[np.float64]:
        """(2,) mean of the links' midpoints, BL; its speed is the worm's, without the sweeps of the head."""
        return self._require_batch().worms["centre"][0].copy()

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[Observation, Info]:
        """Begin an episode.

        Args:
            seed: of all random draws, 0 to 2**63 - 1; None continues the present stream.
            options: any of ``position`` (x, y), ``heading_rad``, ``food`` [(x, y), ...], and the
                environment's own.

        Raises:
            InputError: a seed or a value out of its range, or an unknown option; nothing has changed.
        """
        before = self._random_state()
        try:
            episode = self._draw_episode(seed, options)
        except Exception:
            self._restore_random_state(before)
            raise
        placed = [name for name in OPTIONS if (options or {}).get(name) is not None]
        self._interventions = (f"{', '.join(placed)} given to reset",) if placed else ()
        return self._continue_from(*episode)

    def step(self, action: Action) -> tuple[Observation, float, bool, bool, Info]:
        """Advance by one step.

        Raises:
            ActionError: the action has a wrong shape or type, or a value that is not finite; nothing has
                changed, and clicks of a window's user still wait.
            gymnasium.error.ResetNeeded: there was no reset yet, or the episode is over.
        """
        batch = self._batch
        if batch is None or self._ticks_left == 0:
            raise gymnasium.error.ResetNeeded("reset the environment before the next step")
        self._action[...] = self.ACTION.check(action)
        if self._viewer is not None:
            self._move_clicked_foods()
        ticks = min(self._settings.frame_skip, self._ticks_left)
        if ticks != self._ticks_held:
            self._ticks[0] = self._ticks_held = ticks
        senses = np.empty(self._senses_shape, FLOAT)
        if not self._typed_kernel(*self._arrays, senses):  # type: ignore[misc]
            raise not_finite(self._action)
        self._ticks_left -= ticks
        observation = senses[0] if self._form.plain else self._observation_of(senses[0])
        info, reward = self._info_and_reward()
        if self._viewer is not None and self._viewer.follow(info["tick"], *info["position"].tolist()):
            self._draw(info)
        return observation, reward, False, self._ticks_left == 0, info

    def get_state(self) -> EnvState:
        """A snapshot, which later steps do not change; it can be pickled.

        Raises:
            gymnasium.error.ResetNeeded: there was no reset yet.
        """
        return EnvState.of(type(self).__name__, self._require_batch(), self.np_random)

    def set_state(self, state: EnvState) -> tuple[Observation, Info]:
        """Restore a snapshot of an environment of the same arguments; the observation and info there.

        Raises:
            InputError: the snapshot is not one of such an environment.
        """
        self._check_state(state)
        self._note_intervention("state set")
        observation_and_info = self._continue_from(state.worm, state.sources, state.env_state)
        self.np_random.bit_generator.state = state.np_random  # after the observation, which may draw noise
        return observation_and_info

    def render(self) -> Any:
        """The current frame, (render_size, render_size, 3) uint8; None if it is shown in a window."""
        if self._viewer is None:
            gymnasium.logger.warn(
                'render() needs a render mode, e.g. gymnasium.make(..., render_mode="rgb_array")'
            )
            return None
        self._require_batch()
        return self._draw(self._info_and_reward()[0])

    def hold_window(self) -> None:
        """Show the last frame until the window's user closes it; returns at once without a window to see."""
        if self._viewer is not None and self._viewer.end():
            self._draw(self._info_and_reward()[0])

    def close(self) -> None:
        """Close the window, if there is one."""
        if self._viewer is not None:
            self._viewer.close()

    def _draw_episode(
        self, seed: int | None, options: dict[str, Any] | None
    ) -> tuple[Worms, Records, Records]:
        """Draw worm (1,), sources (k,) and state (1,) of an episode; only the random generator changes."""
        given = check_options(options, self.OPTIONS)
        super().reset(seed=None if seed is None else checked_seed(seed))
        start = draw_start(self.np_random, self._settings, given, self.dtypes.source)
        env_state = np.zeros(1, self.dtypes.arena["env_state"])
        sources = self._init_arena(start, env_state, given, seed is not None)
        return initial_state(sources, *start.position, start.heading_rad), sources, env_state

    def _random_state(self) -> tuple[np.random.Generator | None, int | None, Any]:
        """The random generator, its seed and its state."""
        rng = self._np_random
        return rng, self._np_random_seed, None if rng is None else rng.bit_generator.state

    def _restore_random_state(self, before: tuple[np.random.Generator | None, int | None, Any]) -> None:
        self._np_random, self._np_random_seed, state = before
        if self._np_random is not None:
            self._np_random.bit_generator.state = state

    def _continue_from(self, worms: Worms, sources: Records, env_state: Records) -> tuple[Observation, Info]:
        """Copy a worm, its sources and state into the arrays; the observation and info there."""
        if self._batch is None:
            self._use_batch(EnvBatch.of_one(self.dtypes, len(sources), self.ACTION.shape))
        self._require_batch().fill(worms, sources, env_state)
        self._ticks_held = 0
        self._ticks_left = self._settings.duration_ticks - int(worms["tick"][0])
        senses = np.empty(self._senses_shape, FLOAT)
        self.kernel(*self._arrays, senses)  # 0 ticks: senses and telemetry alone
        observation = self._observation_of(senses[0])
        info, _ = self._info_and_reward()
        if self._viewer is not None:
            x, y = info["position"].tolist()
            self._viewer.restart(info["tick"], x, y)
            if self._viewer.follow(info["tick"], x, y):
                self._draw(info)
        return observation, info

    def _observation_of(self, senses: NDArray[np.float32]) -> Observation:
        self._form.add_noise(senses, self.np_random)
        return self._form.shape(senses)

    def _info_and_reward(self) -> tuple[Info, float]:
        """Info, in fresh objects, and reward of the last call of the kernel."""
        values = self._telemetry.tolist()
        told = telemetry_of(values[:N_TELEMETRY])
        terms = {name: values[i] for i, name in self._term_columns}
        position, food = self._position.copy(), self._food_positions.copy()
        info = common_info(int(told.tick), told, terms, position, food, self._settings.frame_skip)
        if self._has_own_info:
            info.update(self._own_info(self._state_of(self._env_state.item())))
        return info, told.reward

    def _move_clicked_foods(self) -> None:
        """Move foods to where a window's user clicked, unless the action is to be refused."""
        assert self._viewer is not None
        if not np.isfinite(self._action).all():
            raise not_finite(self._action)
        for position in self._viewer.take_clicks():
            self._move_food(position)

    def _move_food(self, position: tuple[float, float]) -> None:
        """Move the food that is nearest to (x, y), BL, there."""
        foods = np.flatnonzero(self._source_arrays["food"])
        positions = self._source_arrays["position"]
        nearest = foods[((positions[foods] - position) ** 2).sum(axis=1).argmin()]
        positions[nearest] = position
        self._note_intervention("food moved by hand")

    def _note_intervention(self, phrase: str) -> None:
        if phrase not in self._interventions:
            self._interventions = (*self._interventions, phrase)

    def _check_state(self, state: EnvState) -> None:
        if not isinstance(state, EnvState):
            raise InputError(f"state: type is {type(state).__name__}; expected the result of get_state()")
        settings, n_sources = self._settings, self._n_sources(self._settings)
        state.check(
            type(self).__name__, self.dtypes, self._params, n_sources, settings, self.np_random, self.LIMITS
        )

    def _require_batch(self) -> EnvBatch:
        if self._batch is None:
            raise gymnasium.error.ResetNeeded("reset the environment first")
        return self._batch

    def _draw(self, info: Info) -> NDArray[np.uint8] | None:
        assert self._viewer is not None
        worms = self._require_batch().worms
        title = " · ".join((self.title, *self._interventions))
        return self._viewer.draw(worms, self._sources, info, title, self.render_options)

    def _make_viewer(self, render_mode: str | None, size_px: int) -> Viewer | None:
        if render_mode is None:
            return None
        known_name("render mode", render_mode, type(self).metadata["render_modes"])
        if render_mode == "human":
            check_display()
        return Viewer(render_mode, size_px, self._settings)
