"""Output for people: tables on stdout, progress on stderr."""

from __future__ import annotations

import math
import os
import shlex
import sys
import textwrap
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer
from rich import box
from rich.cells import cell_len
from rich.console import Console
from rich.measure import Measurement
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

from spikeworm_env.files import json_text
from spikeworm_env.plain_text import PLAIN_ERRORS, UNDECODED, readable

if TYPE_CHECKING:
    from spikeworm_env.statistics import Estimate

COMFORTABLE_WIDTH = 100  # columns from which figures stand apart
PIPED_WIDTH = 120  # columns of a table that goes into a file or a pipe
LEAST_WIDTH = 20  # columns; some terminals report 0 or 1
HANGING_WIDTH = 24  # columns that text needs beside a name; with fewer it stands below the name
HEAD_RULE = box.SIMPLE_HEAD
ASCII_HEAD_RULE = box.Box(str(HEAD_RULE).replace("─", "-"), ascii=True)


def prepare_streams() -> None:
    """Make stdout and stderr take any text; a missing one becomes a stream whose text is lost.

    A character that their encoding lacks is replaced, see `plain_text.plain`. A closed file descriptor is
    opened on the null device, so that no file of a command gets the number of stdout.
    """
    for descriptor in range(3):
        try:
            os.fstat(descriptor)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # the lowest free number, so this one
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115  open to the end
        elif hasattr(stream, "reconfigure"):
            stream.reconfigure(errors=PLAIN_ERRORS)


def print_json(content: Mapping[str, Any]) -> None:
    """One JSON object on stdout in ASCII, nothing else."""
    typer.echo(json_text(content))


def print_table(title: str, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print a table of figures by name; where it does not fit, each row as a list of its figures.

    Names keep to one line; figures and headings break at spaces only.
    """
    console = screen()
    heads, *body = ([_as_encoded(cell, console) for cell in row] for row in (columns, *rows))
    console.print(title, style="bold")
    for padding in (0, 1) if console.width < COMFORTABLE_WIDTH else (1, 0):
        table = _table(heads, body, padding, console)
        needed = Measurement.get(console, console.options.update(width=sys.maxsize), table).minimum
        if needed <= console.width:
            console.print(table)
            return
    _print_rows(heads, body, console)


def _table(heads: Sequence[str], body: Sequence[Sequence[str]], padding: int, console: Console) -> Table:
    rule = HEAD_RULE if console.encoding.startswith("utf") else ASCII_HEAD_RULE
    table = Table(box=rule, padding=(0, padding), pad_edge=False)
    names, *figures = zip(heads, *body, strict=True)
    table.add_column(heads[0], no_wrap=True, min_width=max(map(cell_len, names)))
    for column in figures:
        longest_word = max((cell_len(word) for cell in column for word in cell.split()), default=1)
        table.add_column(column[0], justify="right", min_width=longest_word)
    for row in body:
        table.add_row(*row)
    return table


def _print_rows(heads: Sequence[str], body: Sequence[Sequence[str]], console: Console) -> None:
    """Each row as its name, and below it a line for each figure that it has."""
    labels = [" ".join(head.split()) for head in heads]
    width = max(map(cell_len, labels[1:]), default=0)
    console.print()
    for name, *figures in body:
        console.print(name, soft_wrap=True)
        for label, cell in zip(labels[1:], figures, strict=True):
            if cell:
                console.print(f"  {label:{width}}  {cell}")
    console.print()


def _as_encoded(text: str, console: Console) -> str:
    """The text as the screen will show it, so that columns get the right width."""
    return text.encode(console.encoding, PLAIN_ERRORS).decode(console.encoding)


def print_text(text: str, *, indent: int = 0) -> None:
    """Print a line; on a terminal it breaks at spaces, and further lines are indented."""
    console = screen()
    if sys.stdout.isatty():
        if console.width - indent < HANGING_WIDTH:
            indent = 4
        text = textwrap.fill(
            text,
            console.width,
            subsequent_indent=" " * indent,
            break_long_words=False,
            break_on_hyphens=False,
            drop_whitespace=True,
            replace_whitespace=False,
        )
    console.print(text, soft_wrap=True)


def print_files(files: Iterable[Path]) -> None:
    """Print paths, one per line, without line breaks within them."""
    for file in files:
        screen().print(readable(str(file)), soft_wrap=True)


def screen() -> Console:
    """The console of stdout; without a terminal ``COLUMNS`` or `PIPED_WIDTH` columns wide."""
    fixed = None if sys.stdout.isatty() or os.environ.get("COLUMNS") else PIPED_WIDTH
    console = Console(highlight=False, markup=False, emoji=False, width=fixed)
    console.width = max(console.width, LEAST_WIDTH)
    return console


@contextmanager
def progress(pace_over_s: float = 30.0) -> Iterator[Progress]:
    """Progress bars on stderr, if that is a terminal; they disappear at the end.

    Lines printed on stdout meanwhile appear above them where both are one terminal.

    Args:
        pace_over_s: the remaining time follows from the pace in the last so many seconds.
    """
    console = Console(stderr=True)
    spinner = "dots" if console.encoding.startswith("utf") else "line"
    columns = (SpinnerColumn(spinner), TextColumn("{task.description}"), BarColumn(), TaskProgressColumn())
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
    """The command as it was typed; bytes that are not UTF-8 as Bash and Zsh read them."""
    return " ".join(["spikeworm", *map(_quoted, sys.argv[1:])])


def _quoted(argument: str) -> str:
    if not UNDECODED.search(argument):
        return shlex.quote(argument)
    escaped = argument.replace("\\", r"\\").replace("'", r"\'")
    return f"$'{readable(escaped)}'"
