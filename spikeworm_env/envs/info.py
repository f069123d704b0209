"""The info of an environment: what every one reports, of one worm from numbers, of many from arrays."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from spikeworm_env.world.record_types import Telemetry
from spikeworm_env.world.scale import TICK_S

SUCCESS_BL: Final = 1.0  # least distance to food that counts as success

Info = dict[str, Any]


def common_info(
    tick: Any,
    telemetry: Telemetry,
    reward_terms: Info,
    position: NDArray[np.float64],
    food: NDArray[np.float64],
    frame_skip: Any,
) -> Info:
    """The info that every environment has, in the order of its table.

    Args:
        tick: ticks since the reset, whole.
        telemetry: of the kernel.
        reward_terms: by name.
        position: (..., 2) of the head tip, BL.
        food: (..., k, 2) positions, BL.
        frame_skip: ticks in a step.
    """
    return {
        "tick": tick,
        "time_s": tick * TICK_S,
        "frame_skip": frame_skip,
        "position": position,
        "heading_rad": telemetry.heading_rad,
        "distance": telemetry.distance,
        "concentration": telemetry.concentration,
        "food": food,
        "reward_terms": reward_terms,
        "ci_time": telemetry.ci_time,
        "ci_net": telemetry.ci_net,
        "ci_clipped": telemetry.ci_clipped,
        "min_distance": telemetry.min_distance,
        "start_distance": telemetry.start_distance,
        "success": telemetry.min_distance <= SUCCESS_BL,
    }


def with_masks(info: Mapping[str, Any], mask: NDArray[np.bool_]) -> Info:
    """The info of many environments as Gymnasium defines it: a mask ``_key`` for every ``key``, also within.

    Args:
        info: arrays (n, ...) by key; zeros take the place of values where the mask is false.
        mask: (n,).
    """
    masked: Info = {}
    everyone = bool(mask.all())
    for key, value in info.items():
        if isinstance(value, Mapping):
            masked[key] = with_masks(value, mask)
        elif everyone:
            masked[key] = value
        else:
            masked[key] = np.zeros_like(value)
            masked[key][mask] = value[mask]
        masked[f"_{key}"] = mask.copy()
    return masked
