"""Rows of body and environment: one worm crawls with the default gait, far from the wall."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from benchmarks.timing import Effort, Row, repeated
from spikeworm_env.trials.task import Trial
from spikeworm_env.world.arena import make_foods
from spikeworm_env.world.gait import Gait
from spikeworm_env.world.record_types import N_SENSES
from spikeworm_env.world.scale import DRAG_RATIO
from spikeworm_env.world.worm import advance, arena_dtype, initial_state

SEED = 0
ARENA_RADIUS_BL = 30.0


def body_rows(effort: Effort) -> Iterator[Row]:
    yield _kernel_row(effort)
    for frame_skip in (1, 10):
        yield _step_row(effort, frame_skip)


def _kernel_row(effort: Effort) -> Row:
    """The compiled call alone: muscles, wall, body, odour fields, senses; ten ticks a call."""
    foods = make_foods(np.array([[12.0, 0.0]]), 1.0, 8.0)
    arenas, sources = np.zeros(1, arena_dtype()), foods[None]
    arenas["worm"], arenas["params"] = initial_state(foods, 0.0, 0.0, 0.0), (ARENA_RADIUS_BL, DRAG_RATIO)
    ticks, observation = np.array([10]), np.empty((1, N_SENSES), np.float32)
    shares = [share[None].astype(np.float64) for share in _gait(10, effort.ticks // 10)]

    def crawl() -> None:
        for share in shares:
            advance(arenas, sources, share, ticks, observation)

    crawl()
    samples = repeated(crawl, 10 * len(shares), "µs", effort.repeats)
    return Row("body and world, per tick (10 ticks a call)", samples, "µs", 1.2)


def _step_row(effort: Effort, frame_skip: int) -> Row:
    env = Trial("long", duration_s=3600.0).make_env(frame_skip=frame_skip)
    env.reset(seed=SEED)
    actions = _gait(frame_skip, effort.ticks)

    def crawl() -> None:
        for action in actions:
            env.step(action)

    crawl()
    env.reset(seed=SEED)
    samples = repeated(crawl, len(actions), "µs", effort.repeats)
    return Row(f"env.step, frame_skip {frame_skip}, per step", samples, "µs")


def _gait(frame_skip: int, steps: int) -> list[np.ndarray]:
    gait = Gait(frame_skip)
    return [gait.step(0.0) for _ in range(max(steps, 1))]
