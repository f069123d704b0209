"""Live progress of long work, on a terminal (stderr) or in a notebook.

The work changes numbers of a `Work`, and a thread of the display reads them a few times a second: progress
costs the work nothing, and no result depends on it. Without a terminal or notebook nothing is shown, and
nothing is ever written to stdout.
"""

from __future__ import annotations

import html
import math
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Protocol

from spikeworm_env.errors import InputError, shown

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress as Bars

AFTER_S: Final = 2.0  # from which on work is shown that nobody asked to see
EVERY_S: Final = 0.2  # between two looks at the work
PACE_OVER_S: Final = 30.0

Shown = bool | None
"""None: where work lasts longer than `AFTER_S`. True: at once. False: never."""

Report = Callable[[int, int], None]
"""Called with the things done and the things in all, at the start and after each."""

Progress = Shown | Report


@dataclass
class Work:
    """Work as a display reads it; to change it costs an assignment.

    Attributes:
        text: what is being done.
        total: when it is done, in any unit; None if unknown.
        done: how far it is, in the same unit; a smaller number than before begins the next piece of work.
    """

    text: str
    total: float | None = None
    done: float = 0.0


class Display(Protocol):
    """What shows a work."""

    def show(self, work: Work) -> None:
        """Show the work as it is now."""

    def close(self) -> None:
        """Remove what is shown."""


def check_progress(progress: object, *, callback: bool = False) -> None:
    """Check the argument ``progress``.

    Args:
        progress: what was given.
        callback: whether it may be a function as well.

    Raises:
        InputError: it is something else.
    """
    if not (progress is None or isinstance(progress, bool) or (callback and callable(progress))):
        more = " or a function" if callback else ""
        raise InputError(f"progress is {shown(progress)}; expected None, True, False{more}")


@contextmanager
def shown_progress(work: Work, progress: Shown = None, pace_over_s: float = PACE_OVER_S) -> Iterator[Work]:
    """Show a work while it is being done.

    Args:
        work: what the caller changes meanwhile.
        progress: see `Shown`.
        pace_over_s: the remaining time follows from the pace in the last so many seconds.

    Raises:
        InputError: ``progress`` is something else.
    """
    check_progress(progress)
    opening = None if progress is False else _opening(pace_over_s)
    if opening is None:
        yield work
        return
    over = threading.Event()
    delay_s = 0.0 if progress else AFTER_S
    thread = threading.Thread(target=look_on, args=(work, opening, over, delay_s), daemon=True)
    thread.start()
    try:
        yield work
    finally:
        over.set()
        thread.join()


@contextmanager
def counted(things: str, progress: Progress = None) -> Iterator[Report]:
    """Show how many of many things are done; yields the function to call, see `Report`.

    The first call may report things done by an earlier run. The remaining time follows from the pace of the
    whole run, because minutes may pass between two things.

    Args:
        things: what they are called.
        progress: see `Shown`; or a function, which is called in place of a display.

    Raises:
        InputError: ``progress`` is something else.
    """
    check_progress(progress, callback=True)
    if callable(progress):
        yield progress
        return
    work = Work(things)

    def report(done: int, total: int) -> None:
        work.text, work.total, work.done = f"{done} of {total} {things}", total, done

    with shown_progress(work, progress, math.inf):
        yield report


def look_on(work: Work, opening: Callable[[], Display], over: threading.Event, delay_s: float) -> None:
    """Show a work from ``delay_s`` on until it is over.

    Args:
        work: what others change meanwhile.
        opening: makes the display.
        over: set when the work is over.
        delay_s: work that is over before is not shown.
    """
    if over.wait(delay_s):
        return
    with suppress(OSError, ValueError):  # stderr was closed
        display = opening()
        try:
            display.show(work)
            while not over.wait(EVERY_S):
                display.show(work)
        finally:
            display.close()


def in_notebook() -> bool:
    """Whether the program runs in a notebook."""
    ipython = sys.modules.get("IPython")
    shell = None if ipython is None else ipython.get_ipython()
    return shell is not None and type(shell).__name__ == "ZMQInteractiveShell"


def on_terminal() -> bool:
    """Whether stderr is a terminal."""
    with suppress(AttributeError, ValueError):  # stderr is missing or closed
        return sys.stderr.isatty()
    return False


def bars_on(console: Console, pace_over_s: float = PACE_OVER_S, **options: Any) -> Bars:
    """Bars of rich that disappear at the end; what is printed meanwhile appears above them.

    Args:
        console: where they are drawn.
        pace_over_s: the remaining time follows from the pace in the last so many seconds.
        **options: of ``rich.progress.Progress``.
    """
    from rich.progress import (
        BarColumn,
        Progress,
        SpinnerColumn,
        TaskProgressColumn,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    spinner = "dots" if console.encoding.startswith("utf") else "line"
    return Progress(
        SpinnerColumn(spinner),
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        TaskProgressColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        console=console,
        transient=True,
        redirect_stdout=sys.stdout.isatty(),
        speed_estimate_period=pace_over_s,
        **options,
    )


class TerminalDisplay:
    """One bar on a console.

    Args:
        console: of rich.
        pace_over_s: see `bars_on`.
    """

    def __init__(self, console: Console, pace_over_s: float = PACE_OVER_S) -> None:
        self._bars = bars_on(console, pace_over_s)
        self._bar = self._bars.add_task("", total=None)
        self._done = 0.0
        self._bars.start()

    def show(self, work: Work) -> None:
        """Move the bar."""
        if work.done < self._done:
            self._bars.reset(self._bar)
        self._done = work.done
        self._bars.update(self._bar, description=work.text, total=work.total, completed=work.done)

    def close(self) -> None:
        """Remove the bar."""
        self._bars.stop()


class NotebookDisplay:
    """One bar in the output of a cell, without widgets, which not every notebook has.

    Args:
        display: ``IPython.display.display``.
        clock: seconds.
    """

    def __init__(self, display: Callable[..., Any], clock: Callable[[], float] = time.monotonic) -> None:
        self._clock, self._began, self._text = clock, clock(), ""
        self._handle = display({"text/plain": ""}, raw=True, display_id=True)

    def show(self, work: Work) -> None:
        """Write the bar anew if it differs."""
        ends = "" if work.total is None else f' value="{work.done:g}" max="{work.total:g}"'
        minutes, seconds = divmod(int(self._clock() - self._began), 60)
        text = f"{html.escape(work.text)} <progress{ends}></progress> {minutes}:{seconds:02d}"
        if text != self._text:
            self._text = text
            self._handle.update({"text/html": text, "text/plain": work.text}, raw=True)

    def close(self) -> None:
        """Make the output empty."""
        self._handle.update({"text/plain": ""}, raw=True)


def _opening(pace_over_s: float) -> Callable[[], Display] | None:
    """What makes the display; None where nobody looks."""
    if in_notebook():
        return _notebook
    return (lambda: _terminal(pace_over_s)) if on_terminal() else None


def _terminal(pace_over_s: float) -> Display:
    from rich.console import Console

    return TerminalDisplay(Console(stderr=True), pace_over_s)


def _notebook() -> Display:
    from IPython.display import display

    return NotebookDisplay(display)
