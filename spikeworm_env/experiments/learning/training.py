"""Training of one brain in a file, which is written after each episode."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

import gymnasium
import numpy as np

from spikeworm_env.batch.participants import check_muscles
from spikeworm_env.checks import flag, known_name, number, whole
from spikeworm_env.compiler import CompiledBrain
from spikeworm_env.compiler.edits import recorded
from spikeworm_env.compiler.training_record import Evaluation
from spikeworm_env.conveniences import convenience
from spikeworm_env.errors import BrainFileError, InputError, shown
from spikeworm_env.experiments.learning.conditions import CONDITIONS, PARTNER_SEED, TREATMENT, unchanged
from spikeworm_env.experiments.learning.starting_brain import StartingBrain
from spikeworm_env.experiments.learning.training_loop import MOST_EPISODES, Schedule, TrainingLoop, Watch
from spikeworm_env.lesions.scale_weights import WeightScaling, scale_weights
from spikeworm_env.lesions.weight_noise import add_weight_noise
from spikeworm_env.progress import Shown, Work, shown_progress
from spikeworm_env.seeds import FIRST_REPORTED_SEED, checked_seed
from spikeworm_env.store import is_brain_file, load_training, locked_file, save_training
from spikeworm_env.trials.result import TrialResult
from spikeworm_env.trials.run import Observer
from spikeworm_env.trials.task import Trial
from spikeworm_env.world.scale import DEFAULT_FRAME_SKIP, TICKS_PER_S

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from pandas import DataFrame

JITTER_SEED = 3  # of the child stream for noise on the weights before training
SHOWN = 60  # characters of a setting in an error


@dataclass(frozen=True)
class TrainingConfig:
    """All that the result of a training depends on, besides the brain.

    Attributes:
        trial: the trial of each episode and evaluation.
        condition: one of `CONDITIONS`.
        first_seed: trial seed of the first episode; the others follow.
        frame_skip: ticks of 1 ms per action.
        keep_state: whether membranes and traces continue from one episode to the next.
        tests: held-out trials with learning off before the first episode and after each, from
            `FIRST_REPORTED_SEED` up.
        weight_jitter: relative standard deviation of noise on all weights, once, before the first episode.
        scaled: connections that are scaled before the first episode.
    """

    trial: Trial
    condition: str = TREATMENT
    first_seed: int = 0
    frame_skip: int = DEFAULT_FRAME_SKIP
    keep_state: bool = False
    tests: int = 4
    weight_jitter: float = 0.0
    scaled: tuple[WeightScaling, ...] = ()

    def settings(self) -> dict[str, Any]:
        """As JSON types."""
        return {
            "trial": self.trial.name,
            "environment": self.trial.env_id,
            "arena": self.trial.settings(),
            "condition": self.condition,
            "first_seed": self.first_seed,
            "frame_skip": self.frame_skip,
            "keep_state": self.keep_state,
            "tests": self.tests,
            "weight_jitter": self.weight_jitter,
            "scaled": [str(each) for each in self.scaled],
        }

    def schedule(self) -> Schedule:
        """Trials and seeds of the training."""
        return Schedule(
            trial_of=lambda episode: self.trial,
            seed_of=lambda episode: self.first_seed + episode - 1,
            evaluate_in=lambda done: (self.trial,),
            evaluation_seeds=range(FIRST_REPORTED_SEED, FIRST_REPORTED_SEED + self.tests),
            frame_skip=self.frame_skip,
            keep_state=self.keep_state,
        )

    def differences(self, first_seed: int) -> Iterator[str]:
        """What differs from the defaults, in short words for the name of a file.

        Args:
            first_seed: the default.
        """
        yield from self.trial.differences(self.frame_skip)
        if self.condition != TREATMENT:
            yield self.condition
        if self.first_seed != first_seed:
            yield f"from {self.first_seed}"
        if self.keep_state:
            yield "keep_state"
        if self.tests != TrainingConfig.tests:
            yield f"tests {self.tests}"
        if self.weight_jitter:
            yield f"jitter {self.weight_jitter:g}"
        yield from (f"{each.source}-{each.target}-{each.factor:g}" for each in self.scaled)

    @property
    def arena_text(self) -> str:
        """The environment and all that makes its arena, as JSON."""
        return json.dumps({"environment": self.trial.env_id, **self.trial.settings()})

    def check(self, starting_brain: StartingBrain, episodes: int) -> None:
        """Refuse a training that would fail, or whose condition does not fit the brain, before it starts.

        Raises:
            InputError: naming what is wrong.
        """
        compiled, name = starting_brain.compiled, starting_brain.name
        whole("episodes", episodes, 1, MOST_EPISODES)
        whole("tests", self.tests, 0, MOST_EPISODES)
        checked_seed(self.first_seed, "first_seed")
        number("weight_jitter", self.weight_jitter, 0, 1)
        flag("keep_state", self.keep_state)
        known_name("condition", self.condition, CONDITIONS)
        if not isinstance(self.trial, Trial):
            raise InputError(f"trial is {shown(self.trial)}; expected a Trial")
        scale_weights(compiled, self.scaled)  # refuses what the brain does not have
        check_muscles(name, self.trial)
        self.trial.make_env(frame_skip=self.frame_skip).close()
        rule = CONDITIONS[self.condition]
        if compiled.episodes and rule.prepare is not unchanged:
            raise InputError(
                f"condition {self.condition} takes an untrained brain; "
                f"{name} has {len(compiled.episodes)} training episodes"
            )
        if not rule.fits(compiled):
            rule.prepare(compiled)  # its error names what the brain lacks
            raise InputError(f"condition {self.condition} does not fit {name}")
        if (rule.yoked or rule.reward_mode != "normal") and not compiled.learns_from_reward:
            raise InputError(f"condition {self.condition} does not fit {name}: no reward changes a weight")
        first, last = self.first_seed, self.first_seed + episodes - 1
        checked_seed(last + (PARTNER_SEED if rule.yoked else 0), "seed of the last episode")
        if first < FIRST_REPORTED_SEED + self.tests and last >= FIRST_REPORTED_SEED and self.tests > 0:
            raise InputError(
                f"episodes would be on trial seeds {first} to {last}; evaluations are held out, on those "
                f"from {FIRST_REPORTED_SEED} up"
            )


def _noting(work: Work, watch: Watch | None) -> Watch:
    """Observers that note how far each trial is, besides those of ``watch``."""

    def noting(what: str) -> Observer:
        work.text, work.done = what, 0.0
        other = None if watch is None else watch(what)

        def note(env: gymnasium.Env, info: Mapping[str, Any]) -> None:
            work.done = info["tick"]
            if other is not None:
                other(env, info)

        return note

    return noting


class Training:
    """The training of one brain in a file; used within ``with``, which locks the file against other runs.

    The same starting brain and configuration with the same file continue where they stopped; the result is
    bit-identical to that of a training without a stop.

    Args:
        starting_brain: the brain before training.
        config: the training.
        file: the brain file, with its episodes and evaluations; a training in it is continued.
        replace: whether a file that holds something else is replaced, by the first episode that ends.

    Attributes:
        evaluations: those of earlier trainings first.
        settings: JSON types by name: all that the result depends on.
        begun: whether the file holds this training.
    """

    def __init__(
        self, starting_brain: StartingBrain, config: TrainingConfig, file: Path, *, replace: bool = False
    ) -> None:
        self.config, self.file, self._replace = config, file, replace
        self.settings = {
            "brain": starting_brain.name,
            "fingerprint": starting_brain.fingerprint,
            **config.settings(),
        }
        compiled = starting_brain.compiled
        self._earlier = compiled.episodes
        initial = scale_weights(_jittered(compiled, config.weight_jitter), config.scaled)
        self._initial = initial
        self._loop = TrainingLoop(initial, config.condition, config.schedule())
        self.evaluations: list[Evaluation] = list(compiled.evaluations)
        self._number = 1 + max((each.training for each in self.evaluations), default=0)
        self.begun = False
        self._lock: ExitStack | None = None

    def __enter__(self) -> Training:
        """Lock the file and read the training in it.

        Raises:
            InputError: the file is in use, or does not hold this training.
            BrainFileError: it is damaged.
        """
        with ExitStack() as stack:
            stack.enter_context(locked_file(self.file))
            if self.file.exists():
                self.begun = self._resumed()
            self._lock = stack.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    @property
    def episodes_done(self) -> int:
        """Episodes of this training; the brain may have earlier ones."""
        return self._loop.episodes_done

    @property
    def compiled(self) -> CompiledBrain:
        """The brain as it is now."""
        return replace(self._loop.compiled, evaluations=tuple(self.evaluations))

    def __repr__(self) -> str:
        config, meta = self.config, self._initial.meta
        return (
            f"<Training of {meta.recipe_name}, seed {meta.seed}, under {config.condition} on "
            f"{config.trial.label(config.frame_skip)}: {self.episodes_done} episodes in {self.file}>"
        )

    def _repr_html_(self) -> str:
        return convenience("training_html")(self)

    def to_frame(self, of: str = "episodes") -> DataFrame:
        """Training episodes, or evaluations between them, of the brain as a pandas frame, a row each.

        Args:
            of: ``"episodes"`` has the attributes of `TrainingEpisode` as columns, ``"evaluations"`` those of
                `Evaluation`; see `CompiledBrain.to_frame` for more.

        Raises:
            InputError: ``of`` is something else, or pandas is not installed.
        """
        return self.compiled.to_frame(of)

    def to_json(self) -> dict[str, Any]:
        """File, settings, episodes, evaluations and changes of weights as JSON types."""
        return convenience("training_json")(self)

    def plot(self, ax: Axes | None = None) -> Axes:
        """``ci_net`` of the training episodes and of the evaluations with learning off.

        Args:
            ax: axes of matplotlib to draw on; those of a new figure if None.

        Raises:
            InputError: matplotlib is not installed.
        """
        return convenience("plot_training")(self, ax)

    def kept_episodes(self) -> int | None:
        """Episodes of this training in the file; None if there is no file."""
        kept = load_training(self.file) if self.file.exists() else None
        return None if kept is None else len(kept.compiled.episodes) - len(self._earlier)

    def run(self, episodes: int, watch: Watch | None = None, progress: Shown = None) -> Iterator[None]:
        """Train until so many episodes of this training are done; the file is written after each.

        Args:
            episodes: training episodes in all, those that the file holds among them.
            watch: gives an observer to each trial.
            progress: see `spikeworm_env.progress.Shown`.

        Yields:
            Once before the first episode to be run, and after each.
        """
        if self._lock is None:
            raise InputError("the training is not open; expected run within a with block")
        if self.begun:
            yield
        work = Work("preparing", total=self.config.trial.settings()["duration_s"] * TICKS_PER_S)
        with shown_progress(work, progress):
            for step in self._loop.run(episodes, _noting(work, watch)):
                self.evaluations += [self._evaluation(each.result) for each in step.evaluation]
                loop = self._loop
                save_training(self.compiled, self.file, self.settings, loop.state(), loop.age)
                self.begun = True
                yield

    def _evaluation(self, result: TrialResult) -> Evaluation:
        return Evaluation(
            training=self._number,
            episode=len(self._loop.episodes),
            trial=result.trial,
            seconds=result.seconds,
            frame_skip=self.config.frame_skip,
            arena=self.config.arena_text,
            learning=False,
            seed=result.seed,
            ci_time=result.ci_time,
            ci_net=result.ci_net,
        )

    def _resumed(self) -> bool:
        """Continue from the file; False if it holds something else, which may be replaced."""
        try:
            self._resume()
        except (InputError, BrainFileError):
            if not self._replace:
                raise
            self._loop = TrainingLoop(self._initial, self.config.condition, self.config.schedule())
            return False
        return True

    def _resume(self) -> None:
        """Continue from the file."""
        kept = load_training(self.file) if is_brain_file(self.file) else None
        if kept is None:
            raise InputError(
                f"{self.file} exists and holds no training; give another file, or --force to replace it"
            )
        self._check_settings(kept.settings)
        episodes = kept.compiled.episodes
        if episodes[: len(self._earlier)] != self._earlier:
            raise BrainFileError(f"{self.file}: episodes: they do not begin with those before the training")
        age = episodes[-1].age if len(episodes) > len(self._earlier) else self._loop.age
        if kept.tick != age:
            raise BrainFileError(
                f"{self.file}: checkpoints: tick is {kept.tick}, "
                f"but its {len(episodes)} episodes end at age {age}"
            )
        try:
            self._loop.restore(kept.state, episodes)
        except InputError as error:
            raise BrainFileError(f"{self.file}: checkpoints: {error}") from error
        self.evaluations = list(kept.compiled.evaluations)

    def _check_settings(self, there: Mapping[str, Any]) -> None:
        """Refuse the file of another training."""
        for name in {**self.settings, **there}:
            texts = [json.dumps(settings.get(name)) for settings in (there, self.settings)]
            if texts[0] != texts[1]:
                old, new = _difference(there.get(name), self.settings.get(name))
                raise InputError(
                    f"{self.file} holds another training: {name} is {old} there and {new} here; "
                    "give another file, or --force to replace it"
                )


def _difference(old: Any, new: Any) -> tuple[str, str]:
    """Both as short texts; of two objects only the first entry that differs."""
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        for key in {**old, **new}:
            if json.dumps(old.get(key)) != json.dumps(new.get(key)):
                return f"{key} {json.dumps(old.get(key))}", f"{key} {json.dumps(new.get(key))}"
    return f"{json.dumps(old):.{SHOWN}}", f"{json.dumps(new):.{SHOWN}}"


def _jittered(compiled: CompiledBrain, sd: float) -> CompiledBrain:
    if sd == 0:
        return compiled
    stream = np.random.SeedSequence(compiled.meta.seed, spawn_key=(JITTER_SEED,))
    noisy = add_weight_noise(compiled, sd, np.random.default_rng(stream))
    return recorded(compiled, noisy, f"weight jitter {sd:g}")
