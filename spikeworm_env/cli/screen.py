"""Output for people: tables on stdout, progress on stderr."""

from __future__ import annotations

import math
import os
import shlex
import shutil
import sys
import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer
from rich import box
from rich.cells import cell_len
from rich.console import Console
from rich.table import Table

from spikeworm_env.files import json_text
from spikeworm_env.plain_text import PLAIN_ERRORS, UNDECODED, readable
from spikeworm_env.progress import bars_on, on_terminal

if TYPE_CHECKING:
    from rich.progress import Progress

COMFORTABLE_WIDTH = 100  # columns from which figures stand apart
PIPED_WIDTH = 120  # columns of a table that goes into a file or a pipe
TERMINAL_WIDTH, TERMINAL_LINES = 80, 25  # of a terminal that does not tell
LEAST_WIDTH = 20  # columns; some terminals report 0 or 1
MOST_TABLES = 3  # into which one is divided on a narrow screen
HANGING_WIDTH = 24  # columns that text needs beside a name; with fewer it stands below the name,
BELOW_INDENT = 4  # with this indent
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


def print_table(title: str, columns: Iterable[str], rows: Iterable[Sequence[str]]) -> None:
    """Print a table of figures by name.

    Names keep to one line; figures and headings break at spaces only. Columns that do not fit the screen go
    into a further table; where that would take many tables, each row is a list of its figures.
    """
    console = screen()
    heads, *body = ([_as_encoded(cell, console) for cell in row] for row in (columns, *rows))
    console.print(title, style="bold")
    every = range(1, len(heads))
    for padding in (0, 1) if console.width < COMFORTABLE_WIDTH else (1, 0):
        if table := _table(heads, body, every, console, padding):
            console.print(table)
            return
    parts: list[list[int]] = [[]]
    for column in every:
        if parts[-1] and not _table(heads, body, [*parts[-1], column], console):
            parts.append([])
        parts[-1].append(column)
    tables = [_table(heads, body, part, console) for part in parts]
    if len(tables) <= MOST_TABLES and all(tables):
        for table in tables:
            console.print(table)
    else:
        _print_rows(heads, body, console)


def _table(
    heads: Sequence[str],
    body: Sequence[Sequence[str]],
    columns: Sequence[int],
    console: Console,
    padding: int = 0,
) -> Table | None:
    """The names with the figures of these columns; None if the screen is too narrow."""
    names, *figures = ([row[column] for row in (heads, *body)] for column in (0, *columns))
    room = console.width - 2 - len(figures) * (1 + 2 * padding)  # without edges and what is between columns
    widths = _widths(max(map(cell_len, names)), figures, room)
    if widths is None:
        return None
    rule = HEAD_RULE if console.encoding.startswith("utf") else ASCII_HEAD_RULE
    table = Table(box=rule, padding=(0, padding), pad_edge=False)
    table.add_column(names[0], no_wrap=True, width=widths[0])
    for column, width in zip(figures, widths[1:], strict=True):
        table.add_column(column[0], justify="right", width=width)
    for row in zip(names[1:], *(column[1:] for column in figures), strict=True):
        table.add_row(*row)
    return table


def _widths(name_width: int, figures: Sequence[Sequence[str]], room: int) -> list[int] | None:
    """The width of the names and of each column of figures, so that no word breaks; None without room."""
    widths = [max(cell_len(line) for cell in column for line in cell.split("\n")) for column in figures]
    least = [
        max((cell_len(word) for cell in column for word in cell.split()), default=1) for column in figures
    ]
    while name_width + sum(widths) > room:
        spare = [width - word for width, word in zip(widths, least, strict=True)]
        if not any(spare):
            return None
        widths[spare.index(max(spare))] -= 1
    return [name_width, *widths]


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


def print_text(text: str, head: str = "") -> None:
    """Print ``head`` and a text beside it; on a terminal the text breaks at spaces, and keeps to its column.

    Where little room is left beside ``head``, the text stands below it.
    """
    console, indent = screen(), cell_len(head)
    if not sys.stdout.isatty():
        console.print(f"{head}{text}".rstrip(), soft_wrap=True)
        return
    if indent and console.width - indent < HANGING_WIDTH:
        if head.strip():
            console.print(head.rstrip(), soft_wrap=True)
        head, indent = " " * BELOW_INDENT, BELOW_INDENT
    room = max(console.width - indent, 1)
    for line in textwrap.wrap(text, room, break_long_words=False, break_on_hyphens=False) or [""]:
        console.print(f"{head}{line}".rstrip(), soft_wrap=True)
        head = " " * indent


def print_command() -> None:
    """Print how to repeat this command; on a terminal it breaks between arguments, as shells can read it."""
    lines, room = ["Repeat with: spikeworm"], screen().width - 2 if sys.stdout.isatty() else math.inf
    for argument in map(_quoted, sys.argv[1:]):
        if cell_len(f"{lines[-1]} {argument}") > room:
            lines.append(f"   {argument}")
        else:
            lines[-1] += f" {argument}"
    screen().print(" \\\n".join(lines), soft_wrap=True)


def print_files(files: Iterable[Path]) -> None:
    """Print paths, one per line, without line breaks within them."""
    for file in files:
        screen().print(readable(str(file)), soft_wrap=True)


def screen() -> Console:
    """The console of stdout; without a terminal ``COLUMNS`` or `PIPED_WIDTH` columns wide."""
    unknown = TERMINAL_WIDTH if sys.stdout.isatty() else PIPED_WIDTH
    size = shutil.get_terminal_size((unknown, TERMINAL_LINES))
    width = max(size.columns, LEAST_WIDTH)
    # both are given: with one alone rich takes every terminal of type dumb for 80 columns
    return Console(highlight=False, markup=False, emoji=False, width=width, height=size.lines)


@contextmanager
def progress() -> Iterator[Progress]:
    """Progress bars on stderr, if that is a terminal; they disappear at the end.

    Lines printed on stdout meanwhile appear above them where both are one terminal.
    """
    bars = bars_on(Console(stderr=True))
    with bars if on_terminal() else nullcontext():
        yield bars


def stacked(heading: str) -> str:
    """A heading with its first word on a line of its own: this leaves more room for names."""
    return heading.replace(" ", "\n", 1)


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
