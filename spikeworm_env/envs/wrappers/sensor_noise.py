"""Noise on chosen channels of the observation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import gymnasium
import numpy as np
from gymnasium.spaces import Dict
from numpy.typing import NDArray

from spikeworm_env.checks import known_name, number
from spikeworm_env.errors import InputError, shown
from spikeworm_env.kernels.random_draws import normals


class SensorNoise(gymnasium.Wrapper[Any, Any, Any, Any], gymnasium.utils.RecordConstructorArgs):
    """Adds normal noise to channels of the observation and clips them to their bounds.

    The noise has a random stream of its own, which the seed of ``reset`` determines: arena, start and path of
    the worm are those of the bare environment under the same seed and actions. A snapshot of the environment
    does not hold that stream.

    Args:
        env: an environment of this project, its observation flat or a dict.
        spread: standard deviation by channel, in the channel's unit; channels left out stay exact.

    Raises:
        UnknownNameError: the environment has no such channel.
        InputError: a spread that is not a number of at least 0.
    """

    def __init__(self, env: gymnasium.Env[Any, Any], spread: Mapping[str, float]) -> None:
        super().__init__(env)
        layout = _layout(env)
        if not isinstance(spread, Mapping):
            raise InputError(f"spread is {shown(spread)}; expected a dict of channels")
        for name in spread:
            known_name("channel", name, layout)
        self._spread = [
            (layout[name], number(f"spread of {name}", value, 0, 1e6)) for name, value in spread.items()
        ]
        self._rng: np.random.Generator | None = None
        gymnasium.utils.RecordConstructorArgs.__init__(self, spread=spread)

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[Any, dict[str, Any]]:
        """Begin an episode; a seed restarts the noise too."""
        observation, info = super().reset(seed=seed, options=options)
        if seed is not None or self._rng is None:
            (self._rng,) = self.np_random.spawn(1)
        return self._noisy(observation), info

    def step(self, action: Any) -> tuple[Any, Any, bool, bool, dict[str, Any]]:
        """Advance by one step."""
        observation, reward, terminated, truncated, info = super().step(action)
        return self._noisy(observation), reward, terminated, truncated, info

    def _noisy(self, observation: Any) -> Any:
        """A copy of the observation with noise."""
        assert self._rng is not None  # reset made it
        noisy = observation.copy()
        for channel, spread in self._spread:
            exact, (low, high) = noisy[channel], _bounds(self.observation_space, channel)
            noise = spread * normals(self._rng, exact.shape)
            noisy[channel] = (exact + noise).clip(low, high).astype(exact.dtype)
        return noisy


def _layout(env: gymnasium.Env[Any, Any]) -> Mapping[str, Any]:
    """The index of each channel in the observation, by name."""
    space = env.observation_space
    return {name: name for name in space} if isinstance(space, Dict) else env.get_wrapper_attr("layout")


def _bounds(space: Any, channel: Any) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    if isinstance(space, Dict):
        return space[channel].low, space[channel].high  # type: ignore[attr-defined]
    return space.low[channel], space.high[channel]
