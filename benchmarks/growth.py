"""Rows of the engine over the size of a network: time per neuron and per delivered spike, 1,000 to 64,000."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from benchmarks.networks import random_network
from benchmarks.timing import Effort, Row, cpu_seconds
from spikeworm_env.engine.brain import Brain

SIZES: Final = (1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 64_000)  # neurons
SYNAPSES: Final = 7.5  # per neuron
QUIET, ACTIVE = 0.05, 5.3  # drives: 0.1 and 3% of the neurons fire
NEURON_TICKS: Final = 2_000_000  # neurons times ticks of a sample
LEAST_TICKS: Final = 60
GROWTH_BUDGET: Final = 3.0
PER_NEURON, PER_SPIKE = "tick per neuron", "delivered spike"


@dataclass(frozen=True)
class _Sample:
    seconds: float  # per tick
    delivered: float  # spikes at synapses, per tick


class _Network:
    """A running random network of one size and drive."""

    def __init__(self, n: int, drive: float, effort: Effort) -> None:
        network = random_network(1, n, int(SYNAPSES * n), drive=drive)
        self._brain = Brain(network)
        self._synapses = np.bincount(network.source[~network.continuous], minlength=n)
        self._ticks = max(min(NEURON_TICKS // n, effort.ticks), min(LEAST_TICKS, effort.ticks))
        self._brain.advance(min(effort.warm_up, 600))

    def sample(self) -> _Sample:
        seconds = cpu_seconds(lambda: self._brain.advance(self._ticks))
        delivered = float(self._brain.spike_counts @ self._synapses)
        return _Sample(seconds / self._ticks, delivered / self._ticks)


def growth_rows(effort: Effort) -> Iterator[Row]:
    """Per size: ns a tick and neuron with 0.1% firing; ns that a spike at one synapse adds, with learning.

    The second is the difference in time between 3 and 0.1% firing over the difference in delivered spikes.
    All sizes are measured by turns.
    """
    networks = {n: (_Network(n, QUIET, effort), _Network(n, ACTIVE, effort)) for n in SIZES}
    turns = [
        {n: (quiet.sample(), active.sample()) for n, (quiet, active) in networks.items()}
        for _ in range(effort.repeats)
    ]
    spikes = {}
    for n in SIZES:
        yield Row(f"{PER_NEURON}, {n:,} neurons", tuple(turn[n][0].seconds * 1e9 / n for turn in turns), "ns")
        spikes[n] = tuple(_per_spike_ns(*turn[n]) for turn in turns)
        yield Row(f"{PER_SPIKE}, {n:,} neurons", spikes[n], "ns")
    growth = tuple(b / a for a, b in zip(spikes[SIZES[0]], spikes[SIZES[-1]], strict=True))
    yield Row(f"{PER_SPIKE}, {SIZES[-1]:,} / {SIZES[0]:,} neurons", growth, "×", GROWTH_BUDGET)


def _per_spike_ns(quiet: _Sample, active: _Sample) -> float:
    more = active.delivered - quiet.delivered
    return (active.seconds - quiet.seconds) * 1e9 / more if more > 0 else 0.0


def plot(rows: list[Row], path: Path) -> bool:
    """Draw the rows over size, both axes logarithmic; False without rows or without Matplotlib."""
    found = {
        what: {
            int(row.name.split(", ")[1].split()[0].replace(",", "")): row for row in rows if _is(row, what)
        }
        for what in (PER_NEURON, PER_SPIKE)
    }
    try:
        from matplotlib.figure import Figure
    except ImportError:
        return False
    if not any(found.values()):
        return False
    axes = Figure(figsize=(6, 4), layout="constrained").subplots()
    for what, by_size in found.items():
        sizes = sorted(by_size)
        medians = [by_size[n].median for n in sizes]
        spread = [
            [by_size[n].median - min(by_size[n].samples) for n in sizes],
            [max(by_size[n].samples) - by_size[n].median for n in sizes],
        ]
        axes.errorbar(sizes, medians, spread, marker="o", capsize=2, label=what)
    axes.set(xscale="log", yscale="log", xlabel="neurons", ylabel="ns")
    axes.legend(frameon=False)
    axes.figure.savefig(path)
    return True


def _is(row: Row, what: str) -> bool:
    return row.name.startswith(what) and "/" not in row.name
