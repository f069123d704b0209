"""Two commands with one ``--out``: the second ends at once with one line; the first is not disturbed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from spikeworm_env.cli.outputs import locked
from spikeworm_env.store import locked_file

INTO_A_FOLDER = {
    "compare": ("compare", "crawl", "--trials", 2, "--ticks", 60, "--jobs", 1),
    "study": ("study", "learner_v1", "--brain-seeds", 1, "--episodes", 1, "--ticks", 60, "--jobs", 1),
    "ablate": ("ablate", "reverser_v1", "--assays", "tail_touch", "--trials", 1, "--jobs", 1),
    "run": ("run", "crawl", "--ticks", 60, "--render", "none"),
    "inspect": ("inspect", "minimal"),
    "inspect a block": ("inspect", "rebound_timer"),
}
INTO_A_FILE = {
    "train": ("train", "learner_v1", "--episodes", 1, "--ticks", 60, "--tests", 0),
    "compile": ("compile", "minimal"),
}


def files_in(folder: Path) -> set[str]:
    return {str(file.relative_to(folder)) for file in folder.rglob("*") if file.is_file()}


@pytest.mark.parametrize("command", INTO_A_FOLDER.values(), ids=INTO_A_FOLDER.keys())
def test_a_folder_in_use_is_one_line_and_code_2(
    command: tuple, held_elsewhere: Callable, spikeworm: Callable, here: Path
) -> None:
    with held_elsewhere(here / "out", "folder"):
        outcome = spikeworm(*command, "--out", "out")
        assert (outcome.code, outcome.out) == (2, "")
        assert outcome.err == "spikeworm: out is in use by another run\n"
        assert files_in(here) == {"out/.spikeworm.lock"}


@pytest.mark.parametrize("command", INTO_A_FILE.values(), ids=INTO_A_FILE.keys())
def test_a_file_in_use_is_one_line_and_code_2(
    command: tuple, held_elsewhere: Callable, spikeworm: Callable, here: Path
) -> None:
    with held_elsewhere(here / "brain.db", "file") as process:
        outcome = spikeworm(*command, "--out", "brain.db")
        assert (outcome.code, outcome.out) == (2, "")
        assert outcome.err == "spikeworm: brain.db is in use by another run\n"
        assert files_in(here) == {".brain.db.lock"}
        process.kill()
        process.wait()
        assert spikeworm(*command, "--out", "brain.db").code == 0
    assert files_in(here) - {"brain.db.png"} == {"brain.db"}


def test_a_folder_stays_locked_until_its_tables_are_written(
    spikeworm: Callable, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from spikeworm_env.cli import ablation_tables

    writing = ablation_tables.write_effects

    def intruding(*arguments: object) -> list[Path]:
        with pytest.raises(ValueError, match="is in use"), locked(here / "out"):
            pytest.fail("two runs hold the folder")
        return writing(*arguments)

    monkeypatch.setattr(ablation_tables, "write_effects", intruding)
    assert spikeworm(*INTO_A_FOLDER["ablate"], "--lesion", "touch->direction", "--out", "out").code == 0
    assert files_in(here / "out") == {"results.db", "effects.csv", "effects.md"}


def test_several_processes_may_compile_the_same_brain_into_the_cache(
    spikeworm: Callable, here: Path, cached: Callable
) -> None:
    """Each replaces the file as a whole with the same content."""
    with locked_file(here / cached("minimal", 42)):
        assert spikeworm("compile", "minimal").code == 0
    assert files_in(here) == {cached("minimal", 42)}


def test_a_mistake_leaves_no_folder(spikeworm: Callable, here: Path) -> None:
    outcome = spikeworm("compare", "nobody", "--out", "a/b")
    assert outcome.code == 2 and "nobody" in outcome.err
    assert list(here.iterdir()) == []
