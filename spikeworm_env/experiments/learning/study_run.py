"""The unit of a study: one brain under one condition, through all its lives and tests.

What this file imports is the code of a stored history.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from spikeworm_env.agents.spiking import SpikingAgent
from spikeworm_env.batch.participants import Entrant
from spikeworm_env.errors import TrialError
from spikeworm_env.experiments.learning.learner import Learner
from spikeworm_env.experiments.learning.plan import Plan, Sitting
from spikeworm_env.experiments.learning.run_record import TRACKS, History, Test, Track
from spikeworm_env.experiments.learning.weights import change
from spikeworm_env.lesions.scale import weakened
from spikeworm_env.store.results import TrialKey
from spikeworm_env.trials.run import run_trial


@dataclass(frozen=True)
class Unit:
    """One brain under one condition.

    Attributes:
        entrant: the brain.
        condition: a key of ``CONDITIONS``.
        plan: what it goes through.
    """

    entrant: Entrant
    condition: str
    plan: Plan

    @property
    def brain_seed(self) -> int:
        """What the brain was compiled with."""
        assert self.entrant.brain_seed is not None
        return self.entrant.brain_seed

    @property
    def key(self) -> TrialKey:
        """What tells it from all others of a study."""
        return TrialKey(self.condition, self.entrant.digest, self.brain_seed)


def live_through(unit: Unit) -> History:
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
        compiled = weakened(unit.entrant.compiled(), plan.weakened)
        self._learner = Learner(compiled, unit.condition, **self._options)
        self._born = self._learner.compiled
        self._tests: list[Test] = []
        self._tracks: dict[str, Track] = {}
        self._due = list(plan.sittings(unit.condition))

    def lived(self) -> History:
        plan, unit = self._unit.plan, self._unit
        seeds = plan.life_seeds(unit.brain_seed)
        self._sit(0)
        for life in range(1, plan.lives + 1):
            result = self._learner.live(plan.trial_of(life), seeds[life - 1])
            track = Track.of(plan.trial_of(life).marker, result)
            self._tracks |= {"last_life": track} if life > 1 else {"first_life": track, "last_life": track}
            self._sit(life)
        changed = change(self._born, self._learner.compiled)
        if any(sitting.after_life > plan.lives for sitting in self._due):
            self._learner = Learner(self._learner.compiled, "no_reward", **self._options)
            for life in range(plan.lives + 1, plan.all_lives + 1):
                self._learner.live(plan.trial_of(life), seeds[life - 1])
                self._sit(life)
        return History(
            condition=unit.condition,
            brain_seed=unit.brain_seed,
            lives=tuple(self._learner.lives),
            tests=tuple(self._tests),
            tracks={name: self._tracks[name] for name in TRACKS},
            change=changed,
        )

    def _sit(self, life: int) -> None:
        """The tests that are due after a life."""
        for sitting in self._due:
            if sitting.after_life == life:
                agent = SpikingAgent(self._learner.compiled, learning=False, **self._options)
                for seed in self._unit.plan.test_seeds:
                    self._test(agent, sitting, seed)

    def _test(self, agent: SpikingAgent, sitting: Sitting, seed: int) -> None:
        plan, after, marker = self._unit.plan, sitting.after_life, sitting.trial.marker
        result = run_trial(agent, sitting.trial, seed)
        self._tests.append(Test(after, marker, seed, result.ci_net, result.ci_time, result.success))
        name = {0: "birth_test", plan.lives: "end_test"}.get(after)
        if name is not None and seed == plan.first_test_seed:
            self._tracks[name] = Track.of(marker, result)
