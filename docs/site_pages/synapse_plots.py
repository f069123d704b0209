"""A plot of one measurement of each synapse type, made with the engine."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from site_pages.small_network import REST_TICKS, SmallNetwork, jolts, traces
from spikeworm_env.engine.synapses import SynapseType, resolve_parameters
from spikeworm_env.reports.figure_style import colour, new_figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

WIDTH_IN, ROW_IN = 7.2, 1.5
SOURCE, TARGET, THIRD = (colour(index) for index in (0, 5, 2))
WEIGHT, CONDUCTANCE, GRADED_WEIGHT = 4.0, 0.1, 40.0
TRAIN = [*range(50, 450, 50), 1200]  # eight spikes at 20 Hz, and one after a rest


def plot_of(synapse_type: SynapseType) -> tuple[Figure, str]:
    """The plot of what a type can do, by its capabilities, and the caption."""
    if synapse_type.continuous:
        return conduction(synapse_type), CAPTIONS["symmetric" if synapse_type.symmetric else "directed"]
    for capability, draw in (
        ("needs_modulator", modulation),
        ("prunes", pruning),
        ("needs_reward", reward),
        ("learning_rate", spike_pairs),
    ):
        if getattr(synapse_type, capability):
            return draw(synapse_type), CAPTIONS[capability]
    return transmission(synapse_type), CAPTIONS["transmission"]


CAPTIONS = {
    "symmetric": "A current step into one neuron depolarises the coupled neuron too, without a spike.",
    "directed": "A ramp of current into the source: the target follows its potential, without a spike.",
    "needs_modulator": "Source spikes act on the target only while the modulator neuron is active.",
    "prunes": "Four synapses with default parameters. The target of one never fires soon after its source: "
    "the first evaluation after twenty source spikes prunes it.",
    "needs_reward": "One pair of spikes, then a reward: a later reward changes the weight less; without a "
    "reward the weight does not change.",
    "learning_rate": "One pair of spikes at a weight midway between the bounds: source before target "
    "potentiates, target before source depresses.",
    "transmission": "Eight source spikes at 20 Hz and one after a rest: the potential of the target.",
}


def transmission(synapse_type: SynapseType) -> Figure:
    """The target's membrane potential during a train of source spikes."""
    recorder = SmallNetwork(synapse_type.name, [(0, 1)], WEIGHT).run(jolts(1300, 2, {0: TRAIN}))
    figure, (spikes, voltage) = _rows(2, "ms", heights=(0.4, 1.6))
    _raster(spikes, {"source": TRAIN})
    _voltages(voltage, traces(recorder)[:, 1:], ["target"])
    return figure


def conduction(synapse_type: SynapseType) -> Figure:
    """A current into one neuron, below its threshold; the potentials of both."""
    currents = np.zeros((600, 2))
    currents[150:450, 0] = 3.0 if synapse_type.symmetric else np.linspace(0.0, 3.5, 300)
    weight = CONDUCTANCE if synapse_type.symmetric else GRADED_WEIGHT
    recorder = SmallNetwork(synapse_type.name, [(0, 1)], weight).run(currents)
    figure, (current, voltage) = _rows(2, "ms", heights=(0.5, 1.5))
    current.plot(currents[:, 0], color=SOURCE)
    current.set_ylabel("current")
    _voltages(voltage, traces(recorder), ["neuron with the current", "coupled neuron"])
    return figure


def modulation(synapse_type: SynapseType) -> Figure:
    """Source spikes reach the target only while the modulator is active."""
    spikes = {0: range(25, 1000, 50), 2: range(350, 650, 25)}
    circuit = SmallNetwork(synapse_type.name, [(0, 1)], WEIGHT, neurons=("RS", "RS", "RS"), modulators=(2,))
    recorder = circuit.run(jolts(1000, 3, spikes))
    figure, (raster, voltage) = _rows(2, "ms", heights=(0.6, 1.4))
    _raster(raster, {"source": spikes[0], "modulator": spikes[2]})
    _voltages(voltage, traces(recorder)[:, 1:2], ["target"])
    return figure


