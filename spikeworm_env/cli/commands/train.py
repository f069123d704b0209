"""``spikeworm train``: one brain trained episode after episode, kept in a brain file."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from spikeworm_env.cli import completion, options
from spikeworm_env.cli.command import Command
from spikeworm_env.cli.figures import curve_file, draw_curve
from spikeworm_env.cli.interrupts import keeping
from spikeworm_env.cli.outputs import check_file
from spikeworm_env.cli.screen import command_line, print_files, print_json, print_text
from spikeworm_env.cli.training_tables import Curve, print_conditions
from spikeworm_env.cli.written import check_new, tagged
from spikeworm_env.errors import InputError
from spikeworm_env.seeds import FIRST_REPORTED_SEED

if TYPE_CHECKING:
    from spikeworm_env.experiments.learning.training import Training


class Reward(StrEnum):
    """The reward that the brain receives."""

    NORMAL = "normal"
    NONE = "none"
    INVERTED = "inverted"
    RANDOM = "random"
    YOKED = "yoked"
    NO_LEARNING = "no_learning"


CONDITION = {
    Reward.NORMAL: "reward",
    Reward.NONE: "no_reward",
    Reward.INVERTED: "inverted_reward",
    Reward.RANDOM: "random_reward",
    Reward.YOKED: "yoked_reward",
    Reward.NO_LEARNING: "no_learning",
}

TRAINING = "Training and evaluation"


def train_command(
    *,
    name: Annotated[
        str,
        typer.Argument(
            help="A recipe, or a brain file to train further.",
            metavar="NAME|FILE",
            autocompletion=completion.brains,
        ),
    ],
    episodes: Annotated[
        int,
        typer.Option(
            "--episodes", metavar="N", help="Training episodes in all, with those that --out already holds."
        ),
    ] = 5,
    first_seed: Annotated[
        int | None,
        typer.Option(
            "--first-seed",
            metavar="SEED",
            help="Trial seed of the first episode; the others follow. 0 if not given, or one more than the "
            "last seed that the brain was trained with.",
            rich_help_panel=TRAINING,
        ),
    ] = None,
    reward: Annotated[
        Reward,
        typer.Option(
            "--reward",
            help="Reward that the brain receives: normal, none, inverted, random (its own in random order) "
            "or yoked (another worm's); no_learning: its weights do not change.",
            metavar="NAME",
            rich_help_panel=TRAINING,
        ),
    ] = Reward.NORMAL,
    swap_sensors: Annotated[
        bool,
        typer.Option(
            "--swap-sensors",
            help="Exchange left and right sensors before the first episode.",
            rich_help_panel=TRAINING,
        ),
    ] = False,
    keep_state: Annotated[
        bool,
        typer.Option(
            "--keep-state",
            help="Keep membrane potentials from episode to episode; by default only synapses.",
            rich_help_panel=TRAINING,
        ),
    ] = False,
    tests: Annotated[
        int,
        typer.Option(
            "--tests",
            metavar="N",
            help=f"Trials with learning off at the start and after each episode, from seed "
            f"{FIRST_REPORTED_SEED}; 0 for none.",
            rich_help_panel=TRAINING,
        ),
    ] = 4,
    arena: options.ArenaOptions,
    brain_seed: options.BrainSeed = options.DEFAULT_BRAIN_SEED,
    weight_jitter: options.WeightJitter = 0.0,
    scale: options.Scale = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            metavar="FILE",
            help="Brain file; the same command resumes. If not given NAME_sSEED_trained.db in the cache, "
            "with the options that differ from the defaults in its name.",
        ),
    ] = None,
    force: options.Force = False,
    as_json: options.Json = False,
) -> None:
    """Train one brain for several episodes; its file is written after each."""
    from spikeworm_env.batch.brain_cache import is_cache_file
    from spikeworm_env.experiments.learning.starting_brain import find_starting_brain
    from spikeworm_env.experiments.learning.training import Training, TrainingConfig

    if swap_sensors and reward is not Reward.NORMAL:
        raise InputError(
            f"--reward is {reward.value}; expected normal with --swap-sensors: one control at a time"
        )
    trial = arena.as_trial()
    starting_brain = find_starting_brain(name, brain_seed)
    earlier = starting_brain.compiled.episodes
    next_seed = earlier[-1].seed + 1 if earlier else 0
    config = TrainingConfig(
        trial=trial,
        condition="swapped" if swap_sensors else CONDITION[reward],
        first_seed=next_seed if first_seed is None else first_seed,
        frame_skip=arena.frame_skip,
        keep_state=keep_state,
        tests=tests,
        weight_jitter=weight_jitter,
        scaled=options.parse_scalings(scale),
    )
    config.check(starting_brain, episodes)
    file = out
    if file is None:
        usual = starting_brain.file
        file = usual.with_stem(tagged(usual.stem, config.differences(next_seed)))
    if Path(name).exists() and file.exists() and file.samefile(name):
        raise InputError(f"--out is {file}; expected another file than the brain to train")
    if is_cache_file(file):
        raise InputError(f"--out is {file}, a name of the cache of compiled brains; expected another name")
    check_file(file)
    if not file.exists():
        check_new([curve_file(file)], force)
    with Training(starting_brain, config, file, replace=force) as training:
        at_start = training.episodes_done
        with keeping(lambda: _interrupted(training)):
            _run_episodes(training, episodes, as_json)
            picture = draw_curve(training.compiled, file)
    if as_json:
        print_json(_as_json(training, picture, at_start))
        return
    if at_start >= episodes:
        print_text(f"nothing to do: {at_start} of {episodes} episodes are done")
    print_conditions(training.compiled)
    print_files([file, *([] if picture is None else [picture])])


def _run_episodes(training: Training, episodes: int, as_json: bool) -> None:
    """Run the episodes that are left, and show a row for each."""
    curve = None if as_json else Curve(training.config.tests > 0)
    for _ in training.run(episodes, progress=True):
        if curve:
            curve.show(training.compiled)


def _interrupted(training: Training) -> str:
    done = training.kept_episodes()
    if done is None:
        return "interrupted before the first episode; nothing is kept"
    return f"interrupted; {training.file} holds {done} episodes; resume with: {command_line()}"


def _as_json(training: Training, picture: Path | None, trained_before: int) -> dict[str, Any]:
    return {
        **training.to_json(),
        "picture": None if picture is None else str(picture),
        "trained_before": trained_before,
        "command": command_line(),
    }


COMMAND = Command(
    "train",
    train_command,
    order=20,
    examples={
        "train learner_v1": "Five episodes",
        "train learner_v1 --episodes 20 --out learner.db": "Twenty; the same command resumes",
        "train learner_v1 --reward none": "The control without reward",
    },
)
