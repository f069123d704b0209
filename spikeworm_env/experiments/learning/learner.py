"""A learner: one brain in episode after episode; its synapses continue from one to the next."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from spikeworm_env.agents.spiking import SpikingAgent
from spikeworm_env.compiler.compiled_brain import CompiledBrain
from spikeworm_env.compiler.edits import recorded
from spikeworm_env.compiler.training_record import TrainingEpisode
from spikeworm_env.engine.synapses import SYNAPSE_TYPES
from spikeworm_env.envs.spaces import LAYOUT
from spikeworm_env.errors import InputError
from spikeworm_env.experiments.learning.conditions import CONDITIONS, PARTNER_SEED
from spikeworm_env.lesions.pruning import prune_at_random, pruned
from spikeworm_env.trials.result import TrialResult
from spikeworm_env.trials.run import Observer, run_trial
from spikeworm_env.trials.task import Trial
from spikeworm_env.world.scale import DEFAULT_FRAME_SKIP

PARTNER = "partner."  # prefix of names in the state of the partner


class Learner:
    """One brain under one condition.

    Args:
        compiled: the brain: new, or trained before.
        condition: a key of ``CONDITIONS``.
        frame_skip: ticks of 1 ms per action.
        keep_state: whether membranes and traces continue from one episode to the next, as weights do;
            otherwise they are reset.
        layout: channel → its place in an observation; by default that of all environments.

    A learner of the same brain, condition and options that restores another's state continues bit for bit.

    Attributes:
        condition: as given.
        episodes: all episodes of the brain, those of earlier trainings first.
    """

    def __init__(
        self,
        compiled: CompiledBrain,
        condition: str = "reward",
        *,
        frame_skip: int = DEFAULT_FRAME_SKIP,
        keep_state: bool = False,
        layout: Mapping[str, slice] = LAYOUT,
    ) -> None:
        self.condition, self._rule = condition, CONDITIONS[condition]
        self._initial = compiled if compiled.episodes else self._rule.prepare(compiled)
        self._options: dict[str, Any] = {
            "frame_skip": frame_skip,
            "keep_state": keep_state,
            "layout": layout,
            "learning": self._rule.learning,
        }
        self._agent = self._make_agent(self._initial)
        self.episodes: list[TrainingEpisode] = list(compiled.episodes)
        self._partner: Learner | None = None
        if self._rule.yoked or self._rule.twin_prunes:
            self._partner = Learner(compiled, frame_skip=frame_skip, keep_state=keep_state, layout=layout)

    @property
    def compiled(self) -> CompiledBrain:
        """The brain as it is now: its weights, its experience, its episodes."""
        now = replace(
            self._initial, network=self._agent.brain.trained_network(), episodes=tuple(self.episodes)
        )
        return recorded(self._initial, now)

    @property
    def age(self) -> int:
        """Ticks that the brain has run."""
        return self._agent.brain.ticks

    def state(self) -> dict[str, NDArray]:
        """The state of the brain, arrays by name, and that of its partner or twin, if any."""
        own = self._agent.brain.state()
        other = {} if self._partner is None else self._partner.state()
        return own | {f"{PARTNER}{name}": array for name, array in other.items()}

    def restore(self, state: Mapping[str, NDArray], episodes: Iterable[TrainingEpisode]) -> None:
        """Continue from a state that was taken after these episodes.

        Raises:
            InputError: it is the state of another brain, does not belong to these episodes, or is damaged.
        """
        episodes = list(episodes)
        if self._partner is not None:
            other = {name.removeprefix(PARTNER): a for name, a in state.items() if name.startswith(PARTNER)}
            self._partner.restore(other, episodes)
            state = {name: array for name, array in state.items() if not name.startswith(PARTNER)}
        self._agent.brain.restore(state)
        experience = self._initial.network.experience
        before = experience.age if experience is not None else 0
        age = episodes[-1].age if len(episodes) > len(self._initial.episodes) else before
        if self.age != age:
            raise InputError(
                f"state is of a brain {self.age} ticks old; its {len(episodes)} episodes end at age {age}"
            )
        self.episodes = episodes

    def run_episode(self, trial: str | Trial, seed: int, observer: Observer | None = None) -> TrialResult:
        """Run one trial with learning on and append it to ``episodes``.

        Args:
            trial: a trial or its name.
            seed: the trial seed.
            observer: see `trials.run.Observer`.
        """
        if self._partner is not None:
            self._partner.run_episode(trial, seed + PARTNER_SEED if self._rule.yoked else seed)
            if self._rule.yoked:
                self._agent.yoke(self._partner._agent.rpes)
            else:
                self._prune(self._partner.compiled, seed)
        before = self._agent.brain.weights
        result = run_trial(self._agent, trial, seed, observer=observer, progress=False)
        rpes = self._agent.rpes
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
                n_deliveries=len(rpes),
                rpe_sum=float(np.sum(rpes)),
                largest_change=float(np.abs(self._agent.brain.weights - before).max(initial=0.0)),
            )
        )
        return result

    def _make_agent(self, compiled: CompiledBrain) -> SpikingAgent:
        return SpikingAgent(compiled, reward_mode=self._rule.reward_mode, **self._options)

    def _prune(self, twin: CompiledBrain, seed: int) -> None:
        """Prune, before an episode, as many at each target as the twin has lost at the end of it."""
        gone = pruned(twin.network)
        counts = np.bincount(twin.network.target[gone], minlength=twin.network.n_neurons)
        before = self._agent.brain
        grown = prune_at_random(before.trained_network(), counts, np.random.default_rng(seed))
        self._agent = self._make_agent(replace(self._initial, network=grown))
        if self._options["keep_state"]:
            state, fresh = before.state(), self._agent.brain.state()
            for name, synapse_type in SYNAPSE_TYPES.items():
                if synapse_type.prunes is not None:
                    for field in ("w", synapse_type.prunes.mark):
                        state[f"synapses.{name}"][field] = fresh[f"synapses.{name}"][field]
            self._agent.brain.restore(state)
