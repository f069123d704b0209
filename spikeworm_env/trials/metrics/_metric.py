"""What a metric declares: its measure in one trial, how trials are summarised, and where it is shown."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum

from numpy.typing import ArrayLike

from spikeworm_env.trials.result import TrialResult


class Statistic(Enum):
    """How the values of many trials become one figure; brains are averaged within each trial seed first.

    ``INTERVAL``: mean over trial seeds with its 95% BCa interval and the interquartile mean.
    ``SHARE``: mean over trial seeds of a yes or no, without an interval.
    ``MEAN``: mean over all trials in which it was measured.
    ``MEDIAN_TIME``: Kaplan-Meier median of a time until an event, over all trials; a trial without the event
    is censored at its end. None: the event came in less than half of the trials.
    ``CURVE``: ``INTERVAL`` at each point of an axis.
    """

    INTERVAL = "mean with interval"
    SHARE = "share"
    MEAN = "mean"
    MEDIAN_TIME = "Kaplan-Meier median"
    CURVE = "mean with interval at each point"


@dataclass(frozen=True)
class Summarised:
    """A figure of a comparison's rows that a metric gives.

    Attributes:
        statistic: how it is computed from the trials.
        key: its key in ``summary.json``; ``"mechanism.NAME"`` is NAME inside ``"mechanism"``. If empty, the
            metric's name.
        heading: of its column in the table of a comparison, or, for a key ``"mechanism.NAME"``, in the table
            of mechanisms on the page; no column if empty.
        terminal: whether the table of a comparison at the terminal, which is narrow, has the column too.
        digits: decimals in tables.
        only_where_measured: whether key and column are absent where no trial gave a value, instead of empty.
    """

    statistic: Statistic
    key: str = ""
    heading: str = ""
    terminal: bool = False
    digits: int = 2
    only_where_measured: bool = False


@dataclass(frozen=True)
class Metric:
    """A quantity that is measured in one trial.

    Attributes:
        name: unique; its column of ``trials.csv``.
        unit: ``"1"`` for a ratio, ``"BL"`` body lengths, ``"s"``, ``"1/min"`` and so on.
        about: one line: what it is, with its source if it has one.
        measure: the value in one trial, or (points,) values of a curve; None or NaN where not measurable.
        order: its place in tables and files; small numbers first.
        low, high: the range of possible values.
        per_trial: whether ``trials.csv``, ``run --json`` and recordings have it.
        summaries: what the rows of a comparison show of it; nothing by default.
        axis, points: of a curve: the name and the values of its axis.
    """

    name: str
    unit: str
    about: str
    measure: Callable[[TrialResult], ArrayLike | None]
    order: int
    low: float = -math.inf
    high: float = math.inf
    per_trial: bool = False
    summaries: Sequence[Summarised] = ()
    axis: str = ""
    points: Sequence[float] = ()