def spike_pairs(synapse_type: SynapseType) -> Figure:
    """The change of weight after one pair of spikes, by the time between them."""
    lags = np.arange(-80, 81, 2)
    figure, (axes,) = _rows(1, "target's spike after the source's, ms", heights=(2.4,))
    rate = str(synapse_type.learning_rate)
    for value, ink in ((0.01, SOURCE), (0.02, THIRD)):
        circuit = SmallNetwork(synapse_type.name, [(0, 1)], _midway(synapse_type), {rate: value})
        steps = [_pair_step(circuit, int(lag)) for lag in lags]
        axes.plot(lags, steps, ".-", color=ink, label=f"{rate} {value:g}")
    axes.axhline(0, color="0.6", lw=0.8)
    axes.axvline(0, color="0.6", lw=0.8)
    axes.set_ylabel("change of weight")
    axes.legend(frameon=False)
    return figure


def reward(synapse_type: SynapseType) -> Figure:
    """The change of weight after one pair of spikes, by the delay of the reward."""
    delays = np.arange(1, 2000, 50)
    figure, (axes,) = _rows(1, "reward after the pair, ms", heights=(2.4,))
    for amount, ink in ((1.0, SOURCE), (0.0, "0.5"), (-1.0, TARGET)):
        circuit = SmallNetwork(synapse_type.name, [(0, 1)], _midway(synapse_type))
        steps = [_rewarded_step(circuit, int(delay), amount) for delay in delays]
        axes.plot(delays, steps, color=ink, label=f"reward {amount:g}")
    axes.set_ylabel("change of weight")
    axes.legend(frameon=False)
    return figure


def pruning(synapse_type: SynapseType) -> Figure:
    """Weights of four pairs of neurons whose target follows 100, 50, 25 or 0% of the source's spikes."""
    shares, ticks = (1.0, 0.5, 0.25, 0.0), 9000
    n, beats = len(shares), np.arange(100, ticks - 100, 120)
    chance = np.random.default_rng(0).random((n, len(beats)))
    spikes = {source: beats for source in range(n)}
    spikes |= {n + source: beats[chance[source] < share] + 5 for source, share in enumerate(shares)}
    pairs = [(source, n + source) for source in range(n)]
    circuit = SmallNetwork(synapse_type.name, pairs, 2.0, neurons=("RS",) * 2 * n)
    time_ms, weights = circuit.run(jolts(ticks, 2 * n, spikes)).weights
    figure, (axes,) = _rows(1, "age, ms", heights=(2.4,))
    for source, share in enumerate(shares):
        label = f"its target follows {share:.0%} of its spikes"
        axes.plot(time_ms, weights[:, source], color=colour(source), label=label)
    axes.set_ylabel("weight")
    axes.legend(frameon=False)
    return figure


def _midway(synapse_type: SynapseType) -> float:
    """The weight midway between the default bounds."""
    return float(np.mean(synapse_type.weight_bounds(resolve_parameters(synapse_type.name))))


def _pair_step(circuit: SmallNetwork, lag: int) -> float:
    first = 100
    recorder = circuit.run(jolts(300, 2, {0: [first], 1: [first + lag]}))
    return float(recorder.weights[1][-1, 0] - circuit.weight)


def _rewarded_step(circuit: SmallNetwork, delay: int, reward: float) -> float:
    brain = circuit.brain()
    brain.advance(REST_TICKS)
    for row in jolts(10, 2, {0: [0], 1: [5]}):
        brain.tick(row)
    brain.advance(delay)
    brain.deliver_reward(reward)
    return float(brain.weights[0] - circuit.weight)


def _rows(count: int, unit: str, heights: tuple[float, ...]) -> tuple[Figure, list[Axes]]:
    """A figure of rows with a shared horizontal axis."""
    figure = new_figure(WIDTH_IN, 0.6 + ROW_IN * sum(heights))
    axes = figure.subplots(count, 1, sharex=True, squeeze=False, height_ratios=heights)[:, 0]
    for each in axes:
        each.spines[["top", "right"]].set_visible(False)
    axes[-1].set_xlabel(unit)
    return figure, list(axes)


def _raster(axes: Axes, spikes: Mapping[str, Iterable[int]]) -> None:
    for row, ticks in enumerate(spikes.values()):
        axes.eventplot([list(ticks)], lineoffsets=-row, linelengths=0.7, colors=(SOURCE, THIRD)[row])
    axes.set_yticks([-row for row in range(len(spikes))], list(spikes))
    axes.spines["left"].set_visible(False)
    axes.tick_params(left=False)


def _voltages(axes: Axes, voltages: NDArray, names: list[str]) -> None:
    inks = (TARGET,) if len(names) == 1 else (SOURCE, TARGET)
    for index, name in enumerate(names):
        axes.plot(voltages[:, index], color=inks[index], label=name, lw=1.2)
    axes.set_ylabel("membrane, mV")
    axes.legend(frameon=False, loc="upper right")
