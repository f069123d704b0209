"""Food eaten, in environments whose food can be eaten."""

from __future__ import annotations

from spikeworm_env.trials.metrics._metric import Metric, Statistic, Summarised

METRIC = Metric(
    name="eaten",
    unit="foods",
    about="full foods eaten, where food can be eaten",
    measure=lambda result: result.eaten,
    order=100,
    low=0.0,
    per_trial=True,
    summaries=(Summarised(Statistic.INTERVAL, heading="eaten", terminal=True, only_where_measured=True),),
)
