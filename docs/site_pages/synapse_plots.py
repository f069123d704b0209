"""A plot of one measurement of each synapse type, made with the engine."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from site_pages.small_network import REST_TICKS, SmallNetwork, jolts, traces
from spikeworm_env.reports.figure_style import colour, new_figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

WIDTH_IN, ROW_IN = 7.2, 1.5
SOURCE, TARGET, THIRD = (colour(index) for index in (0, 5, 2))
TRAIN = [*range(50, 450, 50), 1200]  # eight spikes at 20 Hz, and one after a rest


def transmission(type_name: str, weight: float) -> Figure:
    """The target's membrane potential during a train of source spikes."""
    recorder = SmallNetwork(type_name, [(0, 1)], weight).run(jolts(1300, 2, {0: TRAIN}))
    figure, (spikes, voltage) = _rows(2, "ms", heights=(0.4, 1.6))
    _raster(spikes, {"source": TRAIN})
    _voltages(voltage, traces(recorder)[:, 1:], ["target"])
    return figure


def gap_junction() -> Figure:
    """A current step into one neuron; the potentials of both."""
    currents = np.zeros((600, 2))
    currents[150:450, 0] = 3.0
    recorder = SmallNetwork("gap_junction", [(0, 1)], 0.1).run(currents)
    figure, (current, voltage) = _rows(2, "ms", heights=(0.5, 1.5))
    current.plot(currents[:, 0], color=SOURCE)
    current.set_ylabel("current")
    _voltages(voltage, traces(recorder), ["neuron with the current", "coupled neuron"])
    return figure


def gated() -> Figure:
    """Source spikes reach the target only while the modulator is active."""
    spikes = {0: range(25, 1000, 50), 2: range(350, 650, 25)}
    circuit = SmallNetwork("gated", [(0, 1)], 4.0, neurons=("RS", "RS", "RS"), modulators=(2,))
    recorder = circuit.run(jolts(1000, 3, spikes))
    figure, (raster, voltage) = _rows(2, "ms", heights=(0.6, 1.4))
    _raster(raster, {"source": spikes[0], "modulator": spikes[2]})
    _voltages(voltage, traces(recorder)[:, 1:2], ["target"])
    return figure


def plastic() -> Figure:
    """The change of weight after one pair of spikes, by the time between them."""
    lags = np.arange(-80, 81, 2)
    figure, (axes,) = _rows(1, "target's spike after the source's, ms", heights=(2.4,))
    for lr, ink in ((0.01, SOURCE), (0.02, THIRD)):
        circuit = SmallNetwork("plastic", [(0, 1)], 5.0, {"learning_rate": lr})
        steps = [_pair_step(circuit, int(lag)) for lag in lags]
        axes.plot(lags, steps, ".-", color=ink, label=f"learning_rate {lr:g}")
    axes.axhline(0, color="0.6", lw=0.8)
    axes.axvline(0, color="0.6", lw=0.8)
    axes.set_ylabel("change of weight")
    axes.legend(frameon=False)
    return figure


def reward_plastic() -> Figure:
    """The change of weight after one pair of spikes, by the delay of the reward."""
    delays = np.arange(1, 2000, 50)
    figure, (axes,) = _rows(1, "reward after the pair, ms", heights=(2.4,))
    for reward, ink in ((1.0, SOURCE), (0.0, "0.5"), (-1.0, TARGET)):
        circuit = SmallNetwork("reward_plastic", [(0, 1)], 5.0)
        steps = [_rewarded_step(circuit, int(delay), reward) for delay in delays]
        axes.plot(delays, steps, color=ink, label=f"reward {reward:g}")
    axes.set_ylabel("change of weight")
    axes.legend(frameon=False)
    return figure


def developmental() -> Figure:
    """Weights of four pairs of neurons whose target follows 100, 50, 25 or 0% of the source's spikes."""
    shares, ticks = (1.0, 0.5, 0.25, 0.0), 9000
    n, beats = len(shares), np.arange(100, ticks - 100, 120)
    chance = np.random.default_rng(0).random((n, len(beats)))
    spikes = {source: beats for source in range(n)}
    spikes |= {n + source: beats[chance[source] < share] + 5 for source, share in enumerate(shares)}
    pairs = [(source, n + source) for source in range(n)]
    circuit = SmallNetwork("developmental", pairs, 2.0, neurons=("RS",) * 2 * n)
    time_ms, weights = circuit.run(jolts(ticks, 2 * n, spikes)).weights
    figure, (axes,) = _rows(1, "age, ms", heights=(2.4,))
    for source, share in enumerate(shares):
        label = f"its target follows {share:.0%} of its spikes"
        axes.plot(time_ms, weights[:, source], color=colour(source), label=label)
    axes.set_ylabel("weight")
    axes.legend(frameon=False)
    return figure


PLOTS: Mapping[str, tuple[Callable[[], Figure], str]] = {
    "depressing": (
        lambda: transmission("depressing", 8.0),
        "Eight source spikes at 20 Hz and one after a rest: the current falls with each spike and recovers "
        "during the rest.",
    ),
    "developmental": (
        developmental,
        "Four synapses with default parameters. The target of one never fires soon after its source: the "
        "first evaluation after twenty source spikes prunes it.",
    ),
    "facilitating": (
        lambda: transmission("facilitating", 2.5),
        "Eight source spikes at 20 Hz and one after a rest: the current grows with each spike and decays "
        "during the rest.",
    ),
    "fixed": (
        lambda: transmission("fixed", 4.0),
        "Eight source spikes at 20 Hz and one after a rest: the same current every time.",
    ),
    "gap_junction": (
        gap_junction,
        "A current step into one neuron depolarises the coupled neuron too, without a spike.",
    ),
    "gated": (gated, "The source excites the target only while the modulator neuron is active."),
    "plastic": (
        plastic,
        "One pair of spikes at weight 5, midway between the bounds: source before target potentiates, target "
        "before source depresses by half as much.",
    ),
    "reward_plastic": (
        reward_plastic,
        "One pair of spikes, then a reward: a later reward changes the weight less; without a reward the "
        "weight does not change.",
    ),
}
"""Synapse type → function that draws its plot, and the caption."""


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
