"""Rows of whole trials and of a comparison on one core and on two."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Final

from benchmarks.timing import Effort, Row, cpu_seconds
from spikeworm_env.agents import make_agent
from spikeworm_env.experiments.comparison.compare import compare
from spikeworm_env.trials.run import run_trial
from spikeworm_env.trials.task import Trial

FIRST_SEED: Final = 10_000
BRAINS: Final = ("crawler_v1", "learner_v1", "arena_v1")
FRAME_SKIPS: Final = (1, 10)
TICKS_PER_DURATION: Final = 15  # a trial of 30 s with the full effort
COMPARED: Final = "arena_v1"
CORES: Final = 2
COMPARISONS: Final = 3  # of either kind
LEAST_SCALING: Final = 1.9


def trial_rows(effort: Effort) -> Iterator[Row]:
    """CPU seconds of one trial with its start, in which the brain learns if it can; brains by turns."""
    seconds = effort.ticks * TICKS_PER_DURATION / 1000
    trial = Trial("benchmark", duration_s=seconds)
    agents = {(brain, skip): make_agent(brain, frame_skip=skip) for brain in BRAINS for skip in FRAME_SKIPS}
    for (_, skip), agent in agents.items():
        run_trial(agent, trial, FIRST_SEED, frame_skip=skip)
    turns = [
        {
            (brain, skip): cpu_seconds(lambda: run_trial(agent, trial, seed, frame_skip=skip))  # noqa: B023
            for (brain, skip), agent in agents.items()
        }
        for seed in range(FIRST_SEED, FIRST_SEED + effort.repeats)
    ]
    for brain, skip in agents:
        name = f"trial of {brain}, {seconds:g} s, frame_skip {skip}"
        yield Row(name, tuple(turn[brain, skip] for turn in turns), "s")


def comparison_rows(effort: Effort) -> Iterator[Row]:
    """Wall-clock seconds of one comparison in one process and in two, start of the workers included."""
    if not effort.subprocesses:
        return
    n_trials = max(effort.ticks // 125, 2)
    alone, together = [], []
    for _ in range(min(COMPARISONS, effort.repeats)):
        alone.append(_wall_clock_s(n_trials, 1))
        together.append(_wall_clock_s(n_trials, CORES))
    what = f"comparison of {COMPARED}, {n_trials} trials of 90 s, frame_skip 10"
    yield Row(f"{what}, one process, wall-clock", tuple(alone), "s")
    yield Row(f"{what}, {CORES} processes, wall-clock", tuple(together), "s")
    ratios = tuple(a / b for a, b in zip(alone, together, strict=True))
    yield Row(f"comparison, one process / {CORES}", ratios, "×", least=LEAST_SCALING)


def _wall_clock_s(n_trials: int, jobs: int) -> float:
    started = time.perf_counter()
    compare(COMPARED, n_trials, jobs=jobs, controls="none", intervals=False, frame_skip=10)
    return time.perf_counter() - started
