"""Comparisons: the same whatever the number of jobs, and each row computed from its own trials."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from spikeworm_env import resources
from spikeworm_env.agents import Agent
from spikeworm_env.agents.linear import Linear
from spikeworm_env.batch import participants
from spikeworm_env.batch import trial_task as task
from spikeworm_env.compiler.library import find_recipe
from spikeworm_env.errors import InputError, TrialError, UnknownNameError
from spikeworm_env.experiments.comparison.compare import compare
from spikeworm_env.experiments.comparison.comparison import Comparison
from spikeworm_env.trials.controls import CONTROLS
from spikeworm_env.trials.result import TrialResult
from spikeworm_env.trials.run import run_trial
from spikeworm_env.trials.task import Trial

BLINK = Trial("blink", duration_s=1.0)
BRAIN = "crawler_v1"


@pytest.fixture(scope="module")
def empty_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """An empty cache of brains."""
    folder = tmp_path_factory.mktemp("brains")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(resources, "brain_cache", lambda: folder)
        yield folder


@pytest.fixture(scope="module")
def both(empty_cache: Path) -> Comparison:
    return compare([BRAIN, "random"], 10, 500, BLINK, jobs=1, brain_seeds=(42, 43), weight_jitter=0.1)


def test_number_of_jobs_changes_nothing(both: Comparison, empty_cache: Path) -> None:
    parallel = compare([BRAIN, "random"], 10, 500, BLINK, jobs=2, brain_seeds=(42, 43), weight_jitter=0.1)
    assert parallel.results == both.results
    assert parallel.to_json() == both.to_json()


def test_other_agents_change_no_row(both: Comparison, empty_cache: Path) -> None:
    alone = compare(["random"], 10, 500, BLINK, jobs=1)
    assert alone.summaries["random"] == both.summaries["random"]


def test_each_agent_is_a_row_before_its_controls(both: Comparison) -> None:
    mine = [BRAIN, f"{BRAIN}:blind", f"{BRAIN}:shuffled"]
    assert list(both.summaries) == [*mine, "random"]
    assert list(both.results) == [*mine, "random", "oracle"]
    for key, results in both.results.items():
        brains = 2 if key.startswith(BRAIN) else 1
        assert [result.seed for result in results] == list(range(500, 510)) * brains
        assert {result.agent for result in results} == {key}


def test_results_are_those_of_single_trials(both: Comparison) -> None:
    participant = participants.resolve([BRAIN], (42, 43), 0.1)[BRAIN][1]
    for index in (10, 19):
        assert both.results[BRAIN][index] == run_trial(participant.make(10), BLINK, 490 + index)


def test_brains_are_averaged_within_each_trial_seed_before_the_interval(both: Comparison) -> None:
    ci_time = np.array([result.ci_time for result in both.results[BRAIN]]).reshape(2, 10).mean(axis=0)
    summary = both.summaries[BRAIN]
    assert (summary.n, summary.brains) == (10, 2)
    assert summary.ci_time.mean == pytest.approx(ci_time.mean())
    assert summary.ci_time.iqm == pytest.approx(np.sort(ci_time)[2:8].mean())
    assert ci_time.min() <= summary.ci_time.low < summary.ci_time.mean < summary.ci_time.high <= ci_time.max()


def test_efficiency_is_the_share_of_the_oracles_index() -> None:
    done = compare(["crawl"], 2, 500, Trial("way", duration_s=15.0), jobs=1)
    mean = {key: np.mean([r.ci_time for r in results]) for key, results in done.results.items()}
    assert done.summaries["crawl"].efficiency == pytest.approx(mean["crawl"] / mean["oracle"])
    assert done.oracle.efficiency == pytest.approx(1.0)


@pytest.mark.parametrize("control", CONTROLS)
def test_only_a_brain_is_tested_against_its_controls(control: str, both: Comparison) -> None:
    rows = both.to_json()["agents"]
    p = rows[BRAIN][f"p_vs_{control}"]
    if control in ("blind", "shuffled"):
        assert 0 < p <= 1
        assert rows[f"{BRAIN}:{control}"][f"p_vs_{control}"] is None
    else:
        assert p is None and f"{BRAIN}:{control}" not in rows  # this brain has nothing that learns
    assert rows["random"][f"p_vs_{control}"] is None


def test_only_a_shuffled_brain_has_a_share_of_speed() -> None:
    done = compare([BRAIN, "random"], 3, 0, Trial("walk", duration_s=8.0), jobs=1, frame_skip=10)
    shares = {key: row["speed_share"] for key, row in done.to_json()["agents"].items()}
    speeds = {key: np.mean([r.speed_bl_per_s for r in results]) for key, results in done.results.items()}
    assert shares.pop(f"{BRAIN}:shuffled") == pytest.approx(speeds[f"{BRAIN}:shuffled"] / speeds[BRAIN])
    assert set(shares.values()) == {None}


def test_shuffles_differ_between_trial_seeds_and_brains(empty_cache: Path) -> None:
    drawn = []
    for participant in participants.resolve([BRAIN], (42, 43))[BRAIN]:
        agent = participant.as_control("shuffled").make(1)
        for seed in (0, 1, 0):
            agent.reset(seed=seed, info={})
            drawn.append(agent.agent.compiled.network.target.tobytes())
    assert drawn[0] == drawn[2] and drawn[3] == drawn[5]
    assert len(set(drawn)) == 4


def test_json_has_the_documented_keys(both: Comparison) -> None:
    plain = json.loads(json.dumps(both.to_json(), allow_nan=False))
    for row in plain["agents"].values():
        assert {"n", "success", "efficiency", "p_vs_blind", "p_vs_shuffled", "speed_share"} <= set(row)
        for index in ("ci_time", "ci_net", "ci_clipped"):
            assert set(row[index]) == {"mean", "low", "high", "iqm"}
    assert plain["trial"]["name"] == "blink"
    assert plain["trial"]["duration_s"] == 1.0
    assert (plain["first_seed"], plain["trials"], plain["brain_seeds"]) == (500, 10, [42, 43])
    assert set(plain["recipes"]) == {BRAIN, f"{BRAIN}:blind", f"{BRAIN}:shuffled"}


def test_fewer_than_ten_trials_give_no_interval() -> None:
    row = compare(["crawl"], 3, 500, BLINK, jobs=1).to_json()["agents"]["crawl"]
    assert row["n"] == 3
    assert (row["ci_time"]["low"], row["ci_time"]["high"]) == (None, None)


def test_the_oracle_is_a_row_only_if_named() -> None:
    assert list(compare(["oracle", "crawl"], 1, 0, BLINK, jobs=1).summaries) == ["oracle", "crawl"]


def test_controls_can_be_left_out(empty_cache: Path) -> None:
    done = compare([BRAIN], 1, 0, BLINK, jobs=1, controls="none")
    assert list(done.summaries) == [BRAIN]
    assert done.summaries[BRAIN].against == {}


def test_a_brain_that_does_not_learn_has_controls_of_learning_only_if_named(empty_cache: Path) -> None:
    named = ["no_learning", "no_reward"]
    done = compare([BRAIN], 1, 0, BLINK, jobs=1, controls=named)
    assert list(done.summaries) == [BRAIN, *(f"{BRAIN}:{control}" for control in named)]
    whole = done.results[BRAIN][0]
    for control in named:
        assert replace(done.results[f"{BRAIN}:{control}"][0], agent=BRAIN) == whole


def test_intervals_can_be_left_out() -> None:
    row = compare(["crawl"], 10, 500, BLINK, jobs=1, intervals=False).summaries["crawl"]
    assert (row.n, row.ci_time.low, row.ci_time.high) == (10, None, None)


def test_agents_are_paired_with_each_other_but_not_with_controls(both: Comparison) -> None:
    (pair,) = both.to_json()["pairs"]
    assert (pair["agent"], pair["other"], pair["n"]) == (BRAIN, "random", 10)
    means = {key: row.ci_time.mean for key, row in both.summaries.items()}
    assert pair["difference"] == pytest.approx(means[BRAIN] - means["random"])
    assert 0 < pair["p"] == pair["p_holm"] <= 1


def test_progress_counts_every_trial() -> None:
    counts = []
    compare(["crawl"], 3, 0, BLINK, jobs=1, progress=lambda done, total: counts.append((done, total)))
    assert counts == [(done, 6) for done in range(7)]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"agents": []}, "agents is .*; expected at least one agent"),
        ({"agents": ["crawll"]}, "unknown agent, recipe or brain file 'crawll'; did you mean 'crawl'"),
        ({"agents": ["crawl", "crawl"]}, "expected different names; 'crawl' is there twice"),
        ({"agents": ["nowhere.db"]}, "no brain file nowhere.db"),
        ({"trials": 0}, "trials is 0; expected a whole number from 1 to 1000000"),
        ({"first_seed": -5}, "first_seed is -5; expected a whole number from 0 to"),
        ({"jobs": 0}, "jobs is 0; expected a whole number from 1 to 10000"),
        ({"trial": "fra"}, "unknown trial"),
        (
            {"controls": ["deaf"]},
            "unknown control 'deaf'; choose from blind, no_learning, no_reward, shuffled",
        ),
        ({"controls": "blnd"}, "unknown control 'blnd'; did you mean 'blind'"),
        ({"agents": [BRAIN], "brain_seeds": ()}, "brain seeds"),
        ({"agents": [BRAIN], "brain_seeds": (42, 42)}, "brain seeds"),
        ({"agents": [BRAIN], "weight_jitter": 1.5}, "weight_jitter is 1.5"),
        ({"agents": [BRAIN], "weight_jitter": float("nan")}, "weight_jitter is nan"),
        ({"frame_skip": 0}, "frame_skip"),
        ({"trials": 9, "intervals": True}, "trials is 9; intervals take at least 10"),
    ],
)
def test_mistake_is_found_before_any_trial_runs(
    arguments: dict, message: str, empty_cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(task, "run_trial", lambda *_, **__: pytest.fail("a trial ran"))
    with pytest.raises(InputError, match=message):
        compare(**{"agents": ["crawl"], "trial": BLINK, "jobs": 1, **arguments})


def test_a_row_without_a_successful_trial_ends_the_comparison(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> TrialResult:
        raise ZeroDivisionError("no food")

    monkeypatch.setattr(task, "run_trial", fail)
    with pytest.raises(TrialError, match="crawl, trial seed 7: ZeroDivisionError: no food"):
        compare(["crawl"], 1, 7, BLINK, jobs=1)


def test_a_failed_trial_is_named_and_others_continue(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail_once(agent: Agent, trial: Trial, seed: int, **rest: int) -> TrialResult:
        if (agent.name, seed) == ("crawl", 501):
            raise ZeroDivisionError("no\nfood")
        return run_trial(agent, trial, seed, **rest)

    whole = compare(["crawl", "random"], 4, 500, BLINK, jobs=1)
    monkeypatch.setattr(task, "run_trial", fail_once)
    done = compare(["crawl", "random"], 4, 500, BLINK, jobs=1)
    assert done.failures == ("crawl, trial seed 501: ZeroDivisionError: no food",)
    assert done.to_json()["failures"] == list(done.failures)
    assert [result.seed for result in done.results["crawl"]] == [500, 502, 503]
    assert done.results["crawl"] == tuple(r for r in whole.results["crawl"] if r.seed != 501)
    assert done.summaries["crawl"].n == 3
    assert done.n_trials == 12
    assert done.summaries["random"] == whole.summaries["random"]


def test_a_changed_brain_file_is_an_error(empty_cache: Path) -> None:
    (participant,) = participants.resolve([BRAIN])[BRAIN]
    with pytest.raises(TrialError, match="was changed while in use"):
        replace(participant, digest="0" * 64).make(1)


def test_a_policy_file_is_named_by_its_stem_and_its_change_is_an_error(tmp_path: Path) -> None:
    file = tmp_path / "mine.npz"
    shutil.copy(Linear.shipped(), file)
    entry = f"linear:{file}"
    found = compare(["linear", entry], 2, 500, BLINK, jobs=1)
    assert list(found.summaries) == ["linear", "mine"]
    figures = {name: [each.ci_time for each in found.results[name]] for name in found.summaries}
    assert figures["linear"] == figures["mine"]
    (participant,) = participants.resolve([entry])["mine"]
    assert not participant.is_brain
    file.write_bytes(file.read_bytes() + b" ")
    with pytest.raises(TrialError, match="was changed while in use"):
        participant.make(1)


def test_learning_in_one_trial_does_not_reach_the_next(empty_cache: Path, tmp_path: Path) -> None:
    recipe = json.loads(find_recipe(BRAIN).read_text())
    recipe["name"] = "learner"
    recipe["projections"][0] |= {"type": "plastic", "weight": 5.0}
    (tmp_path / "learner.json").write_text(json.dumps(recipe))
    trial = Trial("brief", duration_s=3.0)
    learner = str(tmp_path / "learner.json")
    in_turn = compare([learner], 2, 0, trial, jobs=1, controls="none").results["learner"]
    (participant,) = participants.resolve([learner])["learner"]
    assert participant.controls == ("blind", "shuffled", "no_learning")  # nothing that reward would teach
    assert in_turn[1] == run_trial(participant.make(10), trial, 1)
    one_life = participant.make(10)
    assert in_turn[1] != [run_trial(one_life, trial, seed) for seed in (0, 1)][1]


def test_unknown_name_error_is_an_input_error() -> None:
    with pytest.raises(UnknownNameError):
        participants.parse_controls("deaf")
