"""The info of many environments as Gymnasium hands it over: arrays, each with a mask of who has it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray


def with_masks(info: Mapping[str, Any], mask: NDArray[np.bool_]) -> dict[str, Any]:
    """The same with a mask ``_key`` for every ``key``, in dicts within too; zeros where it is false.

    Args:
        info: arrays (n, ...) by key.
        mask: (n,).
    """
    masked: dict[str, Any] = {}
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
