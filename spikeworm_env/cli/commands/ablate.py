"""``spikeworm ablate``: effects of lesions of a brain's parts on behaviour."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from spikeworm_env.cli import completion, options
from spikeworm_env.cli.command import Command
from spikeworm_env.cli.interrupts import keeping
from spikeworm_env.cli.outputs import locked
from spikeworm_env.cli.screen import (
    command_line,
    interrupted,
    print_command,
    print_files,
    print_json,
    print_table,
    print_text,
)
from spikeworm_env.cli.written import check_results_folder
from spikeworm_env.progress import counted
from spikeworm_env.seeds import FIRST_REPORTED_SEED

if TYPE_CHECKING:
    from spikeworm_env.experiments.ablation.ablate import Ablation


def ablate_command(
    *,
    name: Annotated[
        str,
        typer.Argument(
            help="A recipe or a brain file.", metavar="NAME|FILE", autocompletion=completion.brains
        ),
    ],
    lesion: Annotated[
        str,
        typer.Option(
            "--lesion",
            metavar="NAMES",
            help="What to remove, one at a time: projections, connections, components, blocks, or names with "
            "commas between, such as 'projections[3]', 'touch->direction', a component or a block.",
        ),
    ] = "projections",
    assays: Annotated[
        str,
        typer.Option(
            "--assays",
            metavar="NAMES",
            autocompletion=completion.assays,
            help="Assays: all, or names with commas between.",
        ),
    ] = "all",
    trials: Annotated[
        int, typer.Option("--trials", metavar="N", help="Trial seeds for every brain and assay.")
    ] = 10,
    first_seed: options.FirstSeed = FIRST_REPORTED_SEED,
    brain_seeds: options.BrainSeeds = str(options.DEFAULT_BRAIN_SEED),
    protocol: options.Protocol = None,
    workers: options.WorkerOptions,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            metavar="FOLDER",
            help="Folder for tables and finished runs; the same command resumes. None if not given.",
        ),
    ] = None,
    force: options.Force = False,
    as_json: options.Json = False,
) -> None:
    """Lesion the parts of a brain, one at a time, and measure in assays what changes."""
    from spikeworm_env.cli.ablation_tables import FILES, write_effects
    from spikeworm_env.experiments.ablation.ablate import ablate

    seeds, interventions = options.parse_seeds(brain_seeds), options.read_protocol(protocol)
    with locked(out), keeping(lambda: interrupted(out)):
        if out is not None:
            check_results_folder(out, FILES, force)
        with counted("runs", True) as show_progress:
            ablation = ablate(
                name,
                options.parse_names(lesion),
                options.parse_names(assays),
                trials,
                first_seed,
                brain_seeds=seeds,
                protocol=interventions,
                jobs=workers.jobs,
                backend=workers.backend,
                address=workers.address,
                folder=out,
                progress=show_progress,
            )
        files = [] if out is None else write_effects(ablation, out, command_line())
    if as_json:
        print_json({**ablation.to_json(), "files": [str(file) for file in files], "command": command_line()})
        return
    _print(ablation)
    print_files(files)


def _print(ablation: Ablation) -> None:
    from spikeworm_env.reports.text_tables import ablation_note, effect_tables

    for table in effect_tables(ablation):
        print_table(*table)
    print_text(ablation_note(ablation))
    print_command()


COMMAND = Command(
    "ablate",
    ablate_command,
    order=50,
    examples={
        "ablate crawler_v1": "Each projection of a brain alone, in every assay",
        "ablate crawler_v1 --lesion components --assays chemotaxis": "Whole components, in one assay",
        "ablate crawler_v1 --lesion 'klinotaxis->head' --out ablation": "One connection; tables in a folder",
    },
)
