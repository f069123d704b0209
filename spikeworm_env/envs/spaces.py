"""Action and observation spaces: shapes, bounds, and the errors of an action that does not fit."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from gymnasium.spaces import Box, Dict, Space
from numpy.typing import NDArray

from spikeworm_env.errors import ActionError
from spikeworm_env.kernels.binding import shared
from spikeworm_env.kernels.random_draws import normals
from spikeworm_env.world.record_types import LAYOUT, N_SENSES
from spikeworm_env.world.scale import N_SEGMENTS

__all__ = [
    "CHEMICAL",
    "FORMS",
    "LAYOUT",
    "MUSCLES",
    "N_SENSES",
    "Action",
    "ActionForm",
    "Bounds",
    "ObservationForm",
    "chemical_channels",
    "concentration_bounds",
    "not_finite",
]

Action = NDArray[np.floating[Any]]


@dataclass(frozen=True)
class ActionForm:
    """The form of an action.

    Attributes:
        low, high: bounds of every number.
        shape: of the array.
    """

    low: float
    high: float
    shape: tuple[int, ...]

    def space(self) -> Space[Any]:
        """The action space."""
        return Box(self.low, self.high, self.shape, np.float32)

    def check(self, action: Any) -> Action:
        """The action as an array of this shape and of a floating point type; its values are not checked.

        Raises:
            ActionError: it is not one.
        """
        if not isinstance(action, np.ndarray):
            try:
                action = np.asarray(action)
            except (TypeError, ValueError, RuntimeError) as error:
                raise ActionError(
                    f"action: type is {type(action).__name__}; expected an array {self.shape}"
                ) from error
        if action.shape != self.shape:
            raise ActionError(f"action: shape is {action.shape}; expected {self.shape}")
        if action.dtype.kind != "f":
            raise ActionError(f"action: dtype is {action.dtype}; expected a floating point type")
        return action


MUSCLES: Final = ActionForm(0.0, 1.0, (2, N_SEGMENTS))
"""For each muscle the share of its motor neurons that spike per tick: dorsal and ventral; head to tail."""


def not_finite(action: NDArray[np.float64]) -> ActionError:
    """The error that names the first value that is not finite."""
    place = tuple(np.argwhere(~np.isfinite(action))[0].tolist())
    where = ", ".join(str(index) for index in place)
    return ActionError(f"action[{where}] is {action[place]}; expected a finite number")


CHEMICAL: Final = ("concentration", "concentration_left", "concentration_right", "adapted_change")
"""The channels of an odour."""

FORMS: Final = ("flat", "dict")

Bounds = Mapping[str, tuple[float, float]]
"""Least and greatest value of channels, by name."""

BODY_BOUNDS: Final[Bounds] = {
    "head_touch": (0.0, 1.0),
    "tail_touch": (0.0, 1.0),
    "joint_angle": (-math.pi, math.pi),
    "dorsal_activation": (0.0, 1.0),
    "ventral_activation": (0.0, 1.0),
}


def concentration_bounds(least: float, greatest: float, suffix: str = "") -> Bounds:
    """The bounds of the four channels of an odour.

    Args:
        least, greatest: of its concentration.
        suffix: end of the channels' names.
    """
    reach = greatest - least
    strength, change = (least, greatest), (-reach, reach)
    return {f"{name}{suffix}": change if name == "adapted_change" else strength for name in CHEMICAL}


def chemical_channels(layout: Mapping[str, slice]) -> list[str]:
    """The channels of a layout that carry concentrations."""
    return [name for name in layout if name.startswith(CHEMICAL)]


@shared
def disturb(senses, noise, channels, low, high):
    """Add noise (channels,) to those channels of a vector; values stay within their bounds."""
    for k in range(noise.size):
        senses[channels[k]] = min(max(senses[channels[k]] + noise[k], low[k]), high[k])


class ObservationForm:
    """The form of an environment's observations.

    Args:
        kind: ``"flat"`` for one vector, ``"dict"`` for a dict of vectors by channel.
        odour: bounds of the four channels of the first odour.
        more: bounds of the environment's own channels, one number each, which follow the others; those whose
            names begin with one of `CHEMICAL` carry concentrations.
        noise: standard deviation of the noise on channels that carry concentrations.

    Attributes:
        layout: where each channel is in the flat vector, by name.
        size: length of the flat vector.
        space: the observation space.
        noisy: whether there is noise.
        plain: whether an observation is the flat vector without noise.
    """

    def __init__(self, kind: str, odour: Bounds, more: Bounds, noise: float) -> None:
        bounds = {**odour, **BODY_BOUNDS, **more}
        own = {name: slice(N_SENSES + i, N_SENSES + i + 1) for i, name in enumerate(more)}
        self.layout: dict[str, slice] = {**LAYOUT, **own}
        self.size = N_SENSES + len(more)
        low, high = np.empty(self.size, np.float32), np.empty(self.size, np.float32)
        for name, channel in self.layout.items():
            low[channel], high[channel] = bounds[name]
        self._as_dict = kind == "dict"
        self.space: Space[Any] = Box(low, high, dtype=np.float32)
        if self._as_dict:
            parts: dict[str, Space[Any]] = {
                name: Box(low[part], high[part], dtype=np.float32) for name, part in self.layout.items()
            }
            self.space = Dict(parts)
        self._noise = noise
        self.noisy = noise > 0
        self.plain = not (self.noisy or self._as_dict)
        chemical = [np.arange(self.size)[self.layout[name]] for name in chemical_channels(self.layout)]
        self._chemical = np.concatenate(chemical)
        self._low, self._high = low[self._chemical], high[self._chemical]

    def add_noise(self, senses: NDArray[np.float32], rng: np.random.Generator) -> None:
        """Add the noise to one vector (size,)."""
        if self.noisy:
            disturb(senses, self.draw_noise(rng, 1)[0], *self.noisy_channels)

    def draw_noise(self, rng: np.random.Generator, steps: int) -> NDArray[np.float64]:
        """The noise of the next steps, (steps, channels); without noise, no channels."""
        if not self.noisy:
            return np.empty((steps, 0))
        return self._noise * normals(rng, (steps, len(self._chemical)))

    @property
    def noisy_channels(self) -> tuple[NDArray[np.int64], NDArray[np.float32], NDArray[np.float32]]:
        """(channels,) indices of what `draw_noise` is for, and its least and greatest values."""
        return self._chemical, self._low, self._high

    def shape(self, senses: NDArray[np.float32]) -> Any:
        """The observation that fresh vectors (..., size) are: themselves, or a dict of their parts."""
        if self._as_dict:
            return {name: senses[..., part] for name, part in self.layout.items()}
        return senses

    def flatten(self, observation: Any) -> NDArray[np.float32]:
        """The vector (size,) of one observation."""
        return np.concatenate(list(observation.values())) if self._as_dict else observation
