"""A recorded trial: every spike, the behaviour of the worm, and their provenance."""

from __future__ import annotations

from array import array
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import gymnasium
import numpy as np
from numpy.typing import NDArray

from spikeworm_env.agents.protocol import Agent
from spikeworm_env.agents.spiking import SpikingAgent
from spikeworm_env.compiler import CompiledBrain
from spikeworm_env.errors import InputError, shown
from spikeworm_env.trials.activity import SpikeLog, Spikes
from spikeworm_env.trials.metrics import figures_of
from spikeworm_env.trials.provenance import versions
from spikeworm_env.trials.result import INDICES, TrialResult
from spikeworm_env.trials.run import run_trial
from spikeworm_env.trials.task import Trial, find_trial

SIGNALS = ("time_s", "x", "y", "heading_rad", "distance", "concentration", *INDICES)
"""Quantities recorded at every sample; the columns of `Recording.behaviour`."""


@dataclass(frozen=True, eq=False)
class Recording:
    """One trial of one brain.

    Attributes:
        compiled: the brain as it was compiled.
        spikes: every spike.
        behaviour: by name of `SIGNALS`: (m,) at the start, every 50 ms and the end; lengths in BL.
        result: the figures and samples of the trial.
        trial: the arena and the duration.
        frame_skip: ticks per step of the environment.
        weight_jitter: relative standard deviation of the noise on all weights.
        command: reproduces it; empty if unknown.
        session_start: when it was recorded, with its time zone.
    """

    compiled: CompiledBrain
    spikes: Spikes
    behaviour: Mapping[str, NDArray[np.float64]]
    result: TrialResult
    trial: Trial
    frame_skip: int
    weight_jitter: float
    command: str
    session_start: datetime

    @property
    def name(self) -> str:
        """Agent, brain seed and trial seed, joined by hyphens."""
        return f"{self.result.agent}-s{self.compiled.meta.seed}-{self.result.seed}"

    def about(self) -> dict[str, Any]:
        """Provenance as JSON types: everything that determines the contents, without the time of day."""
        meta, result = self.compiled.meta, figures_of(self.result)
        del result["ticks_per_second"]
        return {
            "recipe": meta.recipe_name,
            "recipe_hash": meta.recipe_hash,
            "compiler_version": meta.compiler_version,
            "brain_seed": meta.seed,
            "weight_jitter": self.weight_jitter,
            "trial": {"name": self.trial.name, "environment": self.trial.env_id, **self.trial.settings()},
            "seed": self.result.seed,
            "frame_skip": self.frame_skip,
            "foods": self.result.food.tolist(),
            "result": result,
            "command": self.command,
            "versions": versions(),
        }

    def spike_trains(self) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
        """(k,) spike times in seconds, neuron after neuron, and (n,) where each neuron's end."""
        order = np.argsort(self.spikes.neurons, kind="stable")
        counts = np.bincount(self.spikes.neurons, minlength=self.compiled.network.n_neurons)
        return self.spikes.times_s[order], np.cumsum(counts)


class SpikeRecorder:
    """Records the spikes of one trial of an agent; an observer of `run_trial`."""

    _agent: SpikingAgent
    _log: SpikeLog

    def __init__(self) -> None:
        self._samples = array("d")

    def listen(self, agent: Agent) -> None:
        """Record the spikes of this agent from now on.

        Raises:
            InputError: it has no brain.
        """
        self._agent = _with_brain(agent)
        self._log = SpikeLog(self._agent)

    def __call__(self, env: gymnasium.Env, info: Mapping[str, Any]) -> None:
        """Note where the worm is, what it senses and its indices so far."""
        x, y = info["position"]
        self._samples.extend((info["time_s"], x, y, *(info[name] for name in SIGNALS[3:])))

    def recording(
        self, result: TrialResult, trial: Trial, *, session_start: datetime, command: str = ""
    ) -> Recording:
        """The recording of the trial that has ended.

        Args:
            result: of the trial.
            trial: the arena and the duration.
            session_start: when it was recorded; with its time zone.
            command: reproduces it.
        """
        _check_start(session_start)
        samples = np.array(self._samples).reshape(-1, len(SIGNALS))
        return Recording(
            compiled=self._agent.compiled,
            spikes=self._log.spikes(),
            behaviour=dict(zip(SIGNALS, samples.T, strict=True)),
            result=result,
            trial=trial,
            frame_skip=self._agent.frame_skip,
            weight_jitter=self._agent.weight_jitter,
            command=command,
            session_start=session_start,
        )


def record_trial(
    agent: Agent,
    trial: str | Trial = "default",
    seed: int = 0,
    *,
    session_start: datetime,
    command: str = "",
) -> Recording:
    """Run one trial as `run_trial` does, and record it.

    Raises:
        InputError: as `run_trial`, an agent without a brain, or a time without its time zone.
    """
    _check_start(session_start)
    spike_recorder, trial = SpikeRecorder(), find_trial(trial)
    spike_recorder.listen(agent)
    result = run_trial(agent, trial, seed, observer=spike_recorder, progress=False)
    return spike_recorder.recording(result, trial, session_start=session_start, command=command)


def _check_start(session_start: object) -> None:
    if not isinstance(session_start, datetime) or session_start.tzinfo is None:
        raise InputError(f"session_start is {shown(session_start)}; expected a datetime with its time zone")


def _with_brain(agent: Agent) -> SpikingAgent:
    if not isinstance(agent, SpikingAgent):
        hint = "; sw.make_agent makes one of a name" if isinstance(agent, str) else ""
        raise InputError(f"agent is {shown(agent)}; expected a spiking agent, which has a brain{hint}")
    return agent
