"""What an environment declares: the fields of its records, its rules, and the methods to override."""

from __future__ import annotations

import inspect
from collections import namedtuple
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, ClassVar

import numpy as np

from spikeworm_env.envs.info import Info
from spikeworm_env.envs.reward import APPROACH, WALL, add_approach_and_wall_cost
from spikeworm_env.envs.settings import Settings, Start
from spikeworm_env.envs.spaces import MUSCLES, ActionForm, Bounds, concentration_bounds
from spikeworm_env.envs.state import Dtypes, EnvBatch, Limits
from spikeworm_env.world.record_types import SOURCE_FIELDS, Field, Records, names_of, record_dtype
from spikeworm_env.world.worm import Rules, arena_dtype, make_advance


class EnvDefinition:
    """The part of an environment that differs from id to id.

    Fields are declared as rows ``(name, dtype, meaning)``, which rules and methods read by name. The defaults
    are those of ``SpikeWorm/Chemotaxis-v0``. Methods may use what ``SpikeWormEnv`` holds.

    Attributes:
        np_random: the random generator.
        _settings: arguments that every environment has.
        _batch: the arrays of the worm and its arena; None before the first reset.
        _source_arrays: arrays of the sources by field.
    """

    np_random: np.random.Generator
    _settings: Settings
    _batch: EnvBatch | None
    _source_arrays: Mapping[str, Records]

    ACTION: ClassVar[ActionForm] = MUSCLES
    """Shape and bounds of an action."""

    REWARD_TERMS: ClassVar[tuple[Field, ...]] = (APPROACH, WALL)
    """Fields of the reward terms, in the order in which they are added."""

    SOURCES: ClassVar[tuple[Field, ...]] = ()
    """Fields of a source besides ``world.record_types.SOURCE_FIELDS``."""

    STATE: ClassVar[tuple[Field, ...]] = ()
    """Fields of the environment's own state."""

    LIMITS: ClassVar[Mapping[str, Limits]] = {}
    """Least and greatest values of those fields of `SOURCES` and `STATE` that the rules rely on: indices."""

    PARAMS: ClassVar[tuple[Field, ...]] = ()
    """Fields of the kernel's parameters besides ``world.record_types.PARAM_FIELDS``."""

    RULES: ClassVar[Rules] = Rules(add_reward=add_approach_and_wall_cost)
    """The environment's rules for the kernel."""

    OPTIONS: ClassVar[tuple[str, ...]] = ()
    """Options of ``reset`` besides those of every environment."""

    kernel: ClassVar[Callable[..., bool]]
    """The compiled call that moves worms in such arenas; made from the rules."""

    dtypes: ClassVar[Dtypes]
    """The records of the arrays; made from the fields."""

    def _own_params(self) -> Mapping[str, float]:
        """The values of `PARAMS` by name."""
        return {}

    def _concentration_bounds(self, settings: Settings) -> Bounds:
        """Bounds of the four channels of the first odour."""
        return concentration_bounds(0.0, settings.n_foods * settings.peak)

    def _own_channels(self, settings: Settings) -> Bounds:
        """Names and bounds of the channels after those of every environment, in the kernel's order."""
        return {}

    def _n_sources(self, settings: Settings) -> int:
        """How many sources are in the arena."""
        return settings.n_foods

    def _init_arena(
        self, start: Start, env_state: Records, options: Mapping[str, Any], seeded: bool
    ) -> Records:
        """Prepare the arena of an episode.

        Args:
            start: its sources are the foods, with 0 in the fields of `SOURCES`; they may be changed.
            env_state: (1,) record of `STATE`, all zeros; to be filled.
            options: of the reset.
            seeded: whether the reset was given a seed.

        Returns:
            the sources of the arena.
        """
        return start.sources

    def _own_info(self, env_state: Any) -> Info:
        """Info besides, or instead of, that of every environment.

        Args:
            env_state: numbers of `STATE` as attributes; ``_source_arrays`` has the sources by field.
        """
        return {}

    _has_own_info: ClassVar[bool] = False
    _state_of: ClassVar[Any]  # makes a named tuple of the values of `STATE`
    _typed_kernel: ClassVar[Callable[..., bool] | None]

    def __init_subclass__(cls, **more: Any) -> None:
        super().__init_subclass__(**more)
        cls._has_own_info = cls._own_info is not EnvDefinition._own_info
        cls.kernel = staticmethod(make_advance(cls.RULES, cls.REWARD_TERMS))
        state = namedtuple("state", names_of(cls.STATE))  # type: ignore[misc]
        cls._state_of = staticmethod(partial(tuple.__new__, state))
        cls._typed_kernel = None
        cls.dtypes = Dtypes(
            arena_dtype(cls.PARAMS, cls.STATE, cls.REWARD_TERMS), record_dtype(*SOURCE_FIELDS, *cls.SOURCES)
        )

    @classmethod
    def arguments(cls) -> dict[str, Any]:
        """The names of all keyword arguments and their defaults; its own come first."""
        found: dict[str, Any] = {}
        for kind in cls.__mro__:
            if "__init__" in vars(kind) and issubclass(kind, EnvDefinition):
                for parameter in inspect.signature(vars(kind)["__init__"]).parameters.values():
                    if parameter.kind is parameter.KEYWORD_ONLY:
                        found.setdefault(parameter.name, parameter.default)
        return found
