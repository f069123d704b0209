"""The table of a comparison."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from spikeworm_env.experiments.comparison.pairs import Pair
from spikeworm_env.experiments.comparison.summary import Summary
from spikeworm_env.reports.comparison_columns import table_columns
from spikeworm_env.reports.html.rows import Row
from spikeworm_env.reports.html.templates import fragment
from spikeworm_env.reports.html.words import NUMBERS, amount, number, p_value, percent


def table(rows: Sequence[Row]) -> Markup:
    """An HTML table with a line for each row."""
    columns = table_columns([row.summary for row in rows], NUMBERS, terminal=False)
    lines = [(row, [column.cell(row.summary) for column in columns], _note(row.summary)) for row in rows]
    noted = any(note for *_, note in lines)
    headings = ["agent", *(column.heading for column in columns), *(["note"] if noted else [])]
    return fragment("table.html", headings=headings, lines=lines, noted=noted)


def _note(summary: Summary) -> str:
    """Why the row shows nothing, and what was done to its worms and arenas."""
    return "; ".join(filter(None, (summary.note, summary.provenance.text)))


def pairs_table(pairs: Sequence[Pair]) -> Markup:
    """Every two agents against each other; nothing where there are none."""
    if not pairs:
        return Markup()
    lines = [
        (
            f"{pair.agent} less {pair.other}",
            (
                pair.n,
                number(pair.difference),
                p_value(pair.p_holm),
                number(pair.dz),
                percent(pair.improvement),
            ),
        )
        for pair in pairs
    ]
    headings = ("agents", "n", "ci_time", "p, Holm", "dz", "better on")
    return fragment("pairs.html", headings=headings, lines=lines, count=amount(len(pairs), "pair"))
