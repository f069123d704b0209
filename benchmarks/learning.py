"""Rows of a life: a whole trial in which a brain learns, weights carried over to the next."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.timing import Effort, Row, cpu_seconds
from spikeworm_env.compiler import compile_recipe
from spikeworm_env.experiments.learning.learner import Learner
from spikeworm_env.trials.task import TRIALS

BUDGET_S = {"learner_v1": 5.0, "arena_dev_v1": 10.0, "arena_v1": None}  # for LIFE_S, by recipe
FRAME_SKIP = 10
LIFE_S = 90.0
LONG = 3  # repeats where a sample takes seconds


def life_rows(effort: Effort) -> Iterator[Row]:
    for brain, budget in BUDGET_S.items():
        samples = tuple(_episodes(brain, effort))
        yield Row(f"life of {brain}, {LIFE_S:g} s, frame_skip {FRAME_SKIP}", samples, "s", budget)


def _episodes(brain: str, effort: Effort) -> Iterator[float]:
    """CPU seconds of a life, from short ones where little effort is wanted."""
    lived_s = min(LIFE_S, effort.film_s)
    trial = TRIALS["default"].with_changes(duration_s=lived_s)
    learner = Learner(compile_recipe(brain), frame_skip=FRAME_SKIP)
    learner.live(trial, 0)
    for seed in range(1, 1 + min(effort.repeats, LONG)):
        yield cpu_seconds(lambda: learner.live(trial, seed)) * LIFE_S / lived_s  # noqa: B023
