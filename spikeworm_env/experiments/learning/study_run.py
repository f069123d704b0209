"""The unit of a study: one brain under one condition, through all its lives and tests.

What this file imports is the code of a stored history.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from spikeworm_env.agents.spiking import SpikingAgent
from spikeworm_env.batch.participants import AgentSpec
from spikeworm_env.errors import TrialError
from spikeworm_env.experiments.learning.learner import Learner
from spikeworm_env.experiments.learning.plan import EvalPoint, Plan
from spikeworm_env.experiments.learning.run_record import TRACKS, History, Test, Track
from spikeworm_env.experiments.learning.weights import change
from spikeworm_env.lesions.scale_weights import scale_weights
from spikeworm_env.store.results import TrialKey
from spikeworm_env.trials.run import run_trial


@dataclass(frozen=True)
class Unit:
    """One brain under one condition.

    Attributes:
        participant: the brain.
        condition: a key of ``CONDITIONS``.
        plan: what it goes through.
    """

    participant: AgentSpec
    condition: str
    plan: Plan

    @property
    def brain_seed(self) -> int:
        """What the brain was compiled with."""
        assert self.participant.brain_seed is not None
        return self.participant.brain_seed

    @property
    def key(self) -> TrialKey:
        """What tells it from all others of a study."""
        return TrialKey(self.condition, self.participant.digest, self.brain_seed)


def run_study_run(unit: Unit) -> History:
    """Let a brain live and test it, in whatever process this is.

    Raises:
        TrialError: something failed; names condition and brain seed.
    """
    try:
        return _History(unit).lived()
    except Exception as error:  # a plain message travels between processes, whatever the error held
        raise failure(unit, f"{type(error).__name__}: {error}") from error


def failure(unit: Unit, what: str) -> TrialError:
    """That a unit failed, and why."""
    return TrialError(f"{unit.condition}, brain seed {unit.brain_seed}: {' '.join(what.split())}")


class _History:
    """A history in the making."""

    def __init__(self, unit: Unit) -> None:
        self._unit, plan = unit, unit.plan
        self._options: Mapping = {"frame_skip": plan.frame_skip, "layout": plan.trial_of(1).layout()}
        compiled = scale_weights(unit.participant.compiled(), plan.scaled)
        self._learner = Learner(compiled, unit.condition, **self._options)
        self._born = self._learner.compiled
        self._tests: list[Test] = []
        self._tracks: dict[str, Track] = {}
        self._due = list(plan.eval_points(unit.condition))

    def lived(self) -> History:
        plan, unit = self._unit.plan, self._unit
        seeds = plan.episode_seeds(unit.brain_seed)
        self._sit(0)
        for episode in range(1, plan.episodes + 1):
            result = self._learner.live(plan.trial_of(episode), seeds[episode - 1])
            track = Track.of(plan.trial_of(episode).marker, result)
            self._tracks |= (
                {"last_episode": track} if episode > 1 else {"first_episode": track, "last_episode": track}
            )
            self._sit(episode)
        changed = change(self._born, self._learner.compiled)
        if any(eval_point.after_episode > plan.episodes for eval_point in self._due):
            self._learner = Learner(self._learner.compiled, "no_reward", **self._options)
            for episode in range(plan.episodes + 1, plan.all_episodes + 1):
                self._learner.live(plan.trial_of(episode), seeds[episode - 1])
                self._sit(episode)
        return History(
            condition=unit.condition,
            brain_seed=unit.brain_seed,
            episodes=tuple(self._learner.episodes),
            tests=tuple(self._tests),
            tracks={name: self._tracks[name] for name in TRACKS},
            change=changed,
        )

    def _sit(self, episode: int) -> None:
        """The tests that are due after a life."""
        for eval_point in self._due:
            if eval_point.after_episode == episode:
                agent = SpikingAgent(self._learner.compiled, learning=False, **self._options)
                for seed in self._unit.plan.test_seeds:
                    self._test(agent, eval_point, seed)

    def _test(self, agent: SpikingAgent, eval_point: EvalPoint, seed: int) -> None:
        plan, after, marker = self._unit.plan, eval_point.after_episode, eval_point.trial.marker
        result = run_trial(agent, eval_point.trial, seed)
        self._tests.append(Test(after, marker, seed, result.ci_net, result.ci_time, result.success))
        name = {0: "initial_test", plan.episodes: "end_test"}.get(after)
        if name is not None and seed == plan.first_test_seed:
            self._tracks[name] = Track.of(marker, result)
