"""Rows of the engine against the yardstick: the same network and input in one process, by turns."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Final

import numpy as np
from numpy.typing import NDArray

from benchmarks.networks import random_network
from benchmarks.timing import UNITS, Effort, Row
from benchmarks.yardstick.simulator import NoCompilerError, Yardstick, library
from benchmarks.yardstick.tape import FRAME_SKIP, Tape, record
from spikeworm_env.engine.brain import Brain

SEED: Final = 1
# neurons, synapses, drive, share of neurons that fire, ticks, budget of the ratio. Weights that learn differ
# in their last digits, which after some thousand ticks changes a spike: each turn starts at the first tick
NETWORKS: Final = (
    (8_000, 60_000, 5.3, "3%", 600, 1.35),
    (8_000, 60_000, 0.05, "0.1%", 600, 1.6),
    (50_000, 1_600_000, 12.4, "6%", 60, 1.5),
)
WARM_UP_TICKS: Final = 400
RECIPES: Final = {"arena_v1": 1.3, "crawler_v1": None}
WARM_UP_STEPS: Final = 90

Spikes = NDArray[np.int32]
Turn = Callable[[], tuple[Spikes, float]]  # (n,) spikes of each neuron, CPU seconds


def yardstick_rows(effort: Effort) -> Iterator[Row]:
    """Three rows for each network: engine, yardstick, ratio; one that says so without a compiler."""
    try:
        library()
    except NoCompilerError as error:
        yield Row("engine / yardstick", (), "×", failure=str(error))
        return
    for n, m, drive, share, most_ticks, budget in NETWORKS:
        network = random_network(SEED, n, m, drive=drive)
        yardstick = Yardstick(network)
        ticks = max(most_ticks * min(effort.ticks, 600) // 600, 10)
        warm_up = min(WARM_UP_TICKS, effort.warm_up)

        def ours(network=network, ticks=ticks, warm_up=warm_up) -> tuple[Spikes, float]:
            brain = Brain(network)
            brain.advance(warm_up)
            return _timed(lambda: brain.advance(ticks).copy())

        def theirs(yardstick=yardstick, ticks=ticks, warm_up=warm_up) -> tuple[Spikes, float]:
            yardstick.reset()
            yardstick.run(1, warm_up)
            return yardstick.run(1, ticks)

        what = f"{n:,} neurons, {m:,} synapses, {share} firing"
        yield from compared(what, ours, theirs, ticks, effort.repeats, budget)
    for recipe, recipe_budget in RECIPES.items():
        yield from _recipe_rows(recipe, recipe_budget, effort)


def _recipe_rows(recipe: str, budget: float | None, effort: Effort) -> Iterator[Row]:
    """Rows of a recipe's brain on the currents that it received in a trial, without learning."""
    before = min(WARM_UP_STEPS, effort.warm_up)
    steps = max(effort.ticks // 4, 1)
    tape = record(recipe, before + steps)
    yardstick = Yardstick(tape.network, learning=False)

    def theirs() -> tuple[Spikes, float]:
        yardstick.reset()
        cut = before * FRAME_SKIP
        yardstick.run(before, FRAME_SKIP, tape.currents[:before], tape.noise[:cut])
        return yardstick.run(steps, FRAME_SKIP, tape.currents[before:], tape.noise[cut:])

    def ours() -> tuple[Spikes, float]:
        brain = tape.brain()
        _play(brain, tape, 0, before)
        return _timed(lambda: _play(brain, tape, before, before + steps))

    what = f"brain of {recipe} on its own currents, {FRAME_SKIP} ticks a step"
    yield from compared(what, ours, theirs, steps * FRAME_SKIP, effort.repeats, budget)


def compared(
    what: str, ours: Turn, theirs: Turn, ticks: int, repeats: int, budget: float | None
) -> Iterator[Row]:
    """Rows of engine, yardstick and ratio, by turns; without ratio if any neuron's spikes differ."""
    ours(), theirs()  # compiles and fills caches
    times, failure = [], ""
    for _ in range(repeats):
        (mine, my_seconds), (its, its_seconds) = ours(), theirs()
        times.append((my_seconds * UNITS["µs"] / ticks, its_seconds * UNITS["µs"] / ticks))
        if not np.array_equal(mine, its):
            failure = f"spike counts differ: engine {mine.sum()}, yardstick {its.sum()}"
    yield Row(f"engine tick, {what}", tuple(a for a, _ in times), "µs")
    yield Row(f"yardstick tick, {what}", tuple(b for _, b in times), "µs")
    ratios = () if failure else tuple(a / b for a, b in times)
    yield Row(f"engine / yardstick, {what}", ratios, "×", budget, failure=failure)


def _play(brain: Brain, tape: Tape, first: int, last: int) -> Spikes:
    spikes = np.zeros(brain.n_neurons, np.int32)
    for k in range(first, last):
        spikes += brain.advance(FRAME_SKIP, tape.currents[k])
    return spikes


def _timed(work: Callable[[], Spikes]) -> tuple[Spikes, float]:
    start = time.thread_time()
    spikes = work()
    return spikes, time.thread_time() - start
