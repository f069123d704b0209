"""Named trials: the arena and the duration."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import gymnasium
import numpy as np
from gymnasium.envs.registration import load_env_creator

from spikeworm_env.agents.gaited import ActsBy
from spikeworm_env.checks import known_name, nonempty_text, number, whole
from spikeworm_env.errors import InputError, UnknownNameError, shown
from spikeworm_env.seeds import checked_seed
from spikeworm_env.world.checks import places
from spikeworm_env.world.scale import DEFAULT_FRAME_SKIP, MAX_SECONDS, TICKS_PER_S

if TYPE_CHECKING:
    from spikeworm_env.envs.base import SpikeWormEnv

ENV_ID = "SpikeWorm/Chemotaxis-v0"
MOST_TRIALS = 1_000_000
OTHER_ENVIRONMENTS = ("foraging", "aversion", "reversal", "drift", "steering")
NEVER_SWAPS = {"swap_s": None}  # of an environment whose odours swap
LABELS = {  # a setting that differs from the named trial's, in a label
    "duration_s": "duration {} s",
    "start_distance": "start distance {} BL",
    "sigma": "sigma {} BL",
    "n_foods": "foods {}",
    "arena_radius": "arena radius {} BL",
    "food_position": "food at {}",
    "marker": "marker {}",
}
NOT_OF_THE_ARENA = ("frame_skip", "observation", "render_mode", "render_size")


@dataclass(frozen=True)
class Trial:
    """An arena and a duration, as keyword arguments over those of the environment.

    Args:
        name: the name in tables, see `label`.
        start_distance: from the head to the nearest food, body lengths.
        sigma: standard deviation of a food's Gaussian, body lengths.
        duration_s: simulated seconds.
        n_foods: foods in the arena.
        arena_radius: radius of the arena, body lengths.
        food_position: position (x, y) of the first food, body lengths; drawn by the seed when None.
        marker: in ``SpikeWorm/Reversal-v0``, the odour that marks the food from beginning to end, 0 or 1.
        env_id: the environment.

    None stands for the environment's own default, so that each number is written once, there.

    Raises:
        InputError: the name is no text, or ``food_position`` no position.
    """

    name: str
    start_distance: float | None = None
    sigma: float | None = None
    duration_s: float | None = None
    n_foods: int | None = None
    arena_radius: float | None = None
    food_position: tuple[float, float] | None = None
    marker: int | None = None
    env_id: str = ENV_ID

    def __post_init__(self) -> None:
        nonempty_text("name of the trial", self.name)
        for field in fields(self):  # to Python's own types: a trial is hashed and written as JSON
            value = getattr(self, field.name)
            if isinstance(value, np.generic):
                object.__setattr__(self, field.name, value.item())
        if self.food_position is not None:
            found = [tuple(place) for place in places("food_position", self.food_position).tolist()]
            object.__setattr__(self, "food_position", found[0] if len(found) == 1 else tuple(found))

    def env_arguments(self) -> dict[str, Any]:
        """The environment's keyword arguments that this trial sets."""
        named = {field.name: getattr(self, field.name) for field in fields(self)}
        arguments = {
            name: value
            for name, value in named.items()
            if name not in ("name", "env_id", "marker") and value is not None
        }
        return arguments if self.marker is None else {**arguments, **NEVER_SWAPS}

    def reset_options(self) -> dict[str, Any] | None:
        """What every reset of the environment is given besides the seed."""
        return None if self.marker is None else {"marker": self.marker}

    @property
    def has_markers(self) -> bool:
        """Whether this trial's environment has odours of which one marks the food."""
        return "marker" in environment_class(self.env_id).OPTIONS

    def settings(self) -> dict[str, Any]:
        """All arguments that make the arena, the environment's own defaults among them."""
        defaults = environment_class(self.env_id).arguments()
        arena = {name: value for name, value in defaults.items() if name not in NOT_OF_THE_ARENA}
        return {**arena, **self.env_arguments(), **(self.reset_options() or {})}

    def with_changes(self, **changes: float | None) -> Trial:
        """This trial with those arguments replaced that are not None; the environment checks their ranges.

        Raises:
            UnknownNameError: a trial has no such argument.
        """
        for name in changes:
            known_name("setting of a trial", name, [field.name for field in fields(self)])
        return replace(self, **{name: value for name, value in changes.items() if value is not None})  # type: ignore[arg-type]

    def label(self, frame_skip: int = DEFAULT_FRAME_SKIP) -> str:
        """What tables, pictures and reports call it: ``default``, or ``default with duration 30 s``.

        The name, and whatever differs from the trial of that name.
        """
        differs = tuple(self.differences(frame_skip))
        return self.name if not differs else f"{self.name} with {', '.join(differs)}"

    def differences(self, frame_skip: int = DEFAULT_FRAME_SKIP) -> Iterator[str]:
        """What differs from the trial of that name, in short phrases."""
        yield from self._changes()
        if frame_skip != DEFAULT_FRAME_SKIP:
            yield f"frame_skip {frame_skip}"

    def _changes(self) -> Iterator[str]:
        named = TRIALS.get(self.name)
        if named is None or named == self:
            return
        if named.env_id != self.env_id:
            yield f"environment {self.env_id}"
        here, there = self.settings(), named.settings()
        for name, text in LABELS.items():
            if here.get(name) != there.get(name):
                value = here.get(name)
                yield text.format(f"{value:g}" if isinstance(value, int | float) else value)

    def make_env(
        self, *, frame_skip: int = DEFAULT_FRAME_SKIP, render_mode: str | None = None
    ) -> gymnasium.Env:
        """The environment of this trial.

        Args:
            frame_skip: ticks of 1 ms per step of the environment; 1 is lock-step.
            render_mode: None, ``"rgb_array"`` or ``"human"``.

        Raises:
            InputError: an argument that the environment refuses.
        """
        environment = environment_class(self.env_id)
        if self.marker is not None and not self.has_markers:
            raise InputError(
                f"marker is {shown(self.marker)}; trial {shown(self.name)} has no odours to mark food"
            )
        if render_mode is not None:
            known_name("render mode", render_mode, environment.metadata["render_modes"])
        env = gymnasium.make(
            self.env_id,
            disable_env_checker=True,
            frame_skip=frame_skip,
            render_mode=render_mode,
            **self.env_arguments(),
        )
        return env.unwrapped  # a wrapper that checks the order of calls costs as much as a tick of the body

    @property
    def acts_by(self) -> ActsBy:
        """What actions are made of; an environment that has the gait itself is nothing for a brain."""
        return ActsBy.of(environment_class(self.env_id).ACTION.shape)

    def layout(self) -> Mapping[str, slice]:
        """Where each channel is found in this trial's observation."""
        return _layout(self)


