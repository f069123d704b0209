"""``spikeworm ablate``: tables for people, JSON for programs, files for resuming."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path

FEW = ["--lesion", "touch->direction,projections[16]", "--assays", "tail_touch", "--trials", 2, "--jobs", 1]
LESIONS = ["connection touch -> direction", "projections[16] turn.turn_out -> head.ventral_in"]


def test_a_table_for_each_lesion(spikeworm: Callable, here: Path, cached: Callable) -> None:
    outcome = spikeworm("ablate", "reverser_v1", *FEW)
    assert outcome.code == 0
    for lesion in LESIONS:
        assert f"reverser_v1 without {lesion} (" in outcome.out
    assert outcome.out.count("tail_touch.change (BL/s)") == 2
    assert "seeds 10000 to 10001" in outcome.out and "Repeat with" in outcome.out
    assert [str(file.relative_to(here)) for file in here.rglob("*.*")] == [cached("reverser_v1", 42)]


def test_json_alone_with_every_effect(spikeworm: Callable, here: Path) -> None:
    outcome = spikeworm("ablate", "reverser_v1", *FEW, "--brain-seeds", "42-43", "--json")
    found = json.loads(outcome.out)
    assert (found["brain_seeds"], found["trials"], found["first_seed"]) == ([42, 43], 2, 10_000)
    assert list(found["synapses_lesioned"]) == LESIONS and found["files"] == []
    assert len(found["effects"]) == 6 and {row["lesion"] for row in found["effects"]} == set(LESIONS)
    assert {"python", "numpy", "numba"} <= set(found["versions"])


def test_files_hold_what_the_screen_shows_and_runs_are_kept(spikeworm: Callable, here: Path) -> None:
    first = spikeworm("ablate", "reverser_v1", *FEW, "--out", "done", "--json")
    found = json.loads(first.out)
    assert sorted(file.name for file in (here / "done").iterdir()) == [
        "effects.csv",
        "effects.md",
        "results.db",
    ]
    with (here / "done/effects.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [float(row["lesion_mean"]) for row in rows] == [row["lesion_mean"] for row in found["effects"]]
    page = (here / "done/effects.md").read_text()
    assert page.count("\n| tail_touch.") == 6 and all(f"## Without {lesion} (" in page for lesion in LESIONS)
    kept = (here / "done/results.db").read_bytes()
    again = spikeworm("ablate", "reverser_v1", *FEW, "--out", "done", "--json")
    assert json.loads(again.out) == found
    assert (here / "done/results.db").read_bytes() == kept


def test_the_folder_of_another_brain_is_refused(spikeworm: Callable, here: Path) -> None:
    spikeworm("ablate", "reverser_v1", *FEW, "--out", "done")
    before = {file.name: file.read_bytes() for file in (here / "done").iterdir()}
    outcome = spikeworm("ablate", "reverser_v1", *FEW, "--brain-seeds", 43, "--out", "done")
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err.count("\n") == 1 and "give another folder" in outcome.err
    assert {file.name: file.read_bytes() for file in (here / "done").iterdir()} == before


def test_a_folder_that_is_a_file_is_refused_before_any_run(spikeworm: Callable, here: Path) -> None:
    (here / "taken").write_text("mine")
    outcome = spikeworm("ablate", "reverser_v1", *FEW, "--out", "taken")
    assert (outcome.code, outcome.out) == (2, "") and "taken is not a folder" in outcome.err
    assert [file.name for file in here.iterdir()] == ["taken"]
