"""The report: one page, the same for the same results, whose claims follow from the figures."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest

from spikeworm_env import resources
from spikeworm_env.experiments.comparison.compare import compare
from spikeworm_env.experiments.comparison.comparison import Comparison
from spikeworm_env.experiments.comparison.summary import Curve, Summary
from spikeworm_env.reports.html import document, replays, samples, scale, verdict
from spikeworm_env.reports.html.document import report_html
from spikeworm_env.reports.html.mechanism import mechanism_figures
from spikeworm_env.reports.html.rows import rows_of
from spikeworm_env.reports.report import write_report
from spikeworm_env.statistics import Estimate, PairedTest
from spikeworm_env.trials.metrics import METRICS, summaries
from spikeworm_env.trials.task import Trial

BRAIN = "crawler_v1"
SHORT = Trial("short", duration_s=6.0)
VOID = {"meta", "link", "input"}


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Comparison]:
    with pytest.MonkeyPatch.context() as patch:
        cache = tmp_path_factory.mktemp("cache")
        patch.setattr(resources, "brain_cache", lambda: cache)
        yield compare(
            [BRAIN, "random"], 10, 500, SHORT, jobs=1, frame_skip=10, brain_seeds=(1, 2), command="again"
        )


@pytest.fixture(scope="module")
def page(done: Comparison) -> str:
    return report_html(done)


class Outline(HTMLParser):
    """Tags that are open, and all ids and labels."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.labels: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.ids += [given["id"]] if given.get("id") else []
        self.labels += [given["aria-labelledby"]] if given.get("aria-labelledby") else []
        if tag == "svg" and not given.get("aria-label"):
            pytest.fail(f"a picture without words: {given}")
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A mark of SVG that ends at once."""


def test_page_is_well_formed_and_every_picture_has_words(page: str) -> None:
    outline = Outline(page)
    assert outline.open == []
    assert len(set(outline.ids)) == len(outline.ids)
    assert set(outline.labels) <= set(outline.ids)


def test_page_needs_no_network(page: str) -> None:
    assert not re.search(r"(?:src|href)=\"(?!data:)|url\(|@import|https?://", page)


def test_same_results_give_the_same_bytes(done: Comparison, page: str) -> None:
    slower = {
        key: tuple(replace(result, ticks_per_second=1.0) for result in results)
        for key, results in done.results.items()
    }
    assert report_html(replace(done, results=slower)) == page


def test_a_resumed_folder_gives_the_same_page(tmp_path: Path) -> None:
    for _ in range(2):
        whole = compare(["crawl"], 2, 500, SHORT, jobs=1, frame_skip=10, out=tmp_path)
        write_report(whole, tmp_path)
        assert (tmp_path / "report.html").read_text(encoding="utf-8") == report_html(whole)


def test_names_and_commands_are_escaped(done: Comparison) -> None:
    evil = "<b>&\"'</script>"

    def renamed(mapping: dict) -> dict:
        return {key.replace("random", evil): value for key, value in mapping.items()}

    named = replace(
        done,
        command=f"spikeworm compare '{evil}'",
        trial=replace(done.trial, name=evil),
        failures=(f"{evil} failed",),
        **{name: renamed(getattr(done, name)) for name in ("summaries", "results", "compiled_with")},
    )
    page = report_html(named)
    assert "<b>" not in page
    assert page.count("</script>") == 2
    assert Outline(page).open == []


def test_every_trial_is_a_point_and_a_path(done: Comparison, page: str) -> None:
    trials = sum(map(len, done.results.values()))
    points = re.findall(r'<g class="points">(.*?)</g>', page)
    paths = re.findall(r'<g class="paths"[^>]*>(.*?)</g>', page)
    assert sum(each.count("<circle") for each in points) == trials
    assert sum(each.count("<path") for each in paths) == trials


def test_replays_hold_the_positions_of_the_worm(done: Comparison) -> None:
    content = json.loads(replays.replays_json(rows_of(done), done.trial.settings()))
    for row in content["rows"]:
        assert [trial["label"].split(":")[0] for trial in row["trials"]] == ["median", "best", "worst"]
        for trial in row["trials"]:
            brains = zip(done.results[row["name"]], done.compiled_with[row["name"]], strict=True)
            result = next(r for r, brain in brains if (r.seed, brain) == (trial["seed"], trial["brain"]))
            assert trial["frames"] == 61
            for name, array in (("path", result.path), ("posture", result.posture)):
                raw = np.frombuffer(base64.b64decode(trial[name]["data"]), "<u2")
                found = trial[name]["low"] + trial[name]["step"] * raw.reshape(61, -1)
                assert found == pytest.approx(array[::2], abs=float(np.ptp(array)) / 65_535)
    best = max(done.results[BRAIN], key=lambda result: result.ci_time)
    assert content["rows"][0]["trials"][1]["seed"] == best.seed


def test_aligned_paths_begin_at_the_left_and_keep_their_distances(done: Comparison) -> None:
    for result in done.results["random"]:
        path = samples.aligned(result)
        assert path[0] == pytest.approx((-result.start_distance, 0.0))
        assert np.hypot(*path.T) == pytest.approx(samples.distances(result), abs=1e-5)
    x, y = path[:, 0], path[:, 1]  # no mirror image: what turns left goes on turning left
    assert _turns(x, y) == pytest.approx(_turns(*result.path.T))


def _turns(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    return np.diff(x)[:-1] * np.diff(y)[1:] - np.diff(y)[:-1] * np.diff(x)[1:]


def test_distances_are_averaged_over_brains_within_each_seed(done: Comparison) -> None:
    results = done.results[BRAIN]
    found = samples.distances_at(results, np.array((0.0, 6.0)))
    pair = [result for result in results if result.seed == 503]
    assert found.shape == (10, 2)
    assert len(pair) == 2
    assert found[3, 1] == pytest.approx(np.mean([samples.distances(result)[-1] for result in pair]))


@pytest.mark.parametrize(("low", "high"), [(-1.0, 1.0), (0.0, 0.37), (-0.31, 90.0), (0.0, 1e-3)])
def test_ticks_are_even_and_enclose(low: float, high: float) -> None:
    marks = scale.ticks(low, high)
    assert marks[0] <= low + 1e-9 and marks[-1] >= high - 1e-9
    assert np.diff(marks) == pytest.approx(np.diff(marks)[0])
    assert 3 <= len(marks) <= 13


@pytest.mark.parametrize(
    ("low", "high", "marks"),
    [
        (0.0, 1.0, [0.0, 0.2, 0.4, 0.6, 0.8, 1.0]),
        (-1.0, 1.5, [-1.0, -0.5, 0.0, 0.5, 1.0, 1.5]),
        (0.0, 30.0, [0.0, 10.0, 20.0, 30.0]),
        (0.05, 4.95, [0.0, 1.0, 2.0, 3.0, 4.0, 5.0]),
    ],
)
def test_ticks_are_the_finest_round_steps_of_which_five_suffice(
    low: float, high: float, marks: list[float]
) -> None:
    assert scale.ticks(low, high) == marks


def a_summary(low: float | None, mean: float, high: float | None, **other: object) -> Summary:
    estimate = Estimate(mean, low, high, mean)
    figures = {
        "n": 40,
        "brains": 1,
        "figures": {
            **{key: None for key, *_ in summaries()},
            **dict.fromkeys(("ci_time", "ci_net", "ci_clipped"), estimate),
            "success": 0.5,
        },
        **dict.fromkeys(("speed_share", "efficiency")),
        "against": {},
    }
    return Summary(**{**figures, **other})


def judge(p: float, low: float, mean: float, high: float, blind: float) -> str:
    against = {"blind": PairedTest(p, 1.0, 0.5)}
    rows = {"w": a_summary(low, mean, high, against=against), "w:blind": a_summary(-0.1, blind, 0.1)}
    return verdict.verdict("w", rows)


def test_verdict_claims_chemotaxis_only_where_test_and_interval_do() -> None:
    assert judge(0.001, 0.3, 0.4, 0.5, 0.0).startswith("w shows chemotaxis: ci_time 0.40 [0.30, 0.50]")
    assert "against 0.00 when blind (p = 0.001)" in judge(0.001, 0.3, 0.4, 0.5, 0.0)
    assert judge(0.2, 0.3, 0.4, 0.5, 0.35).startswith("No evidence of chemotaxis by w")
    assert judge(0.05, 0.3, 0.4, 0.5, 0.35).startswith("No evidence of chemotaxis by w")
    assert judge(0.001, -0.1, 0.1, 0.2, -0.3).startswith("w does better with its senses than without")
    assert judge(0.001, -0.5, -0.4, -0.3, 0.0).startswith("w does worse than when blind")


def test_a_verdict_without_a_control_names_no_cause() -> None:
    assert "no control shows" in verdict.verdict("w", {"w": a_summary(0.3, 0.4, 0.5)})


def test_many_trials_without_intervals_are_no_verdict() -> None:
    sentence = verdict.verdict("w", {"w": a_summary(None, 0.4, None)})
    assert sentence.startswith("No verdict on w without an interval")
    assert verdict.verdict("w", {"w": a_summary(None, 0.4, None, n=9)}).startswith(
        "Too few trials to judge w"
    )


def test_curve_has_a_point_where_something_was_measured_and_a_gap_elsewhere(done: Comparison) -> None:
    points = METRICS["weathervane"].points
    estimates = [Estimate(0.1, 0.0, 0.2, 0.1)] * len(points)
    estimates[4] = None
    curve = Curve("bearing_rad", points, tuple(estimates), (40,) * 11 + (3,))
    (row,) = (row for row in rows_of(done) if row.key == "random")
    figures = {**row.summary.figures, "mechanism.weathervane": curve}
    figure = mechanism_figures(
        [
            replace(
                row,
                summary=replace(row.summary, figures=figures),
            )
        ]
    )
    assert (figure.count('class="mean"'), figure.count('class="few"')) == (10, 1)
    assert figure.count('class="whisker"') == 11
    pieces = re.findall(r'<polyline[^>]* points="([^"]*)"', figure)
    assert [len(piece.split()) for piece in pieces] == [4, 7]


def test_a_shuffled_brain_that_is_too_slow_is_no_evidence() -> None:
    against = {"blind": PairedTest(0.001, 1.0, 1.0), "shuffled": PairedTest(0.001, 1.0, 1.0)}
    rows = {
        "w": a_summary(0.3, 0.4, 0.5, against=against),
        "w:blind": a_summary(-0.1, 0.0, 0.1),
        "w:shuffled": a_summary(-0.1, 0.0, 0.1, speed_share=0.3),
    }
    assert "its shuffled control shows nothing" in verdict.verdict("w", rows)
    assert "shuffled (p" not in verdict.verdict("w", rows)


def test_few_trials_and_tuning_seeds_are_cautions() -> None:
    assert verdict.cautions(40, 10_000, ["w"]) == []
    assert [text.split(":")[0].split(" ")[0] for text in verdict.cautions(12, 0, ["w"])] == [
        "Preliminary",
        "Trial",
    ]


def test_the_package_holds_the_files_of_the_page() -> None:
    for name in ("templates/page.html", "page.css", *document.SCRIPTS):
        assert (document.HERE / name).is_file()
