"""How a worm climbs: by bending its course to the food (weathervane), by turning more when the smell falls.

Measured on the way, as speed is. The course is the direction in which the drag centre moves over one
undulation (`SPEED_WINDOW_S`), so that the swing of the wave is averaged out. Angles are positive to the left.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from spikeworm_env.statistics import Estimate
from spikeworm_env.trials.kinematics import SPEED_WINDOW_S
from spikeworm_env.trials.motion import (
    LEAST_REVERSAL_S,
    Samples,
    goes_backwards,
    starts_of,
    straightness,
    velocity_along,
)
from spikeworm_env.trials.run import TrialResult

N_BEARINGS = 12
BEARINGS_RAD = tuple(float(b) for b in (np.arange(N_BEARINGS) + 0.5) * 2 * np.pi / N_BEARINGS - np.pi)
SHARP_TURN_RAD = math.radians(50)  # from one undulation to the next; Pierce-Shimomura 1999: 50 degrees in 1 s
LEAST_STEP_BL = 0.1  # in one undulation; what moves less has no course
LEAST_TIME_S = 5.0  # of rising or falling smell; less gives no rate


@dataclass(frozen=True)
class Way:
    """A worm on its way, one number a sample; samples with an undulation before and one after.

    Attributes:
        sample_s: seconds between samples.
        bearing: (k,) of the nearest food as seen along the course, −π to π; NaN without a course.
        turn: (k,) by which the course changes from the undulation before to the one after, −π to π.
        approach: (k,) by which the centre came nearer to the nearest food in the undulation before, BL.
        backwards: (k,) whether it moves tail first.
    """

    sample_s: float
    bearing: Samples
    turn: Samples
    approach: Samples
    backwards: NDArray[np.bool_]

    @classmethod
    def of(cls, result: TrialResult) -> Way:
        """Read off a trial; empty where it was shorter than two undulations."""
        lag = max(1, round(SPEED_WINDOW_S / result.sample_s))
        m = min(result.samples_before_food, len(result.centre))
        centre = np.asarray(result.centre[:m], dtype=np.float64)
        if m <= 2 * lag:
            nothing = np.empty(0)
            return cls(result.sample_s, nothing, nothing, nothing, np.empty(0, bool))
        before, after = centre[lag:-lag] - centre[: -2 * lag], centre[2 * lag :] - centre[lag:-lag]
        turn = wrapped(direction(after) - direction(before))
        turn[np.minimum(np.hypot(*before.T), np.hypot(*after.T)) < LEAST_STEP_BL] = np.nan
        seen = np.asarray(result.food_path[:m], dtype=np.float64) - centre[:, None]
        distance = np.hypot(seen[..., 0], seen[..., 1])
        nearest = seen[np.arange(m), distance.argmin(axis=1)]
        # Along the course over both undulations: the place between them, which `turn` hangs on, is not in it.
        bearing = wrapped(direction(nearest[lag:-lag]) - direction(before + after))
        bearing[np.isnan(turn)] = np.nan
        nearness = -distance.min(axis=1)
        axis = np.asarray(result.path[:m], dtype=np.float64) - centre
        backwards = goes_backwards(velocity_along(centre, axis, result.sample_s), result.sample_s)
        return cls(
            result.sample_s,
            bearing,
            turn,
            (nearness[lag:] - nearness[:-lag])[:-lag],
            backwards[lag : m - lag],
        )

    @property
    def sharp(self) -> NDArray[np.bool_]:
        """(k,) whether the course changes by more than `SHARP_TURN_RAD`."""
        return np.abs(np.nan_to_num(self.turn)) > SHARP_TURN_RAD


def weathervane(result: TrialResult) -> Samples:
    """(12,) mean turning rate of the course at each of `BEARINGS_RAD`, rad/s; NaN where it never was.

    Of runs: sharp turns and ways tail first are left out. A worm that bends towards food turns left (> 0)
    when food is on its left. Source: Iino & Yoshida 2009, J. Neurosci. 29:5370.
    """
    way = Way.of(result)
    run = np.isfinite(way.turn) & ~way.sharp & ~way.backwards
    rate = way.turn[run] / SPEED_WINDOW_S
    bins = ((way.bearing[run] + np.pi) / (2 * np.pi) * N_BEARINGS).astype(int) % N_BEARINGS
    count = np.bincount(bins, minlength=N_BEARINGS)
    total = np.bincount(bins, weights=rate, minlength=N_BEARINGS)
    return np.divide(total, count, out=np.full(N_BEARINGS, np.nan), where=count > 0)


def sharp_turns_per_min(result: TrialResult, *, rising: bool) -> float:
    """How often a sharp turn begins while the smell rises, or while it falls; NaN for too short a time.

    The smell of one food rises where the centre came nearer to it during the last undulation.
    Source: Pierce-Shimomura, Morse & Lockery 1999, J. Neurosci. 19:9557.
    """
    way = Way.of(result)
    return _rate(way, starts_of(way.sharp, way.sample_s, way.sample_s), rising)


def reversals_per_min(result: TrialResult, *, rising: bool) -> float:
    """How often the worm begins to move tail first for `LEAST_REVERSAL_S` or more, likewise.

    Tail first: the drag centre moves away from the head, along the line between the two.
    """
    way = Way.of(result)
    return _rate(way, starts_of(way.backwards, LEAST_REVERSAL_S, way.sample_s), rising)


def path_straightness(result: TrialResult) -> float:
    """Distance over path within 10 s, on the way; NaN for a worm at rest."""
    return straightness(np.asarray(result.centre[: result.samples_before_food]), result.sample_s)


def _rate(way: Way, starts: NDArray[np.int64], rising: bool) -> float:
    counted = way.approach > 0 if rising else way.approach < 0
    seconds = counted.sum() * way.sample_s
    return float(counted[starts].sum() / (seconds / 60)) if seconds >= LEAST_TIME_S else math.nan


def _or_nan(result: TrialResult, name: str) -> float:
    value = getattr(result, name)
    return math.nan if value is None else float(value)


def direction(steps: Samples) -> Samples:
    """(k, 2) → (k,) angle, rad."""
    return np.arctan2(steps[:, 1], steps[:, 0])


def wrapped(angle: Samples) -> Samples:
    """The same angle within −π to π."""
    return (angle + np.pi) % (2 * np.pi) - np.pi


MEASURES: dict[str, Callable[[TrialResult], float]] = {
    "sharp_turns_per_min_rising": partial(sharp_turns_per_min, rising=True),
    "sharp_turns_per_min_falling": partial(sharp_turns_per_min, rising=False),
    "reversals_per_min_rising": partial(reversals_per_min, rising=True),
    "reversals_per_min_falling": partial(reversals_per_min, rising=False),
    "straightness": path_straightness,
    "speed_bl_per_s": partial(_or_nan, name="speed_bl_per_s"),
    "wave_frequency_hz": partial(_or_nan, name="wave_frequency_hz"),
}
"""Name → measure of one trial; NaN where it could not be taken."""


@dataclass(frozen=True)
class Mechanism:
    """How the worms of a row moved; means over trial seeds, None where none could be measured.

    Attributes:
        weathervane: a mean turning rate, rad/s, for each of `BEARINGS_RAD`.
        trials: on how many trial seeds each of them was measured.
        measures: the means of `MEASURES`, by name.
    """

    weathervane: tuple[Estimate | None, ...]
    trials: tuple[int, ...]
    measures: dict[str, Estimate | None]

    @classmethod
    def of(
        cls,
        measured: Callable[[Callable[[TrialResult], ArrayLike]], Samples],
        estimate: Callable[[Samples], Estimate | None],
    ) -> Mechanism:
        """From what a function of trials gives by trial seed, and how the mean of it is estimated."""
        rates = measured(weathervane)
        return cls(
            tuple(map(estimate, rates.T)),
            tuple(np.isfinite(rates).sum(axis=0).tolist()),
            {name: estimate(measured(measure)) for name, measure in MEASURES.items()},
        )

    def to_json(self) -> dict[str, Any]:
        """As JSON types."""
        curve = [
            {
                "bearing_rad": bearing,
                "n": n,
                **(vars(found) if found else dict.fromkeys(("mean", "low", "high", "iqm"))),
            }
            for bearing, n, found in zip(BEARINGS_RAD, self.trials, self.weathervane, strict=True)
        ]
        measures = {name: None if found is None else vars(found) for name, found in self.measures.items()}
        return {"weathervane": curve, **measures}
