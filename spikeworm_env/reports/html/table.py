"""The table of a comparison."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from spikeworm_env.batch.participants import CONTROLS
from spikeworm_env.experiments.comparison.pairs import Pair
from spikeworm_env.reports.html.rows import Row
from spikeworm_env.reports.html.words import amount, estimate, number, p_value, percent
from spikeworm_env.statistics import Estimate


def table(rows: Sequence[Row]) -> str:
    """An HTML table, a line a row."""
    used = [control for control in CONTROLS if any(control in row.summary.against for row in rows)]
    heads = ["n", "ci_time", "ci_net", "success", "reached, s", "BL/s", "efficiency"]
    heads += [head for control in used for head in (f"p {control}", f"dz {control}")]
    noted = any(_note(row) for row in rows)
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in ["agent", *heads])
    if noted:
        head += '<th scope="col">note</th>'
    lines = [f"<tr>{_line(row, used)}{_cell(_note(row), 'words') if noted else ''}</tr>" for row in rows]
    return f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(lines)}</tbody></table>"


def _line(row: Row, used: Sequence[str]) -> str:
    summary = row.summary
    cells = [
        str(summary.n) if summary.brains == 1 else f"{summary.n}×{summary.brains}",
        _unbroken(summary.ci_time),
        _unbroken(summary.ci_net),
        number(summary.success),
        number(summary.median_time_to_reach_s, 1),
        number(summary.speed_bl_per_s),
        number(summary.efficiency),
    ]
    for control in used:
        test = summary.against.get(control)
        cells += ["–", "–"] if test is None else [p_value(test.p), number(test.dz)]
    mark = f'<span class="swatch" style="{row.style}"></span>'
    kind = "" if row.control is None else ' class="control"'
    return f'<th scope="row"{kind}>{mark}{escape(row.key)}</th>' + "".join(map(_cell, cells))


def _unbroken(value: Estimate) -> str:
    """A mean and its interval that a narrow sheet parts only between the two."""
    return estimate(value).replace(", ", ",\N{NO-BREAK SPACE}")


def _note(row: Row) -> str:
    return row.summary.note or ""


def _cell(text: str, kind: str = "") -> str:
    return f'<td class="{kind}">{escape(text)}</td>' if kind else f"<td>{escape(text)}</td>"


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
