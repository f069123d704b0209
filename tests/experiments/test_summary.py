"""Rows of a comparison: paired seeds, failed seeds, shuffled brains that are too slow, median times."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from spikeworm_env.experiments.comparison.summary import LEAST_SPEED_SHARE, ResultTable, summarise
from spikeworm_env.trials.result import INDICES, TrialResult


def result(agent: str, seed: int, ci_time: float, speed: float | None = 0.2) -> TrialResult:
    return TrialResult(
        **{"agent": agent, "trial": "made up", "seed": seed, "ticks": 1, "speed_bl_per_s": speed},
        **dict.fromkeys(INDICES, ci_time),
        **{"success": False, "time_to_reach_s": None, "min_distance": 1.0, "start_distance": 12.0},
        **{"wave_frequency_hz": None, "ticks_per_second": 1.0, "eaten": None, "sample_s": 0.05},
        **{"path": np.empty((0, 2)), "centre": np.empty((0, 2)), "food": np.empty((0, 4))},
        **{
            "heading": np.empty(0),
            "concentration": np.empty(0),
            "posture": np.empty((0, 23)),
            "food_path": np.empty((0, 1, 2)),
        },
    )


def table(agent: str, ci_time: dict[int, float], speed: float | None = 0.2, brains: int = 1) -> ResultTable:
    return ResultTable([result(agent, seed, value, speed) for seed, value in ci_time.items()], brains)


@pytest.fixture
def tables() -> dict[str, ResultTable]:
    return {
        "worm": table("worm", {1: 0.5, 2: 0.6, 4: 0.9}),
        "worm:blind": table("worm:blind", {1: 0.1, 2: 0.1, 3: 5.0}),
        "oracle": table("oracle", {1: 0.8, 2: 1.0, 3: 9.0}),
    }


def test_paired_tests_use_the_seeds_that_both_have(tables: dict[str, ResultTable]) -> None:
    summary = summarise("worm", tables)
    assert summary.n == 3
    assert summary.against["blind"].dz == pytest.approx(np.mean([0.4, 0.5]) / np.std([0.4, 0.5], ddof=1))
    assert summary.efficiency == pytest.approx(np.mean([0.5, 0.6]) / np.mean([0.8, 1.0]))


def test_a_seed_counts_only_if_no_brain_failed_on_it() -> None:
    both = ResultTable([result("w", 1, 0.2), result("w", 2, 0.4), result("w", 2, 0.6)], brains=2)
    assert both.seeds == [2]
    assert both.per_seed("ci_time") == pytest.approx([0.5])


@pytest.mark.parametrize(("speed", "too_slow"), [(0.79, True), (0.81, False)])
def test_a_shuffled_brain_that_crawls_too_slowly_shows_nothing(
    speed: float, too_slow: bool, tables: dict[str, ResultTable]
) -> None:
    assert LEAST_SPEED_SHARE == 0.8
    tables["worm:shuffled"] = table("worm:shuffled", {1: 0.1, 2: 0.2}, speed=0.2 * speed)
    row = summarise("worm:shuffled", tables).to_json()
    assert row["speed_share"] == pytest.approx(speed)
    assert row["note"] == ("shows nothing: crawls too slowly" if too_slow else None)
    assert summarise("worm", tables).note is None


def test_an_unmeasured_speed_gives_no_share(tables: dict[str, ResultTable]) -> None:
    tables["worm:shuffled"] = table("worm:shuffled", {1: 0.1, 2: 0.2}, speed=None)
    assert summarise("worm:shuffled", tables).speed_share is None


@pytest.mark.parametrize(
    ("times", "median"), [((30.0, 10.0, 20.0, None), 20.0), ((30.0, 10.0, None, None), 30.0)]
)
def test_median_time_to_reach_counts_the_trials_that_never_reached(times, median, tables) -> None:
    trials = [result("worm", seed, 0.5) for seed in range(len(times))]
    trials = [
        replace(each, ticks=90_000, time_to_reach_s=time) for each, time in zip(trials, times, strict=True)
    ]
    tables["worm"] = ResultTable(trials, brains=1)
    assert summarise("worm", tables)["median_time_to_reach_s"] == median


def test_median_time_to_reach_is_none_where_less_than_half_reached(tables) -> None:
    trials = [replace(result("worm", seed, 0.5), ticks=90_000) for seed in range(5)]
    trials[0] = replace(trials[0], time_to_reach_s=3.0)
    tables["worm"] = ResultTable(trials, brains=1)
    assert summarise("worm", tables)["median_time_to_reach_s"] is None
