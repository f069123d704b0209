"""Whether and when the head comes within 1 body length of a food, and how near it comes."""

from __future__ import annotations

import math

from spikeworm_env.trials.metrics._metric import Metric, Statistic, Summarised

METRIC = (
    Metric(
        name="success",
        unit="1",
        about="whether the head came within 1 BL of a food",
        measure=lambda result: result.success,
        order=40,
        low=0.0,
        high=1.0,
        per_trial=True,
        summaries=(Summarised(Statistic.SHARE, heading="success", terminal=True),),
    ),
    Metric(
        name="time_to_reach_s",
        unit="s",
        about="when the head first was within 1 BL of a food, to the next 50 ms; none if never",
        measure=lambda result: result.time_to_reach_s,
        order=50,
        low=0.0,
        high=math.inf,
        per_trial=True,
        summaries=(
            Summarised(
                Statistic.MEDIAN_TIME,
                key="median_time_to_reach_s",
                heading="median time, s",
                digits=1,
            ),
        ),
    ),
    Metric(
        name="min_distance",
        unit="BL",
        about="least distance of the head from a food",
        measure=lambda result: result.min_distance,
        order=60,
        low=0.0,
        per_trial=True,
    ),
    Metric(
        name="start_distance",
        unit="BL",
        about="distance of the head from the nearest food at the start",
        measure=lambda result: result.start_distance,
        order=70,
        low=0.0,
        per_trial=True,
    ),
)
