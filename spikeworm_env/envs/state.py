"""The arrays of worms and arenas: those that the kernel works on, and a snapshot of one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from spikeworm_env.envs.settings import Settings
from spikeworm_env.errors import InputError, reason, shown
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


Limits = tuple[float, float]
"""Least and greatest value of a field of a record."""

LIMITS: Final[Mapping[str, Limits]] = {
    **dict.fromkeys(("centre", "head", "position"), (-1e6, 1e6)),
    **dict.fromkeys(("phi0", "theta", "target"), (-1e6, 1e6)),
    **dict.fromkeys(("cosine", "sine"), (-1.000001, 1.000001)),
    **dict.fromkeys(("head_force", "tail_force"), (0, 1e12)),
    "activation": (0, 1e6),
    "relaxation": (0, 1),
    "sigma": (0.01, 1e6),
    "food": (0, 1),
}
"""Limits of fields that every environment has, where they are narrower than `LIMITS_OF_KIND`."""

LIMITS_OF_KIND: Final[Mapping[str, Limits]] = {"f": (-1e12, 1e12), "i": (0, 2**53)}
"""Limits of all other fields, by the kind of their dtype."""


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
        limits: Mapping[str, Limits],
    ) -> None:
        """Check that an environment of this class and these settings can have this state.

        The kernel checks nothing: it takes values within `LIMITS`, and ``limits`` of the class, for granted.

        Raises:
            InputError: it cannot.
        """
        if not isinstance(self.env_class, str) or self.env_class != env_class:
            raise InputError(f"state: env_class is {shown(self.env_class)}; expected {env_class}")
        expected = {
            "worm": (WORM, (1,)),
            "env_state": (dtypes.arena["env_state"], (1,)),
            "sources": (dtypes.source, (n_sources,)),
        }
        for name, (dtype, shape) in expected.items():
            part = getattr(self, name)
            if not isinstance(part, np.ndarray) or part.dtype != dtype:
                raise InputError(f"state: {name} is of another version; expected records of this version")
            if part.shape != shape:
                raise InputError(
                    f"state: {name} has the shape {part.shape}; "
                    f"expected {shape} with n_foods={settings.n_foods}"
                )
            _check_values(name, part, limits)
        values, known = self.params, params.item()
        if not isinstance(values, tuple) or not all(isinstance(each, int | float) for each in values):
            raise InputError(f"state: params is {shown(values)}; expected a tuple of {len(known)} numbers")
        if values != known:
            names = ", ".join(params.dtype.names or ())
            raise InputError(f"state: ({names}) is {shown(values)}; expected {known}")
        if not self.sources["food"].any():
            raise InputError("state: sources has no food; expected at least one")
        if self.worm["tick"][0] > settings.duration_ticks:
            raise InputError(
                f"state: tick is {self.worm['tick'][0]}; expected at most {settings.duration_ticks}"
            )
        try:
            type(rng.bit_generator)(0).state = self.np_random
        except (KeyError, TypeError, ValueError, OverflowError) as error:
            name = type(rng.bit_generator).__name__
            raise InputError(f"state: np_random is not a state of {name}: {reason(error)}") from error


def _check_values(name: str, records: Records, limits: Mapping[str, Limits]) -> None:
    """Check that every field of records is within its limits, which NaN is not."""
    for field in records.dtype.names or ():
        values = records[field]
        low, high = limits.get(field) or LIMITS.get(field) or LIMITS_OF_KIND[values.dtype.kind]
        within = (values >= low) & (values <= high)
        if not within.all():
            raise InputError(
                f"state: {field} of {name} is {values[~within][0]}; "
                f"expected a number from {low:g} to {high:g}"
            )
