"""``spikeworm study``: whether brains learn by living, and would not under any control."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from spikeworm_env.cli import options
from spikeworm_env.cli.outputs import claimed
from spikeworm_env.cli.screen import (
    command_line,
    figure,
    interrupted,
    print_files,
    print_json,
    print_table,
    progress_of,
    screen,
    with_interval,
)
from spikeworm_env.errors import InputError
from spikeworm_env.trials.defaults import DEFAULT_BACKEND, FIRST_REPORTED_SEED, LEARNED
from spikeworm_env.world.scale import DEFAULT_FRAME_SKIP

if TYPE_CHECKING:
    from spikeworm_env.experiments.learning.outcome import Contrast, Score
    from spikeworm_env.experiments.learning.study import Study

LIVING = "Lives and tests"
COLUMNS = (
    "condition",
    "ci_net\nat birth",
    "ci_net\nat end",
    "worst",
    "best",
    f">{LEARNED}",
    "ci_time\nat end",
    "p\ngain",
    "p\nreward",
    "dz\nreward",
)


def study_command(  # noqa: PLR0913 - one parameter an option
    *,
    brain: Annotated[
        str, typer.Argument(help="A recipe, or the file of a brain that has not lived.", metavar="RECIPE")
    ],
    brain_seeds: options.BrainSeeds = "100-119",
    episodes: Annotated[
        int, typer.Option("--episodes", help="Lives of learning.", rich_help_panel=LIVING)
    ] = 5,
    conditions: Annotated[
        str,
        typer.Option(
            "--conditions", help="Controls: all, none, or names with commas between, such as no_reward."
        ),
    ] = "all",
    tests: Annotated[
        int,
        typer.Option(
            "--tests", help="Held-out trials, learning off, at every testing.", rich_help_panel=LIVING
        ),
    ] = 4,
    test_after: Annotated[
        str | None,
        typer.Option(
            "--test-after",
            help="Lives after which to test, such as 1,3, besides birth, flips and the last; by default "
            "every life under reward.",
            rich_help_panel=LIVING,
        ),
    ] = None,
    flip: Annotated[
        str | None,
        typer.Option(
            "--flip",
            help="Lives after which the other odour marks the food, such as 5,10; with --trial reversal.",
            rich_help_panel=LIVING,
        ),
    ] = None,
    extinction: Annotated[
        int,
        typer.Option("--extinction", help="Lives without reward that follow.", rich_help_panel=LIVING),
    ] = 0,
    first_seed: Annotated[
        int,
        typer.Option("--first-seed", help="Trial seed from which lives have theirs.", rich_help_panel=LIVING),
    ] = 1000,
    first_test_seed: Annotated[
        int,
        typer.Option(
            "--first-test-seed",
            help="Of the tests: 10000 and up to report, below 1000 to tune.",
            rich_help_panel=LIVING,
        ),
    ] = FIRST_REPORTED_SEED,
    trial: options.TrialName = "default",
    seconds: options.Seconds = None,
    ticks: options.Ticks = None,
    start_distance: options.StartDistance = None,
    sigma: options.Sigma = None,
    foods: options.Foods = None,
    frame_skip: options.FrameSkip = DEFAULT_FRAME_SKIP,
    scale: options.Weaken = None,
    jobs: options.Jobs = None,
    backend: options.Backend = DEFAULT_BACKEND,
    address: options.Address = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            help="Folder for tables, and for brains to be kept in; the same command goes on from there.",
        ),
    ] = None,
    as_json: options.Json = False,
) -> None:
    """Let many brains live, under reward and under every control, and test whether they have learned."""
    from spikeworm_env.batch.workers import Workers
    from spikeworm_env.experiments.learning.plan import Plan
    from spikeworm_env.experiments.learning.study import study
    from spikeworm_env.reports.study_tables import write_tables

    plan = Plan(
        trial=options.ArenaOptions(trial, seconds, ticks, start_distance, sigma, foods).as_trial(),
        episodes=episodes,
        extinction=extinction,
        flips=_lives_of("--flip", flip) or (),
        tests=tests,
        test_after=_lives_of("--test-after", test_after),
        first_seed=first_seed,
        first_test_seed=first_test_seed,
        frame_skip=frame_skip,
        scaled=options.scalings_of(scale),
    )
    with claimed(out):
        with progress_of("brains") as tell:
            try:
                found = study(
                    brain,
                    plan,
                    brain_seeds=options.seeds_of(brain_seeds),
                    conditions=options.names_of(conditions),
                    workers=Workers(jobs, backend, address),
                    folder=out,
                    command=command_line(),
                    progress=tell,
                )
            except KeyboardInterrupt:
                raise KeyboardInterrupt(interrupted(out)) from None
        files = [] if out is None else [*write_tables(found, out), *_drawn(found, out)]
    if as_json:
        print_json({**found.to_json(), "files": [str(file) for file in files]})
        return
    _print(found)
    print_files(files)


def _drawn(found: Study, out: Path) -> list[Path]:
    """The pictures, if matplotlib is there; without it the tables are all there is."""
    from spikeworm_env.reports.figures.study import draw_study
    from spikeworm_env.reports.figures.style import require_matplotlib

    try:
        require_matplotlib()
    except InputError:
        return []
    return draw_study(found, out)


def _lives_of(option: str, text: str | None) -> tuple[int, ...] | None:
    """The lives that a list such as ``5,10`` names, ascending."""
    if text is None:
        return None
    parts = [part.strip() for part in text.split(",")]
    if not all(part.isdecimal() for part in parts):
        raise InputError(f"{option}: {text!r} is no list of lives; write 5 or 5,10")
    return tuple(sorted({int(part) for part in parts}))


def _print(found: Study) -> None:
    from spikeworm_env.reports.captions import NO_INTERVALS_OF_BRAINS, OVER_BRAINS
    from spikeworm_env.statistics import MIN_TRIALS

    plan, brains = found.plan, len(found.brain_seeds)
    print_table(
        f"{found.brain}: {brains} brains, {_episodes(plan.episodes)} on the trial {plan.trial.name}, tested with "
        f"learning off on seeds {plan.test_seeds[0]} to {plan.test_seeds[-1]}",
        COLUMNS,
        (
            [
                each.condition,
                with_interval(each.birth.ci_net),
                with_interval(each.end.ci_net),
                figure(each.end.lowest),
                figure(each.end.highest),
                f"{each.end.learned:.0%}",
                figure(each.end.ci_time.mean),
                _p(each.gain),
                _p(each.claim),
                figure(None if each.claim is None else each.claim.dz),
            ]
            for each in found.outcomes
        ),
    )
    small = screen()
    for line in _further(found):
        small.print(line)
    small.print(NO_INTERVALS_OF_BRAINS if brains < MIN_TRIALS else OVER_BRAINS)
    small.print(f"Repeat with: {command_line()}", soft_wrap=True)


def _further(found: Study) -> Iterator[str]:
    """What the table does not show: relearning and extinction."""
    for each in found.outcomes:
        for flip in each.relearning:
            share = figure(None if flip.share is None else 100 * flip.share, 0, "%")
            yield (
                f"{each.condition}: ci_net {figure(flip.before.mean)} before the flip after life "
                f"{flip.after_episode}, {figure(flip.dropped.mean)} at once, {figure(flip.regained.mean)} "
                f"{_episodes(flip.episodes)} later ({share} regained)."
            )
    claim = found.outcomes[0]
    for score in claim.scores:
        if score.after_episode > found.plan.episodes:
            yield f"{claim.condition}: {_extinct(score, found.plan.episodes)}"


def _extinct(score: Score, episodes: int) -> str:
    return f"ci_net {with_interval(score.ci_net)} after {_episodes(score.after_episode - episodes)} without reward."


def _episodes(count: int) -> str:
    return f"{count} {'episode' if count == 1 else 'episodes'}"


def _p(contrast: Contrast | None) -> str:
    return figure(None) if contrast is None else f"{contrast.p:.2g}"
