"""Activity of the components of a brain."""

from __future__ import annotations

from array import array
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from spikeworm_env.agents.spiking import SpikingAgent
from spikeworm_env.compiler import CompiledBrain
from spikeworm_env.errors import InputError
from spikeworm_env.trials.run import run_trial
from spikeworm_env.trials.task import Trial
from spikeworm_env.world.scale import TICKS_PER_S


@dataclass(frozen=True)
class ComponentActivity:
    """Activity of the neurons of one component.

    Attributes:
        component: name in the recipe.
        neurons: number of neurons.
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
        seconds: simulated seconds of the count; > 0.

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
        ticks: (k,) tick of each spike, 1 ms each from the start, ascending.
        neurons: (k,) id of the neuron of each spike; ascending within a tick.
        seconds: simulated seconds.
    """

    ticks: NDArray[np.integer]
    neurons: NDArray[np.integer]
    seconds: float

    @property
    def times_s(self) -> NDArray[np.float64]:
        """(k,) time of each spike: the beginning of its tick, seconds from the start."""
        return self.ticks / TICKS_PER_S

    def activity(self, compiled: CompiledBrain) -> tuple[ComponentActivity, ...]:
        """The activity of each component of the brain."""
        counts = np.bincount(self.neurons, minlength=compiled.network.n_neurons)
        return component_activity(compiled, counts, self.seconds)


class SpikeLog:
    """Every spike of an agent's brain from now on, in two or four bytes a spike.

    Args:
        agent: the agent whose brain is recorded; a brain has room for one listener.
    """

    def __init__(self, agent: SpikingAgent) -> None:
        short = agent.brain.n_neurons <= np.iinfo(np.uint16).max
        self._kind = np.uint16 if short else np.uint32
        self._neurons = array("H" if short else "I")
        self._per_tick = array("I")
        agent.brain.on_tick = self._record

    def _record(self, fired: NDArray[np.int64]) -> None:
        self._neurons.frombytes(fired.astype(self._kind).tobytes())
        self._per_tick.append(fired.size)

    def spikes(self) -> Spikes:
        """The spikes recorded so far."""
        ticks = np.repeat(np.arange(len(self._per_tick), dtype=np.int32), np.array(self._per_tick, np.int64))
        whole = self._neurons[: ticks.size]  # an interrupt may leave a part of the last tick
        return Spikes(ticks, np.array(whole, self._kind), len(self._per_tick) / TICKS_PER_S)


def trial_spikes(compiled: CompiledBrain, trial: Trial, seed: int = 0) -> Spikes:
    """Run a brain through one trial as `run_trial` does; keep its spikes.

    Raises:
        InputError: arguments that the environment refuses.
    """
    agent = SpikingAgent(compiled)
    log = SpikeLog(agent)
    run_trial(agent, trial, seed, progress=False)
    return log.spikes()
