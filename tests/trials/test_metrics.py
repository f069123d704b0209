"""Contract of metrics: declarations are well formed, and a new file appears in every table that it names."""

from __future__ import annotations

import csv
import io
import json
import math
from pathlib import Path

import numpy as np
import pytest

import spikeworm_env as sw
from spikeworm_env.experiments.comparison.compare import compare
from spikeworm_env.experiments.comparison.comparison import Comparison
from spikeworm_env.reports.html.document import report_html
from spikeworm_env.reports.report import trials_csv
from spikeworm_env.trials.metrics import METRICS, Statistic, figures_of, summaries
from spikeworm_env.trials.result import TrialResult
from spikeworm_env.trials.run import run_trial
from spikeworm_env.trials.task import TRIALS

SHORT = TRIALS["default"].with_changes(duration_s=12.0)
TOY = '''"""A toy."""
import numpy as np
from spikeworm_env.trials.metrics import Metric, Statistic, Summarised

METRIC = Metric(
    name="path_length", unit="BL", about="length of the path of the head", order=500, low=0.0, per_trial=True,
    measure=lambda result: float(np.hypot(*np.diff(result.path, axis=0).T).sum()),
    summaries=(
        Summarised(Statistic.INTERVAL, heading="path BL", terminal=True),
        Summarised(Statistic.MEAN, key="mechanism.path_length", heading="mean path BL"),
    ),
)
'''


@pytest.fixture(scope="module")
def trials() -> list[TrialResult]:
    foraging = TRIALS["foraging"].with_changes(duration_s=12.0)
    return [run_trial("klinotaxis", SHORT, 1), run_trial("oracle", foraging, 2)]


@pytest.fixture(scope="module")
def done() -> Comparison:
    return compare(["crawl"], 2, 0, SHORT, jobs=1)


@pytest.mark.parametrize("name", METRICS)
def test_a_metric_declares_what_it_is_and_stays_in_its_range(name: str, trials: list[TrialResult]) -> None:
    metric = METRICS[name]
    assert metric.about and metric.unit and "\n" not in metric.about
    assert metric.per_trial or metric.summaries
    for trial in trials:
        value = metric.measure(trial)
        values = np.atleast_1d(np.asarray(math.nan if value is None else value, float))
        assert values.shape == (max(1, len(metric.points)),)
        known = values[np.isfinite(values)]
        assert ((known >= metric.low) & (known <= metric.high)).all()


def test_keys_and_orders_are_unique() -> None:
    keys, orders = [key for key, *_ in summaries()], [metric.order for metric in METRICS.values()]
    assert len(set(keys)) == len(keys)
    assert len(set(orders)) == len(orders) and orders == sorted(orders)


def test_figures_of_a_trial_are_json_types(trials: list[TrialResult]) -> None:
    for trial in trials:
        figures = figures_of(trial)
        assert json.loads(json.dumps(figures, allow_nan=False)) == figures
        assert (figures["eaten"] is None) == trial.trial.startswith("default")


def test_every_summary_is_a_key_of_a_row_and_a_column_of_the_page(done: Comparison) -> None:
    row, page = done.to_json()["agents"]["crawl"], report_html(done)
    for key, _, shown in summaries():
        section, _, name = key.rpartition(".")
        if not shown.only_where_measured:
            assert name in (row[section] if section else row)
            assert not shown.heading or f">{shown.heading}</th>" in page
    assert "eaten" not in row


def test_a_median_time_that_was_never_reached_is_null_and_reads_never(done: Comparison) -> None:
    assert METRICS["time_to_reach_s"].summaries[0].statistic is Statistic.MEDIAN_TIME
    assert done.to_json()["agents"]["crawl"]["median_time_to_reach_s"] is None
    assert "<td>never</td>" in report_html(done)


def test_a_new_file_appears_in_csv_json_and_page(tmp_path: Path, done: Comparison) -> None:
    (tmp_path / "path_length.py").write_text(TOY, encoding="utf-8")
    before = trials_csv(done), json.dumps(done.to_json()), report_html(done)
    with METRICS.including(tmp_path):
        again = compare(["crawl"], 2, 0, SHORT, jobs=1)
        rows = list(csv.DictReader(io.StringIO(trials_csv(again))))
        row, page = again.to_json()["agents"]["crawl"], report_html(again)
        lengths = [float(each["path_length"]) for each in rows if each["agent"] == "crawl"]
        assert figures_of(again.results["crawl"][0])["path_length"] == lengths[0] > 1.0
    assert row["path_length"]["mean"] == pytest.approx(np.mean(lengths))
    assert row["mechanism"]["path_length"] == pytest.approx(np.mean(lengths))
    assert ">path BL</th>" in page and ">mean path BL</th>" in page
    assert "path_length" not in METRICS
    assert (trials_csv(done), json.dumps(done.to_json()), report_html(done)) == before


def test_the_public_run_gives_the_same_figures_as_a_comparison(done: Comparison) -> None:
    alone = figures_of(sw.run_trial("crawl", SHORT, 0))
    compared = figures_of(done.results["crawl"][0])
    assert alone.pop("ticks_per_second") > 0 and compared.pop("ticks_per_second") > 0
    assert alone == compared
