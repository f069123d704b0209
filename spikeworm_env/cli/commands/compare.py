"""``spikeworm compare``: agents on the same arenas, beside their controls and the oracle."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from spikeworm_env.cli import completion, options
from spikeworm_env.cli.command import Command
from spikeworm_env.cli.errors import FAILED
from spikeworm_env.cli.interrupts import keeping
from spikeworm_env.cli.optional import optional_output
from spikeworm_env.cli.outputs import locked
from spikeworm_env.cli.recordings import check_first_recordings, check_record, record_first_trials
from spikeworm_env.cli.screen import (
    command_line,
    interrupted,
    print_command,
    print_files,
    print_json,
    print_table,
    print_text,
    progress,
    stacked,
)
from spikeworm_env.cli.written import check_results_folder
from spikeworm_env.experiments.comparison import DEFAULT_TRIALS
from spikeworm_env.progress import counted
from spikeworm_env.seeds import FIRST_REPORTED_SEED

if TYPE_CHECKING:
    from spikeworm_env.experiments.comparison.comparison import Comparison


def compare_command(
    *,
    names: Annotated[
        list[str],
        typer.Argument(
            help="Agents, recipes or brain files.",
            metavar="NAME|FILE",
            autocompletion=completion.agents_and_brains,
        ),
    ],
    trials: Annotated[
        int, typer.Option("--trials", metavar="N", help="Trial seeds for every agent.")
    ] = DEFAULT_TRIALS,
    first_seed: options.FirstSeed = FIRST_REPORTED_SEED,
    arena: options.ArenaOptions,
    brain_seeds: options.BrainSeeds = str(options.DEFAULT_BRAIN_SEED),
    weight_jitter: options.WeightJitter = 0.0,
    protocol: options.Protocol = None,
    controls: options.Controls = "all",
    intervals: Annotated[
        bool | None,
        typer.Option(
            "--intervals/--no-intervals",
            help="Require confidence intervals, or leave them out; by default given from 10 trials on.",
        ),
    ] = None,
    workers: options.WorkerOptions,
    record: options.Record = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            metavar="FOLDER",
            help="Folder for every trial and a report; the same command resumes. None if not given.",
        ),
    ] = None,
    force: options.Force = False,
    as_json: options.Json = False,
) -> None:
    """Compare agents on the same trial seeds, each brain beside its controls."""
    from spikeworm_env.experiments.comparison.compare import compare
    from spikeworm_env.reports.report import FILES, write_tables

    seeds, interventions = options.parse_seeds(brain_seeds), options.read_protocol(protocol)
    if record is not None:
        check_record(record, names)
        check_first_recordings(
            record,
            names,
            arena.as_trial(),
            first_seed,
            brain_seeds=seeds,
            weight_jitter=weight_jitter,
            frame_skip=arena.frame_skip,
            protocol=interventions,
            force=force,
        )
    recorded: list[Path] = []
    with locked(out), keeping(lambda: interrupted(out)):
        if out is not None:
            check_results_folder(out, FILES, force)
        with counted("trials", True) as show_progress:
            comparison = compare(
                names,
                trials,
                first_seed,
                arena.as_trial(),
                jobs=workers.jobs,
                backend=workers.backend,
                address=workers.address,
                controls=options.parse_names(controls),
                intervals=intervals,
                brain_seeds=seeds,
                weight_jitter=weight_jitter,
                frame_skip=arena.frame_skip,
                protocol=interventions,
                out=out,
                command=command_line(),
                progress=show_progress,
            )
        if out is not None:
            write_tables(comparison, out)
        if not as_json:
            _print(comparison)
        if record is not None:
            with progress() as bars:
                bars.add_task("recordings", total=None)
                recorded = record_first_trials(
                    record,
                    names,
                    comparison.trial,
                    first_seed,
                    brain_seeds=seeds,
                    weight_jitter=weight_jitter,
                    frame_skip=arena.frame_skip,
                    protocol=interventions,
                )
        page = None if out is None else _write_page(comparison, out)
    if as_json:
        more = {} if record is None else {"recordings": [str(file) for file in recorded]}
        print_json(comparison.to_json() | more)
    else:
        if out is not None:
            shown = "" if page is None else f"; the report is {page}"
            print_text(f"Every trial is in {out}{shown}.")
        print_command()
        print_files(recorded)
    if comparison.failures:
        for failure in comparison.failures:
            typer.echo(f"spikeworm: {failure}", err=True)
        raise typer.Exit(FAILED)


def _write_page(comparison: Comparison, folder: Path) -> Path | None:
    """Write the report; its path, or None if it cannot be made."""
    from spikeworm_env.reports.report import PAGE_FILE, write_page

    with optional_output(f"the report {folder / PAGE_FILE}"):
        write_page(comparison, folder)
        return folder / PAGE_FILE
    return None


def _print(comparison: Comparison) -> None:
    from spikeworm_env.reports.text_tables import comparison_notes, comparison_table

    table = comparison_table(comparison)
    print_table(table.title, map(stacked, table.columns), table.rows)
    for note in comparison_notes(comparison):
        print_text(note)


COMMAND = Command(
    "compare",
    compare_command,
    order=30,
    examples={
        "compare crawler_v1 klinotaxis --trials 10": "A brain and an agent, each beside its controls",
        "compare crawler_v1 --trials 30 --out results": "All trials, tables and a page in a folder",
        "compare crawler_v1 --brain-seeds 42-51 --controls none": "Ten brains of one recipe",
    },
)
