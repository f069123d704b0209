"""A learner: one brain that lives through trial after trial, its synapses going on from life to life."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from spikeworm_env.agents.spiking import SpikingAgent
from spikeworm_env.compiler.brain import CompiledBrain
from spikeworm_env.compiler.training_record import TrainingEpisode
from spikeworm_env.envs.observation import LAYOUT
from spikeworm_env.errors import InputError
from spikeworm_env.experiments.learning.conditions import CONDITIONS
from spikeworm_env.lesions.pruning import ALIVE, PRUNABLE_TYPE, prune_at_random, pruned
from spikeworm_env.trials.result import TrialResult
from spikeworm_env.trials.run import Observer, run_trial
from spikeworm_env.trials.task import Trial
from spikeworm_env.world.scale import DEFAULT_FRAME_SKIP

ELSEWHERE = 1_000_000  # added to a trial seed: where the other worm of a yoked pair lives
PARTNER = "partner."  # how the names in the state of the other worm begin
PRUNED_STATE, WEIGHT = f"synapses.{PRUNABLE_TYPE}", "w"  # in the state of a brain


class Learner:
    """One brain under one condition.

    Args:
        compiled: the brain: new, or one that has lived before.
        condition: a key of ``CONDITIONS``.
        frame_skip: ticks of 1 ms per action.
        fresh: whether membranes start anew in each life; if not, they live on as synapses do.
        layout: where each channel is found in an observation of its trials; by default what all have.

    A learner of the same brain, condition and options that restores another's state goes on bit for bit.

    Attributes:
        lives: those that the brain has lived, the earlier ones included.
    """

    def __init__(
        self,
        compiled: CompiledBrain,
        condition: str = "reward",
        *,
        frame_skip: int = DEFAULT_FRAME_SKIP,
        fresh: bool = True,
        layout: Mapping[str, slice] = LAYOUT,
    ) -> None:
        self.condition, self._rule = condition, CONDITIONS[condition]
        self._born = compiled if compiled.episodes else self._rule.born(compiled)
        self._options: dict[str, Any] = {
            "frame_skip": frame_skip,
            "keep_state": not fresh,
            "layout": layout,
            "learning": self._rule.learning,
        }
        self._agent = self._embodied(self._born)
        self.episodes: list[TrainingEpisode] = list(compiled.episodes)
        self._other: Learner | None = None
        if self._rule.yoked or self._rule.twin_prunes:
            self._other = Learner(compiled, frame_skip=frame_skip, fresh=fresh, layout=layout)

    @property
    def compiled(self) -> CompiledBrain:
        """The brain as it is now: its weights, its experience, its lives."""
        return replace(self._born, network=self._agent.brain.trained_network(), episodes=tuple(self.episodes))

    @property
    def age(self) -> int:
        """Ticks that the brain has lived."""
        return self._agent.brain.ticks

    def state(self) -> dict[str, NDArray]:
        """The brain's state, arrays by name, and beside it that of the worm it is paired with, if any."""
        own = self._agent.brain.state()
        other = {} if self._other is None else self._other.state()
        return own | {f"{PARTNER}{name}": array for name, array in other.items()}

    def restore(self, state: Mapping[str, NDArray], episodes: Iterable[TrainingEpisode]) -> None:
        """Become the learner that ``state`` was taken from, after these lives.

        Raises:
            InputError: it is the state of another brain, of one that has lived longer or shorter, or damaged.
        """
        episodes = list(episodes)
        if self._other is not None:
            other = {name.removeprefix(PARTNER): a for name, a in state.items() if name.startswith(PARTNER)}
            self._other.restore(other, episodes)
        self._agent.brain.restore(state)
        experience = self._born.network.experience
        before = experience.age if experience is not None else 0
        age = episodes[-1].age if len(episodes) > len(self._born.episodes) else before
        if self.age != age:
            raise InputError(
                f"state is of a brain {self.age} ticks old; its {len(episodes)} lives end at age {age}"
            )
        self.episodes = episodes

    def live(self, trial: str | Trial, seed: int, observer: Observer | None = None) -> TrialResult:
        """Live through one trial; what it came to is appended to ``lives``.

        Args:
            trial: a trial or its name.
            seed: the trial seed.
            observer: looks on, see `trials.run.Observer`.
        """
        if self._other is not None:
            self._other.live(trial, seed + ELSEWHERE if self._rule.yoked else seed)
            if self._rule.yoked:
                self._agent.yoke(self._other._agent.rpes)
            else:
                self._prune(self._other.compiled, seed)
        before = self._agent.brain.weights
        result = run_trial(self._agent, trial, seed, observer=observer)
        earned = self._agent.rpes
        self.episodes.append(
            TrainingEpisode(
                number=len(self.episodes) + 1,
                condition=self.condition,
                trial=result.trial,
                seed=seed,
                ticks=result.ticks,
                age=self.age,
                ci_time=result.ci_time,
                ci_net=result.ci_net,
                n_deliveries=len(earned),
                rpe_sum=float(np.sum(earned)),
                largest_change=float(np.abs(self._agent.brain.weights - before).max(initial=0.0)),
            )
        )
        return result

    def _embodied(self, compiled: CompiledBrain) -> SpikingAgent:
        return SpikingAgent(compiled, reward_mode=self._rule.reward_mode, **self._options)

    def _prune(self, twin: CompiledBrain, seed: int) -> None:
        """Before a life, as many at each target as the twin has lost by that life's end."""
        gone = pruned(twin.network)
        counts = np.bincount(twin.network.target[gone], minlength=twin.network.n_neurons)
        before = self._agent.brain
        grown = prune_at_random(before.trained_network(), counts, np.random.default_rng(seed))
        self._agent = self._embodied(replace(self._born, network=grown))
        if self._options["keep_state"]:
            state, fresh = before.state(), self._agent.brain.state()
            for field in (WEIGHT, ALIVE):
                state[PRUNED_STATE][field] = fresh[PRUNED_STATE][field]
            self._agent.brain.restore(state)