@lru_cache
def _layout(trial: Trial) -> Mapping[str, slice]:
    env = trial.make_env()
    return dict(env.layout)  # type: ignore[attr-defined]


TRIALS = {
    trial.name: trial
    for trial in (
        Trial("default"),
        Trial("far", start_distance=20.0, sigma=12.0, duration_s=120.0),
        # The setting of the engine that inspired this one, for figures side by side.
        Trial("classic", start_distance=20.0, sigma=12.0, duration_s=30.0, food_position=(15.0, 0.0)),
        # The other arenas, as they come.
        *(Trial(name, env_id=f"SpikeWorm/{name.capitalize()}-v0") for name in OTHER_ENVIRONMENTS),
    )
}


def environment_class(env_id: str = ENV_ID) -> type[SpikeWormEnv]:
    """The class behind an environment id.

    Raises:
        UnknownNameError: no environment is registered under it.
    """
    try:
        made = gymnasium.spec(nonempty_text("environment", env_id, "an id")).entry_point
    except gymnasium.error.Error:
        known = [each for each in gymnasium.registry if each.startswith("SpikeWorm/")]
        raise UnknownNameError("environment", env_id, known) from None
    return load_env_creator(made) if isinstance(made, str) else made  # type: ignore[return-value]


def find_trial(trial: str | Trial) -> Trial:
    """The trial of that name; a Trial is its own.

    Raises:
        UnknownNameError: no trial bears the name.
    """
    if isinstance(trial, Trial):
        return trial
    return TRIALS[known_name("trial", trial, TRIALS)]


def trial_seeds(trials: int, first_seed: int) -> tuple[int, ...]:
    """So many trial seeds, from ``first_seed`` up.

    Raises:
        InputError: fewer than 1 or more than a million, or a seed that is none.
    """
    trials, first_seed = whole("trials", trials, 1, MOST_TRIALS), checked_seed(first_seed, "first_seed")
    checked_seed(first_seed + trials - 1, "the last trial seed")
    return tuple(range(first_seed, first_seed + trials))


def duration(*, seconds: float | None, ticks: int | None) -> float | None:
    """The duration in seconds that one of the two gives; None when neither is given.

    Raises:
        InputError: both are given, or one is not a positive finite number of whole ticks.
    """
    if seconds is not None and ticks is not None:
        raise InputError("give seconds or ticks, not both")
    if ticks is not None:
        return whole("ticks", ticks, 1, MAX_SECONDS * TICKS_PER_S) / TICKS_PER_S
    return None if seconds is None else number("seconds", seconds, 1 / TICKS_PER_S, MAX_SECONDS)
