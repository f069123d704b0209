"""A file that the same command could not make again stays, unless --force is given."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from spikeworm_env.cli import written
from spikeworm_env.cli.written import LISTED, tagged
from spikeworm_env.store import load_brain

TRAIN = ("train", "learner_v1", "--episodes", 1, "--ticks", 300, "--tests", 0)
RUN = ("run", "crawler_v1", "--ticks", 40, "--render", "none", "--controls", "none", "--out", "o")
COMPARE = ("compare", "crawl", "--trials", 1, "--ticks", 20, "--jobs", 1)


def refused(outcome, *words: str) -> bool:
    """Whether a command has ended with code 2 and one line with these words."""
    one_line = (outcome.code, outcome.out, outcome.err.count("\n")) == (2, "", 1)
    return one_line and all(word in outcome.err for word in words)


def test_a_trained_brain_is_replaced_with_force_alone(spikeworm: Callable, here: Path) -> None:
    assert spikeworm(*TRAIN, "--out", "b.db").code == 0
    before = (here / "b.db").read_bytes()
    compiling = ("compile", "learner_v1", "--out", "b.db")
    assert refused(spikeworm(*compiling), "b.db holds a brain trained for 1 episode", "--force")
    assert refused(spikeworm(*TRAIN, "--keep-state", "--out", "b.db"), "holds another training", "--force")
    assert (here / "b.db").read_bytes() == before
    assert spikeworm(*TRAIN, "--keep-state", "--out", "b.db", "--force").code == 0
    assert (here / "b.db").read_bytes() != before
    assert spikeworm(*compiling, "--force").code == 0
    assert load_brain(here / "b.db").episodes == ()


def test_force_continues_a_training_that_can_be_continued(spikeworm: Callable, here: Path) -> None:
    for file, counts in (("whole.db", (2,)), ("parts.db", (1, 2))):
        for count in counts:
            command = ("train", "learner_v1", "--episodes", count, "--ticks", 300, "--tests", 0)
            assert spikeworm(*command, "--out", file, "--force").code == 0
    assert (here / "parts.db").read_bytes() == (here / "whole.db").read_bytes()


def test_compile_makes_its_own_file_again_and_no_other(spikeworm: Callable, here: Path) -> None:
    for _ in range(2):
        assert spikeworm("compile", "minimal", "--out", "b.db").code == 0
    assert refused(spikeworm("compile", "crawler_v1", "--out", "b.db"), "another brain, minimal of seed 42")
    assert refused(spikeworm("compile", "minimal", "--brain-seed", 7, "--out", "b.db"), "another brain")
    (here / "notes.db").write_text("mine")
    assert refused(spikeworm("compile", "minimal", "--out", "notes.db"), "no brain that can be read")
    assert spikeworm(*COMPARE, "--out", "kept").code == 0
    assert refused(spikeworm("compile", "minimal", "--out", "kept/results.db"), "no brain that can be read")


def test_a_run_makes_its_own_files_again_and_no_others(spikeworm: Callable, here: Path) -> None:
    for _ in range(2):
        assert spikeworm(*RUN, "--record", "r.csv").code == 0
    assert refused(spikeworm(*RUN, "--seed", 1), "path.png exists", "--force")
    assert refused(spikeworm(*RUN[:-2], "--seed", 1, "--record", "r.csv"), "r.csv exists")
    (here / "o" / "path.png").write_bytes(b"annotated")
    assert refused(spikeworm(*RUN), "path.png exists")
    assert (here / "o" / "path.png").read_bytes() == b"annotated"
    assert spikeworm(*RUN, "--force").code == 0
    assert (here / "o" / "path.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize(
    "command", [(*RUN, "--record", "r.csv"), ("inspect", "minimal", "--edges", "e.csv", "--out", "o")]
)
def test_what_a_killed_command_left_is_not_in_its_way(
    command: tuple, spikeworm: Callable, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is killed each time that a file has its name and is not yet listed with its content."""
    note = written._note

    def until_killed(file: Path, made_by: str, content: str) -> None:
        if content != written.BEING_WRITTEN:
            raise KeyboardInterrupt
        note(file, made_by, content)

    with monkeypatch.context() as patched:
        patched.setattr(written, "_note", until_killed)
        assert spikeworm(*command).code == 130
    assert any((here / name).exists() for name in ("r.csv", "e.csv"))
    assert refused(spikeworm(command[0], "learner_v1", *command[2:]), "exists")
    assert spikeworm(*command).code == 0
    assert written.BEING_WRITTEN not in (here / LISTED).read_text()


@pytest.mark.parametrize(
    "command", [(*RUN, "--record", "mine.csv"), ("inspect", "minimal", "--edges", "mine.csv")]
)
def test_a_file_of_another_hand_stays(command: tuple, spikeworm: Callable, here: Path) -> None:
    (here / "mine.csv").write_text("a,b\n")
    assert refused(spikeworm(*command), "mine.csv exists")
    assert (here / "mine.csv").read_text() == "a,b\n"
    assert [file.name for file in here.iterdir() if file.is_file()] == ["mine.csv"]


