"""``spikeworm study``: a table for people, JSON for machines, a folder for resuming."""

from __future__ import annotations

import csv
import json
import re
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

FEW = ["--brain-seeds", "0-1", "--episodes", 1, "--tests", 1, "--seconds", 1, "--jobs", 1]
ONE = [*FEW, "--controls", "no_reward"]
TABLES = {"episodes.csv", "tests.csv", "weights.csv", "summary.json", "results.db"}
PICTURES = {"learning.png", "weights.png", "paths.png"}


def test_a_row_for_each_condition(spikeworm: Callable, here: Path) -> None:
    outcome = spikeworm("study", "learner_v1", *FEW)
    assert outcome.code == 0
    assert "learner_v1: 2 brains, 1 episode on the trial default" in outcome.out
    rows = [line.split()[0] for line in outcome.out.splitlines() if line.startswith(" ") and line.split()]
    conditions = ["reward", "swapped", "no_reward", "random_reward", "inverted_reward", "yoked_reward"]
    assert [row for row in rows if row in {*conditions, "no_learning"}] == [*conditions, "no_learning"]
    assert "No intervals: they take at least 10 brains." in outcome.out and "Repeat with" in outcome.out
    assert [file.name for file in here.iterdir()] == ["cache"]


def test_files_hold_what_the_json_holds_and_the_command_resumes(spikeworm: Callable, here: Path) -> None:
    first = json.loads(spikeworm("study", "learner_v1", *ONE, "--out", "done", "--json").out)
    assert {file.name for file in (here / "done").iterdir()} == TABLES | PICTURES
    assert list(first["conditions"]) == ["reward", "no_reward"] and len(first["files"]) == 7
    summary = json.loads((here / "done/summary.json").read_text())
    assert summary == {name: value for name, value in first.items() if name != "files"}
    with (here / "done/tests.csv").open(newline="") as file:
        end = [float(row["ci_net"]) for row in csv.DictReader(file) if row["after_episode"] == "1"]
    assert sum(end[:2]) / 2 == pytest.approx(first["conditions"]["reward"]["after"]["ci_net"]["mean"])
    kept = (here / "done/results.db").read_bytes()
    again = json.loads(spikeworm("study", "learner_v1", *ONE, "--out", "done", "--json").out)
    assert again == first and (here / "done/results.db").read_bytes() == kept


def test_flips_and_extinction_stand_below_the_table(spikeworm: Callable) -> None:
    reversal = ["--trial", "reversal", "--episodes", 2, "--flip", 1, "--extinction", 1]
    outcome = spikeworm("study", "learner_v1", *ONE, *reversal)
    assert outcome.code == 0
    for condition in ("reward", "no_reward"):
        assert re.search(
            rf"^{condition}: ci_net \S+ before the flip after episode 1, \S+ at once", outcome.out, re.M
        )
    assert re.search(r"^reward: ci_net \S+ after 1 episode without reward\.$", outcome.out, re.M)


def test_without_matplotlib_there_are_the_tables(
    spikeworm: Callable, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    outcome = spikeworm("study", "learner_v1", *ONE, "--out", "done")
    assert outcome.code == 0
    assert {file.name for file in (here / "done").iterdir()} == TABLES


def test_the_folder_of_another_study_is_refused(spikeworm: Callable, here: Path) -> None:
    spikeworm("study", "learner_v1", *ONE, "--out", "done")
    before = {file.name: file.read_bytes() for file in (here / "done").iterdir()}
    outcome = spikeworm("study", "learner_v1", *ONE, "--extinction", 1, "--out", "done")
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err.count("\n") == 1 and "extinction is 0 there and 1 here" in outcome.err
    assert {file.name: file.read_bytes() for file in (here / "done").iterdir()} == before


@pytest.mark.parametrize("command", ["study", "train"])
def test_scaled_weights_are_a_setting_and_mistakes_are_one_line(
    spikeworm: Callable, command: str, here: Path
) -> None:
    options = ONE if command == "study" else ["--episodes", 1, "--ticks", 100, "--tests", 0]
    printed = spikeworm(command, "learner_v1", *options, "--scale", "odour_left->head=0.5", "--json")
    settings = json.loads(printed.out)
    assert (settings if command == "study" else settings["settings"])["scaled"] == ["odour_left->head=0.5"]
    for wrong, message in {
        "odour_left": "expected from->to=factor",
        "odour_left->head=2": "expected a number from 0 to 1",
        "odour_left->body=1": "no synapse leads from odour_left to body",
        "nose->head=1": "nose",
    }.items():
        outcome = spikeworm(command, "learner_v1", *options, "--scale", wrong)
        assert (outcome.code, outcome.out) == (2, "")
        assert outcome.err.count("\n") == 1 and message in outcome.err
