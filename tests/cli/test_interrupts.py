"""SIGTERM and SIGHUP end every command as Ctrl-C does: one line, which names the command to go on with."""

from __future__ import annotations

import os
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import spikeworm_env.compiler
from spikeworm_env.cli import interrupts
from spikeworm_env.experiments.learning import training
from spikeworm_env.store.results import ResultsFile
from spikeworm_env.trials import run as trial_module

pytestmark = pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")

SHORT = ("--ticks", 60, "--jobs", 1)
STORED = (ResultsFile, "add")
COMMANDS: dict[str, tuple[tuple, tuple[Any, str], str]] = {  # its words, what is running, what is kept
    "compare": (
        ("crawl", "--trials", 2, *SHORT),
        STORED,
        "interrupted; finished work is kept in out; resume",
    ),
    "study": (
        ("learner_v1", "--brain-seeds", "1,2", "--episodes", 1, "--tests", 1, *SHORT),
        STORED,
        "interrupted; finished work is kept in out; resume",
    ),
    "ablate": (
        ("reverser_v1", "--assays", "tail_touch", "--trials", 1, "--jobs", 1),
        STORED,
        "interrupted; finished work is kept in out; resume",
    ),
    "train": (
        ("learner_v1", "--episodes", 2, "--ticks", 60, "--tests", 0),
        (training, "save_training"),
        "interrupted; out holds 0 episodes; resume",
    ),
    "run": (
        ("crawl", "--ticks", 60, "--controls", "none", "--render", "none"),
        (trial_module, "run_trial"),
        "interrupted; no file is kept; repeat",
    ),
    "compile": (("minimal",), (spikeworm_env.compiler, "compile_recipe"), "interrupted; repeat"),
    "inspect": (("minimal",), (spikeworm_env.compiler, "compile_recipe"), "interrupted; repeat"),
}


@pytest.fixture(autouse=True)
def not_ignored() -> Iterator[None]:
    """Signals that end a process, also where the tests themselves run under nohup."""
    before = {number: signal.signal(number, signal.SIG_DFL) for number in (signal.SIGTERM, signal.SIGHUP)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the user typed, for the command to repeat."""
    monkeypatch.setattr(sys, "argv", ["spikeworm", "as", "typed"])


def then_signalled(monkeypatch: pytest.MonkeyPatch, where: tuple[Any, str], number: int) -> None:
    """Let a signal come at the end of a function, and another one while the first ends the command."""
    function = getattr(*where)

    def signalled(*arguments: object, **options: object) -> object:
        found = function(*arguments, **options)
        try:
            os.kill(os.getpid(), number)
        finally:
            os.kill(os.getpid(), signal.SIGTERM)
        return found

    monkeypatch.setattr(*where, signalled)


@pytest.mark.parametrize("command", COMMANDS)
def test_a_signal_ends_a_command_with_one_line(
    command: str, spikeworm: Callable, here: Path, typed: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    words, where, kept = COMMANDS[command]
    (here / "tmp").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(here / "tmp"))
    number = signal.SIGHUP if command == "study" else signal.SIGTERM
    before = [signal.getsignal(each) for each in interrupts.SIGNALS]
    then_signalled(monkeypatch, where, number)
    outcome = spikeworm(command, *words, "--out", "out")
    assert (outcome.code, outcome.err) == (128 + number, f"spikeworm: {kept} with: spikeworm as typed\n")
    assert [signal.getsignal(each) for each in interrupts.SIGNALS] == before
    assert not list((here / "tmp").iterdir())
    left = {str(file.relative_to(here)) for file in here.rglob("*") if file.is_file()}
    kept_files = {"out/results.db"} if where is STORED else {"out"} if command == "train" else set()
    assert {file for file in left if not file.startswith("cache")} == kept_files


def test_an_ignored_signal_stays_ignored(
    spikeworm: Callable, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As nohup has it."""
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        function = spikeworm_env.compiler.compile_recipe
        monkeypatch.setattr(
            spikeworm_env.compiler,
            "compile_recipe",
            lambda *words: os.kill(os.getpid(), signal.SIGHUP) or function(*words),
        )
        assert spikeworm("compile", "minimal").code == 0
        assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGHUP, before)


def test_an_interrupt_that_python_loses_comes_again(capfd: pytest.CaptureFixture[str]) -> None:
    class Lost:
        def __del__(self) -> None:
            os.kill(os.getpid(), signal.SIGTERM)
            time.sleep(0)

    with interrupts.signals_as_interrupts():
        with pytest.raises(KeyboardInterrupt):
            Lost()
            time.sleep(20)
        assert interrupts.exit_code() == 143
    assert capfd.readouterr().err == ""


def test_a_signal_long_after_the_first_ends_the_process_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    killed: list[int] = []
    with interrupts.signals_as_interrupts():
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGTERM)
        signal.raise_signal(signal.SIGTERM)
        monkeypatch.setattr(interrupts, "ENDING_S", -1.0)
        monkeypatch.setattr(os, "kill", lambda process, number: killed.append(number))
        signal.raise_signal(signal.SIGTERM)
        assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL
    assert killed == [signal.SIGTERM]


def test_a_command_runs_in_another_thread(spikeworm: Callable, here: Path) -> None:
    outcomes: list = []
    thread = threading.Thread(target=lambda: outcomes.append(spikeworm("compile", "minimal")))
    thread.start()
    thread.join()
    assert outcomes[0].code == 0
