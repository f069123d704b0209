"""Rows of the whole animal: act, step, learn, as a trial runs it."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.timing import UNITS, Effort, Row, cpu_seconds
from spikeworm_env.agents import make_agent
from spikeworm_env.experiments.trial import run_trial
from spikeworm_env.experiments.trials import Trial

BRAIN = "crawler_v1"
FIRST_SEED = 10_000
BUDGET_US = {1: None, 10: 12.0}


def closed_loop_rows(effort: Effort) -> Iterator[Row]:
    for frame_skip, budget in BUDGET_US.items():
        ticks = effort.ticks * frame_skip
        trial = Trial("benchmark", duration_s=ticks / 1000)
        agent = make_agent(BRAIN, frame_skip=frame_skip)
        run_trial(agent, trial, FIRST_SEED, frame_skip=frame_skip)
        samples = tuple(
            cpu_seconds(lambda: run_trial(agent, trial, seed, frame_skip=frame_skip)) * UNITS["µs"] / ticks  # noqa: B023
            for seed in range(FIRST_SEED, FIRST_SEED + effort.repeats)
        )
        yield Row(f"closed loop of {BRAIN}, frame_skip {frame_skip}, per tick", samples, "µs", budget)
