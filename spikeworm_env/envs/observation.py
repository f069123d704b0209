"""The observation: what an agent may know. `LAYOUT` names the channels that every environment has."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Final

import numpy as np
from gymnasium.spaces import Box, Dict, Space
from numpy.typing import NDArray

from spikeworm_env.kernels.draws import normals
from spikeworm_env.world.channels import LAYOUT, N_SENSES

__all__ = [
    "CHEMICAL",
    "FORMS",
    "LAYOUT",
    "N_SENSES",
    "Bounds",
    "ObservationForm",
    "concentration_bounds",
    "smelled",
]

CHEMICAL: Final = ("concentration", "concentration_left", "concentration_right", "adapted_change")
"""The channels that carry smell."""

FORMS: Final = ("flat", "dict")

Bounds = Mapping[str, tuple[float, float]]
"""Least and greatest value of channels, by name."""


def concentration_bounds(least: float, greatest: float, suffix: str = "") -> Bounds:
    """The bounds of the four channels of an odour.

    Args:
        least, greatest: of its concentration.
        suffix: what the channels' names end with.
    """
    reach = greatest - least
    strength, change = (least, greatest), (-reach, reach)
    return {f"{name}{suffix}": change if name == "adapted_change" else strength for name in CHEMICAL}


BODY_BOUNDS: Final[Bounds] = {
    "head_touch": (0.0, 1.0),
    "tail_touch": (0.0, 1.0),
    "joint_angle": (-math.pi, math.pi),
    "dorsal_activation": (0.0, 1.0),
    "ventral_activation": (0.0, 1.0),
}


def smelled(layout: Mapping[str, slice]) -> list[str]:
    """Those channels of a layout that carry smell."""
    return [name for name in layout if name.startswith(CHEMICAL)]


class ObservationForm:
    """How an environment hands over what the worm senses.

    Args:
        kind: ``"flat"`` for one vector, ``"dict"`` for a dict of vectors by channel.
        smell: bounds of the four channels of the odour that every worm smells.
        more: bounds of the environment's own channels, one number each, which follow the others; those
            whose names begin with that of one of `CHEMICAL` carry smell.
        noise: standard deviation of what is added to channels that carry smell.

    Attributes:
        layout: where each channel is found in the flat vector, by name.
        size: numbers in all.
        space: the observation space.
        noisy: whether there is noise.
        plain: whether what the worm senses is handed over as it is.
    """

    def __init__(self, kind: str, smell: Bounds, more: Bounds, noise: float) -> None:
        bounds = {**smell, **BODY_BOUNDS, **more}
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
        self._smelled = np.concatenate([np.arange(self.size)[self.layout[n]] for n in smelled(self.layout)])
        self._low, self._high = low[self._smelled], high[self._smelled]

    def blur(self, senses: NDArray[np.float32], rng: np.random.Generator) -> None:
        """Add the noise to one vector (size,)."""
        if self.noisy:
            noisy = senses[self._smelled] + self._noise * normals(rng, len(self._smelled))
            senses[self._smelled] = noisy.clip(self._low, self._high)

    def shape(self, senses: NDArray[np.float32]) -> Any:
        """What agents get of fresh vectors (..., size): themselves, or a dict of their parts."""
        if self._as_dict:
            return {name: senses[..., part] for name, part in self.layout.items()}
        return senses

    def flatten(self, observation: Any) -> NDArray[np.float32]:
        """The vector (size,) of one observation."""
        return np.concatenate(list(observation.values())) if self._as_dict else observation
