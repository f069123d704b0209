"""Many worms in one vector environment, moved by one compiled call.

Each worm is a single environment, which draws its starts and keeps its random generator; their arrays lie
side by side, and a step moves all worms at once. Worms are bit-identical to separate environments. This
module uses private members of `base.SpikeWormEnv`.

Gymnasium finds the constructor of an id's vector environment here, as the attribute named by the id.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, Final

import gymnasium
import numpy as np
from gymnasium.envs.registration import EnvSpec, load_env_creator
from gymnasium.vector import AutoresetMode, VectorEnv
from gymnasium.vector.utils import batch_space
from numpy.typing import NDArray

from spikeworm_env.checks import whole
from spikeworm_env.envs import ENVIRONMENTS
from spikeworm_env.envs.base import Observation, SpikeWormEnv
from spikeworm_env.envs.info import Info, common_info, with_masks
from spikeworm_env.envs.made_spec import made_spec, steps_in
from spikeworm_env.envs.spaces import Action, not_finite
from spikeworm_env.envs.state import EnvBatch, EnvState
from spikeworm_env.envs.vector_arguments import autoreset_mode_of, seeds_of, split_options, step_limit_of
from spikeworm_env.errors import InputError
from spikeworm_env.world.record_types import N_TELEMETRY, telemetry_of, telemetry_values

MOST_ENVS: Final = 1_000_000

Flags = NDArray[np.bool_]


def __getattr__(name: str) -> Callable[..., SpikeWormVectorEnv]:
    if name not in ENVIRONMENTS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return partial(SpikeWormVectorEnv, load_env_creator(ENVIRONMENTS[name]))  # type: ignore[arg-type]


class SpikeWormVectorEnv(VectorEnv[Observation, Action, NDArray[Any]]):
    """Many environments of one id and of the same arguments.

    Args:
        kind: the class of the single environment.
        num_envs: how many.
        autoreset_mode: what follows the end of an episode: a reset in the next step; one in the same step,
            with ``final_obs`` and ``final_info``; or none, and the caller resets with
            ``options={"reset_mask": mask}``.
        max_episode_steps: after so many steps an episode is truncated; None or -1: after ``duration_s`` only.
        **arguments: of the single environment.

    Raises:
        InputError: an argument that cannot be.
    """

    _rows: list[SpikeWormEnv] = []  # noqa: RUF012  one whose arguments were refused can be closed
    _spec: EnvSpec | None = None

    def __init__(
        self,
        kind: type[SpikeWormEnv],
        num_envs: int = 1,
        *,
        autoreset_mode: str | AutoresetMode = AutoresetMode.NEXT_STEP,
        max_episode_steps: int | None = None,
        **arguments: Any,
    ) -> None:
        self.num_envs = whole("num_envs", num_envs, 1, MOST_ENVS)
        self._mode = autoreset_mode_of(autoreset_mode)
        if arguments.get("render_mode") == "human":
            raise InputError(
                "render_mode is 'human'; expected 'rgb_array': a vector environment has no window"
            )
        self._rows = [kind(**arguments) for _ in range(self.num_envs)]
        self._first = first = self._rows[0]
        self._limit_ticks = first._settings.duration_ticks
        steps = step_limit_of(max_episode_steps)
        if steps is not None:
            self._limit_ticks = min(self._limit_ticks, steps * first.frame_skip)
        modes = [mode for mode in first.metadata["render_modes"] if mode != "human"]
        self.metadata = {**first.metadata, "render_modes": modes, "autoreset_mode": self._mode}
        self.render_mode = first.render_mode
        self.single_observation_space = first.observation_space
        self.single_action_space = first.action_space
        self.observation_space = batch_space(first.observation_space, self.num_envs)
        self.action_space = batch_space(first.action_space, self.num_envs)
        self._action_form = replace(kind.ACTION, shape=(self.num_envs, *kind.ACTION.shape))
        self._everyone = np.ones(self.num_envs, np.bool_)
        self._senses = np.empty((self.num_envs, first._form.size), np.float32)
        self._ticks_left = np.zeros(self.num_envs, np.int64)
        self._batch: EnvBatch | None = None

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Restore a copied or pickled environment, in which the worms' arrays are separate."""
        self.__dict__.update(state)
        if self._batch is not None:
            self._join_arrays()

    @property
    def spec(self) -> EnvSpec | None:
        """How the environments were made; ``max_episode_steps`` is the number of steps in an episode."""
        return self._spec

    @spec.setter
    def spec(self, spec: EnvSpec | None) -> None:
        self._spec = made_spec(spec, steps_in(self._limit_ticks, self.frame_skip))

    @property
    def frame_skip(self) -> int:
        """Ticks of 1 ms in a step."""
        return self._first.frame_skip

    @property
    def layout(self) -> Mapping[str, slice]:
        """Where each channel is found in one worm's flat observation, by name."""
        return self._first.layout

    @property  # type: ignore[misc]
    def np_random(self) -> tuple[np.random.Generator, ...]:  # type: ignore[override]
        """Each worm's own generator."""
        return tuple(row.np_random for row in self._rows)

    @property
    def np_random_seed(self) -> tuple[int | None, ...]:  # type: ignore[override]
        """The seed of each worm's generator."""
        return tuple(row.np_random_seed for row in self._rows)

    def reset(
        self, *, seed: int | Sequence[int | None] | None = None, options: dict[str, Any] | None = None
    ) -> tuple[Observation, Info]:
        """Begin episodes.

        Args:
            seed: worm i gets ``seed + i``, or the i-th of a sequence; None continues the streams.
            options: of the single environment's reset, the same for all; with ``reset_mask``, (n,) bool, only
                those worms are reset.

        Raises:
            InputError: a seed or an option that cannot be; nothing has changed.
        """
        seeds = seeds_of(seed, self.num_envs)
        mask, options = split_options(options, self.num_envs)
        if self._batch is None and not mask.all():
            raise InputError("options['reset_mask']: expected all true in the first reset")
        self._restart(mask, seeds, options)
        return self._observation(), with_masks(self._info(), mask)

    def step(self, actions: Action) -> tuple[Observation, NDArray[np.float64], Flags, Flags, Info]:
        """Advance every worm by one step.

        Raises:
            ActionError: the actions have a wrong shape or type, or a value that is not finite; nothing has
                changed.
            gymnasium.error.ResetNeeded: there was no reset yet, or an episode is over and needs one.
        """
        batch, first, ended = self._require_batch(), self._first, self._ticks_left == 0
        if self._mode is not AutoresetMode.NEXT_STEP and ended.any():
            which = np.flatnonzero(ended).tolist()
            raise gymnasium.error.ResetNeeded(f"reset worms {which}, by a reset_mask, before the next step")
        batch.action[:] = self._action_form.check(actions)
        np.minimum(
            self._ticks_left, first._settings.frame_skip, out=batch.ticks
        )  # none for the ended, nor a reward
        if not first.kernel(*batch.arguments, self._senses):
            raise not_finite(batch.action)
        self._ticks_left -= batch.ticks
        if first._form.noisy:
            for i in np.flatnonzero(~ended):
                first._form.add_noise(self._senses[i], self._rows[i].np_random)
        rewards = batch.telemetry["reward"].copy()
        over = (self._ticks_left == 0) & ~ended
        if self.render_mode is not None:
            self._follow()
        final: Info = {}
        if ended.any():
            self._restart(ended)
        if self._mode is AutoresetMode.SAME_STEP and over.any():
            final = self._final(over)
            self._restart(over)
        terminations = np.zeros(self.num_envs, np.bool_)
        return (
            self._observation(),
            rewards,
            terminations,
            over,
            {**final, **with_masks(self._info(), self._everyone)},
        )

    def get_state(self) -> tuple[EnvState, ...]:
        """A snapshot of each worm's environment; see the single one's ``get_state``.

        Raises:
            gymnasium.error.ResetNeeded: there was no reset yet.
        """
        self._require_batch()
        return tuple(row.get_state() for row in self._rows)

    def set_state(self, states: Sequence[EnvState]) -> tuple[Observation, Info]:
        """Restore snapshots of this or of single environments of the same arguments.

        Returns:
            the observations and infos there.

        Raises:
            InputError: they are not as many, or one is not of such an environment; nothing has changed.
        """
        if not isinstance(states, Sequence) or len(states) != self.num_envs:
            raise InputError(
                f"states: type is {type(states).__name__}; expected a sequence of {self.num_envs} states"
            )
        for i, (row, state) in enumerate(zip(self._rows, states, strict=True)):
            try:
                row._check_state(state)
            except InputError as error:
                raise InputError(f"states[{i}]: {error}") from error
        shown = [row.set_state(state)[0] for row, state in zip(self._rows, states, strict=True)]
        self._take_over(self._everyone, shown)
        return self._observation(), with_masks(self._info(), self._everyone)

    def render(self) -> tuple[Any, ...]:
        """Each worm's current frame."""
        return tuple(row.render() for row in self._rows)

    def close_extras(self, **_: Any) -> None:
        """Close the windows and renderers of the worms' environments."""
        for row in self._rows:
            row.close()

    def _restart(
        self, mask: Flags, seeds: Sequence[int | None] | None = None, options: dict[str, Any] | None = None
    ) -> None:
        """Reset the worms of a mask."""
        chosen = np.flatnonzero(mask).tolist()
        rows = [self._rows[i] for i in chosen]
        row_seeds = [None] * len(rows) if seeds is None else [seeds[i] for i in chosen]
        before = [row._random_state() for row in rows]
        try:
            episodes = [row._draw_episode(seed, options) for row, seed in zip(rows, row_seeds, strict=True)]
        except Exception:
            for row, state in zip(rows, before, strict=True):
                row._restore_random_state(state)
            raise
        shown = [row._continue_from(*episode)[0] for row, episode in zip(rows, episodes, strict=True)]
        self._take_over(mask, shown)

    def _take_over(self, mask: Flags, shown: list[Observation]) -> None:
        """Copy observations and remaining ticks of the worms of a mask after a reset or a snapshot."""
        if self._batch is None:
            self._join_arrays()
        for i, observation in zip(np.flatnonzero(mask), shown, strict=True):
            self._senses[i] = self._first._form.flatten(observation)
            passed = self._first._settings.duration_ticks - self._rows[i]._ticks_left
            self._ticks_left[i] = max(self._limit_ticks - passed, 0)

    def _join_arrays(self) -> None:
        """Put the worms' arrays into common ones; each worm keeps its part as a view."""
        batches = [row._require_batch() for row in self._rows]
        self._batch = batch = EnvBatch.side_by_side(batches, self._first.dtypes)
        self._telemetry = telemetry_values(batch.telemetry)
        self._positions = telemetry_values(batch.telemetry[["x", "y"]])
        for i, row in enumerate(self._rows):
            row._use_batch(batch.one(i))

    def _observation(self) -> Observation:
        return self._first._form.shape(self._senses.copy())

    def _info(self) -> Info:
        """The infos of all worms, as arrays without masks."""
        batch, first = self._require_batch(), self._first
        values = self._telemetry.T.copy()
        told = telemetry_of(values[:N_TELEMETRY])
        terms = {name: values[i] for i, name in first._term_columns}
        position = self._positions.copy()
        food = batch.sources["position"][:, : first._settings.n_foods].copy()
        frame_skips = np.full(self.num_envs, first.frame_skip)
        info = common_info(told.tick.astype(np.int64), told, terms, position, food, frame_skips)
        if first._has_own_info:
            states = map(first._state_of, batch.arenas["env_state"].tolist())
            own = [row._own_info(state) for row, state in zip(self._rows, states, strict=True)]
            info.update({key: np.array([one[key] for one in own]) for key in own[0]})
        return info

    def _final(self, over: Flags) -> Info:
        """The last observations and infos of ended episodes, as Gymnasium adds them to the infos."""
        observations = np.full(self.num_envs, None, dtype=object)
        for i in np.flatnonzero(over):
            observations[i] = self._first._form.shape(self._senses[i].copy())
        infos = with_masks(self._info(), over)
        return {
            "final_obs": observations,
            "_final_obs": over.copy(),
            "final_info": infos,
            "_final_info": over.copy(),
        }

    def _follow(self) -> None:
        """Lengthen the trails that pictures show."""
        telemetry = self._require_batch().telemetry
        for row, (tick, x, y) in zip(self._rows, telemetry[["tick", "x", "y"]].tolist(), strict=True):
            if row._viewer is not None:
                row._viewer.follow(int(tick), x, y)

    def _require_batch(self) -> EnvBatch:
        if self._batch is None:
            raise gymnasium.error.ResetNeeded("reset the environments first")
        return self._batch
