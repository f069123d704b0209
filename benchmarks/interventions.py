"""Cost of interventions: ``python -m benchmarks.interventions``.

Brains of recipes run alone and with interventions that leave every spike as it is, in turn, so that both do
the same work: stimuli of 60 neurons with currents of 0, two of three from waveforms; silence of neurons that
never fire; a drug with the factor 1. The exit code is 1 if a minimum exceeds that of the same brain alone by
more than 5%, or if the spikes differ.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from spikeworm_env.compiler import compile_recipe
from spikeworm_env.engine.brain import Brain
from spikeworm_env.engine.network import Network

RECIPES = ("crawler_v1", "arena_v1")
TICKS, REPEATS = 640, 600
LIMIT = 0.05


class Zeros:
    """A waveform of pulses of 0."""

    def values(self, first_tick: int, n_ticks: int, n_ids: int) -> NDArray[np.float64]:
        """(n_ticks,) zeros."""
        return np.where(np.arange(first_tick, first_tick + n_ticks) % 50 < 5, 0.0, -0.0)


def stimuli(brain: Brain) -> None:
    """Three stimuli of 20 neurons each."""
    for first, waveform in ((0, Zeros()), (20, Zeros()), (40, 0.0)):
        brain.stimulate(range(first, first + 20), waveform)


def silence(brain: Brain) -> None:
    """Silence of up to ten neurons that do not fire in the time that is measured."""
    counts = Brain(brain.network).advance(TICKS * (REPEATS + 1))
    brain.silence(np.flatnonzero(counts == 0)[:10])


def drug(brain: Brain) -> None:
    """A drug without effect."""
    brain.drug("fixed", 1.0)


def everything(brain: Brain) -> None:
    """All of these."""
    for act in (stimuli, silence, drug):
        act(brain)


KINDS: dict[str, Callable[[Brain], None]] = {
    "none": lambda brain: None,
    "none again": lambda brain: None,
    "stimuli": stimuli,
    "silence": silence,
    "drug": drug,
    "all": everything,
}


def measure(network: Network) -> tuple[dict[str, float], bool]:
    """(kind → least µs per tick, whether the spikes are the same)."""
    brains = {kind: Brain(network) for kind in KINDS}
    for kind, brain in brains.items():
        KINDS[kind](brain)
        brain.advance(TICKS)
    best = dict.fromkeys(KINDS, np.inf)
    same = True
    for _ in range(REPEATS):
        counts = {}
        for kind, brain in brains.items():
            begin = time.perf_counter()
            counts[kind] = brain.advance(TICKS)
            best[kind] = min(best[kind], (time.perf_counter() - begin) / TICKS * 1e6)
        same &= all(np.array_equal(each, counts["none"]) for each in counts.values())
    return best, same


def main() -> int:
    """Print the table; 1 if a limit is exceeded."""
    good = True
    print("| Brain | Interventions | µs per tick | more than none |\n|---|---|---|---|")
    for recipe in RECIPES:
        best, same = measure(compile_recipe(recipe).network)
        for kind, found in best.items():
            more = found / best["none"] - 1.0
            good &= more <= LIMIT
            print(f"| {recipe} | {kind} | {found:.3f} | {more:+.1%} |")
        if not same:
            print(f"{recipe}: the spikes differ")
        good &= same
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
