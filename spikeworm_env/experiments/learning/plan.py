"""The plan of a study: which trials a brain lives through, and when it is tested."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from spikeworm_env.errors import InputError
from spikeworm_env.experiments.learning.conditions import TREATMENT
from spikeworm_env.lesions.scale_weights import WeightScaling
from spikeworm_env.seeds import checked_seed
from spikeworm_env.trials.defaults import FIRST_REPORTED_SEED
from spikeworm_env.trials.task import TRIALS, Trial
from spikeworm_env.world.scale import DEFAULT_FRAME_SKIP

FIRST_EPISODE_SEED = 1_000


@dataclass(frozen=True)
class EvalPoint:
    """A time of testing.

    Attributes:
        after_episode: how many lives lie behind the brain.
        trial: what it is tested in.
    """

    after_episode: int
    trial: Trial


@dataclass(frozen=True)
class Plan:
    """What every brain of a study goes through, and all that its results depend on besides the brain.

    Attributes:
        trial: what lives and tests are; in one with markers the first odour marks the food at first.
        lives: lives of learning, at least 1.
        extinction: lives without reward that follow for the claim, at least 0.
        flips: after which lives the other odour marks the food from then on, ascending.
        tests: held-out trials at each eval_point, with learning off.
        test_after: after which lives to test besides birth, flips and the last; None: after every life for
            the claim, after no further one for its controls. After every life of extinction in any case.
        first_seed: trial seed from which lives have theirs, another for every life and brain seed.
        first_test_seed: of the tests; they are the same for all brains.
        frame_skip: ticks of 1 ms per action.
        weakened: what is wrong with every brain from birth.
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
    def all_episodes(self) -> int:
        """Those of extinction included."""
        return self.episodes + self.extinction

    @property
    def test_seeds(self) -> range:
        """The trial seeds of every eval_point."""
        return range(self.first_test_seed, self.first_test_seed + self.tests)

    def episode_seeds(self, brain_seed: int) -> range:
        """The trial seed of every life of that brain, the same under each condition."""
        first = self.first_seed + brain_seed * self.all_episodes
        return range(first, first + self.all_episodes)

    def trial_of(self, episode: int) -> Trial:
        """The trial of a life, from 1."""
        if not self.trial.has_markers:
            return self.trial
        return replace(self.trial, marker=sum(flip < episode for flip in self.flips) % 2)

    def eval_points(self, condition: str) -> Iterator[EvalPoint]:
        """When a brain under that condition is tested, and in what; at a flip, in both arenas."""
        after = {0, *self.flips, self.episodes, *(self.test_after or ())}
        if condition == TREATMENT:
            after |= set(range(self.episodes, self.all_episodes + 1))
            after |= set(range(self.episodes)) if self.test_after is None else set()
        for episode in sorted(after):
            yield EvalPoint(episode, self.trial_of(max(episode, 1)))
            if episode in self.flips:
                yield EvalPoint(episode, self.trial_of(episode + 1))

    def check(self, brain_seeds: Sequence[int]) -> None:
        """Refuse a plan that cannot be carried out, or that tests what was lived.

        Raises:
            InputError: what is wrong, in one line.
        """
        least = {"episodes": 1, "extinction": 0, "tests": 1, "first_seed": 0, "first_test_seed": 0}
        for word, smallest in least.items():
            if getattr(self, word) < smallest:
                raise InputError(f"{word} is {getattr(self, word)}; expected at least {smallest}")
        for word, episodes, last in (
            ("flips", self.flips, self.episodes - 1),
            ("test_after", self.test_after or (), self.episodes),
        ):
            if list(episodes) != sorted(set(episodes)) or any(
                not 0 <= episode <= last for episode in episodes
            ):
                raise InputError(
                    f"{word} are {list(episodes)}; expected different lives up to {last}, ascending"
                )
        if self.flips and (self.flips[0] == 0 or not self.trial.has_markers):
            what = "life 0" if self.flips[0] == 0 else f"trial {self.trial.name!r}"
            raise InputError(f"flips: in {what} there is nothing to flip; try the trial reversal")
        self.trial.make_env(frame_skip=self.frame_skip).close()
        checked_seed(self.test_seeds[-1], "seed of the last test")
        for seed in brain_seeds:
            lived = self.episode_seeds(seed)
            checked_seed(lived[-1], "seed of the last life")
            if lived[0] <= self.test_seeds[-1] and self.test_seeds[0] <= lived[-1]:
                raise InputError(
                    f"brain seed {seed} would live trial seeds {lived[0]} to {lived[-1]}, and tests are "
                    f"{self.test_seeds[0]} to {self.test_seeds[-1]}; give another first_seed"
                )

    def to_json(self) -> dict[str, Any]:
        """The plan as JSON types."""
        return {
            "trial": {"name": self.trial.name, **self.trial_of(1).settings()},
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
    """`Plan.to_json`, the trial part by part, as a reader would look for what differs."""
    content = plan.to_json()
    trial = content.pop("trial")
    return {**{f"trial.{name}": value for name, value in trial.items()}, **content}
