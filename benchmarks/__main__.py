"""Measure and print rows of benchmarks: ``python -m benchmarks [suite ...] [--quick]``."""

from __future__ import annotations

import argparse

from rich.console import Console
from rich.table import Table

from benchmarks.body import body_rows
from benchmarks.closed_loop import closed_loop_rows
from benchmarks.cores import core_rows
from benchmarks.engine import engine_rows, numpy_rows
from benchmarks.environment import environment_rows
from benchmarks.learning import episode_rows
from benchmarks.machine import circumstances
from benchmarks.rendering import rendering_rows
from benchmarks.scale import scale_rows
from benchmarks.start_up import start_up_rows
from benchmarks.timing import FULL, QUICK, Row
from benchmarks.yardstick.rows import yardstick_rows

SUITES = {
    "engine": (engine_rows, numpy_rows),
    "yardstick": (yardstick_rows,),
    "body": (body_rows,),
    "environment": (environment_rows, core_rows),
    "closed_loop": (closed_loop_rows,),
    "learning": (episode_rows,),
    "rendering": (rendering_rows,),
    "start_up": (start_up_rows,),
    "scale": (scale_rows,),
}


def table(rows: list[Row], title: str) -> Table:
    """The rows as a table; a median that misses its budget is red."""
    table = Table(title=title, title_justify="left")
    table.add_column("what", overflow="fold")
    for heading in ("median", "spread (min–max)", "unit", "budget"):
        table.add_column(heading, justify="right", no_wrap=True)
    for row in rows:
        table.add_row(row.name, *_figures(row), style="red" if row.misses_its_budget else None)
    return table


def _figures(row: Row) -> tuple[str, str, str, str]:
    """Median, spread, unit and budget as they are printed."""
    if not row.samples:
        return row.failure or "not installed", "", "", ""
    budget = "" if row.budget is None else _figure(row.budget)
    if row.least is not None:
        budget = f"≥ {_figure(row.least)}"
    spread = f"{_figure(min(row.samples))}–{_figure(max(row.samples))}"
    return _figure(row.median), spread, row.unit, budget


def _figure(x: float) -> str:
    return f"{x:,.0f}" if x >= 1000 else f"{x:.3g}"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer and shorter repeats")
    parser.add_argument(
        "suites", nargs="*", metavar="suite", help=f"any of {', '.join(SUITES)}; default: all"
    )
    arguments = parser.parse_args()
    for name in arguments.suites:
        if name not in SUITES:
            parser.error(f"suite is {name!r}; expected one of {', '.join(SUITES)}")
    suites = [rows for name in arguments.suites or SUITES for rows in SUITES[name]]
    effort = QUICK if arguments.quick else FULL
    console = Console()
    if not console.is_terminal:
        console.width = 120  # a pipe has no width; keeps each name on one line
    for name, value in circumstances().items():
        console.print(f"{name}: {value}", highlight=False, soft_wrap=True)
    console.print(
        f"CPU time of one thread; {effort.repeats} repeats after a warm-up; seeds: networks 1, arena 0, "
        f"trials 10000–{10_000 + effort.repeats - 1}, brain 42",
        highlight=False,
        soft_wrap=True,
    )
    rows: list[Row] = []
    with console.status("measuring") as status:
        for suite in suites:
            for row in suite(effort):
                rows.append(row)
                status.update(f"measured {row.name}")
    console.print(table(rows, ""))


if __name__ == "__main__":
    main()
