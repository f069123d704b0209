"""Round numbers on axes."""

from __future__ import annotations

import math

import numpy as np


def ticks(low: float, high: float, about: int = 5) -> list[float]:
    """Multiples of 1, 2 or 5 times a power of ten that enclose ``low`` to ``high``; ``low`` is less."""
    step = (high - low) / about
    decade = 10.0 ** math.floor(math.log10(step))
    step = next(times * decade for times in (1, 2, 5, 10) if times * decade >= step * (1 - 1e-9))
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return [round(float(tick), 10) for tick in np.arange(first, last + 1) * step]
