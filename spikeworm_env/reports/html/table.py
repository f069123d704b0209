"""The table of a comparison."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from spikeworm_env.experiments.comparison.pairs import Pair
from spikeworm_env.reports.comparison_columns import Column, table_columns
from spikeworm_env.reports.html.rows import Row
from spikeworm_env.reports.html.words import NUMBERS, amount, number, p_value, percent


def table(rows: Sequence[Row]) -> str:
    """An HTML table with a line for each row."""
    columns = table_columns([row.summary for row in rows], NUMBERS, terminal=False)
    noted = any(_note(row) for row in rows)
    headings = ["agent", *(column.heading for column in columns)]
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in headings)
    if noted:
        head += '<th scope="col">note</th>'
    lines = [f"<tr>{_line(row, columns)}{_cell(_note(row), 'words') if noted else ''}</tr>" for row in rows]
    return f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(lines)}</tbody></table>"


def _line(row: Row, columns: Sequence[Column]) -> str:
    mark = f'<span class="swatch" style="{row.style}"></span>'
    control = "" if row.control is None else ' class="control"'
    cells = "".join(_cell(column.cell(row.summary)) for column in columns)
    return f'<th scope="row"{control}>{mark}{escape(row.key)}</th>{cells}'


def _note(row: Row) -> str:
    return row.summary.note or ""


def _cell(text: str, css_class: str = "") -> str:
    return f'<td class="{css_class}">{escape(text)}</td>' if css_class else f"<td>{escape(text)}</td>"


def pairs_table(pairs: Sequence[Pair]) -> str:
    """Every two agents against each other; nothing where there are none."""
    if not pairs:
        return ""
    lines = "".join(
        f'<tr><th scope="row">{escape(pair.agent)} less {escape(pair.other)}</th>'
        f"<td>{pair.n}</td><td>{number(pair.difference)}</td><td>{p_value(pair.p_holm)}</td>"
        f"<td>{number(pair.dz)}</td><td>{percent(pair.improvement)}</td></tr>"
        for pair in pairs
    )
    heads = ("agents", "n", "ci_time", "p, Holm", "dz", "better on")
    head = "".join(f'<th scope="col">{name}</th>' for name in heads)
    return (
        f"<details><summary>Agents against each other</summary>"
        f'<div class="scroller" role="region" aria-label="Agents against each other" tabindex="0">'
        f"<table><thead><tr>{head}</tr></thead><tbody>{lines}</tbody></table></div>"
        f'<p class="note">Paired by trial seed; p corrected for {amount(len(pairs), "pair")} (Holm).</p>'
        f"</details>"
    )
