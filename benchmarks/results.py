"""Measured rows as JSON and as Markdown: the one way from a run to docs/benchmarks.md.

``python -m benchmarks SUITE … --json FILE`` writes a file, ``python -m benchmarks render FILE …`` puts its
tables between the markers of the page, ``<!-- rows: SUITE … -->`` and ``<!-- end of rows -->``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from benchmarks.timing import Row

PAGE: Final = Path(__file__).parents[1] / "docs" / "benchmarks.md"
HEAD: Final = "| What | median | min–max | unit | budget |\n|---|---|---|---|---|"
BLOCK: Final = re.compile(r"(<!-- rows: ([a-z_ ]+) -->\n).*?(<!-- end of rows -->)", re.DOTALL)

Suites = Mapping[str, Sequence[Row]]


def figure(x: float) -> str:
    """A number with three digits, or whole from 1,000."""
    return f"{x:,.0f}" if x >= 1000 else f"{x:.3g}"


def cells(row: Row) -> tuple[str, str, str, str]:
    """Median, spread, unit and budget of a row as they are printed."""
    if not row.samples:
        return row.failure or "not installed", "", "", ""
    budget = "" if row.budget is None else figure(row.budget)
    if row.least is not None:
        budget = f"≥ {figure(row.least)}"
    spread = f"{figure(min(row.samples))}–{figure(max(row.samples))}"
    return figure(row.median), spread, row.unit, budget


def write(path: Path, circumstances: Mapping[str, str], suites: Suites) -> None:
    """Write a file of results."""
    rows = {name: [asdict(row) for row in found] for name, found in suites.items()}
    content = {"circumstances": dict(circumstances), "suites": rows}
    path.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def read(path: Path) -> tuple[dict[str, str], dict[str, list[Row]]]:
    """Circumstances and rows by suite of a file of results."""
    content = json.loads(path.read_text(encoding="utf-8"))
    return content["circumstances"], {
        name: [_row(each) for each in found] for name, found in content["suites"].items()
    }


def _row(fields: dict[str, Any]) -> Row:
    return Row(**{**fields, "samples": tuple(fields["samples"])})


def markdown(circumstances: Mapping[str, str], rows: Sequence[Row]) -> str:
    """What was measured where and when, and the rows as a table; a budget that is missed is bold."""
    where = (
        f"`{circumstances['command']}`. {circumstances['machine']}; load average before and after "
        f"{circumstances['load']}; {circumstances['date']}; {circumstances['versions']}; code "
        f"`{circumstances['code'][:12]}`."
    )
    lines = []
    for row in rows:
        median, spread, unit, budget = cells(row)
        shown = f"**{median}**" if row.misses_its_budget else median
        lines.append(f"| {row.name} | {shown} | {spread or '–'} | {unit or '–'} | {budget or '–'} |")
    return "\n".join([where, "", HEAD, *lines])


def rendered(page: str, results: Sequence[tuple[Mapping[str, str], Suites]]) -> str:
    """The page with the tables of these results; a block of which no suite was measured stays."""

    def block(found: re.Match[str]) -> str:
        names = found[2].split()
        parts = [
            markdown(circumstances, [row for name in names for row in suites.get(name, ())])
            for circumstances, suites in results
            if any(name in suites for name in names)
        ]
        return f"{found[1]}{chr(10).join(parts)}\n{found[3]}" if parts else found[0]

    return BLOCK.sub(block, page)


def render(paths: Sequence[Path], page: Path = PAGE) -> None:
    """Put the tables of files of results into the page."""
    results = [read(path) for path in paths]
    page.write_text(rendered(page.read_text(encoding="utf-8"), results), encoding="utf-8")
