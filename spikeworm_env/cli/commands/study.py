"""``spikeworm study``: many brains trained under reward and under controls, and evaluated."""

from __future__ import annotations

from collections.abc import Iterator
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
    figure,
    interrupted,
    print_command,
    print_files,
    print_json,
    print_table,
    print_text,
    with_interval,
)
from spikeworm_env.cli.written import check_results_folder
from spikeworm_env.errors import InputError, shown
from spikeworm_env.experiments.learning import LEARNED_CI_NET
from spikeworm_env.progress import counted
from spikeworm_env.seeds import FIRST_REPORTED_SEED

if TYPE_CHECKING:
    from spikeworm_env.experiments.learning.outcome import Contrast, Score
    from spikeworm_env.experiments.learning.study import Study

TRAINING = "Training and evaluation"
COLUMNS = (
    "condition",
    "ci_net\nat start",
    "ci_net\nat end",
    "worst",
    "best",
    f">{LEARNED_CI_NET}",
    "ci_time\nat end",
    "p\ngain",
    "p\nreward",
    "dz\nreward",
)


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
    from spikeworm_env.reports.captions import NO_INTERVALS_OF_BRAINS, OVER_BRAINS
    from spikeworm_env.statistics import MIN_TRIALS

    plan, brains = found.plan, len(found.brain_seeds)
    print_table(
        f"{found.brain}: {brains} brains, {_episodes(plan.episodes)} on the trial {plan.trial_label}, tested "
        f"with learning off on seeds {plan.test_seeds[0]} to {plan.test_seeds[-1]}",
        COLUMNS,
        (
            [
                each.condition,
                with_interval(each.before.ci_net),
                with_interval(each.after.ci_net),
                figure(each.after.lowest),
                figure(each.after.highest),
                f"{each.after.learned:.0%}",
                figure(each.after.ci_time.mean),
                _p(each.gain),
                _p(each.treatment_effect),
                figure(None if each.treatment_effect is None else each.treatment_effect.dz),
            ]
            for each in found.outcomes
        ),
    )
    if found.edits:
        print_text(f"{found.brain}: {'; '.join(found.edits)}.")
    for line in _further(found):
        print_text(line)
    print_text(NO_INTERVALS_OF_BRAINS if brains < MIN_TRIALS else OVER_BRAINS)
    print_command()


def _further(found: Study) -> Iterator[str]:
    """A sentence on each relearning and extinction, which the table does not show."""
    for each in found.outcomes:
        for flip in each.relearning:
            share = figure(None if flip.share is None else 100 * flip.share, 0, "%")
            yield (
                f"{each.condition}: ci_net {figure(flip.before.mean)} before the flip after episode "
                f"{flip.after_episode}, {figure(flip.dropped.mean)} at once, {figure(flip.regained.mean)} "
                f"{_episodes(flip.episodes)} later ({share} regained)."
            )
    claim = found.outcomes[0]
    for score in claim.scores:
        if score.after_episode > found.plan.episodes:
            yield f"{claim.condition}: {_extinction(score, found.plan.episodes)}"


def _extinction(score: Score, episodes: int) -> str:
    without_reward = _episodes(score.after_episode - episodes)
    return f"ci_net {with_interval(score.ci_net)} after {without_reward} without reward."


def _episodes(count: int) -> str:
    return f"{count} {'episode' if count == 1 else 'episodes'}"


def _p(contrast: Contrast | None) -> str:
    return figure(None) if contrast is None else f"{contrast.p:.2g}"


COMMAND = Command(
    "study",
    study_command,
    order=40,
    examples={
        "study learner_v1 --brain-seeds 100-104": "Five brains under reward and under each control",
        "study learner_v1 --controls no_reward --out study": "One control; tables and pictures in a folder",
    },
)
