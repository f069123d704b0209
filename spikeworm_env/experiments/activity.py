"""How active each component of a brain was."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from spikeworm_env.agents.spiking import SpikingAgent
from spikeworm_env.compiler import CompiledBrain
from spikeworm_env.errors import InputError
from spikeworm_env.experiments.trial import run_trial
from spikeworm_env.experiments.trials import Trial


@dataclass(frozen=True)
class ComponentActivity:
    """What the neurons of one component did.

    Attributes:
        component: its name in the recipe.
        neurons: how many there are.
        active_share: share of them that spiked at least once, 0 to 1.
        mean_rate_hz: spikes per neuron and second, silent neurons included.
    """

    component: str
    neurons: int
    active_share: float
    mean_rate_hz: float


def component_activity(
    compiled: CompiledBrain, spike_counts: ArrayLike, seconds: float
) -> tuple[ComponentActivity, ...]:
    """The activity of each component, in the order of the recipe.

    Args:
        compiled: the brain, of n neurons.
        spike_counts: (n,) spikes of each neuron.
        seconds: simulated seconds that they were counted over; > 0.

    Raises:
        InputError: counts of another shape, below 0 or not finite, or a time that is not above 0.
    """
    counts = np.asarray(spike_counts)
    n = compiled.network.n_neurons
    if counts.shape != (n,):
        raise InputError(f"spike_counts: shape {counts.shape}, expected ({n},)")
    if not (np.isfinite(counts).all() and (counts >= 0).all()):
        raise InputError("spike_counts: expected finite numbers from 0 up")
    if not 0 < seconds < float("inf"):
        raise InputError(f"seconds: {seconds}, expected a number above 0")
    return tuple(
        ComponentActivity(
            component=part.name,
            neurons=part.count * part.size,
            active_share=float(np.mean(own > 0)),
            mean_rate_hz=float(np.mean(own) / seconds),
        )
        for part in compiled.components
        for own in [counts[part.first : part.first + part.count * part.size]]
    )


@dataclass(frozen=True, eq=False)
class Spikes:
    """Spikes of one trial.

    Attributes:
        ticks: (k,) when each fell, ticks of 1 ms from the start.
        neurons: (k,) id of the neuron that it came from.
        seconds: simulated seconds.
    """

    ticks: NDArray[np.int64]
    neurons: NDArray[np.int64]
    seconds: float

    def activity(self, compiled: CompiledBrain) -> tuple[ComponentActivity, ...]:
        """The activity of each component of the brain that they came from."""
        counts = np.bincount(self.neurons, minlength=compiled.network.n_neurons)
        return component_activity(compiled, counts, self.seconds)


class _Noting(SpikingAgent):
    """An agent that notes which neurons spiked in each tick of a trial in lock-step."""

    def __init__(self, compiled: CompiledBrain) -> None:
        super().__init__(compiled)
        self.fired: list[NDArray[np.int64]] = []

    def act(self, observation: NDArray[np.float32] | Mapping[str, Any]) -> NDArray[np.float32]:
        action = super().act(observation)
        self.fired.append(np.flatnonzero(self.brain.spike_counts))
        return action


def trial_spikes(compiled: CompiledBrain, trial: Trial, seed: int = 0) -> Spikes:
    """Run a brain through one trial in lock-step, as `run_trial` does; keep its spikes.

    Raises:
        InputError: arguments that the environment refuses.
    """
    agent = _Noting(compiled)
    result = run_trial(agent, trial, seed)
    ticks = np.repeat(np.arange(len(agent.fired)), [fired.size for fired in agent.fired])
    return Spikes(ticks, np.concatenate(agent.fired), result.seconds)
