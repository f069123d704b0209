"""Rows of training episodes: a whole trial in which a brain learns; weights carry over to the next."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.timing import Effort, Row, cpu_seconds
from spikeworm_env.compiler import compile_recipe
from spikeworm_env.experiments.learning.learner import Learner
from spikeworm_env.trials.task import TRIALS

BUDGET_S = {"learner_v1": 5.0, "arena_dev_v1": 10.0, "arena_v1": None}  # for EPISODE_S, by recipe
FRAME_SKIP = 10
EPISODE_S = 90.0
MOST_REPEATS = 3  # a sample takes seconds


def episode_rows(effort: Effort) -> Iterator[Row]:
    for brain, budget in BUDGET_S.items():
        samples = tuple(_episodes(brain, effort))
        name = f"training episode of {brain}, {EPISODE_S:g} s, frame_skip {FRAME_SKIP}"
        yield Row(name, samples, "s", budget)


def _episodes(brain: str, effort: Effort) -> Iterator[float]:
    """CPU seconds of an episode of ``EPISODE_S``; with little effort extrapolated from shorter ones."""
    episode_s = min(EPISODE_S, effort.video_s)
    trial = TRIALS["default"].with_changes(duration_s=episode_s)
    learner = Learner(compile_recipe(brain), frame_skip=FRAME_SKIP)
    learner.run_episode(trial, 0)
    for seed in range(1, 1 + min(effort.repeats, MOST_REPEATS)):
        yield cpu_seconds(lambda: learner.run_episode(trial, seed)) * EPISODE_S / episode_s  # noqa: B023
