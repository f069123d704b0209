"""A training: one brain's lives, each kept in its file as soon as it is over."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np

from spikeworm_env.agents.spiking import SpikingAgent
from spikeworm_env.batch.participants import check_muscles
from spikeworm_env.compiler import CompiledBrain
from spikeworm_env.compiler.training_record import Evaluation
from spikeworm_env.errors import BrainFileError, InputError
from spikeworm_env.experiments.learning.conditions import CONDITIONS, as_it_is
from spikeworm_env.experiments.learning.learner import Learner
from spikeworm_env.experiments.learning.starting_brain import StartingBrain
from spikeworm_env.lesions.scale_weights import WeightScaling, scale_weights
from spikeworm_env.lesions.weight_noise import add_weight_noise
from spikeworm_env.seeds import checked_seed
from spikeworm_env.store import is_brain_file, load_training, locked_file, save_training
from spikeworm_env.trials.defaults import FIRST_REPORTED_SEED
from spikeworm_env.trials.run import Observer, run_trial
from spikeworm_env.trials.task import Trial
from spikeworm_env.world.scale import DEFAULT_FRAME_SKIP

JITTER_SEED = 3  # of the child stream that noise on the weights at birth is drawn from
SHOWN = 60  # characters of a setting in an error

Watch = Callable[[str], Observer]
"""Called with what begins, a life or a trial with learning off; returns what looks on."""


@dataclass(frozen=True)
class TrainingConfig:
    """All that becomes of a brain by training, besides the brain itself.

    Attributes:
        trial: what each life is.
        condition: what it lives under, one of `CONDITIONS`.
        first_seed: trial seed of the first life; the others follow.
        frame_skip: ticks of 1 ms per action.
        fresh: whether membranes start anew in each life.
        tests: trials with learning off at the start and after each life, from `FIRST_REPORTED_SEED` up.
        weight_jitter: relative standard deviation of noise on all weights, once, before the first life.
        weakened: what else is done to the brain before it.
    """

    trial: Trial
    condition: str = "reward"
    first_seed: int = 0
    frame_skip: int = DEFAULT_FRAME_SKIP
    fresh: bool = True
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
            "keep_state": not self.fresh,
            "tests": self.tests,
            "weight_jitter": self.weight_jitter,
            "scaled": [str(each) for each in self.scaled],
        }

    @property
    def arena_text(self) -> str:
        """The environment and all that makes its arena, as JSON."""
        return json.dumps({"environment": self.trial.env_id, **self.trial.settings()})

    def check(self, starting_brain: StartingBrain, episodes: int) -> None:
        """Refuse what would fail, or say nothing about the brain, before anything is computed.

        Raises:
            InputError: naming what is wrong.
        """
        compiled, name = starting_brain.compiled, starting_brain.name
        for word, value, least in (
            ("episodes", episodes, 1),
            ("first_seed", self.first_seed, 0),
            ("tests", self.tests, 0),
        ):
            if value < least:
                raise InputError(f"{word} is {value}; expected at least {least}")
        if not 0.0 <= self.weight_jitter <= 1.0:
            raise InputError(f"weight_jitter is {self.weight_jitter}; expected 0 to 1")
        scale_weights(compiled, self.scaled)  # refuses what the brain does not have
        check_muscles(name, self.trial)
        self.trial.make_env(frame_skip=self.frame_skip).close()
        rule = CONDITIONS[self.condition]
        if compiled.episodes and rule.born is not as_it_is:
            raise InputError(
                f"condition {self.condition} begins at birth; {name} has lived {len(compiled.episodes)} lives"
            )
        if not rule.fits(compiled):
            rule.born(compiled)  # says what it lacks
            raise InputError(f"condition {self.condition} says nothing about {name}")
        if (rule.yoked or rule.reward_mode != "normal") and not compiled.learns_from_reward:
            raise InputError(
                f"condition {self.condition} says nothing about {name}: no reward changes a weight"
            )
        first, last = self.first_seed, checked_seed(self.first_seed + episodes - 1, "seed of the last life")
        if first < FIRST_REPORTED_SEED + self.tests and last >= FIRST_REPORTED_SEED and self.tests > 0:
            raise InputError(
                f"lives would be lived on seeds {first} to {last}; trials with learning off are held out, "
                f"on seeds from {FIRST_REPORTED_SEED} up"
            )


class Training:
    """The lives of one brain, in a file; lived within ``with``, which holds the file against other runs.

    The same starting_brain and course with the same file go on where they stopped, bit for bit as if they had not.

    Args:
        starting_brain: who is trained.
        course: how.
        file: where the brain is kept with its history; what is there is gone on from.

    Attributes:
        evaluations: the trials with learning off, those of earlier trainings before its own.
        settings: JSON types by name: all that becomes of the brain depends on.
        begun: whether the file holds this training.
    """

    def __init__(self, starting_brain: StartingBrain, config: TrainingConfig, file: Path) -> None:
        self.config, self.file = config, file
        self.settings = {
            "brain": starting_brain.name,
            "fingerprint": starting_brain.fingerprint,
            **config.settings(),
        }
        self._before = starting_brain.compiled.episodes
        self._learner = Learner(
            scale_weights(_jittered(starting_brain.compiled, config.weight_jitter), config.scaled),
            config.condition,
            frame_skip=config.frame_skip,
            fresh=config.fresh,
            layout=config.trial.layout(),
        )
        self.evaluations: list[Evaluation] = list(starting_brain.compiled.evaluations)
        self._number = 1 + max((test.training for test in self.evaluations), default=0)
        self.begun = False
        self._held: ExitStack | None = None

    def __enter__(self) -> Training:
        """Go on from what is in the file.

        Raises:
            InputError: the file is in use, or holds something else than this training.
            BrainFileError: what it holds is damaged.
        """
        with ExitStack() as stack:
            stack.enter_context(locked_file(self.file))
            if self.file.exists():
                self._go_on()
                self.begun = True
            self._held = stack.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._held is not None:
            self._held.close()
            self._held = None

    @property
    def lived(self) -> int:
        """Lives of this training; the brain may have lived others before."""
        return len(self._learner.episodes) - len(self._before)

    @property
    def compiled(self) -> CompiledBrain:
        """The brain as it is now."""
        return replace(self._learner.compiled, evaluations=tuple(self.evaluations))

    def begin(self, watch: Watch | None = None) -> None:
        """Before the first life: the trials with learning off, and the file; nothing if it is there."""
        if not self.begun:
            self._test(watch)
            self._keep()
            self.begun = True

    def live(self, watch: Watch | None = None) -> None:
        """One more life, the trials with learning off after it, and the file."""
        number = len(self._learner.episodes) + 1
        seed = self.config.first_seed + self.lived
        self._learner.live(self.config.trial, seed, _observer(watch, f"life {number}"))
        self._test(watch)
        self._keep()

    def _test(self, watch: Watch | None) -> None:
        """What the brain can do now; the one that lives is not touched."""
        episode, compiled = len(self._learner.episodes), self._learner.compiled
        for seed in range(FIRST_REPORTED_SEED, FIRST_REPORTED_SEED + self.config.tests):
            agent = SpikingAgent(
                compiled,
                frame_skip=self.config.frame_skip,
                layout=self.config.trial.layout(),
                learning=False,
            )
            result = run_trial(
                agent,
                self.config.trial,
                seed,
                frame_skip=self.config.frame_skip,
                observer=_observer(watch, f"learning off after life {episode}, seed {seed}"),
            )
            self.evaluations.append(
                Evaluation(
                    training=self._number,
                    episode=episode,
                    trial=result.trial,
                    seconds=result.seconds,
                    frame_skip=self.config.frame_skip,
                    arena=self.config.arena_text,
                    learning=False,
                    seed=seed,
                    ci_time=result.ci_time,
                    ci_net=result.ci_net,
                )
            )

    def _keep(self) -> None:
        if self._held is None:
            raise RuntimeError("a training is begun and lived within a with block")
        save_training(self.compiled, self.file, self.settings, self._learner.state(), self._learner.age)

    def _go_on(self) -> None:
        kept = load_training(self.file) if is_brain_file(self.file) else None
        if kept is None:
            raise InputError(f"{self.file} is there and holds no training; give another file")
        self._check_settings(kept.settings)
        episodes = kept.compiled.episodes
        if episodes[: len(self._before)] != self._before:
            raise BrainFileError(f"{self.file}: lives: they do not begin with those before the training")
        age = episodes[-1].age if len(episodes) > len(self._before) else self._learner.age
        if kept.tick != age:
            raise BrainFileError(
                f"{self.file}: checkpoints: tick is {kept.tick}, but its {len(episodes)} lives end at age {age}"
            )
        try:
            self._learner.restore(kept.state, episodes)
        except InputError as error:
            raise BrainFileError(f"{self.file}: checkpoints: {error}") from error
        self.evaluations = list(kept.compiled.evaluations)

    def _check_settings(self, there: Mapping[str, Any]) -> None:
        """Refuse the file of another training."""
        for name in {**self.settings, **there}:
            texts = [json.dumps(settings.get(name)) for settings in (there, self.settings)]
            if texts[0] != texts[1]:
                old, new = _told_apart(there.get(name), self.settings.get(name))
                raise InputError(
                    f"{self.file} holds another training: {name} is {old} there and {new} here; "
                    "give another file"
                )


def _told_apart(old: Any, new: Any) -> tuple[str, str]:
    """Both as short texts; of two objects only the first entry that differs."""
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        for key in {**old, **new}:
            if json.dumps(old.get(key)) != json.dumps(new.get(key)):
                return f"{key} {json.dumps(old.get(key))}", f"{key} {json.dumps(new.get(key))}"
    return f"{json.dumps(old):.{SHOWN}}", f"{json.dumps(new):.{SHOWN}}"


def _observer(watch: Watch | None, what: str) -> Observer | None:
    return None if watch is None else watch(what)


def _jittered(compiled: CompiledBrain, sd: float) -> CompiledBrain:
    if sd == 0:
        return compiled
    stream = np.random.SeedSequence(compiled.meta.seed, spawn_key=(JITTER_SEED,))
    return add_weight_noise(compiled, sd, np.random.default_rng(stream))
