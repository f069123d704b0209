"""Many steps of an environment without a call of `step` for each: what a compiled closed loop works on.

This module uses private members of `base.SpikeWormEnv`.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from spikeworm_env.envs.base import SpikeWormEnv
from spikeworm_env.envs.info import Info
from spikeworm_env.envs.spaces import MUSCLES, not_finite


class Stretch:
    """The steps of one environment, which a kernel takes in its place.

    Args:
        env: the environment, after its reset; see `is_possible`.

    Attributes:
        env: as given.
        senses: (1, size) float32, the observation of the last step.
    """

    def __init__(self, env: SpikeWormEnv) -> None:
        self.env: Final = env
        self.senses: NDArray[np.float32] = np.empty(env._senses_shape, np.float32)

    @staticmethod
    def is_possible(env: Any) -> bool:
        """Whether nothing but a kernel has to do with a step of this environment until its end.

        Not so with a window or pictures, which follow each step, with observations by channel, and in a class
        that has its own ``step``.
        """
        return (
            isinstance(env, SpikeWormEnv)
            and getattr(env.step, "__func__", None) is SpikeWormEnv.step
            and env._viewer is None
            and env._batch is not None
            and env._settings.observation == "flat"
            and env.ACTION == MUSCLES
        )

    @property
    def steps_left(self) -> int:
        """Steps until the end of the episode; the last may be shorter."""
        return -(-self.env._ticks_left // self.env._settings.frame_skip)

    @property
    def ticks_left(self) -> int:
        """Ticks until the end of the episode."""
        return self.env._ticks_left

    @property
    def arrays(self) -> tuple[Any, ...]:
        """The arguments of the environment's kernel but the observation."""
        return self.env._arrays

    def draw_noise(self, steps: int) -> NDArray[np.float64]:
        """The noise on the observations of the next steps, (steps, channels)."""
        return self.env._form.draw_noise(self.env.np_random, steps)

    @property
    def noisy_channels(self) -> tuple[NDArray[np.int64], NDArray[np.float32], NDArray[np.float32]]:
        """The channels of `draw_noise`, see ``envs.spaces.ObservationForm``."""
        return self.env._form.noisy_channels

    def end(self, ticks: int) -> tuple[NDArray[np.float32], Info, bool]:
        """Take over what the kernel did in so many ticks; observation, info and whether it is the end."""
        env = self.env
        env._ticks_left -= ticks
        env._ticks_held = -1
        return self.senses[0].copy(), env._info_and_reward()[0], env._ticks_left == 0

    def refuse(self) -> None:
        """Raise the error of an action that is not finite."""
        raise not_finite(self.env._action)
