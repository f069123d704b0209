"""The spec of a made environment: its limit of steps, and arguments of types that JSON has."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from enum import Enum
from os import PathLike, fspath
from typing import Any

import numpy as np
from gymnasium.envs.registration import EnvSpec

from spikeworm_env.world.scale import TICKS_PER_S


def steps_in(ticks: int, frame_skip: int) -> int:
    """The number of steps in an episode; the last one is shorter if ``frame_skip`` does not divide it."""
    return -(-ticks // frame_skip)


def render_fps(frame_skip: int) -> int | float:
    """The frames per second at which a video with a frame for each step shows real time."""
    whole, rest = divmod(TICKS_PER_S, frame_skip)
    return TICKS_PER_S / frame_skip if rest else whole


def made_spec(spec: EnvSpec | None, max_steps: int) -> EnvSpec | None:
    """The spec of an environment whose episodes have at most ``max_steps`` steps.

    A lower limit that the spec has already stays; one among its arguments, where `make_vec` puts it, is
    removed. Arguments become what ``json`` reads back: numpy's numbers become Python's, enums their
    values, arrays and tuples lists, paths strings.
    """
    if spec is None:
        return None
    limit = max_steps if spec.max_episode_steps is None else min(spec.max_episode_steps, max_steps)
    arguments = {name: value for name, value in spec.kwargs.items() if name != "max_episode_steps"}
    return replace(spec, max_episode_steps=limit, kwargs=_plain(arguments))


def _plain(value: Any) -> Any:
    if isinstance(value, Enum):
        return _plain(value.value)
    if isinstance(value, np.generic | np.ndarray):
        return _plain(value.tolist())
    if isinstance(value, PathLike):
        return fspath(value)
    if isinstance(value, Mapping):
        return {key: _plain(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    return value
