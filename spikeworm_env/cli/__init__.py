"""The command line: ``spikeworm run | train | compare | ablate | study | compile | inspect | list``.

Exit codes: 0 done, 1 failed, 2 the user's mistake, 130 interrupted. An error is one line on stderr.
Commands import what they need when they run, so that ``--help`` answers at once.
"""

from __future__ import annotations

from typing import Annotated

import typer

from spikeworm_env.cli.ablate import ablate_command
from spikeworm_env.cli.catalogue import compile_command, inspect_command, list_command
from spikeworm_env.cli.compare import compare_command
from spikeworm_env.cli.errors import OneLineErrors
from spikeworm_env.cli.run import run_command
from spikeworm_env.cli.study import study_command
from spikeworm_env.cli.train import train_command

app = typer.Typer(
    cls=OneLineErrors,
    help="Spiking brains in a worm's body: run one, let it learn, compare several, look inside.",
    pretty_exceptions_enable=False,
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("run")(run_command)
app.command("train")(train_command)
app.command("compare")(compare_command)
app.command("ablate")(ablate_command)
app.command("study")(study_command)
app.command("compile")(compile_command)
app.command("inspect")(inspect_command)
app.command("list")(list_command)


def _print_version(asked: bool) -> None:
    if asked:
        from spikeworm_env.trials.provenance import versions

        typer.echo(f"spikeworm {versions()['spikeworm']}")
        raise typer.Exit


@app.callback(invoke_without_command=True)
def _root(
    context: typer.Context,
    version: Annotated[
        bool,
        typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and end."),
    ] = False,
) -> None:
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())


def main() -> None:
    """The entry point of the ``spikeworm`` script."""
    app(prog_name="spikeworm")
