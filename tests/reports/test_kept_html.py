"""The parts of a report do not change for given results; ``REWRITE=1`` writes the kept digests."""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from spikeworm_env.batch.participants import ORACLE
from spikeworm_env.experiments.comparison.pairs import Pair
from spikeworm_env.experiments.comparison.summary import Curve, Summary
from spikeworm_env.reports.html.colours import style_sheet
from spikeworm_env.reports.html.distance import distance_figures
from spikeworm_env.reports.html.dot_plot import dot_plot
from spikeworm_env.reports.html.mechanism import mechanism_figures
from spikeworm_env.reports.html.paths import path_figures
from spikeworm_env.reports.html.replays import replays_json
from spikeworm_env.reports.html.rows import Row
from spikeworm_env.reports.html.table import pairs_table, table
from spikeworm_env.statistics import Estimate, PairedTest
from spikeworm_env.trials.metrics import METRICS, Statistic, summaries

FILE = Path(__file__).with_name("kept_html.json")
SAMPLE_S, SECONDS = 0.05, 20.0
KEYS = {"worm": None, "worm:blind": "blind", "worm:shuffled": "shuffled", ORACLE: None}


def winding(x: np.ndarray) -> np.ndarray:
    """A triangle in place of a sine, whose last bits depend on the machine."""
    return np.abs(x % 1.0 - 0.5)


def result(k: int, trial: int) -> SimpleNamespace:
    """A worm that winds from (-8, trial) towards (6, -2), the further the smaller k."""
    along = np.linspace(0.0, 1.0, round(SECONDS / SAMPLE_S) + 1)
    start = np.array((-8.0, float(trial)))
    path = start + np.outer(along, (14.0 - 3 * k, -2.0 - trial)) + winding(np.outer(10 * along, (1, 2)))
    posture = winding(np.add.outer(5 * along, np.arange(23) / 16))
    share = (14.0 - 3 * k) / 14.0
    return SimpleNamespace(
        agent="worm", seed=500 + trial, seconds=SECONDS, ticks=20_000, sample_s=SAMPLE_S, path=path,
        heading=winding(along), posture=posture, food=np.array([(6.0, -2.0, 1.0, 8.0)]),
        food_path=np.tile((6.0, -2.0), (len(along), 1, 1)), ci_time=share / 2, ci_net=share, success=k == 0,
        start_distance=float(np.hypot(*(start - (6.0, -2.0)))),
    )  # fmt: skip


def row(k: int, key: str, control: str | None) -> Row:
    mean = 0.5 - 0.125 * k
    interval = Estimate(mean, mean - 0.0625, mean + 0.0625, mean)
    curve = METRICS["weathervane"]
    rate = [Estimate(0.0625 * b - 0.03 * k, -0.2, 0.2, 0.0) for b in curve.points]
    weathervane = Curve(curve.axis, curve.points, (*rate[:5], None, *rate[6:]), (12,) * 6 + (3,) * 6)
    figures = {
        **{key: interval for key, _, shown in summaries() if shown.statistic is Statistic.INTERVAL},
        **{"success": 0.25 * k, "median_time_to_reach_s": None if k == 2 else 12.34, "speed_bl_per_s": 0.125},
        **{"ci_population": None, "mechanism.weathervane": weathervane},
    }
    del figures["eaten"]
    against = (
        {"blind": PairedTest(0.001, 1.5, 0.75), "shuffled": PairedTest(0.04, 0.5, 0.25)} if k == 0 else {}
    )
    summary = Summary(
        n=12, brains=1 + k, figures=figures, speed_share=0.375 if control == "shuffled" else None,
        efficiency=mean, against=against,
    )  # fmt: skip
    trials = tuple(result(k, trial) for trial in range(5))
    return Row(
        key,
        "worm" if control else key,
        control,
        summary,
        trials,
        (None,) * 5,
        k % 2,
        "4 2" if control else "",
    )


ROWS = [row(k, key, control) for k, (key, control) in enumerate(KEYS.items())]
PAIRS = [Pair("worm", "other", 12, 0.25, 0.004, 0.012, 0.75, 0.625)]
PARTS: dict[str, Callable[[], str]] = {
    "colours": style_sheet,
    "distance": lambda: distance_figures(ROWS, SECONDS),
    "mechanism": lambda: mechanism_figures(ROWS),
    "pairs": lambda: pairs_table(PAIRS),
    "replays": lambda: replays_json(ROWS, {"arena_radius": 30.0, "duration_s": SECONDS}),
    "dot_plot": lambda: dot_plot(ROWS),
    "table": lambda: table(ROWS),
    "paths": lambda: path_figures(ROWS, 8.0),
}


@pytest.mark.parametrize("part", PARTS)
def test_a_part_of_the_page_is_as_kept(part: str) -> None:
    text = re.sub(r"\d+\.\d{6,}", lambda digits: f"{float(digits[0]):.6g}", PARTS[part]())
    found = hashlib.sha256(text.encode()).hexdigest()
    kept = json.loads(FILE.read_text(encoding="utf-8"))
    if os.environ.get("REWRITE"):
        kept[part] = found
        FILE.write_text(json.dumps(kept, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    assert kept.get(part) == found
