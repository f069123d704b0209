"""Rows of brain and environment in closed loop: act, step, learn, as in a trial."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.timing import UNITS, Effort, Row, cpu_seconds
from spikeworm_env.agents import make_agent
from spikeworm_env.trials.run import run_trial
from spikeworm_env.trials.task import Trial

FIRST_SEED = 10_000
# µs per tick, by recipe and frame_skip; None: no budget
BUDGET_US = {"crawler_v1": {1: None, 10: 12.0}, "arena_v1": {1: None, 10: 40.0}}


def closed_loop_rows(effort: Effort) -> Iterator[Row]:
    for brain, budgets in BUDGET_US.items():
        for frame_skip, budget in budgets.items():
            samples = tuple(_per_tick_us(brain, frame_skip, effort))
            yield Row(f"closed loop of {brain}, frame_skip {frame_skip}, per tick", samples, "µs", budget)


def _per_tick_us(brain: str, frame_skip: int, effort: Effort) -> Iterator[float]:
    ticks = effort.ticks * frame_skip
    trial = Trial("benchmark", duration_s=ticks / 1000)
    agent = make_agent(brain, frame_skip=frame_skip)
    run_trial(agent, trial, FIRST_SEED, frame_skip=frame_skip)
    for seed in range(FIRST_SEED, FIRST_SEED + effort.repeats):
        spent = cpu_seconds(lambda: run_trial(agent, trial, seed, frame_skip=frame_skip))  # noqa: B023
        yield spent * UNITS["µs"] / ticks
