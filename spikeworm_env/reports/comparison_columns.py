"""Columns of the tables of a comparison, at the terminal and on the page: as declared."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

from spikeworm_env.experiments.comparison.summary import Curve, Summary
from spikeworm_env.statistics import Estimate
from spikeworm_env.trials.controls import CONTROLS
from spikeworm_env.trials.metrics import Statistic, Summarised, summaries

MECHANISM = "mechanism."  # begins the keys of what the table of mechanisms shows
NEVER = "never"  # a median time, where less than half of the trials had the event


class Numbers(NamedTuple):
    """How figures are written.

    Attributes:
        number: of a value and its digits; a dash for None.
        estimate: of a mean with its interval.
    """

    number: Callable[[float | None, int], str]
    estimate: Callable[[Estimate], str]


@dataclass(frozen=True)
class Column:
    """One column: its heading, and its cell in a row."""

    heading: str
    cell: Callable[[Summary], str]


def table_columns(rows: Iterable[Summary], numbers: Numbers, *, terminal: bool) -> list[Column]:
    """The columns after the agent's name: n, metrics, efficiency, and tests against the controls in use."""
    rows = list(rows)
    columns = [Column("n", _count), *_metric_columns(rows, numbers, terminal=terminal, mechanism=False)]
    columns.append(Column("efficiency", partial(_efficiency, numbers=numbers)))
    for control in controls_in_use(rows):
        columns.append(Column(f"p {control}", partial(p_cell, control=control, numbers=numbers)))
        if not terminal:
            columns.append(Column(f"dz {control}", partial(_dz, control=control, numbers=numbers)))
    return columns


def mechanism_columns(rows: Iterable[Summary], numbers: Numbers) -> list[Column]:
    """The columns of the table of mechanisms."""
    return list(_metric_columns(list(rows), numbers, terminal=False, mechanism=True))


def controls_in_use(rows: Sequence[Summary]) -> list[str]:
    """The controls that any row was tested against."""
    return [control for control in CONTROLS if any(control in row.against for row in rows)]


def _efficiency(row: Summary, numbers: Numbers) -> str:
    return numbers.number(row.efficiency, 2)


def p_cell(row: Summary, control: str, numbers: Numbers) -> str:
    """p against a control, two significant digits."""
    test = row.against.get(control)
    return numbers.number(None, 2) if test is None else f"{test.p:.2g}"


def _dz(row: Summary, control: str, numbers: Numbers) -> str:
    test = row.against.get(control)
    return numbers.number(None if test is None else test.dz, 2)


def _count(row: Summary) -> str:
    return str(row.n) if row.brains == 1 else f"{row.n}×{row.brains}"


def _metric_columns(
    rows: Sequence[Summary], numbers: Numbers, *, terminal: bool, mechanism: bool
) -> Iterator[Column]:
    for key, _, shown in summaries():
        in_section = key.startswith(MECHANISM) == mechanism
        wanted = shown.heading and in_section and (shown.terminal or not terminal)
        if wanted and (
            not shown.only_where_measured or any(row.figures.get(key) is not None for row in rows)
        ):
            yield Column(shown.heading, partial(_cell, key=key, shown=shown, numbers=numbers))


def _cell(row: Summary, key: str, shown: Summarised, numbers: Numbers) -> str:
    value = row.figures.get(key)
    if isinstance(value, Estimate):
        return numbers.estimate(value)
    if value is None and shown.statistic is Statistic.MEDIAN_TIME:
        return NEVER
    return numbers.number(None if isinstance(value, Curve) else value, shown.digits)
