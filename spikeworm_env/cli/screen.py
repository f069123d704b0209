"""Output for people: tables on stdout, progress on stderr."""

from __future__ import annotations

import json
import math
import shlex
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer
from rich import box
from rich.console import Console
from rich.progress import (
    BarColumn,
    Progress,
    SpinnerColumn,
    TaskProgressColumn,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.table import Table

if TYPE_CHECKING:
    from spikeworm_env.statistics import Estimate

UNBROKEN_NAME = 24  # characters of a name that a wide screen shows in one line
COMFORTABLE_WIDTH = 100  # columns from which figures stand apart
PIPED_WIDTH = 120  # columns of a table that goes into a file or a pipe


def print_json(content: Mapping[str, Any]) -> None:
    """One JSON object on stdout, nothing else."""
    typer.echo(json.dumps(content, indent=2, allow_nan=False))


def print_table(title: str, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print a table of figures by name; a narrow screen breaks figures at spaces and names anywhere."""
    cells, narrow = [columns, *rows], screen().width < COMFORTABLE_WIDTH
    table = Table(
        box=box.SIMPLE_HEAD,
        padding=0 if narrow else (0, 1),
        pad_edge=False,
    )
    names, *figures = zip(*cells, strict=True)
    table.add_column(names[0], overflow="fold", width=None if narrow else _unbroken(names))
    for column in figures:
        longest_word = max(len(word) for cell in column for word in cell.split())
        table.add_column(column[0], justify="right", min_width=longest_word)
    for row in cells[1:]:
        table.add_row(*row)
    console = screen()
    console.print(title, style="bold")
    console.print(table)


def _unbroken(names: Sequence[str]) -> int:
    """The width of a column in which names of up to `UNBROKEN_NAME` characters keep to one line."""
    return min(UNBROKEN_NAME, max(map(len, names)))


def print_files(files: Iterable[Path]) -> None:
    """Print paths, one per line, without line breaks within them."""
    for file in files:
        screen().print(str(file), soft_wrap=True)


def screen() -> Console:
    """The console of stdout; `PIPED_WIDTH` columns wide if it is not a terminal."""
    piped = not sys.stdout.isatty()
    return Console(highlight=False, markup=False, width=PIPED_WIDTH if piped else None)


@contextmanager
def progress(pace_over_s: float = 30.0) -> Iterator[Progress]:
    """Progress bars on stderr, if that is a terminal; they disappear at the end.

    Lines printed on stdout meanwhile appear above them where both are one terminal.

    Args:
        pace_over_s: the remaining time follows from the pace in the last so many seconds.
    """
    console = Console(stderr=True)
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TaskProgressColumn())
    bars = Progress(
        *columns,
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        console=console,
        transient=True,
        redirect_stdout=sys.stdout.isatty(),
        speed_estimate_period=pace_over_s,
    )
    with bars if console.is_terminal else nullcontext():
        yield bars


@contextmanager
def progress_of(things: str) -> Iterator[Callable[[int, int], None]]:
    """One bar over many things; yields a function of things done and things in all.

    The first call may report things done by an earlier run. The remaining time follows from the pace of the
    whole run, because minutes may pass between two things.
    """
    with progress(math.inf) as bars:
        bar = bars.add_task(things, total=None)

        def show(done: int, total: int) -> None:
            bars.update(bar, total=total, description=f"{done} of {total} {things}")
            bars.advance(bar, done - bars.tasks[bar].completed)

        yield show


def figure(value: float | None, digits: int = 2, unit: str = "") -> str:
    """A number for a table; a dash for None."""
    return "–" if value is None else f"{value:z.{digits}f}{unit}"


def with_interval(estimate: Estimate) -> str:
    """A mean and, if there is one, its interval."""
    mean = figure(estimate.mean)
    if estimate.low is None or estimate.high is None:
        return mean
    return f"{mean} [{figure(estimate.low)},{figure(estimate.high)}]"  # a narrow screen breaks at the space


def interrupted(out: Path | None) -> str:
    """The message of an interrupted run, with or without a folder of ``--out``."""
    if out is None:
        return "interrupted; nothing is kept without --out"
    return f"interrupted; finished work is kept in {out}; resume with: {command_line()}"


def command_line() -> str:
    """The command as it was typed."""
    return shlex.join(["spikeworm", *sys.argv[1:]])
