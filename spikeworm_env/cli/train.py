"""``spikeworm train``: one brain lives through trial after trial and keeps what it learns."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from spikeworm_env.cli import options
from spikeworm_env.cli.outputs import check_file
from spikeworm_env.cli.screen import command_line, print_files, print_json, progress, screen
from spikeworm_env.cli.training_history import Curve, draw_curve, history_as_json
from spikeworm_env.errors import InputError
from spikeworm_env.trials.defaults import FIRST_REPORTED_SEED
from spikeworm_env.world.scale import DEFAULT_FRAME_SKIP

if TYPE_CHECKING:
    import gymnasium
    from rich.progress import Progress

    from spikeworm_env.experiments.learning.training import Training, Watch
    from spikeworm_env.trials.run import Observer
    from spikeworm_env.trials.task import Trial


class Reward(StrEnum):
    """What the brain is given for its reward."""

    NORMAL = "normal"
    NONE = "none"
    INVERTED = "inverted"
    RANDOM = "random"
    YOKED = "yoked"
    NO_LEARNING = "frozen"


CONDITION = {
    Reward.NORMAL: "reward",
    Reward.NONE: "no_reward",
    Reward.INVERTED: "inverted_reward",
    Reward.RANDOM: "random_reward",
    Reward.YOKED: "yoked_reward",
    Reward.NO_LEARNING: "frozen",
}

LIVES = "Episodes"


def train_command(  # noqa: PLR0913 - one parameter an option
    *,
    brain: Annotated[
        str, typer.Argument(help="A recipe, or a brain file to go on from.", metavar="RECIPE|BRAIN")
    ],
    episodes: Annotated[
        int, typer.Option("--episodes", help="Lives, those that --out holds already included.")
    ] = 5,
    seed: Annotated[int, typer.Option("--seed", help="To compile a recipe with.")] = (
        options.DEFAULT_BRAIN_SEED
    ),
    first_seed: Annotated[
        int | None,
        typer.Option(
            "--first-seed",
            help="Trial seed of the first life, the others follow; 0, or one more than the last that was "
            "lived.",
            rich_help_panel=LIVES,
        ),
    ] = None,
    reward: Annotated[
        Reward,
        typer.Option(
            "--reward",
            help="What it is given: its own reward, nothing, the opposite, its values at random, another "
            "worm's; frozen: it does not learn at all.",
            rich_help_panel=LIVES,
        ),
    ] = Reward.NORMAL,
    swap_sensors: Annotated[
        bool,
        typer.Option("--swap-sensors", help="Exchange left and right from birth.", rich_help_panel=LIVES),
    ] = False,
    keep_state: Annotated[
        bool,
        typer.Option(
            "--keep-state",
            help="Let membranes live on too; by default only synapses do.",
            rich_help_panel=LIVES,
        ),
    ] = False,
    tests: Annotated[
        int,
        typer.Option(
            "--tests",
            help=f"Trials with learning off at the start and after each life, from seed "
            f"{FIRST_REPORTED_SEED}; 0: none.",
            rich_help_panel=LIVES,
        ),
    ] = 4,
    trial: options.TrialName = "default",
    seconds: options.Seconds = None,
    ticks: options.Ticks = None,
    start_distance: options.StartDistance = None,
    sigma: options.Sigma = None,
    foods: options.Foods = None,
    frame_skip: options.FrameSkip = DEFAULT_FRAME_SKIP,
    weight_jitter: Annotated[
        float,
        typer.Option(
            "--weight-jitter",
            help="Relative noise on all weights, such as 0.2, before the first life.",
            rich_help_panel=options.BRAIN,
        ),
    ] = 0.0,
    scale: options.Weaken = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", help="Brain file, from which the same command goes on; in the zoo if not given."
        ),
    ] = None,
    as_json: options.Json = False,
) -> None:
    """Let one brain live through trials and learn; its file is kept up after each life."""
    from spikeworm_env.experiments.learning.starting_brain import find_starting_brain
    from spikeworm_env.experiments.learning.training import Training, TrainingConfig

    if swap_sensors and reward is not Reward.NORMAL:
        raise InputError("--swap-sensors goes with --reward normal: one control at a time")
    arena = options.ArenaOptions(trial, seconds, ticks, start_distance, sigma, foods).as_trial()
    starting_brain = find_starting_brain(brain, seed)
    if first_seed is None:
        first_seed = starting_brain.compiled.episodes[-1].seed + 1 if starting_brain.compiled.episodes else 0
    config = TrainingConfig(
        trial=arena,
        condition="swapped" if swap_sensors else CONDITION[reward],
        first_seed=first_seed,
        frame_skip=frame_skip,
        fresh=not keep_state,
        tests=tests,
        weight_jitter=weight_jitter,
        scaled=options.scalings_of(scale),
    )
    config.check(starting_brain, episodes)
    file = starting_brain.file if out is None else out
    if Path(brain).exists() and file.exists() and file.samefile(brain):
        raise InputError(f"--out: {file} is the brain itself; it is not replaced")
    check_file(file)
    with Training(starting_brain, config, file) as training:
        at_start = training.lived
        _live(training, arena, episodes, as_json)
        picture = draw_curve(training.compiled, file)
    if as_json:
        print_json(_as_json(training, picture, at_start))
        return
    if at_start >= episodes:
        screen().print(f"nothing to do: {at_start} of {episodes} lives are lived", soft_wrap=True)
    print_files([file, *([] if picture is None else [picture])])
    if picture is None:
        screen().print("for a picture of the curve: pip install spikeworm[report]")


def _live(training: Training, arena: Trial, episodes: int, as_json: bool) -> None:
    """Live what is left, and show it life by life."""
    curve = None if as_json else Curve(training.config.tests > 0)
    with progress() as bars:
        watch = _watching(bars, round(arena.settings()["duration_s"] * 1000))
        try:
            training.begin(watch)
            if curve:
                curve.show(training.compiled)
            while training.lived < episodes:
                training.live(watch)
                if curve:
                    curve.show(training.compiled)
        except KeyboardInterrupt:
            raise KeyboardInterrupt(_interrupted(training)) from None


def _interrupted(training: Training) -> str:
    if not training.begun:
        return "interrupted before the first life; nothing is kept"
    return f"interrupted; {training.file} holds {training.lived} lives; go on with: {command_line()}"


def _watching(bars: Progress, total: int) -> Watch:
    """One bar for what is under way."""
    bar = bars.add_task("getting ready", total=total)

    def watch(what: str) -> Observer:
        bars.reset(bar, total=total, description=what)

        def show(env: gymnasium.Env, info: Mapping[str, Any]) -> None:
            bars.update(bar, completed=info["tick"])

        return show

    return watch


def _as_json(training: Training, picture: Path | None, trained_before: int) -> dict[str, Any]:
    from spikeworm_env.trials.provenance import versions

    return {
        "file": str(training.file),
        "picture": None if picture is None else str(picture),
        "settings": training.settings,
        "trained_before": trained_before,
        **history_as_json(training.compiled),
        "command": command_line(),
        "versions": versions(),
    }
