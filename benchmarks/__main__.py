"""Measure and print rows of benchmarks: ``python -m benchmarks [suite ...] [--quick] [--json FILE]``.

``python -m benchmarks profile NAME`` shows where the time of a brain goes; ``python -m benchmarks render
FILE`` puts the rows of a file of results into docs/benchmarks.md.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks import growth, profile, results
from benchmarks.body import body_rows
from benchmarks.closed_loop import closed_loop_rows
from benchmarks.cores import core_rows
from benchmarks.engine import engine_rows, numpy_rows
from benchmarks.environment import environment_rows
from benchmarks.learning import episode_rows
from benchmarks.machine import circumstances, load
from benchmarks.rendering import rendering_rows
from benchmarks.scale import scale_rows
from benchmarks.simulators.rows import simulator_rows
from benchmarks.start_up import start_up_rows
from benchmarks.timing import FULL, QUICK, Effort, Row
from benchmarks.trials import comparison_rows, trial_rows
from benchmarks.yardstick.rows import yardstick_rows

SUITES: dict[str, tuple[Callable[[Effort], Iterator[Row]], ...]] = {
    "engine": (engine_rows, numpy_rows),
    "body": (body_rows,),
    "environment": (environment_rows, core_rows),
    "closed_loop": (closed_loop_rows,),
    "trials": (trial_rows, comparison_rows),
    "learning": (episode_rows,),
    "rendering": (rendering_rows,),
    "start_up": (start_up_rows,),
    "scale": (scale_rows,),
    "yardstick": (yardstick_rows,),
    "simulators": (simulator_rows,),
    "growth": (growth.growth_rows,),
}


def table(rows: list[Row], title: str) -> Table:
    """The rows as a table; a median that misses its budget is red."""
    table = Table(title=title, title_justify="left")
    table.add_column("what", overflow="fold")
    table.add_column("median", justify="right", overflow="fold")
    for heading in ("spread (min–max)", "unit", "budget"):
        table.add_column(heading, justify="right", no_wrap=True)
    for row in rows:
        table.add_row(row.name, *results.cells(row), style="red" if row.misses_its_budget else None)
    return table


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer and shorter repeats")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the rows with their circumstances")
    parser.add_argument("--plot", type=Path, metavar="FILE", help="draw the rows of the suite growth")
    parser.add_argument(
        "--peers-python",
        default=sys.executable,
        metavar="PATH",
        help="the interpreter that runs Brian2 and NEST; by default this one",
    )
    parser.add_argument(
        "suites", nargs="*", metavar="suite", help=f"any of {', '.join(SUITES)}; default: all"
    )
    arguments = parser.parse_args()
    for name in arguments.suites:
        if name not in SUITES:
            parser.error(f"suite is {name!r}; expected one of {', '.join(SUITES)}")
    return arguments


def _measure(arguments: argparse.Namespace) -> None:
    names = arguments.suites or list(SUITES)
    effort = QUICK if arguments.quick else FULL
    effort = replace(effort, peers_python=arguments.peers_python)
    console = Console()
    if not console.is_terminal:
        console.width = 120  # a pipe has no width; keeps each name on one line
    found = circumstances()
    for name, value in found.items():
        console.print(f"{name}: {value}", highlight=False, soft_wrap=True)
    console.print(
        f"CPU time of one thread; {effort.repeats} repeats after a warm-up; seeds: networks 1, arena 0, "
        f"trials 10000–{10_000 + effort.repeats - 1}, brain 42",
        highlight=False,
        soft_wrap=True,
    )
    rows: dict[str, list[Row]] = {name: [] for name in names}
    with console.status("measuring") as status:
        for name in names:
            for suite in SUITES[name]:
                for row in suite(effort):
                    rows[name].append(row)
                    status.update(f"measured {row.name}")
    console.print(table([row for each in rows.values() for row in each], ""))
    if arguments.json is not None:
        results.write(arguments.json, {**found, "load": f"{found['load']}, {load()}"}, rows)
    if arguments.plot is not None and not growth.plot(rows.get("growth", []), arguments.plot):
        console.print("no plot: it needs rows of the suite growth, and Matplotlib")


def main() -> None:
    command, rest = (sys.argv[1], sys.argv[2:]) if len(sys.argv) > 1 else ("", [])
    if command == "profile":
        profile.main(rest)
    elif command == "render":
        results.render([Path(name) for name in rest])
    else:
        _measure(_arguments())


if __name__ == "__main__":
    main()
