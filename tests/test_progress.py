"""Live progress: from 2 s on where somebody looks, at once on request, else never; it changes no result."""

from __future__ import annotations

import io
import sys
import threading
from types import SimpleNamespace

import numpy as np
import pytest
from rich.console import Console

import spikeworm_env as sw
from spikeworm_env import progress
from spikeworm_env.errors import InputError
from spikeworm_env.experiments.ablation.ablate import ablate
from spikeworm_env.experiments.learning.study import study
from spikeworm_env.progress import AFTER_S, NotebookDisplay, TerminalDisplay, Work, counted, look_on
from spikeworm_env.trials.task import Trial

BLINK = Trial("blink", duration_s=0.2)


class Watched:
    """A display that keeps what it was shown."""

    def __init__(self):
        self.seen, self.closed = [], False

    def show(self, work):
        self.seen.append((work.text, work.done))

    def close(self):
        self.closed = True


class Over:
    """The end of a work by a clock of its own: each wait passes, and does the next part of the work."""

    def __init__(self, work, parts):
        self.work, self.parts, self.waits = work, list(parts), []

    def wait(self, seconds):
        self.waits.append(seconds)
        if not self.parts:
            return True
        self.work.done = self.parts.pop(0)
        return False


def test_work_that_ends_within_the_delay_opens_no_display():
    def opening():
        raise AssertionError("a display was opened")

    over = Over(Work("short"), [])
    look_on(over.work, opening, over, AFTER_S)
    assert over.waits == [2.0]


def test_longer_work_is_shown_until_it_is_over():
    display, work = Watched(), Work("long", total=3)
    look_on(work, lambda: display, Over(work, [1, 2, 3]), AFTER_S)
    assert display.seen == [("long", 1), ("long", 2), ("long", 3)]
    assert display.closed


def test_a_closed_stderr_does_not_stop_the_work():
    class Broken(Watched):
        def show(self, work):
            raise ValueError("I/O operation on closed file")

    display = Broken()
    look_on(Work(""), lambda: display, Over(Work(""), [1]), 0.0)
    assert display.closed


@pytest.fixture
def opened(monkeypatch):
    """The displays that were opened, and the delays before them, where somebody looks."""
    found = SimpleNamespace(displays=[], delays=[])

    def opening():
        found.displays.append(Watched())
        return found.displays[-1]

    def look(work, opening, over, delay_s):
        found.delays.append(delay_s)
        if delay_s == 0.0:
            look_on(work, opening, over, delay_s)

    monkeypatch.setattr(progress, "_opening", lambda pace_over_s: opening)
    monkeypatch.setattr(progress, "look_on", look)
    return found


DOORS = {
    "run_trial": lambda shown: sw.run_trial("crawl", BLINK, progress=shown),
    "run_trials": lambda shown: sw.run_trials("crawl", [1, 2], BLINK, jobs=1, progress=shown),
    "compare": lambda shown: sw.compare("crawl", 2, trial=BLINK, jobs=1, progress=shown),
    "ablate": lambda shown: ablate("crawler_v1", assays="touch", trials=1, jobs=1, progress=shown),
    "study": lambda shown: study("learner_v1", brain_seeds=[42], progress=shown),
    "watch": lambda shown: sw.watch("crawl", 1, progress=shown),
}


@pytest.mark.parametrize("door", ["run_trial", "run_trials", "compare"])
def test_progress_is_delayed_at_once_or_absent(door, opened):
    results = [DOORS[door](shown) for shown in (None, True, False)]
    assert opened.delays == [AFTER_S, 0.0]
    assert all(display.closed for display in opened.displays)
    if door == "run_trial":
        for result in results[1:]:
            np.testing.assert_array_equal(result.path, results[0].path)


def test_progress_of_something_else_is_refused():
    for take in DOORS.values():
        with pytest.raises(InputError, match="progress is 'yes'; expected None, True, False"):
            take("yes")


def test_without_a_terminal_or_notebook_nothing_is_written(capfd):
    sw.run_trial("crawl", BLINK, progress=True)
    assert capfd.readouterr() == ("", "")


def test_a_terminal_is_stderr_alone(monkeypatch):
    monkeypatch.setattr(sys, "stderr", SimpleNamespace(isatty=lambda: True))
    assert progress.on_terminal()
    for stream in (None, io.StringIO()):
        monkeypatch.setattr(sys, "stderr", stream)
        assert not progress.on_terminal()


def test_a_notebook_is_known_by_its_shell(monkeypatch):
    shell = type("ZMQInteractiveShell", (), {})()
    monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace(get_ipython=lambda: shell))
    assert progress.in_notebook()
    monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace(get_ipython=lambda: None))
    assert not progress.in_notebook()


def test_the_bar_of_a_terminal_follows_the_work_and_disappears():
    screen = io.StringIO()
    display = TerminalDisplay(Console(file=screen, force_terminal=True, width=100))
    work = Work("3 of 10 [trials]", total=10, done=3)
    display.show(work)
    (bar,) = display._bars.tasks
    assert (bar.completed, bar.total, bar.description) == (3, 10, "3 of 10 [trials]")
    work.text, work.done = "the next one", 1
    display.show(work)
    assert (bar.completed, bar.description) == (1, "the next one")
    display._bars.refresh()
    display.close()
    assert "the next one" in screen.getvalue()
    assert screen.getvalue().endswith("\x1b[1A\x1b[2K")


def test_the_bar_of_a_notebook_follows_the_work_and_disappears():
    shown = []
    handle = SimpleNamespace(update=lambda content, raw: shown.append(content))
    times = iter([0.0, 65.0, 65.0, 66.0])
    display = NotebookDisplay(lambda content, raw, display_id: handle, clock=lambda: next(times))
    work = Work("<a>", total=4, done=1)
    display.show(work)
    display.show(work)
    work.done = 2
    display.show(work)
    display.close()
    assert [each.get("text/html") for each in shown] == [
        '&lt;a&gt; <progress value="1" max="4"></progress> 1:05',
        '&lt;a&gt; <progress value="2" max="4"></progress> 1:06',
        None,
    ]


def test_a_function_is_called_in_place_of_a_display(opened):
    told = []
    with counted("trials", lambda *numbers: told.append(numbers)) as report:
        report(1, 2)
    assert told == [(1, 2)]
    assert opened.delays == []


def test_counted_work_says_how_many_are_done(opened):
    with counted("trials", True) as report:
        report(3, 10)
        while not opened.displays or opened.displays[0].seen[-1:] != [("3 of 10 trials", 3)]:
            threading.Event().wait(0.01)
    assert opened.displays[0].closed
