"""The named arrays of the world: every field of a record, with its unit and meaning.

A record is declared as rows ``(name, dtype, meaning)``; kernels and Python read its fields by name. An
environment adds fields of its own by declaring further rows in its own file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from types import MappingProxyType
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.lib.recfunctions import structured_to_unstructured
from numpy.typing import NDArray

from spikeworm_env.world.scale import N_JOINTS, N_SEGMENTS

Field = tuple[str, str, str]
"""Name, numpy dtype such as ``"f8"`` or ``"(2,)f8"``, and meaning of a field."""

Records = NDArray[Any]
"""A structured array."""

SENSE_FIELDS: Final[tuple[Field, ...]] = (
    ("concentration", "f4", "of the first odour at the head tip, food peaks"),
    ("concentration_left", "f4", "the same 0.04 BL to the left of the head tip"),
    ("concentration_right", "f4", "the same 0.04 BL to the right"),
    ("adapted_change", "f4", "concentration less its running mean (1 s), food peaks"),
    ("head_touch", "f4", "1 - exp(-force / 0.5) of the wall on the front third of the body"),
    ("tail_touch", "f4", "the same on the rear third"),
    ("joint_angle", f"({N_JOINTS},)f4", "rad, head to tail, positive: dorsal side concave"),
    ("dorsal_activation", f"({N_SEGMENTS},)f4", "1 - exp(-activation), head to tail"),
    ("ventral_activation", f"({N_SEGMENTS},)f4", "the same of the ventral muscles"),
)
"""The channels of an observation that every environment has, in their order."""

SOURCE_FIELDS: Final[tuple[Field, ...]] = (
    ("position", "(2,)f8", "x, y, BL"),
    ("peak", "f8", "concentration at the source; negative for a repellent"),
    ("sigma", "f8", "width of the Gaussian, BL"),
    ("odour", "i8", "number of the odour"),
    ("food", "i8", "1 if the source is food, else 0"),
)
"""A source of an odour."""

PARAM_FIELDS: Final[tuple[Field, ...]] = (
    ("arena_radius", "f8", "BL"),
    ("drag_ratio", "f8", "normal over tangential drag"),
)
"""What does not change from episode to episode and the kernel reads."""


class Telemetry(NamedTuple):
    """What the kernel reports besides the senses and the reward terms: of one worm, or arrays of many.

    Attributes:
        tick: ticks since the start.
        x, y: of the head tip, BL.
        heading_rad: direction in which the head points.
        distance: from the head tip to the nearest food, BL.
        concentration: of the first odour at the head tip, food peaks.
        concentration_change: its change over the ticks of the call.
        touching_s: time in these ticks in which the body touched the wall, s.
        ci_time: 1 - mean distance / start distance, since the start.
        ci_net: (start distance - distance) / start distance.
        ci_clipped: mean of max(0, 1 - distance / start distance).
        min_distance: least distance since the start, BL.
        start_distance: distance at the start, BL.
        reward: sum of the reward terms of these ticks.
    """

    tick: Any
    x: Any
    y: Any
    heading_rad: Any
    distance: Any
    concentration: Any
    concentration_change: Any
    touching_s: Any
    ci_time: Any
    ci_net: Any
    ci_clipped: Any
    min_distance: Any
    start_distance: Any
    reward: Any


N_TELEMETRY: Final = len(Telemetry._fields)

telemetry_of: Final[Callable[[Iterable[Any]], Telemetry]] = partial(tuple.__new__, Telemetry)
"""The telemetry of its N_TELEMETRY values in order; twice as fast as ``Telemetry._make``."""

UNUSED: Final[Field] = ("unused", "f8", "always 0")


def record_dtype(*fields: Field) -> np.dtype[np.void]:
    """The structured dtype of a record; one of no fields holds an unused 0, for numba has no empty record."""
    return np.dtype([(name, kind) for name, kind, _ in fields or (UNUSED,)])


def names_of(fields: Sequence[Field]) -> tuple[str, ...]:
    """The names of fields."""
    return tuple(name for name, _, _ in fields)


def telemetry_dtype(reward_terms: Sequence[Field] = ()) -> np.dtype[np.void]:
    """The record of `Telemetry`, all float64, and in ``reward_terms`` a record of the terms."""
    terms = record_dtype(*reward_terms)
    return np.dtype([(name, "f8") for name in Telemetry._fields] + [("reward_terms", terms)])


def telemetry_values(records: Records) -> NDArray[np.float64]:
    """(n, N_TELEMETRY + terms) view of telemetry records as numbers, which Python reads at once."""
    return structured_to_unstructured(records)


SENSES: Final = record_dtype(*SENSE_FIELDS)
SOURCE: Final = record_dtype(*SOURCE_FIELDS)


def _slices(dtype: np.dtype[np.void]) -> Mapping[str, slice]:
    fields: Mapping[str, Any] = dtype.fields or {}
    width = 4  # bytes of a float32
    return MappingProxyType(
        {
            name: slice(offset // width, (offset + kind.itemsize) // width)
            for name, (kind, offset, *_) in fields.items()
        }
    )


LAYOUT: Final = _slices(SENSES)
"""Channels by name: where each is in the flat observation."""

N_SENSES: Final = SENSES.itemsize // 4
