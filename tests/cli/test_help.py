"""Help pages without types of Python, with defaults and examples; names that a shell completes."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from spikeworm_env.agents import AGENTS
from spikeworm_env.cli import FIRST_STEPS, app, completion
from spikeworm_env.cli.commands import COMMANDS
from spikeworm_env.compiler.library import block_names, recipe_names
from spikeworm_env.trials.task import TRIALS

PAGES = [[], *([name] for name in COMMANDS)]
TYPES = r"<|\b(bool|int|float|str|Path|None|True|False|Annotated)\b"
SAYS_WHAT_ELSE = ("if not given", "If not given", "by default", "in place of", "Print", "Show", "Install")
EXAMPLES = [line for command in COMMANDS.values() for line in command.examples]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: " ".join(page) or "spikeworm")
@pytest.mark.parametrize("width", [40, 80, 200])
def test_no_type_of_python_is_in_a_help_page(
    page: list[str], width: int, spikeworm: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    outcome = spikeworm(*page, "--help")
    assert (outcome.code, outcome.err) == (0, "")
    found = re.search(TYPES, outcome.out.replace("None if", ""))
    assert found is None, found and outcome.out[found.start() - 60 : found.end() + 20]


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_shows_its_default_or_says_what_happens_without_it(name: str) -> None:
    command: Any = get_command(app)
    for option in command.commands[name].params:
        if option.param_type_name == "option" and not (option.is_flag and option.default is False):
            known = option.default is not None and option.show_default
            assert known or any(words in option.help for words in SAYS_WHAT_ELSE), option.opts


@pytest.mark.parametrize("line", [*EXAMPLES, *FIRST_STEPS])
def test_an_example_is_a_call_that_the_command_line_understands(line: str) -> None:
    name, *arguments = shlex.split(line)
    if "--help" not in arguments:
        command: Any = get_command(app)
        with command.commands[name].make_context(name, arguments):
            pass


@pytest.mark.parametrize("name", COMMANDS)
def test_a_help_page_ends_with_examples(name: str, spikeworm: Callable, monkeypatch: Any) -> None:
    assert COMMANDS[name].examples
    monkeypatch.setenv("COLUMNS", "100")
    shown = spikeworm(name, "--help").out.partition("Examples:")[2]
    for line, purpose in COMMANDS[name].examples.items():
        assert f"# {purpose}" in shown and f"spikeworm {line}" in shown


def complete(line: str, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> list[str]:
    """What Bash offers for the last word of a line."""
    words = line.split(" ")
    for name, value in {
        "_SPIKEWORM_COMPLETE": "complete_bash",
        "COMP_WORDS": line,
        "COMP_CWORD": str(len(words) - 1),
    }.items():
        monkeypatch.setenv(name, value)
    capfd.readouterr()
    with pytest.raises(SystemExit):
        app([], prog_name="spikeworm")
    return capfd.readouterr().out.split()


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("spikeworm com", ["compare", "compile"]),
        ("spikeworm run klino", [name for name in sorted(AGENTS) if name.startswith("klino")]),
        ("spikeworm run craw", ["crawl", "crawler_v1"]),
        ("spikeworm train lear", ["learner_v1"]),
        ("spikeworm inspect piro", [name for name in block_names() if name.startswith("piro")]),
        ("spikeworm list re", ["recipes"]),
        ("spikeworm run --trial f", [name for name in TRIALS if name.startswith("f")]),
        ("spikeworm run --render v", ["video"]),
        ("spikeworm run --controls blind,or", ["blind,oracle"]),
        ("spikeworm compare crawl --controls shu", ["shuffled"]),
        ("spikeworm run --arena", ["--arena-radius"]),
        ("spikeworm inspect crawler_v1 --component h", ["head"]),
        ("spikeworm inspect no_such_brain --component h", []),
    ],
)
def test_a_shell_completes_names(
    line: str, offered: list[str], here: Path, monkeypatch: Any, capfd: Any
) -> None:
    assert sorted(complete(line, monkeypatch, capfd)) == sorted(offered)


def test_files_of_brains_complete_beside_names(here: Path, monkeypatch: Any, capfd: Any) -> None:
    (here / "deep").mkdir()
    for name in ("learner.db", "deep/learner.db", "learner.txt", "learner.json"):
        (here / name).touch()
    assert set(complete("spikeworm run lear", monkeypatch, capfd)) == {
        *(name for name in recipe_names() if name.startswith("lear")),
        "learner.db",
        "learner.json",
    }
    assert complete("spikeworm run deep/l", monkeypatch, capfd) == ["deep/learner.db"]


def test_brains_in_the_cache_complete(spikeworm: Callable, here: Path, cached: Callable) -> None:
    spikeworm("compile", "minimal", "--brain-seed", 3)
    assert completion.agents_and_brains("cache/mini") == [cached("minimal", 3)]


def test_files_that_cannot_be_read_leave_the_other_names(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> None:
        raise OSError

    monkeypatch.setattr(Path, "cwd", fail)
    assert completion.brains("") == []
    assert completion.agents_and_brains("") == list(AGENTS)


def test_all_agents_and_no_others_complete() -> None:
    assert sorted(completion.agents()) == sorted(AGENTS)


def test_completion_is_installed_by_an_option(spikeworm: Callable) -> None:
    shown = spikeworm("--help").out
    assert "--install-completion" in shown and "--show-completion" in shown
