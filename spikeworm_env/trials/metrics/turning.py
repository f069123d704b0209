"""Biased turning: how often sharp turns and reversals begin while the concentration rises and while it falls.

The concentration of one food rises where the drag centre came nearer to it during the last undulation.
Source: Pierce-Shimomura, Morse & Lockery 1999, J. Neurosci. 19:9557.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial

import numpy as np
from numpy.typing import NDArray

from spikeworm_env.trials.kinematics import LEAST_REVERSAL_S, Kinematics, starts_of
from spikeworm_env.trials.metrics._metric import Metric, Statistic, Summarised
from spikeworm_env.trials.result import TrialResult

LEAST_TIME_S = 5.0  # of rising or falling concentration; less gives no rate


def sharp_turns_per_min(result: TrialResult, *, rising: bool) -> float:
    """Sharp turns that begin per minute of rising, or falling, concentration; NaN for too short a time."""
    path = Kinematics.of(result)
    return _rate(path, starts_of(path.sharp, path.sample_s, path.sample_s), rising)


def reversals_per_min(result: TrialResult, *, rising: bool) -> float:
    """Reversals of `LEAST_REVERSAL_S` or more that begin per minute, likewise.

    Backwards: the drag centre moves away from the head, along the line between the two.
    """
    path = Kinematics.of(result)
    return _rate(path, starts_of(path.backwards, LEAST_REVERSAL_S, path.sample_s), rising)


def _rate(path: Kinematics, starts: NDArray[np.int64], rising: bool) -> float:
    counted = path.approach > 0 if rising else path.approach < 0
    seconds = counted.sum() * path.sample_s
    return float(counted[starts].sum() / (seconds / 60)) if seconds >= LEAST_TIME_S else math.nan


def _metrics(
    name: str, heading: str, about: str, measure: Callable[..., float], order: int
) -> tuple[Metric, Metric]:
    """The same rate while the concentration is rising and while it is falling."""
    rising, falling = (
        Metric(
            name=f"{name}_per_min_{change}",
            unit="1/min",
            about=f"{about} per minute while the concentration is {change}",
            measure=partial(measure, rising=change == "rising"),
            order=order + place,
            low=0.0,
            summaries=(
                Summarised(
                    Statistic.INTERVAL,
                    key=f"mechanism.{name}_per_min_{change}",
                    heading=f"{heading}/min, {change}",
                ),
            ),
        )
        for place, change in enumerate(("rising", "falling"))
    )
    return rising, falling


METRIC = (
    *_metrics("sharp_turns", "sharp turns", "turns of the course by more than 50°", sharp_turns_per_min, 130),
    *_metrics("reversals", "reversals", "backward locomotion for 0.5 s or more", reversals_per_min, 140),
)
