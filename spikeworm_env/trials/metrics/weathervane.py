"""Weathervane curve: how fast the course turns, by where the food lies."""

from __future__ import annotations

import numpy as np

from spikeworm_env.trials.kinematics import SPEED_WINDOW_S, Kinematics, Samples
from spikeworm_env.trials.metrics._metric import Metric, Statistic, Summarised
from spikeworm_env.trials.result import TrialResult

N_BEARINGS = 12
BEARINGS_RAD = tuple(float(b) for b in (np.arange(N_BEARINGS) + 0.5) * 2 * np.pi / N_BEARINGS - np.pi)


def weathervane(result: TrialResult) -> Samples:
    """(12,) mean turning rate of the course at each of `BEARINGS_RAD`, rad/s; NaN for a bearing never met.

    Of runs: sharp turns and backward locomotion are excluded. A worm that bends towards food turns left (> 0)
    when food is on its left. Source: Iino & Yoshida 2009, J. Neurosci. 29:5370.
    """
    path = Kinematics.of(result)
    run = np.isfinite(path.turn) & ~path.sharp & ~path.backwards
    rate = path.turn[run] / SPEED_WINDOW_S
    bins = ((path.bearing[run] + np.pi) / (2 * np.pi) * N_BEARINGS).astype(int) % N_BEARINGS
    count = np.bincount(bins, minlength=N_BEARINGS)
    total = np.bincount(bins, weights=rate, minlength=N_BEARINGS)
    return np.divide(total, count, out=np.full(N_BEARINGS, np.nan), where=count > 0)


METRIC = Metric(
    name="weathervane",
    unit="rad/s",
    about="mean turning rate of the course at twelve bearings of the nearest food; Iino & Yoshida 2009",
    measure=weathervane,
    order=120,
    summaries=(Summarised(Statistic.CURVE, key="mechanism.weathervane"),),
    axis="bearing_rad",
    points=BEARINGS_RAD,
)
