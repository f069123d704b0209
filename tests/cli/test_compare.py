"""``spikeworm compare``: a table for people, JSON for machines."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from spikeworm_env.agents import Agent
from spikeworm_env.batch import trial_task as task
from spikeworm_env.cli.options import parse_names, parse_seeds
from spikeworm_env.errors import InputError
from spikeworm_env.trials.result import TrialResult
from spikeworm_env.trials.run import run_trial
from spikeworm_env.trials.task import Trial

FEW = ["--trials", 2, "--seconds", 1, "--jobs", 1]


def test_json_alone_with_agents_controls_and_provenance(spikeworm: Callable, here: Path) -> None:
    outcome = spikeworm("compare", "crawler_v1", "random", *FEW, "--brain-seeds", "42-43", "--json")
    assert outcome.code == 0
    found = json.loads(outcome.out)
    assert list(found["agents"]) == ["crawler_v1", "crawler_v1:blind", "crawler_v1:shuffled", "random"]
    assert (found["first_seed"], found["trials"], found["brain_seeds"]) == (10_000, 2, [42, 43])
    assert found["command"].startswith("spikeworm")
    assert {"python", "numpy", "numba"} <= set(found["versions"])


def test_table_names_trial_seeds_and_every_row(spikeworm: Callable, here: Path) -> None:
    outcome = spikeworm("compare", "crawler_v1", "random", *FEW)
    assert outcome.code == 0
    for word in ("trial default", "seeds 10000 to", "crawler_v1:blind", "random", "oracle", "No intervals"):
        assert word in outcome.out
    table, _, command = outcome.out.partition("Repeat with: ")
    assert max(map(len, table.splitlines())) <= 120
    assert len(command.splitlines()) == 1  # to be copied


def test_table_gives_intervals_from_ten_trials_on(spikeworm: Callable, here: Path) -> None:
    outcome = spikeworm("compare", "crawl", "--trials", 10, "--ticks", 100, "--jobs", 1)
    assert "[" in next(line for line in outcome.out.splitlines() if line.lstrip().startswith("crawl "))
    assert "BCa" in outcome.out


def test_pairs_are_below_the_table_and_every_control_has_a_column(spikeworm: Callable, here: Path) -> None:
    outcome = spikeworm("compare", "crawler_v1", "crawl", "random", *FEW, "--controls", "no_learning")
    assert "crawler_v1 minus crawl: " in outcome.out and "crawler_v1 minus random: " in outcome.out
    assert "(Holm, 3 pairs)" in outcome.out and "crawl minus random" not in outcome.out
    row = next(line for line in outcome.out.splitlines() if line.lstrip().startswith("crawler_v1 "))
    assert row.split()[-1] == "1" and "learning" in outcome.out.split("crawler_v1")[0]


def test_no_intervals_means_none(spikeworm: Callable, here: Path) -> None:
    outcome = spikeworm("compare", "crawl", "--trials", 10, "--ticks", 100, "--jobs", 1, "--no-intervals")
    assert outcome.code == 0 and "[" not in outcome.out and "BCa" not in outcome.out


def test_nothing_but_the_brain_is_written(spikeworm: Callable, here: Path, cached: Callable) -> None:
    spikeworm("compare", "crawler_v1", *FEW)
    assert [str(file.relative_to(here)) for file in here.rglob("*.*")] == [cached("crawler_v1", 42)]


def test_a_brain_file_is_called_by_its_stem(spikeworm: Callable, here: Path) -> None:
    spikeworm("compile", "crawler_v1", "--out", here / "mine.db")
    found = json.loads(spikeworm("compare", here / "mine.db", *FEW, "--controls", "none", "--json").out)
    assert list(found["agents"]) == ["mine"]


def test_lists_of_seeds() -> None:
    assert parse_seeds("42") == (42,)
    assert parse_seeds("42, 43,50") == (42, 43, 50)
    assert parse_seeds("42-44,7") == (42, 43, 44, 7)
    for text in ("", "a", "1,", "3-1", "-1", "1-2-3", "1.5", "²"):
        with pytest.raises(InputError, match="--brain-seeds"):
            parse_seeds(text)


def test_lists_of_names() -> None:
    assert [parse_names(text) for text in ("all", "none", "blind")] == ["all", "none", ["blind"]]
    assert parse_names("blind, oracle") == ["blind", "oracle"]


def test_out_keeps_every_trial_and_is_the_same_when_run_again(spikeworm: Callable, here: Path) -> None:
    arguments = ["compare", "crawl", "random", *FEW, "--out", "kept"]
    first = spikeworm(*arguments, "--json")
    assert sorted(file.name for file in (here / "kept").iterdir()) == [
        "report.html",
        "results.db",
        "summary.json",
        "trials.csv",
    ]
    assert (here / "kept" / "summary.json").read_text() == first.out
    assert spikeworm(*arguments, "--json").out == first.out
    table = spikeworm(*arguments)
    assert table.code == 0 and "kept/report.html" in table.out


def test_folder_of_another_command_is_one_line(spikeworm: Callable, here: Path) -> None:
    spikeworm("compare", "crawl", *FEW, "--out", "kept")
    outcome = spikeworm("compare", "crawl", *FEW, "--out", "kept", "--frame-skip", 1)
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err.count("\n") == 1
    assert "frame_skip is 10 there and 1 here" in outcome.err


def test_a_failed_trial_is_reported_and_makes_the_exit_code_1(
    spikeworm: Callable, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail_once(agent: Agent, trial: Trial, seed: int, **rest: int) -> TrialResult:
        if (agent.name, seed) == ("crawl", 10_001):
            raise ZeroDivisionError("no food")
        return run_trial(agent, trial, seed, **rest)

    monkeypatch.setattr(task, "run_trial", fail_once)
    outcome = spikeworm("compare", "crawl", *FEW)
    assert outcome.code == 1
    assert outcome.err == "spikeworm: crawl, trial seed 10001: ZeroDivisionError: no food\n"
    assert "1 of 4 trials failed and are missing" in outcome.out


def test_table_gives_the_speed_of_a_shuffled_brain(spikeworm: Callable, here: Path) -> None:
    outcome = spikeworm("compare", "crawler_v1", "--trials", 2, "--seconds", 4, "--jobs", 1)
    assert "crawler_v1:shuffled: " in outcome.out and "of the intact brain's speed" in outcome.out
