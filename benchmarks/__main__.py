"""``python -m benchmarks [--quick]``: print the machine, then every row as it is measured."""

from __future__ import annotations

import argparse

from rich.console import Console
from rich.table import Table

from benchmarks.body import body_rows
from benchmarks.closed_loop import closed_loop_rows
from benchmarks.engine import engine_rows, numpy_rows
from benchmarks.machine import circumstances
from benchmarks.rendering import rendering_rows
from benchmarks.start_up import start_up_rows
from benchmarks.timing import FULL, QUICK, Row

SUITES = (engine_rows, numpy_rows, body_rows, closed_loop_rows, rendering_rows, start_up_rows)


def table(rows: list[Row], title: str) -> Table:
    """The rows; a median over its budget is red."""
    table = Table(title=title, title_justify="left")
    table.add_column("what", overflow="fold")
    for heading in ("median", "spread (min–max)", "unit", "budget"):
        table.add_column(heading, justify="right", no_wrap=True)
    for row in rows:
        over = row.budget is not None and row.median > row.budget
        table.add_row(
            row.name,
            f"{row.median:.3g}",
            f"{min(row.samples):.3g}–{max(row.samples):.3g}",
            row.unit,
            "" if row.budget is None else f"{row.budget:g}",
            style="red" if over else None,
        )
    return table


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer and shorter repeats")
    effort = QUICK if parser.parse_args().quick else FULL
    console = Console()
    if not console.is_terminal:
        console.width = 120  # a pipe has no width; names should stay on one line
    for name, value in circumstances().items():
        console.print(f"{name}: {value}", highlight=False, soft_wrap=True)
    console.print(
        f"CPU time of one thread; {effort.repeats} repeats after a warm-up; seeds: networks 1, dish 0, "
        f"trials 10000–{10_000 + effort.repeats - 1}, brain 42",
        highlight=False,
        soft_wrap=True,
    )
    rows: list[Row] = []
    with console.status("measuring") as status:
        for suite in SUITES:
            for row in suite(effort):
                rows.append(row)
                status.update(f"measured {row.name}")
    console.print(table(rows, ""))


if __name__ == "__main__":
    main()
