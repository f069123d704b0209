"""Metrics: what is measured in a trial. One file here is one metric, or a few that belong together.

A file declares ``METRIC``, a `Metric` or a tuple of them. Where it is shown follows from the declaration:
columns of ``trials.csv`` and of the tables of a comparison, keys of ``summary.json``, a row in the docs.
Files whose names begin with an underscore hold no metric. For example::

    METRIC = Metric(
        name="path_length", unit="BL", about="length of the head's path", low=0.0, order=500, per_trial=True,
        measure=lambda result: float(np.hypot(*np.diff(result.path, axis=0).T).sum()),
        summaries=(Summarised(Statistic.INTERVAL, heading="path BL"),),
    )
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from spikeworm_env.registry import Registry
from spikeworm_env.trials.metrics._metric import Metric, Statistic, Summarised
from spikeworm_env.trials.result import TrialResult

__all__ = ["METRICS", "Metric", "Statistic", "Summarised", "figures_of", "summaries"]

METRICS: Registry[Metric] = Registry(
    __name__, "METRIC", kind="metric", of=Metric, order=lambda metric: metric.order
)


def figures_of(result: TrialResult) -> dict[str, Any]:
    """The figures of one trial as JSON types by name; None for what could not be measured."""
    return {
        "agent": result.agent,
        "trial": result.trial,
        "seed": result.seed,
        "seconds": result.seconds,
        **{metric.name: _plain(metric.measure(result)) for metric in METRICS.values() if metric.per_trial},
        **result.provenance.to_json(),
        "ticks_per_second": result.ticks_per_second,
    }


def summaries() -> Iterator[tuple[str, Metric, Summarised]]:
    """Every figure that the rows of a comparison have: its key, its metric and how it is summarised."""
    for metric in METRICS.values():
        for summarised in metric.summaries:
            yield summarised.key or metric.name, metric, summarised


def _plain(value: Any) -> Any:
    return None if isinstance(value, float) and math.isnan(value) else value
