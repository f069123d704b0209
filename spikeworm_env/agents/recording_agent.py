"""A spiking agent whose activity is recorded for the brain panel."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from spikeworm_env.agents.protocol import Agent, CopiedWhole
from spikeworm_env.agents.spiking import SpikingAgent
from spikeworm_env.compiler.compiled_brain import BLOCK_ORIGIN, PROJECTION_ORIGIN, CompiledBrain
from spikeworm_env.engine.synapses import SYNAPSE_TYPES
from spikeworm_env.interventions._protocol import Protocol
from spikeworm_env.rendering.brain_snapshot import BrainSnapshot, Curve
from spikeworm_env.world.scale import TICK_S

SPAN_TICKS, RASTER_TICKS = 5, 2000  # duration of a column of the raster, and of the raster
MOST_ROWS = 1024  # of the raster; in a larger brain several neurons share a row
RATE_TICKS = 500  # window of rates
SIGNAL_TICKS, SIGNALS_KEPT = 50, 400  # sampling interval of reward and modulators; 20 s of samples
REWARD, DELIVERED_REWARD = "reward", "delivered_reward"  # from the environment, and to the brain
WEIGHT_TICKS, WEIGHTS_KEPT = 250, 400  # the same for weights: 100 s


class RecordingAgent(CopiedWhole):
    """Records a spiking agent. The agent acts, learns and draws noise as it does without recording.

    Args:
        agent: the agent to record.
    """

    _raster: NDArray[np.uint16]  # (t, r) a ring
    _span: NDArray[np.int32]  # (r,) spikes of the present span
    _spans: int  # completed spans
    _in_span: int  # ticks of the present span
    _sums: dict[str, float]  # of each signal since its last sample
    _signals: dict[str, deque[float]]
    _weights: deque[NDArray[np.float64]]
    _unsampled: int  # ticks
    _unweighed: int  # ticks

    def __init__(self, agent: SpikingAgent) -> None:
        self.agent = agent
        self.name = agent.name
        compiled = agent.compiled
        self._names = tuple(part.name for part in compiled.components)
        self._neurons = np.array([part.count * part.size for part in compiled.components])
        self._rows = rows_for(self._neurons)
        self._first_neuron = _first_of_row(self._neurons, self._rows)
        self._first_row = np.cumsum(self._rows) - self._rows
        self._groups = dict(_modulators(compiled))
        self._synapses, self._origin, self._origins = _learning(compiled)
        self._clear()

    @property
    def frame_skip(self) -> int:
        """Ticks for which it holds each action."""
        return self.agent.frame_skip

    @property
    def learns(self) -> bool:
        """Whether weights can change during a trial."""
        return self.agent.learns

    @property
    def conditions(self) -> tuple[str, ...]:
        """Those of the agent."""
        return self.agent.conditions

    @property
    def protocol(self) -> Protocol:
        """What is done to the brain in each episode."""
        return self.agent.protocol

    @protocol.setter
    def protocol(self, protocol: Protocol) -> None:
        self.agent.protocol = protocol

    def reset(self, *, seed: int | None, info: Mapping[str, Any]) -> None:
        """Start a trial, with an empty recording."""
        self.agent.reset(seed=seed, info=info)
        self._clear()

    def act(self, observation: NDArray[np.float32]) -> NDArray[np.float32]:
        """The agent's action; records its spikes."""
        action = self.agent.act(observation)
        counts = self.agent.brain.spike_counts
        self._span += (
            counts if counts.size == self._span.size else np.add.reduceat(counts, self._first_neuron)
        )
        self._in_span += self.agent.frame_skip
        if self._in_span >= SPAN_TICKS:
            self._raster[self._spans % len(self._raster)] = self._span
            self._span[:] = 0
            self._spans, self._in_span = self._spans + 1, 0
        for name, members in self._groups.items():
            self._sums[name] += float(counts[members].mean())
        return action

    def learn(self, reward: float, terminated: bool, truncated: bool, info: Mapping[str, Any]) -> None:
        """Pass the outcome to the agent; records reward, modulators and weights."""
        self.agent.learn(reward, terminated, truncated, info)
        self._sums[REWARD] += reward
        if DELIVERED_REWARD in self._sums:
            self._sums[DELIVERED_REWARD] += self.agent.delivered_reward
        self._unsampled += self.agent.frame_skip
        if self._unsampled >= SIGNAL_TICKS:
            seconds = self._unsampled * TICK_S
            for name, total in self._sums.items():
                self._signals[name].append(total if name == DELIVERED_REWARD else total / seconds)
                self._sums[name] = 0.0
            self._unsampled = 0
        self._unweighed += self.agent.frame_skip
        if self._unweighed >= WEIGHT_TICKS:
            self._record_weights()

    def panel(self) -> BrainSnapshot:
        """The recording up to the last action."""
        kept, at = len(self._raster), self._spans % len(self._raster)
        if self._spans < kept:
            raster = self._raster[:at].copy()
        else:
            raster = np.concatenate((self._raster[at:], self._raster[:at]))
        return BrainSnapshot(
            components=self._names,
            neurons=self._neurons,
            rows=self._rows,
            raster=raster,
            span_ms=self._spacing_s(SPAN_TICKS) * 1000,
            last_span=self._spans - 1,
            rates_hz=self._rates(raster),
            signals=tuple(self._signal_curves()),
            weights=tuple(self._weight_curves()),
        )

    def _clear(self) -> None:
        spans = max(round(RASTER_TICKS / 1000 / self._spacing_s(SPAN_TICKS)), 1)
        self._raster = np.zeros((spans, self._rows.sum()), dtype=np.uint16)
        self._span = np.zeros(self._rows.sum(), dtype=np.int32)
        self._spans = self._in_span = 0
        names = [REWARD, *([DELIVERED_REWARD] if self.agent.compiled.reward else []), *self._groups]
        self._sums = dict.fromkeys(names, 0.0)
        self._signals = {name: deque([0.0] * SIGNALS_KEPT, SIGNALS_KEPT) for name in names}
        self._weights = deque(maxlen=WEIGHTS_KEPT)
        self._unsampled = 0
        self._record_weights()

    def _record_weights(self) -> None:
        """Record the mean weight of each origin's plastic synapses."""
        self._unweighed = 0
        if self._origins:
            total = np.bincount(self._origin, self.agent.brain.weights[self._synapses])
            self._weights.append(total / np.bincount(self._origin))

    def _rates(self, raster: NDArray[np.uint16]) -> NDArray[np.float64]:
        """(c,) mean rate of each component's neurons over the last half second, Hz."""
        spacing = self._spacing_s(SPAN_TICKS)
        recent = raster[-max(round(RATE_TICKS / 1000 / spacing), 1) :]
        spikes = np.add.reduceat(recent.sum(axis=0, dtype=np.int64), self._first_row)
        return spikes / self._neurons / (max(len(recent), 1) * spacing)

    def _spacing_s(self, ticks: int) -> float:
        """The interval between samples, s, if each is taken at the first step after that many ticks."""
        return -(-ticks // self.agent.frame_skip) * self.agent.frame_skip * TICK_S

    def _signal_curves(self) -> Iterator[Curve]:
        spacing = self._spacing_s(SIGNAL_TICKS)
        for name, values in self._signals.items():
            unit = {REWARD: "/s", DELIVERED_REWARD: ""}.get(name, "Hz")
            yield Curve(name, np.array(values), spacing, unit)

    def _weight_curves(self) -> Iterator[Curve]:
        spacing = self._spacing_s(WEIGHT_TICKS)
        for name, values in zip(self._origins, np.array(self._weights).T, strict=True):
            yield Curve(name, values, spacing)


def rows_for(neurons: NDArray[np.int64]) -> NDArray[np.int64]:
    """(c,) raster rows of components with these (c,) neurons: one a neuron, at most `MOST_ROWS` in all."""
    if neurons.sum() <= MOST_ROWS:
        return neurons
    share = np.sqrt(neurons) / np.sqrt(neurons).sum()
    return np.minimum(neurons, np.maximum((share * MOST_ROWS).astype(np.int64), 1))


def _first_of_row(neurons: NDArray[np.int64], rows: NDArray[np.int64]) -> NDArray[np.int64]:
    """(r,) the first neuron of each row."""
    starts = np.cumsum(neurons) - neurons
    return np.concatenate(
        [start + np.arange(n) * size // n for start, size, n in zip(starts, neurons, rows, strict=True)]
    )


def _modulators(compiled: CompiledBrain) -> Iterator[tuple[str, NDArray[np.int64]]]:
    """(name of its terminal, neurons of all copies) of each modulator group."""
    groups: dict[str, list[NDArray[np.int64]]] = {}
    for group in compiled.network.modulators:
        groups.setdefault(_terminal(compiled, group), []).append(group)
    for name, parts in groups.items():
        short = name.rpartition(".")[2].removesuffix("_out").removesuffix("_in")
        namesakes = sum(other.rpartition(".")[2] == name.rpartition(".")[2] for other in groups)
        clear = namesakes == 1 and short not in (REWARD, DELIVERED_REWARD)
        yield short if clear else name, np.unique(np.concatenate(parts))


def _terminal(compiled: CompiledBrain, neurons: NDArray[np.int64]) -> str:
    """The smallest terminal with these neurons, outputs first; the component's name if there is none."""
    for terminals in (compiled.outputs, compiled.inputs):
        holding = [name for name, members in terminals.items() if np.isin(neurons, members).all()]
        if holding:
            return min(holding, key=lambda name: len(terminals[name]))
    return compiled.components[compiled.component[neurons[0]]].name


def _learning(compiled: CompiledBrain) -> tuple[NDArray[np.int64], NDArray[np.int64], tuple[str, ...]]:
    """((k,) plastic synapses, (k,) index of the origin of each, names of the origins)."""
    network = compiled.network
    synapses = np.flatnonzero(
        network.by_synapse(lambda each: SYNAPSE_TYPES[each.type].learns(each.parameters), bool)
    )
    origins, index = np.unique(compiled.origin[synapses], return_inverse=True)
    names = tuple(_short(compiled.origins[origin]) for origin in origins.tolist())
    return synapses, index, names


def _short(origin: str) -> str:
    """The short form of an origin: ``"a.out -> b.in"`` of ``"projections[2] a.out -> b.in"``."""
    named = origin.startswith((BLOCK_ORIGIN, PROJECTION_ORIGIN))
    return origin.partition(" ")[2] if named else origin


def with_panel(agent: Agent) -> tuple[Agent, Callable[[], BrainSnapshot] | None]:
    """The agent and the panel of its brain, for frames; an agent without a brain has none."""
    if not isinstance(agent, SpikingAgent):
        return agent, None
    recording_agent = RecordingAgent(agent)
    return recording_agent, recording_agent.panel
