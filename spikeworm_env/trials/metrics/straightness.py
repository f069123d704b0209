"""Straightness of the path."""

from __future__ import annotations

import numpy as np

from spikeworm_env.trials.kinematics import straightness
from spikeworm_env.trials.metrics._metric import Metric, Statistic, Summarised
from spikeworm_env.trials.result import TrialResult


def path_straightness(result: TrialResult) -> float:
    """Distance over path length within 10 s, until food is reached; NaN for a worm at rest."""
    return straightness(np.asarray(result.centre[: result.samples_before_food]), result.sample_s)


METRIC = Metric(
    name="straightness",
    unit="1",
    about="distance over path length within 10 s, until food is reached",
    measure=path_straightness,
    order=150,
    low=0.0,
    high=1.0,
    summaries=(Summarised(Statistic.INTERVAL, key="mechanism.straightness", heading="straightness"),),
)
