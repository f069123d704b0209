"""Rows of the engine: one tick per Python call, on random networks with a known share of firing neurons."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from benchmarks.networks import TYPES, random_network
from benchmarks.numpy_reference import NumpyBrain
from benchmarks.timing import UNITS, Effort, Row, cpu_seconds
from spikeworm_env.engine.brain import Brain

SEED = 1
SMALL, LARGE = (8_000, 60_000), (50_000, 1_600_000)  # neurons, synapses
LARGE_TICKS = 20  # ticks of the small network that take as long as one of the large network


def engine_rows(effort: Effort) -> Iterator[Row]:
    """Rows with budgets. With these drives about 3, 0.1 and 6% of the neurons fire in a tick."""
    yield _row(SMALL, 5.3, effort, "µs", 32.0)
    yield _row(SMALL, 0.05, effort, "µs", 13.0)
    brief = Effort(effort.repeats, max(effort.ticks // LARGE_TICKS, 1), max(effort.warm_up // 5, 1))
    yield _row(LARGE, 12.4, brief, "ms", 2.0)


def numpy_rows(effort: Effort, size: tuple[int, int] = SMALL) -> Iterator[Row]:
    """The engine and plain NumPy on one network of fixed synapses, measured in turn, and their ratio."""
    network = random_network(SEED, *size, drive=5.3, types=("fixed",))
    ours, plain = Brain(network), NumpyBrain(network)
    share = _run(ours.tick, effort.warm_up) / size[0]
    _run(plain.tick, effort.warm_up)
    few = max(effort.ticks // 5, 1)
    pairs = [
        (
            cpu_seconds(lambda: _run(ours.tick, effort.ticks)) * UNITS["µs"] / effort.ticks,
            cpu_seconds(lambda: _run(plain.tick, few)) * UNITS["µs"] / few,
        )
        for _ in range(effort.repeats)
    ]
    what = f"{_size(size)}, all fixed, {share:.2%} firing"
    yield Row(f"engine tick, {what}", tuple(a for a, _ in pairs), "µs")
    yield Row(f"plain NumPy tick, {what}", tuple(b for _, b in pairs), "µs")
    yield Row("engine / plain NumPy", tuple(a / b for a, b in pairs), "×")


def _row(size: tuple[int, int], drive: float, effort: Effort, unit: str, budget: float) -> Row:
    brain = Brain(random_network(SEED, *size, drive=drive))
    _run(brain.tick, effort.warm_up)
    samples, shares = [], []
    for _ in range(effort.repeats):
        spikes: list[float] = []
        seconds = cpu_seconds(lambda: spikes.append(_run(brain.tick, effort.ticks)))  # noqa: B023
        samples.append(seconds * UNITS[unit] / effort.ticks)
        shares.append(spikes[0] / size[0])
    name = f"engine tick, {_size(size)}, {len(TYPES)} types, {np.mean(shares):.2%} firing"
    return Row(name, tuple(samples), unit, budget)


def _run(tick: Callable[[], np.ndarray], ticks: int) -> float:
    """Mean spikes per tick."""
    spikes = 0
    for _ in range(ticks):
        spikes += tick().size
    return spikes / ticks


def _size(size: tuple[int, int]) -> str:
    return f"{size[0]:,} neurons, {size[1]:,} synapses"
