"""The training loop: episodes of one brain with learning on, evaluations with learning off between them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from numpy.typing import NDArray

from spikeworm_env.agents.spiking import SpikingAgent
from spikeworm_env.compiler.compiled_brain import CompiledBrain
from spikeworm_env.compiler.training_record import TrainingEpisode
from spikeworm_env.experiments.learning.learner import Learner
from spikeworm_env.trials.result import TrialResult
from spikeworm_env.trials.run import Observer, run_trial
from spikeworm_env.trials.task import Trial
from spikeworm_env.world.scale import DEFAULT_FRAME_SKIP

MOST_EPISODES = 1_000_000
Watch = Callable[[str], Observer]
"""Called with a name of each trial before it begins; returns its observer."""


@dataclass(frozen=True)
class Schedule:
    """Trials and seeds of one training.

    Attributes:
        trial_of: episode, from 1 → its trial.
        seed_of: episode, from 1 → its trial seed.
        evaluate_in: episodes done, from 0 → the trials of the evaluation that is due then; none if none is.
        evaluation_seeds: the trial seeds on which each of these trials is run.
        rewarded_episodes: episodes after which reward stops (extinction); None: it does not.
        frame_skip: ticks of 1 ms per action.
        keep_state: whether membranes and traces continue from one episode to the next.
    """

    trial_of: Callable[[int], Trial]
    seed_of: Callable[[int], int]
    evaluate_in: Callable[[int], Sequence[Trial]]
    evaluation_seeds: range
    rewarded_episodes: int | None = None
    frame_skip: int = DEFAULT_FRAME_SKIP
    keep_state: bool = False


class Evaluated(NamedTuple):
    """One trial of an evaluation, with learning off."""

    trial: Trial
    result: TrialResult


class TrainingStep(NamedTuple):
    """One episode and the evaluation after it.

    Attributes:
        episode: its number in this training; 0 for the evaluation before training.
        result: of the episode; None for number 0.
        evaluation: all trials of the evaluation, trial by trial, seeds ascending; none if none was due.
    """

    episode: int
    result: TrialResult | None
    evaluation: tuple[Evaluated, ...]


class TrainingLoop:
    """One brain in training under one condition.

    Args:
        compiled: the brain: new, or trained before.
        condition: a key of ``CONDITIONS``.
        schedule: trials and seeds.

    Attributes:
        initial: the brain before the first episode of this training.
        started: whether the step before the first episode is done.
    """

    def __init__(self, compiled: CompiledBrain, condition: str, schedule: Schedule) -> None:
        self._schedule = schedule
        self._learner = self._make_learner(compiled, condition)
        self._earlier = len(compiled.episodes)
        self.initial = self._learner.compiled
        self.started = False

    @property
    def episodes(self) -> tuple[TrainingEpisode, ...]:
        """All episodes of the brain, those of earlier trainings first."""
        return tuple(self._learner.episodes)

    @property
    def episodes_done(self) -> int:
        """Episodes of this training."""
        return len(self._learner.episodes) - self._earlier

    @property
    def compiled(self) -> CompiledBrain:
        """The brain as it is now."""
        return self._learner.compiled

    @property
    def age(self) -> int:
        """Ticks that the brain has run."""
        return self._learner.age

    def state(self) -> dict[str, NDArray]:
        """See `Learner.state`."""
        return self._learner.state()

    def restore(self, state: Mapping[str, NDArray], episodes: Sequence[TrainingEpisode]) -> None:
        """Continue from a state that was taken after a step.

        Args:
            state: from `state`.
            episodes: all episodes of the brain by then.

        Raises:
            InputError: see `Learner.restore`.
        """
        self._learner.restore(state, episodes)
        self.started = True

    def run(self, until: int, watch: Watch | None = None) -> Iterator[TrainingStep]:
        """Train until this many episodes of this training are done; each step as it ends."""
        if not self.started:
            evaluation = self._evaluate(watch)
            self.started = True
            yield TrainingStep(0, None, evaluation)
        while self.episodes_done < until:
            result = self._run_episode(watch)
            yield TrainingStep(self.episodes_done, result, self._evaluate(watch))

    def _run_episode(self, watch: Watch | None) -> TrialResult:
        schedule, done = self._schedule, self.episodes_done
        if done == schedule.rewarded_episodes:
            self._learner = self._make_learner(self._learner.compiled, "no_reward")
        observer = None if watch is None else watch(f"episode {len(self._learner.episodes) + 1}")
        return self._learner.run_episode(schedule.trial_of(done + 1), schedule.seed_of(done + 1), observer)

    def _evaluate(self, watch: Watch | None) -> tuple[Evaluated, ...]:
        """Run the trials that are due, each with a copy of the brain that does not learn."""
        episode, compiled = len(self._learner.episodes), self._learner.compiled
        found = []
        for trial in self._schedule.evaluate_in(self.episodes_done):
            agent = SpikingAgent(
                compiled, frame_skip=self._schedule.frame_skip, layout=trial.layout(), learning=False
            )
            for seed in self._schedule.evaluation_seeds:
                name = f"evaluation after episode {episode}, seed {seed}"
                observer = None if watch is None else watch(name)
                result = run_trial(agent, trial, seed, observer=observer, progress=False)
                found.append(Evaluated(trial, result))
        return tuple(found)

    def _make_learner(self, compiled: CompiledBrain, condition: str) -> Learner:
        schedule = self._schedule
        return Learner(
            compiled,
            condition,
            frame_skip=schedule.frame_skip,
            keep_state=schedule.keep_state,
            layout=schedule.trial_of(1).layout(),
        )
