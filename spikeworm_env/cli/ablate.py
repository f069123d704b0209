"""``spikeworm ablate``: what the parts of a brain are for, shown by cutting them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from spikeworm_env.cli import options
from spikeworm_env.cli.screen import command_line, print_files, print_json, print_table, progress_of, screen
from spikeworm_env.trials.defaults import DEFAULT_BACKEND, FIRST_REPORTED_SEED

if TYPE_CHECKING:
    from spikeworm_env.experiments.ablation.ablate import Ablation


def ablate_command(  # noqa: PLR0913 - one parameter an option
    *,
    brain: Annotated[str, typer.Argument(help="A recipe or a brain file.", metavar="RECIPE|BRAIN")],
    cut: Annotated[
        str,
        typer.Option(
            "--cut",
            help="projections, connections, components, blocks, or names with commas between, such as "
            "'projections[3]', 'touch->direction', a component or a block.",
        ),
    ] = "projections",
    assays: Annotated[
        str, typer.Option("--assays", help="all, or names with commas between, such as climb,touch.")
    ] = "all",
    trials: Annotated[int, typer.Option("--trials", help="Trial seeds for every brain and assay.")] = 10,
    first_seed: options.FirstSeed = FIRST_REPORTED_SEED,
    brain_seeds: options.BrainSeeds = str(options.DEFAULT_BRAIN_SEED),
    jobs: options.Jobs = None,
    backend: options.Backend = DEFAULT_BACKEND,
    address: options.Address = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", help="Folder for tables, and for runs to go on from when broken off."),
    ] = None,
    as_json: options.Json = False,
) -> None:
    """Cut a brain's parts, one at a time, and see in small tests what its worm can no longer do."""
    from spikeworm_env.cli.effects import write_effects
    from spikeworm_env.cli.outputs import claimed
    from spikeworm_env.experiments.ablation.ablate import ablate

    seeds = options.seeds_of(brain_seeds)
    with claimed(out):
        with progress_of("runs") as progress:
            ablation = ablate(
                brain,
                [word.strip() for word in cut.split(",")],
                options.names_of(assays),
                trials,
                first_seed,
                brain_seeds=seeds,
                jobs=jobs,
                backend=backend,
                address=address,
                folder=out,
                progress=progress,
            )
        files = [] if out is None else write_effects(ablation, out, command_line())
    if as_json:
        print_json({**ablation.to_json(), "files": [str(file) for file in files], "command": command_line()})
        return
    _print(ablation)
    print_files(files)


def _print(ablation: Ablation) -> None:
    from spikeworm_env.cli.effects import COLUMNS, cells, note

    for cut, synapses in ablation.synapses.items():
        print_table(
            f"{ablation.brain} without {cut} ({synapses} synapses)",
            COLUMNS,
            (cells(effect) for effect in ablation.effects if effect.cut == cut),
        )
    small = screen()
    small.print(note(ablation))
    small.print(f"Repeat with: {command_line()}", soft_wrap=True)
