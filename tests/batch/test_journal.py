"""A journal keeps what was finished, whatever happened then, and mixes no two experiments."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from spikeworm_env.batch.journal import Journal
from spikeworm_env.errors import InputError

SETTINGS = {"brain": "a", "seeds": {"42": "f00"}}


def written(path: Path, *records: dict) -> None:
    with Journal(path, SETTINGS) as journal:
        for record in records:
            journal.append(record)


def test_what_was_written_is_there_again(tmp_path: Path) -> None:
    file = tmp_path / "new" / "runs.jsonl"
    written(file, {"seed": 0}, {"seed": 1})
    written(file, {"seed": 2})
    with Journal(file, SETTINGS) as journal:
        assert journal.records == [{"seed": 0}, {"seed": 1}, {"seed": 2}]
    assert json.loads(file.read_text().splitlines()[0]) == SETTINGS


def test_a_record_is_in_the_file_before_the_next_begins(tmp_path: Path) -> None:
    file = tmp_path / "runs.jsonl"
    with Journal(file, SETTINGS) as journal:
        journal.append({"seed": 0})
        assert file.read_bytes().endswith(b'{"seed": 0}\n')


@pytest.mark.parametrize("lost", range(1, 11))
def test_a_torn_last_line_is_dropped(tmp_path: Path, lost: int) -> None:
    file = tmp_path / "runs.jsonl"
    written(file, {"seed": 0}, {"seed": 1})
    file.write_bytes(file.read_bytes()[:-lost])
    written(file, {"seed": 7})
    with Journal(file, SETTINGS) as journal:
        assert journal.records == [{"seed": 0}, {"seed": 7}]


def test_a_torn_first_line_is_begun_again(tmp_path: Path) -> None:
    file = tmp_path / "runs.jsonl"
    file.write_bytes(b'{"brain": "a", "se')
    written(file, {"seed": 0})
    with Journal(file, SETTINGS) as journal:
        assert journal.records == [{"seed": 0}]


def test_other_settings_are_refused_and_nothing_is_changed(tmp_path: Path) -> None:
    file = tmp_path / "runs.jsonl"
    written(file, {"seed": 0})
    before = file.read_bytes()
    for other in ({**SETTINGS, "brain": "b"}, {"brain": "a"}, {**SETTINGS, "more": 1}):
        with pytest.raises(InputError, match=r"there and .* now; give another folder"):
            Journal(file, other)
    assert file.read_bytes() == before


@pytest.mark.parametrize("content", [b"my notes", b"my notes\n", b'{"brain"\n{}\n', b"[1]\n"])
def test_a_file_of_another_kind_is_left_alone(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "runs.jsonl"
    file.write_bytes(content)
    with pytest.raises(InputError, match=r"runs.jsonl:1: no JSON object"):
        Journal(file, SETTINGS)
    assert file.read_bytes() == content


def test_a_ledger_in_use_is_refused_and_keeps_all(tmp_path: Path) -> None:
    file = tmp_path / "runs.jsonl"
    with Journal(file, SETTINGS) as journal:
        journal.append({"seed": 0})
        with pytest.raises(InputError, match=r"runs\.jsonl is in use by another run$"):
            Journal(file, SETTINGS)
        journal.append({"seed": 1})
    with pytest.raises(InputError, match="give another folder"):
        Journal(file, {"brain": "b"})  # and lets go of it
    with Journal(file, SETTINGS) as journal:
        assert journal.records == [{"seed": 0}, {"seed": 1}]
    assert [each.name for each in tmp_path.iterdir()] == ["runs.jsonl"]


def test_a_damaged_line_is_named(tmp_path: Path) -> None:
    file = tmp_path / "runs.jsonl"
    written(file, {"seed": 0}, {"seed": 1})
    lines = file.read_text().splitlines(keepends=True)
    file.write_text("".join([lines[0], "?\n", lines[2]]))
    with pytest.raises(InputError, match=r"runs.jsonl:2: no JSON object"):
        Journal(file, SETTINGS)
