"""A test bench: one copy of a shipped block, alone, under the tonic current of a brain."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import pytest

from spikeworm_env.compiler import compile_recipe
from spikeworm_env.compiler.library import block_names
from spikeworm_env.engine.brain import Brain


@dataclass
class Bench:
    """A block's network and its terminals, to be run from many seeds."""

    network: object
    terminals: Mapping[str, np.ndarray]
    seeds: range = range(20)

    def spikes(self, ticks: int, drive: Callable[[int], Mapping[str, float]], seed: int) -> np.ndarray:
        """(ticks, n) spikes under currents by terminal, a function of the tick."""
        brain = Brain(self.network, seed=seed)  # type: ignore[arg-type]
        raster = np.zeros((ticks, brain.n_neurons), dtype=int)
        for t in range(ticks):
            current = np.zeros(brain.n_neurons)
            for terminal, strength in drive(t).items():
                current[self.terminals[terminal]] += strength
            raster[t, brain.tick(current)] = 1
        return raster

    def rate_hz(self, terminal: str, ticks: int, drive: Mapping[str, float]) -> np.ndarray:
        """(seeds,) mean rate of a terminal's neurons under constant currents."""
        rasters = (self.spikes(ticks, lambda t: drive, seed) for seed in self.seeds)
        return np.array([1000.0 * raster[:, self.terminals[terminal]].mean() for raster in rasters])


@pytest.fixture
def bench(tmp_path):
    """``bench(block, without=(source id, target id))``: the block, without the synapses between two ids."""

    def make(block: str, without: tuple[str, str] | None = None) -> Bench:
        content = json.loads(block_names()[block].read_text())
        if without is not None:
            kept = [s for s in content["synapses"] if (s["from"], s["to"]) != without]
            assert len(kept) < len(content["synapses"]), f"{block} has no synapse {without}"
            content["synapses"] = kept
        folder = tmp_path / ("intact" if without is None else "-".join(without))
        (folder / "blocks").mkdir(parents=True, exist_ok=True)
        (folder / "blocks" / f"{block}.json").write_text(json.dumps(content))
        recipe = {
            "name": "bench",
            "description": "one block alone",
            "noise": 0.3,
            "components": [{"id": "x", "block": block}],
        }
        file = folder / "bench.json"
        file.write_text(json.dumps(recipe))
        compiled = compile_recipe(file, seed=1)
        terminals = {name.removeprefix("x."): ids for name, ids in compiled.terminals.items()}
        return Bench(compiled.network, terminals)

    return make


class Rhythm:
    """How two groups that burst in turn stand to each other; spikes are counts by tick."""

    @staticmethod
    def burst_onsets(spikes):
        ticks = np.flatnonzero(spikes)
        return ticks[np.r_[True, np.diff(ticks) > 10]]

    @staticmethod
    def overlap(a, b):
        """Share of the ticks with a spike of a that have one of b within 2 ms."""
        near_b = np.convolve(b, np.ones(5), "same") > 0
        return (near_b & (a > 0)).sum() / (a > 0).sum()

    @staticmethod
    def phase_of(b, a):
        """Mean place of b's burst onsets in a's cycle, 0 to 1."""
        ours, theirs = Rhythm.burst_onsets(a), Rhythm.burst_onsets(b)
        inside = theirs[(theirs >= ours[0]) & (theirs < ours[-1])]
        cycle = np.searchsorted(ours, inside, side="right") - 1
        return ((inside - ours[cycle]) / np.diff(ours)[cycle]).mean()


@pytest.fixture
def rhythm() -> type[Rhythm]:
    """What the tests of both pattern generators measure."""
    return Rhythm
