"""Verdicts: one sentence for each agent, from the figures alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from spikeworm_env.batch.participants import ORACLE, key_of
from spikeworm_env.experiments.comparison import DEFAULT_TRIALS
from spikeworm_env.experiments.comparison.summary import Summary
from spikeworm_env.reports.html.words import amount, estimate, number, p_value, percent
from spikeworm_env.seeds import FIRST_REPORTED_SEED
from spikeworm_env.statistics import CONFIDENCE, MIN_TRIALS
from spikeworm_env.trials.controls import CONTROLS

ALPHA = round(1 - CONFIDENCE, 6)  # without the tail of a binary fraction


def verdict(name: str, rows: Mapping[str, Summary]) -> str:
    """One sentence on an agent.

    Args:
        name: the agent, not a control.
        rows: all rows, its controls and the oracle among them.
    """
    summary = rows[name]
    found = f"ci_time {estimate(summary.ci_time)}"
    efficiency = summary.efficiency or 0.0
    share = f", {percent(efficiency)} of the oracle's" if efficiency > 0 else ""
    base = f"over {amount(summary.n, 'trial seed')}" + (
        "" if summary.brains == 1 else f" and {amount(summary.brains, 'brain')}"
    )
    if summary.ci_time.low is None or summary.ci_time.high is None:
        if summary.n >= MIN_TRIALS:
            return f"No verdict on {name} without an interval: {found}{share}, {base}."
        return f"Too few trials to judge {name}: {found}{share}, {base}; an interval takes {MIN_TRIALS}."
    if name == ORACLE:
        return f"{name}, which steers by the true direction of the food, is the ceiling: {found}, {base}."
    if not summary.against:
        unknown = "; no control shows whether the odour is the cause" if summary.ci_time.low > 0 else ""
        return f"{name} {_nearer(summary)}: {found}{share}, {base}{unknown}."
    return f"{_claim(name, rows)}: {found}{share}, {_beside(name, rows)}; {base}."


def cautions(n: int, first_seed: int, agents: Sequence[str]) -> list[str]:
    """Reasons for caution about all verdicts."""
    found = []
    if n < DEFAULT_TRIALS:
        found.append(
            f"Preliminary: {amount(n, 'trial seed')}; expected at least {DEFAULT_TRIALS} for a claim."
        )
    if first_seed < FIRST_REPORTED_SEED:
        found.append(
            f"Trial seeds below {FIRST_REPORTED_SEED:,} may be those that something was tuned on; "
            "other seeds are for reports."
        )
    if len(agents) > 1:
        found.append(f"p is not corrected for the number of agents ({len(agents)}).")
    return found


def _claim(name: str, rows: Mapping[str, Summary]) -> str:
    """The strongest claim that holds against the blind control, or, without one, against the first other."""
    summary = rows[name]
    control = "blind" if "blind" in summary.against else next(iter(summary.against))
    better = _difference(name, control, rows) > 0
    if summary.against[control].p >= ALPHA:
        return f"No evidence of chemotaxis by {name}"
    if not better:
        return f"{name} does worse than {CONTROLS[control].phrase}"
    if control != "blind":
        return f"{name} does better than {CONTROLS[control].phrase}"
    if summary.ci_time.low is not None and summary.ci_time.low > 0:
        return f"{name} shows chemotaxis"
    return f"{name} does better with its senses than without, but is not shown to come nearer to the food"


def _beside(name: str, rows: Mapping[str, Summary]) -> str:
    """The figures of its controls."""
    found = []
    for control, test in rows[name].against.items():
        other, how = rows[key_of(name, control)], CONTROLS[control].phrase
        if other.note:
            found.append(f"its {control} control {other.note}")
        else:
            found.append(f"{number(other.ci_time.mean)} {how} (p = {p_value(test.p)})")
    return "against " + " and ".join(found)


def _difference(name: str, control: str, rows: Mapping[str, Summary]) -> float:
    return rows[name].ci_time.mean - rows[key_of(name, control)].ci_time.mean


def _nearer(summary: Summary) -> str:
    low, high = summary.ci_time.low, summary.ci_time.high
    if low is not None and low > 0:
        return "is nearer to the food than at the start, on average over time"
    if high is not None and high < 0:
        return "is farther from the food than at the start, on average over time"
    return "is not shown to come nearer to the food"
