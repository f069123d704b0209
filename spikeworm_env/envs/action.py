"""The action: for each muscle the share of its motor neurons that spike per tick."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from spikeworm_env.errors import ActionError
from spikeworm_env.world.scale import N_SEGMENTS

ACTION_SHAPE: Final = (2, N_SEGMENTS)  # dorsal and ventral; head to tail


def as_action(action: Any) -> NDArray[np.floating[Any]]:
    """The action as an array of the right shape and of a floating point type.

    Raises:
        ActionError: it is not one.
    """
    if not isinstance(action, np.ndarray):
        try:
            action = np.asarray(action)
        except (TypeError, ValueError, RuntimeError) as error:
            raise ActionError(f"action: got {type(action).__name__}, expected an array (2, 24)") from error
    if action.shape != ACTION_SHAPE:
        raise ActionError(f"action: got shape {action.shape}, expected {ACTION_SHAPE}")
    if action.dtype.kind != "f":
        raise ActionError(f"action: got type {action.dtype}, expected a floating point type")
    return action


def not_finite(share: NDArray[np.float64]) -> ActionError:
    """The error that names the first value that is not finite."""
    side, segment = np.argwhere(~np.isfinite(share))[0].tolist()
    return ActionError(f"action[{side}, {segment}]: got {share[side, segment]}, expected a finite number")
