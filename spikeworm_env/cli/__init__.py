"""The command line ``spikeworm``. Each command is a file of ``cli/commands``.

Exit codes: 0 done, 1 failed, 2 the user's mistake, 70 a fault of the program, 130 interrupted (143 by
SIGTERM, 129 by SIGHUP). An error is one line on stderr.
Commands import what they need when they run, so that ``--help`` answers at once.
"""

from __future__ import annotations

from typing import Annotated

import typer

from spikeworm_env.cli.command import with_single_options
from spikeworm_env.cli.commands import COMMANDS
from spikeworm_env.cli.errors import OneLineErrors
from spikeworm_env.cli.help import HelpedCommand, examples_text
from spikeworm_env.cli.screen import prepare_streams

FIRST_STEPS = {
    "run crawler_v1": "A worm with a spiking brain in one trial, as a video",
    "inspect crawler_v1": "What this brain consists of",
    "list recipes": "Other brains to run",
    "run --help": "All options of a command, and examples",
}


def make_app() -> typer.Typer:
    """The command line with every command that is declared."""
    made = typer.Typer(
        cls=OneLineErrors,
        help="Spiking brains in a worm's body: run one, train it, compare several, look inside.",
        epilog=examples_text(FIRST_STEPS),
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    made.callback(invoke_without_command=True)(_root)
    for command in COMMANDS.values():
        epilog = examples_text(command.examples)
        made.command(command.name, cls=HelpedCommand, epilog=epilog)(with_single_options(command.function))
    return made


def _print_version(asked: bool) -> None:
    if asked:
        from spikeworm_env.trials.provenance import versions

        typer.echo(f"spikeworm {versions()['spikeworm']}")
        raise typer.Exit


def _root(
    context: typer.Context,
    version: Annotated[
        bool,
        typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and end."),
    ] = False,
) -> None:
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())


app = make_app()


def main() -> None:
    """The entry point of the ``spikeworm`` script."""
    prepare_streams()
    app(prog_name="spikeworm")
