"""Numbers as the page prints them."""

from __future__ import annotations

from spikeworm_env.reports.comparison_columns import Numbers
from spikeworm_env.statistics import Estimate


def number(value: float | None, digits: int = 2) -> str:
    """A number with a true minus sign; a dash for what could not be measured."""
    return "–" if value is None else f"{value:z.{digits}f}".replace("-", "−")


def estimate(value: Estimate) -> str:
    """A mean with its interval, if it has one."""
    if value.low is None or value.high is None:
        return number(value.mean)
    return f"{number(value.mean)} [{number(value.low)}, {number(value.high)}]"


def unbroken(value: Estimate) -> str:
    """A mean and its interval that a narrow sheet parts only between the two."""
    return estimate(value).replace(", ", ",\N{NO-BREAK SPACE}")


NUMBERS = Numbers(number, unbroken)
"""How tables of the page write figures."""


def p_value(p: float) -> str:
    """Two significant digits, never 0."""
    return f"{p:.2g}"


def percent(share: float) -> str:
    """A share in whole percent."""
    return f"{100 * share:z.0f}%".replace("-", "−")


def amount(count: int, thing: str) -> str:
    """A count with its noun."""
    return f"{count:,} {thing}" if count == 1 else f"{count:,} {thing}s"
