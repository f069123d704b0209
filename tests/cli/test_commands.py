"""The contract of every command, which a new file in ``cli/commands`` meets without a test of its own."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Annotated, Any, get_args, get_origin

import pytest
from typer.main import get_command
from typer.testing import CliRunner

from spikeworm_env.cli import app, make_app
from spikeworm_env.cli.command import with_single_options
from spikeworm_env.cli.commands import COMMANDS

TOY = '''
"""A command that exists only here."""

from __future__ import annotations

from typing import Annotated

import typer

from spikeworm_env.cli import options
from spikeworm_env.cli.command import Command


def count_command(
    *,
    ticks_each: Annotated[int, typer.Option("--ticks-each", help="Ticks of each.")] = 1,
    arena: options.ArenaOptions,
) -> None:
    """Count ticks."""
    typer.echo(f"{ticks_each} {arena.trial} {arena.foods}")


COMMAND = Command("count", count_command, order=15)
'''
OLD_OPTIONS = {
    "--lives": ("train", "study"),
    "--weaken": ("train", "study"),
    "--cut": ("ablate",),
    "--conditions": ("study",),
    "--brain": ("run",),
    "--agent": ("run",),
}


def command_of(name: str) -> Any:
    return get_command(app).commands[name]


def numbers() -> Iterator[tuple[str, str]]:
    """Every option that takes a number, with its command."""
    for name, command in COMMANDS.items():
        for hint in with_single_options(command.function).__annotations__.values():
            if get_origin(hint) is Annotated and {int, float} & {hint.__origin__, *get_args(hint.__origin__)}:
                yield name, hint.__metadata__[0].default


@pytest.mark.parametrize("name", list(COMMANDS))
def test_help_fits_80_columns(name: str, spikeworm: Callable, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    outcome = spikeworm(name, "--help")
    assert (outcome.code, outcome.err) == (0, "")
    assert f"spikeworm {name}" in outcome.out or f" {name} " in outcome.out
    assert max(map(len, outcome.out.splitlines())) <= 80


@pytest.mark.parametrize("name", list(COMMANDS))
def test_every_argument_and_option_has_a_help_text(name: str) -> None:
    command = command_of(name)
    assert command.help.endswith(".")
    for parameter in command.params:
        assert parameter.help and parameter.help.endswith("."), parameter.name


@pytest.mark.parametrize("name", list(COMMANDS))
def test_an_unknown_option_is_one_line_and_code_2(name: str, spikeworm: Callable, here: Path) -> None:
    outcome = spikeworm(name, "--no-such-option")
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err.startswith("spikeworm: unknown option '--no-such-option'")
    assert outcome.err.count("\n") == 1
    assert list(here.iterdir()) == []


@pytest.mark.parametrize(("name", "option"), list(numbers()))
def test_a_word_for_a_number_is_one_line_and_code_2(
    name: str, option: str, spikeworm: Callable, here: Path
) -> None:
    outcome = spikeworm(name, option, "many")
    assert (outcome.code, outcome.out) == (2, "")
    expected = (
        f"spikeworm: {option} is 'many'; expected {what}\n" for what in ("a number", "a whole number")
    )
    assert outcome.err in expected
    assert list(here.iterdir()) == []


def test_there_are_options_that_take_numbers() -> None:
    assert ("run", "--seed") in numbers() and ("study", "--sigma") in numbers()


@pytest.mark.parametrize("name", list(COMMANDS))
def test_one_word_for_each_seed(name: str) -> None:
    """``--seed`` is the trial's; a brain is compiled with ``--brain-seed`` or ``--brain-seeds``."""
    options = {option.opts[0]: option.help for option in command_of(name).params}
    if "--seed" in options:
        assert "Trial seed" in options["--seed"]
    for option in {"--brain-seed", "--brain-seeds"} & set(options):
        assert "compiled" in options[option]
    assert len({"--brain-seed", "--brain-seeds"} & set(options)) == (name not in {"list", "doctor"})


@pytest.mark.parametrize(
    ("option", "name"), [(option, name) for option, names in OLD_OPTIONS.items() for name in names]
)
def test_an_option_of_another_name_is_unknown(option: str, name: str, spikeworm: Callable) -> None:
    outcome = spikeworm(name, "learner_v1", option, "x")
    assert (outcome.code, outcome.out) == (2, "")
    assert f"unknown option {option!r}" in outcome.err


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["run", "--render", "film"], "--render is 'film'; expected one of human, video, none"),
        (
            ["list", "worms"],
            "KIND is 'worms'; expected one of envs, agents, metrics, controls, assays, trials, lesions, "
            "interventions, neurons, synapses, exports, figures, blocks, recipes, brains",
        ),
        (["run", "--seed"], "--seed has no value; expected one"),
        (["compare"], "NAME|FILE is missing; expected agents, recipes or brain files"),
        (["rnu"], "unknown command 'rnu'; did you mean 'run'?"),
    ],
)
def test_mistakes_have_one_grammar(arguments: list[str], line: str, spikeworm: Callable) -> None:
    outcome = spikeworm(*arguments)
    assert (outcome.code, outcome.out, outcome.err) == (2, "", f"spikeworm: {line}\n")


def test_a_near_option_is_suggested(spikeworm: Callable) -> None:
    assert "did you mean '--episodes'" in spikeworm("train", "learner_v1", "--episode", 3).err
    assert "did you mean '--arena-radius'" in spikeworm("run", "--arena_radius", 3).err


def test_a_new_file_is_a_new_command(tmp_path: Path) -> None:
    (tmp_path / "count.py").write_text(TOY)
    with COMMANDS.including(tmp_path):
        toy_app = make_app()
        listed = CliRunner().invoke(toy_app, ["--help"]).output
        shown = CliRunner().invoke(toy_app, ["count", "--help"]).output
        counted = CliRunner().invoke(
            toy_app, ["count", "--ticks-each", "3", "--trial", "far", "--foods", "2"]
        )
    assert counted.output == "3 far 2\n"
    assert "Count ticks." in listed and "--ticks-each" in shown and "--arena-radius" in shown
    places = [listed.index(f"\n│ {name} ") for name in ("run", "count", "train")]
    assert places == sorted(places)
    assert "count" not in COMMANDS


def test_python_m_is_the_command_line(tmp_path: Path) -> None:
    import os

    import spikeworm_env

    done = subprocess.run(
        [sys.executable, "-m", "spikeworm_env", "--version"],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(Path(spikeworm_env.__file__).parents[1])},
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("spikeworm ")
