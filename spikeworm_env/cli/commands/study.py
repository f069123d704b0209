"""``spikeworm study``: many brains trained under reward and under controls, and evaluated."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from spikeworm_env.cli import completion, options
from spikeworm_env.cli.command import Command
from spikeworm_env.cli.figures import draw_study, figure_files
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
    stacked,
)
from spikeworm_env.cli.written import check_results_folder
from spikeworm_env.errors import InputError, shown
from spikeworm_env.progress import counted
from spikeworm_env.seeds import FIRST_REPORTED_SEED

if TYPE_CHECKING:
    from spikeworm_env.experiments.learning.study import Study

TRAINING = "Training and evaluation"


def study_command(
    *,
    name: Annotated[
        str,
        typer.Argument(
            help="A recipe, or the file of an untrained brain.",
            metavar="NAME|FILE",
            autocompletion=completion.brains,
        ),
    ],
    brain_seeds: options.BrainSeeds = "100-119",
    episodes: Annotated[
        int,
        typer.Option(
            "--episodes", metavar="N", help="Training episodes of each brain.", rich_help_panel=TRAINING
        ),
    ] = 5,
    controls: Annotated[
        str,
        typer.Option(
            "--controls", metavar="NAMES", help="all, none, or names with commas between, such as no_reward."
        ),
    ] = "all",
    tests: Annotated[
        int,
        typer.Option(
            "--tests",
            metavar="N",
            help="Held-out trials with learning off in each evaluation.",
            rich_help_panel=TRAINING,
        ),
    ] = 4,
    test_after: Annotated[
        str | None,
        typer.Option(
            "--test-after",
            metavar="EPISODES",
            help="Episodes after which to evaluate, such as 1,3, besides the start, flips and the last; by "
            "default every episode under reward.",
            rich_help_panel=TRAINING,
        ),
    ] = None,
    flip: Annotated[
        str | None,
        typer.Option(
            "--flip",
            metavar="EPISODES",
            help="Episodes after which the other odour marks the food, such as 5,10; with --trial "
            "reversal; none if not given.",
            rich_help_panel=TRAINING,
        ),
    ] = None,
    extinction: Annotated[
        int,
        typer.Option(
            "--extinction",
            metavar="N",
            help="Further episodes without reward at the end.",
            rich_help_panel=TRAINING,
        ),
    ] = 0,
    first_seed: Annotated[
        int,
        typer.Option(
            "--first-seed",
            metavar="SEED",
            help="Trial seed of the first training episode.",
            rich_help_panel=TRAINING,
        ),
    ] = 1000,
    first_test_seed: Annotated[
        int,
        typer.Option(
            "--first-test-seed",
            metavar="SEED",
            help="First trial seed of evaluations; 10000 and above for reporting, below 1000 for tuning.",
            rich_help_panel=TRAINING,
        ),
    ] = FIRST_REPORTED_SEED,
    arena: options.ArenaOptions,
    scale: options.Scale = None,
    workers: options.WorkerOptions,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            metavar="FOLDER",
            help="Folder for tables, figures and brains; the same command resumes. None if not given.",
        ),
    ] = None,
    force: options.Force = False,
    as_json: options.Json = False,
) -> None:
    """Train many brains under reward and under each control, and test whether they have learned."""
    from spikeworm_env.batch.workers import Workers
    from spikeworm_env.experiments.learning.plan import Plan
    from spikeworm_env.experiments.learning.study import study
    from spikeworm_env.reports.figures import Needs
    from spikeworm_env.reports.study_tables import FILES, write_tables

    plan = Plan(
        trial=arena.as_trial(),
        episodes=episodes,
        extinction=extinction,
        flips=_episodes_after("--flip", flip) or (),
        tests=tests,
        test_after=_episodes_after("--test-after", test_after),
        first_seed=first_seed,
        first_test_seed=first_test_seed,
        frame_skip=arena.frame_skip,
        scaled=options.parse_scalings(scale),
    )
    with locked(out), keeping(lambda: interrupted(out)):
        if out is not None:
            check_results_folder(out, (*FILES, *figure_files(Needs.STUDY)), force)
        with counted("brains", True) as show_progress:
            found = study(
                name,
                plan,
                brain_seeds=options.parse_seeds(brain_seeds),
                controls=options.parse_names(controls),
                workers=Workers(workers.jobs, workers.backend, workers.address),
                folder=out,
                command=command_line(),
                progress=show_progress,
            )
        files = [] if out is None else write_tables(found, out)
        if not as_json:
            _print(found)
        files += [] if out is None else draw_study(found, out)
    if as_json:
        print_json({**found.to_json(), "files": [str(file) for file in files]})
    else:
        print_files(files)


def _episodes_after(option: str, text: str | None) -> tuple[int, ...] | None:
    """The numbers of episodes in a list such as ``5,10``, ascending."""
    if text is None:
        return None
    parts = [part.strip() for part in text.split(",")]
    if not all(options.is_whole(part) for part in parts):
        raise InputError(f"{option} is {shown(text)}; expected numbers of episodes such as 5 or 5,10")
    return tuple(sorted({int(part) for part in parts}))


def _print(found: Study) -> None:
    from spikeworm_env.reports.text_tables import study_notes, study_table

    table = study_table(found)
    print_table(table.title, map(stacked, table.columns), table.rows)
    for note in study_notes(found):
        print_text(note)
    print_command()


COMMAND = Command(
    "study",
    study_command,
    order=40,
    examples={
        "study learner_v1 --brain-seeds 100-104": "Five brains under reward and under each control",
        "study learner_v1 --controls no_reward --out study": "One control; tables and pictures in a folder",
    },
)
