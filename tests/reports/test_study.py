"""What a study leaves: a row for everything that happened, and pictures that hold every condition."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from spikeworm_env.batch.workers import Workers
from spikeworm_env.experiments.learning.conditions import CONDITIONS
from spikeworm_env.experiments.learning.study import Study, study
from spikeworm_env.reports.condition_style import style_of
from spikeworm_env.reports.figures import Needs, draw_figures
from spikeworm_env.reports.figures.study_learning import learning_figure
from spikeworm_env.reports.figures.study_paths import paths_figure
from spikeworm_env.reports.figures.study_survival import survival, survival_figure
from spikeworm_env.reports.figures.study_weights import MOST_ROWS, change_figure
from spikeworm_env.reports.study_tables import write_tables


def rows(file: Path) -> list[dict[str, str]]:
    with file.open(newline="", encoding="utf-8") as text:
        return list(csv.DictReader(text))


def test_tables_hold_every_episode_evaluation_and_group(whole: Study, tmp_path: Path) -> None:
    write_tables(whole, tmp_path)
    episodes, tests, weights = (rows(tmp_path / f"{name}.csv") for name in ("episodes", "tests", "weights"))
    assert len(episodes) == sum(len(run.episodes) for run in whole.runs)
    assert len(tests) == sum(len(run.evaluations) for run in whole.runs)
    assert len(weights) == sum(len(run.weights.groups) for run in whole.runs)
    first = whole.runs[0]
    assert float(episodes[0]["ci_net"]) == first.episodes[0].ci_net
    assert episodes[0]["trained_under"] == "reward" and episodes[0]["marker"] == ""
    assert [row["seed"] for row in tests[:2]] == ["10000", "10000"]
    row = next(first.weights.by_group())
    assert (float(weights[0]["initial"]), float(weights[0]["final"])) == (row.initial, row.final)
    assert weights[0]["origin"].startswith("projections[0] ")
    assert json.loads((tmp_path / "summary.json").read_text()) == json.loads(json.dumps(whole.to_json()))


def test_all_figures_are_drawn(whole: Study, tmp_path: Path) -> None:
    files = draw_figures(tmp_path, Needs.STUDY, whole)
    assert sorted(file.name for file in files) == ["learning.png", "paths.png", "survival.png", "weights.png"]
    for file in files:
        with Image.open(file) as picture:
            assert picture.format == "PNG" and picture.width > 500


def test_every_condition_has_a_style_of_its_own() -> None:
    styles = [style_of(condition) for condition in CONDITIONS]
    assert len({style.colour for style in styles}) == len({style.marker for style in styles}) == len(styles)


def test_learning_curves_hold_every_condition_and_brain(whole: Study) -> None:
    curves, brains = learning_figure(whole).axes
    labels = [style_of(condition).label for condition in whole.conditions]
    assert [text.get_text() for text in brains.get_xticklabels()] == labels
    drawn = {line.get_label(): line for line in curves.lines}
    for outcome in whole.outcomes:
        own = drawn[style_of(outcome.condition).label].get_ydata()
        assert own.tolist() == [score.ci_net.mean for score in outcome.scores]
    points = [line.get_ydata().tolist() for line in brains.lines if len(line.get_xdata()) == 10]
    assert points == [whole.final_index(condition).tolist() for condition in whole.conditions]
    assert "no reward" in {text.get_text() for text in curves.texts}


def test_a_few_brains_of_one_condition_can_be_drawn(two_noses: str, plan: Callable, tmp_path: Path) -> None:
    flipping = plan("reversal", flips=(1,), tests=1)
    found = study(two_noses, flipping, brain_seeds=(3,), controls="none", workers=Workers(1))
    draw_figures(tmp_path, Needs.STUDY, found)
    assert "flip" in {text.get_text() for text in learning_figure(found).axes[0].texts}
    assert [path.marker for path in found.runs[0].paths.values()] == [0, 1, 0, 1]
    assert len(paths_figure(found).axes) == 4


def test_weights_are_drawn_from_initial_to_the_mean_of_all_brains(whole: Study) -> None:
    axes = change_figure(whole).axes
    assert [panel.get_title() for panel in axes] == ["reward", "swapped", "no reward", "inverted reward"]
    ways = whole.runs[0].weights.groups
    assert len(axes[0].get_yticks()) == min(len(ways), MOST_ROWS)
    lines = [line.get_xdata() for line in axes[0].lines if line.get_linestyle() == "-"]
    means = [next(row.initial for row in run.weights.by_group()) for run in whole.runs_of("reward")]
    assert lines[0][0] == pytest.approx(sum(means) / len(means))


def test_survival_is_the_share_of_prunable_synapses(whole: Study) -> None:
    shares = survival(whole.runs_of("reward"))
    assert set(shares) == {"left", "right"} and all(len(values) == 10 for values in shares.values())
    first = whole.runs_of("reward")[0].weights
    own = first.prunable & [first.groups[k].source == "left.cell" for k in first.group]
    assert shares["left"][0] == pytest.approx(1 - first.pruned[own].mean())
    assert survival(whole.runs_of("no_pruning")) == {"left": [1.0] * 10, "right": [1.0] * 10}
    labels = survival_figure(whole).legends[0].get_texts()
    assert [text.get_text() for text in labels] == ["reward", "no reward", "random pruning"]


def test_study_figures_keep_their_style(whole: Study, assert_style_kept: Callable) -> None:
    for draw in (learning_figure, survival_figure, paths_figure, change_figure):
        assert_style_kept(draw.__name__, draw(whole))