def test_inspect_writes_the_same_network_again_and_no_other(spikeworm: Callable, here: Path) -> None:
    for _ in range(2):
        assert spikeworm("inspect", "minimal", "--edges", "net.csv").code == 0
    assert refused(spikeworm("inspect", "crawler_v1", "--edges", "net.csv"), "--edges", "net.csv exists")
    assert spikeworm("inspect", "crawler_v1", "--edges", "net.csv", "--force").code == 0


def test_recordings_of_a_comparison_are_guarded(spikeworm: Callable, here: Path) -> None:
    command = ("compare", "crawler_v1", *COMPARE[2:], "--controls", "none", "--record", "s.csv")
    for _ in range(2):
        assert spikeworm(*command).code == 0
    assert refused(spikeworm(*command, "--frame-skip", 5), "s-crawler_v1-s42-10000.csv exists")


def test_tables_without_their_results_stay(spikeworm: Callable, here: Path) -> None:
    (here / "kept").mkdir()
    (here / "kept" / "trials.csv").write_text("mine")
    assert refused(spikeworm(*COMPARE, "--out", "kept"), "trials.csv exists without results.db")
    assert (here / "kept" / "trials.csv").read_text() == "mine"
    assert spikeworm(*COMPARE, "--out", "kept", "--force").code == 0


def test_a_policy_is_replaced_with_force_alone(here: Path) -> None:
    from spikeworm_env.baselines.__main__ import app

    (here / "mine.npz").write_bytes(b"trained for an hour")
    assert app(["linear", "--out", "mine.npz"], standalone_mode=False) == 2
    assert (here / "mine.npz").read_bytes() == b"trained for an hour"


def test_a_damaged_list_puts_files_in_the_way_and_no_more(spikeworm: Callable, here: Path) -> None:
    assert spikeworm(*RUN).code == 0
    for text in ("", "[1]", '{"path.png": 3}', "[" * 100_000):
        (here / "o" / LISTED).write_text(text)
        assert refused(spikeworm(*RUN), "path.png exists")
    assert spikeworm(*RUN, "--force").code == 0 and spikeworm(*RUN).code == 0


def test_a_list_that_is_no_plain_file_or_too_long_lists_nothing(spikeworm: Callable, here: Path) -> None:
    assert spikeworm(*RUN).code == 0
    (here / "o" / LISTED).unlink()
    os.mkfifo(here / "o" / LISTED)  # to open it would wait for ever
    assert refused(spikeworm(*RUN), "path.png exists")
    (here / "o" / LISTED).unlink()
    with (here / "o" / LISTED).open("wb") as file:
        file.truncate(2**33)
    assert refused(spikeworm(*RUN), "path.png exists")


def test_runs_of_other_settings_have_other_default_folders(spikeworm: Callable, here: Path) -> None:
    plain = ("run", "crawler_v1", "--render", "none", "--ticks", 20, "--json")
    others = (
        (),
        ("--sigma", 9),
        ("--frame-skip", 5),
        ("--brain-seed", 43),
        ("--weight-jitter", 0.1),
        ("--controls", "none"),
        ("--seed", 1),
    )
    files = {json.loads(spikeworm(*plain, *more).out)["files"][0] for more in others}
    assert len(files) == len(others)
    assert "runs/crawler_v1_default_s0_duration0.02s_sigma9BL/path.png" in files


def test_a_brain_file_that_has_changed_has_another_default_folder(spikeworm: Callable, here: Path) -> None:
    folders = set()
    for seed in (1, 2):
        spikeworm("compile", "crawler_v1", "--brain-seed", seed, "--out", "b.db", "--force")
        outcome = spikeworm("run", "b.db", "--render", "none", "--ticks", 20, "--controls", "none", "--json")
        folders.add(json.loads(outcome.out)["files"][0])
    assert len(folders) == 2


def test_trainings_of_other_settings_have_other_default_files(spikeworm: Callable, here: Path) -> None:
    short = ("train", "learner_v1", "--episodes", 1, "--ticks", 100, "--tests", 0, "--json")
    others = ((), ("--reward", "none"), ("--weight-jitter", 0.1))
    assert len({json.loads(spikeworm(*short, *more).out)["file"] for more in others}) == len(others)


def test_a_long_name_becomes_a_hash() -> None:
    assert tagged("a", []) == "a" and tagged("a", ["sigma 9 BL", "b43"]) == "a_sigma9BL_b43"
    long = [f"option{number} {number}" for number in range(20)]
    assert len(tagged("a", long)) == 14 and tagged("a", long) != tagged("a", long[1:])
    assert "/" not in tagged("a", ["x/../y", "food at (15.0, 0.0)"])
