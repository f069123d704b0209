"""The arrays of worms and arenas: those that the kernel works on, and a snapshot of one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from spikeworm_env.envs.settings import Settings
from spikeworm_env.errors import InputError
from spikeworm_env.world.record_types import Records
from spikeworm_env.world.worm import WORM, Worms


class Dtypes(NamedTuple):
    """The records of an environment's class.

    Attributes:
        arena: of worm, parameters, state and telemetry, see ``world.worm.arena_dtype``.
        source: of a source of an odour, see ``world.record_types.SOURCE_FIELDS``.
    """

    arena: np.dtype[np.void]
    source: np.dtype[np.void]


@dataclass(frozen=True, eq=False)
class EnvBatch:
    """n worms, each alone in its arena.

    Attributes:
        arenas: (n,) records.
        sources: (n, k) records.
        action: (n, ...) float64.
        ticks: (n,) for which the action holds.
    """

    arenas: Records
    sources: Records
    action: NDArray[np.float64]
    ticks: NDArray[np.int64]

    @classmethod
    def of_one(cls, dtypes: Dtypes, n_sources: int, action: tuple[int, ...]) -> EnvBatch:
        """Arrays of one worm, all zeros."""
        return cls(
            np.zeros(1, dtypes.arena),
            np.zeros((1, n_sources), dtypes.source),
            np.zeros((1, *action)),
            np.zeros(1, np.int64),
        )

    @classmethod
    def side_by_side(cls, batches: Sequence[EnvBatch], dtypes: Dtypes) -> EnvBatch:
        """Copies of all of these, in common arrays."""
        return cls(
            # the class's dtype object, not an equal one: the kernel's call finds it 1 µs faster
            np.concatenate([batch.arenas for batch in batches], dtype=dtypes.arena),
            np.concatenate([batch.sources for batch in batches], dtype=dtypes.source),
            np.concatenate([batch.action for batch in batches]),
            np.concatenate([batch.ticks for batch in batches]),
        )

    def one(self, i: int) -> EnvBatch:
        """The i-th worm and its arena, as views."""
        return EnvBatch(*(getattr(self, field.name)[i : i + 1] for field in fields(self)))

    def fill(self, worm: Worms, sources: Records, env_state: Records) -> None:
        """Copy a worm (1,), the sources (k,) of its arena and its state (1,) into the arrays."""
        self.arenas["worm"], self.sources[0], self.arenas["env_state"] = worm, sources, env_state
        self.action[:], self.ticks[:] = 0.0, 0

    @property
    def worms(self) -> Worms:
        """(n,) records, a view; see ``world.worm.WORM``."""
        return self.arenas["worm"]

    @property
    def telemetry(self) -> Records:
        """(n,) records, a view; see ``world.record_types.Telemetry``."""
        return self.arenas["telemetry"]

    @property
    def arguments(self) -> tuple[Any, ...]:
        """The kernel's arguments but the observation."""
        return self.arenas, self.sources, self.action, self.ticks


@dataclass(frozen=True, eq=False)
class EnvState:
    """A snapshot of an environment from which it continues bit for bit.

    Attributes:
        env_class: name of the environment's class.
        params: values of the kernel's parameters, see ``world.record_types.PARAM_FIELDS``.
        worm: (1,) record, see ``world.worm.WORM``; read-only.
        sources: (k,) records, see ``world.record_types.SOURCE_FIELDS``; read-only.
        env_state: (1,) record of the environment's own state; read-only.
        np_random: the state of the environment's bit generator.
    """

    env_class: str
    params: tuple[float, ...]
    worm: Worms
    sources: Records
    env_state: Records
    np_random: Mapping[str, Any]

    @classmethod
    def of(cls, env_class: str, batch: EnvBatch, rng: np.random.Generator) -> EnvState:
        """A copy of one arena, which later steps do not change."""
        worm, sources, env_state = (
            batch.worms.copy(),
            batch.sources[0].copy(),
            batch.arenas["env_state"].copy(),
        )
        for part in (worm, sources, env_state):
            part.flags.writeable = False
        params = batch.arenas["params"].item()
        return cls(env_class, params, worm, sources, env_state, rng.bit_generator.state)

    def check(
        self,
        env_class: str,
        dtypes: Dtypes,
        params: Records,
        n_sources: int,
        settings: Settings,
        rng: np.random.Generator,
    ) -> None:
        """Check that an environment of this class and these settings can have this state.

        Raises:
            InputError: it cannot.
        """
        if self.env_class != env_class:
            raise InputError(f"state: env_class is {self.env_class}; expected {env_class}")
        parts = (self.worm, self.env_state, self.sources)
        known = zip(parts, (WORM, dtypes.arena["env_state"], dtypes.source), strict=True)
        if (
            any(part.dtype != dtype for part, dtype in known)
            or not len(self.worm) == len(self.env_state) == 1
        ):
            raise InputError("state: records are those of another version; expected those of this version")
        if self.params != params.item():
            names = ", ".join(params.dtype.names or ())
            raise InputError(f"state: ({names}) is {self.params}; expected {params.item()}")
        if len(self.sources) != n_sources:
            raise InputError(
                f"state: number of sources is {len(self.sources)}; "
                f"expected {n_sources} with n_foods={settings.n_foods}"
            )
        if self.worm["tick"][0] > settings.duration_ticks:
            raise InputError(
                f"state: tick is {self.worm['tick'][0]}; expected at most {settings.duration_ticks}"
            )
        try:
            type(rng.bit_generator)(0).state = self.np_random
        except (KeyError, TypeError, ValueError) as error:
            name = type(rng.bit_generator).__name__
            raise InputError(f"state: np_random is not a state of {name}: {error}") from error
