"""Means with intervals, and p, as the tables of terminals and notebooks write them."""

from __future__ import annotations

from spikeworm_env.frames import figure
from spikeworm_env.statistics import Estimate


def with_interval(estimate: Estimate) -> str:
    """A mean and, if there is one, its interval."""
    mean = figure(estimate.mean)
    if estimate.low is None or estimate.high is None:
        return mean
    return f"{mean} [{figure(estimate.low)},{figure(estimate.high)}]"  # a narrow screen breaks at the space


def p_text(p: float | None) -> str:
    """Two significant digits; a dash for None."""
    return figure(None) if p is None else f"{p:.2g}"
