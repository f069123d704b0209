"""What all environments have in common: the worm, its step, the start, the info, pictures and snapshots."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, ClassVar, Final

import gymnasium
import numpy as np
from gymnasium.spaces import Space
from numpy.typing import NDArray

from spikeworm_env.envs.action import MUSCLES, Action, ActionForm, not_finite
from spikeworm_env.envs.env_batch import EnvBatch
from spikeworm_env.envs.observation import Bounds, ObservationForm, concentration_bounds
from spikeworm_env.envs.page import fill_page
from spikeworm_env.envs.reward import APPROACH_AND_WALL, approach_and_wall
from spikeworm_env.envs.settings import SUCCESS_BL, Settings, check_settings
from spikeworm_env.envs.start import Start, check_options, draw_start
from spikeworm_env.envs.state import EnvState
from spikeworm_env.envs.viewer import RENDER_FPS, Viewer
from spikeworm_env.errors import InputError, UnknownNameError
from spikeworm_env.rendering.options import RenderOptions
from spikeworm_env.world.arena import FOOD, Y
from spikeworm_env.world.checks import whole
from spikeworm_env.world.scale import DEFAULT_FRAME_SKIP, DRAG_RATIO, TICK_S
from spikeworm_env.world.worm import FIRST_TERM, TELEMETRY, Worms, advance_with, hatch

FLOAT: Final = np.dtype(np.float32)
TICK, REWARD = TELEMETRY.index("tick"), TELEMETRY.index("reward")
PLACE: Final = slice(TELEMETRY.index("x"), TELEMETRY.index("y") + 1)

Observation = Any  # (size,) float32, or a dict of such by channel
Info = dict[str, Any]


class SpikeWormEnv(gymnasium.Env[Observation, Action]):
    """A worm in an arena; a subclass says what else is in the arena, and what counts.

    A subclass may set or override what stands before the constructor. Its docstring is a page: ``{name}`` in
    it stands for a part that all pages share, see ``page``.
    """

    ACTION: ClassVar[ActionForm] = MUSCLES
    TERMS: ClassVar[tuple[str, ...]] = APPROACH_AND_WALL
    """Names of the reward's terms, in the order in which the kernel writes them."""

    TALLY: ClassVar[tuple[str, ...]] = ()
    """Names of the numbers that the kernel's own rules keep count of."""

    OPTIONS: ClassVar[tuple[str, ...]] = ()
    """Options of ``reset`` besides those of every environment."""

    _informs: ClassVar[bool] = False  # whether `_own_info` is worth a call

    kernel: ClassVar[Callable[..., bool]] = staticmethod(advance_with(pay=approach_and_wall))
    """The compiled call, made by ``advance_with``; as a ``staticmethod``."""

    metadata: dict[str, Any] = {  # noqa: RUF012  as the base class declares it
        "render_modes": ["human", "rgb_array"],
        "render_fps": RENDER_FPS,
    }

    def _own_rule(self) -> Sequence[float]:
        """The numbers that the kernel's own rules are given."""
        return ()

    def _concentration_bounds(self, settings: Settings) -> Bounds:
        """Bounds of the four channels of the odour that every worm smells."""
        return concentration_bounds(0.0, settings.n_foods * settings.peak)

    def _own_channels(self, settings: Settings) -> Bounds:
        """Names and bounds of the channels that follow those of every worm, in the kernel's order."""
        return {}

    def _n_sources(self, settings: Settings) -> int:
        """How many sources of smell are in the arena."""
        return settings.n_foods

    def _furnish(
        self, start: Start, options: Mapping[str, Any], seeded: bool
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """The arena and its tally at the start of an episode.

        Args:
            start: its sources may be kept.
            options: of the reset.
            seeded: whether it was given a seed, which makes all that comes independent of what was.
        """
        return start.sources, np.zeros(len(self.TALLY))

    def _own_info(self, tally: list[float]) -> Info:
        """What ``info`` holds besides, or instead of, what it always does."""
        return {}

    def __init_subclass__(cls, **more: Any) -> None:
        super().__init_subclass__(**more)
        cls._informs = cls._own_info is not SpikeWormEnv._own_info
        if cls.__doc__ is not None:  # python -OO leaves it out
            cls.__doc__ = fill_page(cls.__doc__, cls.arguments())

    @classmethod
    def arguments(cls) -> dict[str, Any]:
        """The names of all keyword arguments and their defaults; its own come first."""
        found: dict[str, Any] = {}
        for kind in cls.__mro__:
            if "__init__" in vars(kind) and issubclass(kind, SpikeWormEnv):
                for parameter in inspect.signature(vars(kind)["__init__"]).parameters.values():
                    if parameter.kind is parameter.KEYWORD_ONLY:
                        found.setdefault(parameter.name, parameter.default)
        return found

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
        self._form = ObservationForm(
            settings.observation,
            self._concentration_bounds(settings),
            self._own_channels(settings),
            settings.noise,
        )
        self.action_space: Space[Action] = self.ACTION.space()
        self.observation_space = self._form.space
        self.render_mode = render_mode
        self.title = "SpikeWorm"  # what a frame says at its top; free for callers to change
        self.render_options = (
            RenderOptions()
        )  # how a frame is to look, and the panel of the agent's brain; free for callers
        self._viewer = self._make_viewer(render_mode, whole("render_size", render_size, 240, 4096))
        self._ticks_left = 0
        self._rule = np.array((settings.arena_radius, settings.drag_ratio, *self._own_rule()))
        self._senses_shape = (1, self._form.size)
        self._terms = tuple(enumerate(self.TERMS, FIRST_TERM))
        self._batch: EnvBatch | None = None

    def _arrange(self, arenas: EnvBatch) -> None:
        """Take over the arrays of one worm, and hold ready what each step needs of them.

        A view takes a fiftieth of a step to make.
        """
        self._batch, self._arrays = arenas, arenas.arguments(self._rule)
        self._ticks, self._ticks_held = arenas.ticks, -1
        self._held, self._told, self._counts = arenas.action[0], arenas.telemetry[0], arenas.tally[0]
        self._arena, self._place = arenas.sources[0], self._told[PLACE]
        self._food_places = self._arena[: self._settings.n_foods, :2]

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Take over what was copied or pickled, in which a view is an array of its own."""
        self.__dict__.update(state)
        if self._batch is not None:
            self._arrange(EnvBatch.side_by_side([self._batch]))

    @property
    def layout(self) -> Mapping[str, slice]:
        """Where each channel is found in the flat observation, by name."""
        return MappingProxyType(self._form.layout)

    @property
    def frame_skip(self) -> int:
        """Ticks of 1 ms in a step."""
        return self._settings.frame_skip

    @property
    def drag_centre(self) -> NDArray[np.float64]:
        """(2,) mean of the links' midpoints, BL: speed is measured there, for the head sweeps."""
        return self._require_batch().worms["centre"][0].copy()

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[Observation, Info]:
        """Begin an episode.

        Args:
            seed: of all that is drawn; None continues the present stream.
            options: any of ``position`` (x, y), ``heading_rad``, ``food`` [(x, y), ...], and the
                environment's own.

        Raises:
            InputError: an unknown option, or one that cannot be.
        """
        super().reset(seed=seed)
        given = check_options(options, self.OPTIONS)
        start = draw_start(self.np_random, self._settings, given)
        sources, tally = self._furnish(start, given, seed is not None)
        return self._go_on_from(hatch(sources, *start.position, start.heading_rad), sources, tally)

    def step(self, action: Action) -> tuple[Observation, float, bool, bool, Info]:
        """Advance by one step.

        Raises:
            ActionError: the action has a wrong shape or type, or a value that is not finite.
            gymnasium.error.ResetNeeded: there was no reset yet, or the episode is over.
        """
        arenas = self._batch
        if arenas is None or self._ticks_left == 0:
            raise gymnasium.error.ResetNeeded("reset the environment before the next step")
        self._held[...] = self.ACTION.check(action)
        if self._viewer is not None:
            for place in self._viewer.take_clicks():
                self._put_food(place)
        ticks = min(self._settings.frame_skip, self._ticks_left)
        if ticks != self._ticks_held:
            self._ticks[0] = self._ticks_held = ticks
        senses = np.empty(self._senses_shape, FLOAT)
        if not self.kernel(*self._arrays, senses, arenas.telemetry):
            raise not_finite(self._held)
        self._ticks_left -= ticks
        observation = senses[0] if self._form.plain else self._hand_over(senses[0])
        info, reward = self._tell()
        if self._viewer is not None and self._viewer.follow(info["tick"], *info["position"].tolist()):
            self._viewer.draw(arenas.worms, self._arena, info, self.title, self.render_options)
        return observation, reward, False, self._ticks_left == 0, info

    def get_state(self) -> EnvState:
        """A snapshot, which later steps do not touch; it can be pickled.

        Raises:
            gymnasium.error.ResetNeeded: there was no reset yet.
        """
        return EnvState.of(type(self).__name__, self._rule, self._require_batch(), self.np_random)

    def set_state(self, state: EnvState) -> tuple[Observation, Info]:
        """Go back to a snapshot of an environment of the same arguments; the observation and info there.

        Raises:
            InputError: the snapshot is not one of such an environment.
        """
        self._check_state(state)
        shown = self._go_on_from(state.worm, state.sources, state.tally)
        self.np_random.bit_generator.state = state.np_random  # after a look, which may draw noise
        return shown

    def render(self) -> Any:
        """The current frame, (render_size, render_size, 3) uint8; None where it went to the window."""
        if self._viewer is None:
            gymnasium.logger.warn(
                'render() needs a render mode, e.g. gymnasium.make(..., render_mode="rgb_array")'
            )
            return None
        worms = self._require_batch().worms
        return self._viewer.draw(worms, self._arena, self._tell()[0], self.title, self.render_options)

    def close(self) -> None:
        """Close the window, if there is one."""
        if self._viewer is not None:
            self._viewer.close()

    def _go_on_from(
        self, worms: Worms, sources: NDArray[np.float64], tally: NDArray[np.float64]
    ) -> tuple[Observation, Info]:
        """Take over a copy of a worm, of its arena and of its tally, as they are."""
        if self._batch is None:
            n_told = len(TELEMETRY) + len(self.TERMS)
            self._arrange(EnvBatch.of_one(sources.shape, len(tally), self.ACTION.shape, n_told))
        arenas = self._require_batch()
        arenas.fill(worms, sources, tally)
        self._ticks_held = 0
        self._ticks_left = self._settings.duration_ticks - int(worms["tick"][0])
        senses = np.empty(self._senses_shape, FLOAT)
        self.kernel(*self._arrays, senses, arenas.telemetry)  # no tick: it tells how things are
        observation = self._hand_over(senses[0])
        info, _ = self._tell()
        if self._viewer is not None:
            x, y = info["position"].tolist()
            self._viewer.restart(info["tick"], x, y)
            if self._viewer.follow(info["tick"], x, y):
                self._viewer.draw(arenas.worms, self._arena, info, self.title, self.render_options)
        return observation, info

    def _hand_over(self, senses: NDArray[np.float32]) -> Observation:
        self._form.blur(senses, self.np_random)
        return self._form.shape(senses)

    def _tell(self) -> tuple[Info, float]:
        """What the last call of the kernel told, in fresh objects: info and reward."""
        told = self._told.tolist()
        info = self._describe(int(told[TICK]), told, self._place.copy(), self._food_places.copy())
        if self._informs:
            info.update(self._own_info(self._counts.tolist()))
        return info, told[REWARD]

    def _describe(
        self,
        tick: Any,
        told: Sequence[Any],
        position: NDArray[np.float64],
        food: NDArray[np.float64],
    ) -> Info:
        """What every worm's info holds: of one from numbers, of many from arrays.

        Args:
            tick: ticks since the reset, whole.
            told: the columns of the telemetry.
            position: (..., 2) of the head.
            food: (..., k, 2).
        """
        (
            _, _, _, heading, distance, concentration, _, _,
            ci_time, ci_net, ci_clipped, min_distance, start_distance, _,
        ) = told[:FIRST_TERM]  # fmt: skip
        return {
            "tick": tick,
            "time_s": tick * TICK_S,
            "frame_skip": self._settings.frame_skip,
            "position": position,
            "heading_rad": heading,
            "distance": distance,
            "concentration": concentration,
            "food": food,
            "reward_terms": {name: told[i] for i, name in self._terms},
            "ci_time": ci_time,
            "ci_net": ci_net,
            "ci_clipped": ci_clipped,
            "min_distance": min_distance,
            "start_distance": start_distance,
            "success": min_distance <= SUCCESS_BL,
        }

    def _put_food(self, place: tuple[float, float]) -> None:
        """Move the food that is nearest to (x, y), BL, there."""
        foods = np.flatnonzero(self._arena[:, FOOD])
        nearest = foods[((self._arena[foods, : Y + 1] - place) ** 2).sum(axis=1).argmin()]
        self._arena[nearest, : Y + 1] = place

    def _check_state(self, state: EnvState) -> None:
        if not isinstance(state, EnvState):
            raise InputError(f"state: got {type(state).__name__}, expected what get_state() returned")
        settings, n_sources = self._settings, self._n_sources(self._settings)
        kind = type(self).__name__
        state.check(kind, self._rule, n_sources, len(self.TALLY), settings, self.np_random)

    def _require_batch(self) -> EnvBatch:
        if self._batch is None:
            raise gymnasium.error.ResetNeeded("reset the environment first")
        return self._batch

    def _make_viewer(self, render_mode: str | None, size_px: int) -> Viewer | None:
        if render_mode is None:
            return None
        if render_mode not in self.metadata["render_modes"]:
            raise UnknownNameError("render mode", render_mode, self.metadata["render_modes"])
        return Viewer(render_mode, size_px, self._settings)
