"""What an action may be: its shape and bounds, and the errors that say what is wrong with one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from gymnasium.spaces import Box, Space
from numpy.typing import NDArray

from spikeworm_env.errors import ActionError
from spikeworm_env.world.scale import N_SEGMENTS

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
        """The action as an array of this shape and of a floating point type; its numbers are not looked at.

        Raises:
            ActionError: it is not one.
        """
        if not isinstance(action, np.ndarray):
            try:
                action = np.asarray(action)
            except (TypeError, ValueError, RuntimeError) as error:
                raise ActionError(
                    f"action: got {type(action).__name__}, expected an array {self.shape}"
                ) from error
        if action.shape != self.shape:
            raise ActionError(f"action: got shape {action.shape}, expected {self.shape}")
        if action.dtype.kind != "f":
            raise ActionError(f"action: got type {action.dtype}, expected a floating point type")
        return action


MUSCLES: Final = ActionForm(0.0, 1.0, (2, N_SEGMENTS))
"""For each muscle the share of its motor neurons that spike per tick: dorsal and ventral; head to tail."""


def not_finite(action: NDArray[np.float64]) -> ActionError:
    """The error that names the first value that is not finite."""
    place = tuple(np.argwhere(~np.isfinite(action))[0].tolist())
    where = ", ".join(str(index) for index in place)
    return ActionError(f"action[{where}]: got {action[place]}, expected a finite number")
