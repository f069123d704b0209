"""Chemotaxis indices, which the environment accumulates at every tick; see `world.episode_stats`.

With h the distance from the head to the nearest food and means over all ticks since the start:
``ci_time`` = 1 − mean(h) / h(0), ``ci_net`` = (h(0) − h(end)) / h(0) and
``ci_clipped`` = mean(max(0, 1 − h / h(0))).
"""

from __future__ import annotations

from spikeworm_env.trials.metrics._metric import Metric, Statistic, Summarised

METRIC = (
    Metric(
        name="ci_time",
        unit="1",
        about="chemotaxis index over time: 1 for the whole trial at the food, 0 for no nearer than the start",
        measure=lambda result: result.ci_time,
        order=10,
        high=1.0,
        per_trial=True,
        summaries=(Summarised(Statistic.INTERVAL, heading="ci_time", terminal=True),),
    ),
    Metric(
        name="ci_net",
        unit="1",
        about="chemotaxis index at the end: share of the distance at the start that is left behind",
        measure=lambda result: result.ci_net,
        order=20,
        high=1.0,
        per_trial=True,
        summaries=(Summarised(Statistic.INTERVAL, heading="ci_net", terminal=True),),
    ),
    Metric(
        name="ci_clipped",
        unit="1",
        about="as ci_time, with 0 for each tick farther from food than the start; Izquierdo & Lockery 2010",
        measure=lambda result: result.ci_clipped,
        order=30,
        low=0.0,
        high=1.0,
        per_trial=True,
        summaries=(Summarised(Statistic.INTERVAL),),
    ),
)
