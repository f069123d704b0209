"""The plan of a study: the episodes of each brain, and when it is evaluated."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from spikeworm_env.checks import whole, wholes
from spikeworm_env.errors import InputError, shown
from spikeworm_env.experiments.learning.conditions import PARTNER_SEED, TREATMENT
from spikeworm_env.experiments.learning.training_loop import MOST_EPISODES, Schedule
from spikeworm_env.lesions.scale_weights import WeightScaling
from spikeworm_env.seeds import FIRST_REPORTED_SEED, checked_seed
from spikeworm_env.trials.task import TRIALS, Trial
from spikeworm_env.world.scale import DEFAULT_FRAME_SKIP

FIRST_EPISODE_SEED = 1_000


@dataclass(frozen=True)
class EvalPoint:
    """When a brain is evaluated.

    Attributes:
        after_episode: training episodes before it.
        trial: the trial of the evaluation.
    """

    after_episode: int
    trial: Trial


@dataclass(frozen=True)
class Plan:
    """The training of every brain of a study: all that its results depend on besides the brain.

    Attributes:
        trial: of episodes and evaluations; in one with markers the first odour marks the food at first.
        episodes: learning episodes, at least 1.
        extinction: episodes without reward that follow under the treatment, at least 0.
        flips: episodes after which the other odour marks the food from then on, ascending.
        tests: held-out trials of each evaluation, with learning off.
        test_after: episodes after which to evaluate, besides 0, flips and the last; None: after every episode
            of the treatment, after no further one of its controls. After every episode of extinction in any
            case.
        first_seed: trial seed from which episodes have theirs, another for every episode and brain seed.
        first_test_seed: first trial seed of the evaluations, which are the same for all brains.
        frame_skip: ticks of 1 ms per action.
        scaled: connections of every brain that are scaled before training.
    """

    trial: Trial = TRIALS["default"]
    episodes: int = 5
    extinction: int = 0
    flips: tuple[int, ...] = ()
    tests: int = 4
    test_after: tuple[int, ...] | None = None
    first_seed: int = FIRST_EPISODE_SEED
    first_test_seed: int = FIRST_REPORTED_SEED
    frame_skip: int = DEFAULT_FRAME_SKIP
    scaled: tuple[WeightScaling, ...] = ()

    @property
    def trial_label(self) -> str:
        """What tables and figures call its trial."""
        return self.trial.label(self.frame_skip)

    def __post_init__(self) -> None:
        for name in ("flips", "test_after"):  # to Python's own types: a plan is hashed and written as JSON
            value = getattr(self, name)
            listed = value.tolist() if isinstance(value, np.ndarray) else value
            if isinstance(listed, list | range):
                object.__setattr__(self, name, tuple(listed))

    @property
    def all_episodes(self) -> int:
        """Those of extinction included."""
        return self.episodes + self.extinction

    @property
    def test_seeds(self) -> range:
        """The trial seeds of every evaluation."""
        return range(self.first_test_seed, self.first_test_seed + self.tests)

    def episode_seeds(self, brain_seed: int) -> range:
        """The trial seed of every episode of a brain, the same under each condition."""
        first = self.first_seed + brain_seed * self.all_episodes
        return range(first, first + self.all_episodes)

    def trial_of(self, episode: int) -> Trial:
        """The trial of an episode, from 1."""
        if not self.trial.has_markers:
            return self.trial
        return replace(self.trial, marker=sum(flip < episode for flip in self.flips) % 2)

    def eval_points(self, condition: str) -> Iterator[EvalPoint]:
        """When a brain under a condition is evaluated; at a flip, in the trials before and after it."""
        after = {0, *self.flips, self.episodes, *(self.test_after or ())}
        if condition == TREATMENT:
            after |= set(range(self.episodes, self.all_episodes + 1))
            after |= set(range(self.episodes)) if self.test_after is None else set()
        for episode in sorted(after):
            yield EvalPoint(episode, self.trial_of(max(episode, 1)))
            if episode in self.flips:
                yield EvalPoint(episode, self.trial_of(episode + 1))

    def episodes_under(self, condition: str) -> int:
        """Episodes of a brain under a condition; extinction follows under the treatment alone."""
        return self.all_episodes if condition == TREATMENT else self.episodes

    def schedule(self, brain_seed: int, condition: str) -> Schedule:
        """The training of one brain under one condition."""
        seeds, eval_points = self.episode_seeds(brain_seed), list(self.eval_points(condition))
        return Schedule(
            trial_of=self.trial_of,
            seed_of=lambda episode: seeds[episode - 1],
            evaluate_in=lambda done: [each.trial for each in eval_points if each.after_episode == done],
            evaluation_seeds=self.test_seeds,
            rewarded_episodes=self.episodes,
            frame_skip=self.frame_skip,
        )

    def check(self, brain_seeds: Sequence[int]) -> None:
        """Refuse a plan that cannot be run, or that evaluates on seeds of training.

        Raises:
            InputError: what is wrong, in one line.
        """
        if not isinstance(self.trial, Trial):
            raise InputError(f"trial is {shown(self.trial)}; expected a Trial")
        for word, least in (("episodes", 1), ("extinction", 0), ("tests", 1)):
            whole(word, getattr(self, word), least, MOST_EPISODES)
        for word in ("first_seed", "first_test_seed"):
            checked_seed(getattr(self, word), word)
        for word, last in (("flips", self.episodes - 1), ("test_after", self.episodes)):
            episodes = getattr(self, word)
            given = () if episodes is None else wholes(word, episodes, -math.inf)
            if list(given) != sorted(set(given)) or any(not 0 <= episode <= last for episode in given):
                raise InputError(
                    f"{word} are {shown(list(given))}; expected different episodes up to {last}, ascending"
                )
        if self.flips and (self.flips[0] == 0 or not self.trial.has_markers):
            what = "episode 0" if self.flips[0] == 0 else f"trial {shown(self.trial.name)}"
            raise InputError(
                f"flips are {shown(list(self.flips))}; {what} has nothing to flip; try the trial reversal"
            )
        self.trial.make_env(frame_skip=self.frame_skip).close()
        checked_seed(self.test_seeds[-1], "seed of the last evaluation")
        for seed in brain_seeds:
            own = self.episode_seeds(checked_seed(seed, "brain seed"))
            checked_seed(own[-1] + PARTNER_SEED, "seed of the last episode's yoked partner")
            if own[0] <= self.test_seeds[-1] and self.test_seeds[0] <= own[-1]:
                raise InputError(
                    f"brain seed {seed} would be trained on trial seeds {own[0]} to {own[-1]}, and evaluated "
                    f"on {self.test_seeds[0]} to {self.test_seeds[-1]}; give another first_seed"
                )

    def to_json(self) -> dict[str, Any]:
        """The plan as JSON types."""
        return {
            "trial": {"name": self.trial_label, **self.trial_of(1).settings()},
            "episodes": self.episodes,
            "extinction": self.extinction,
            "flips": list(self.flips),
            "tests": self.tests,
            "test_after": None if self.test_after is None else list(self.test_after),
            "first_seed": self.first_seed,
            "first_test_seed": self.first_test_seed,
            "frame_skip": self.frame_skip,
            "scaled": [str(each) for each in self.scaled],
        }


def plan_settings(plan: Plan) -> Mapping[str, Any]:
    """`Plan.to_json` with the settings of its trial one by one, so that a message names what differs."""
    content = plan.to_json()
    trial = content.pop("trial")
    return {**{f"trial.{name}": value for name, value in trial.items()}, **content}
