"""A training is kept with its brain and the state to go on from, all of it or nothing."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace

import numpy as np
import pytest

from spikeworm_env.errors import BrainFileError, InputError
from spikeworm_env.store import (
    checkpoint_tick,
    load_checkpoint,
    load_training,
    save_brain,
    save_checkpoint,
    save_training,
    training,
)


def test_loading_returns_settings_brain_and_state(lived_path, lived, living):
    kept = load_training(lived_path)
    assert kept.settings == {
        "trial": "default",
        "first_seed": 7,
        "arena": {"sigma": 8.0, "food": None},
        "keep_state": False,
    }
    assert (kept.compiled.episodes, kept.compiled.evaluations) == (lived.episodes, lived.evaluations)
    assert kept.tick == checkpoint_tick(lived_path) == living.ticks == 2000
    for name, array in living.state().items():
        for loaded in (kept.state[name], load_checkpoint(lived_path)[name]):
            assert loaded.dtype == array.dtype and (loaded == array).all()


def test_a_brain_that_was_not_trained_has_no_training(brain_path, lived, tmp_path):
    assert load_training(brain_path) is None
    save_brain(lived, tmp_path / "lived.db")
    assert load_training(tmp_path / "lived.db") is None


def test_the_same_training_is_the_same_file(lived, living, tmp_path):
    for name in ("one", "other"):
        save_training(lived, tmp_path / name, {"a": 1}, living.state(), 5)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "other").read_bytes()


def test_a_separate_checkpoint_in_a_training_file_is_an_error(lived_path):
    before = lived_path.read_bytes()
    with pytest.raises(
        InputError, match=r"lived\.db holds a training, which goes on from its own checkpoint"
    ):
        save_checkpoint(lived_path, {"v": np.zeros(3)}, 9)
    assert lived_path.read_bytes() == before


def test_a_file_replaced_during_reading_is_read_in_its_old_version(lived, living, lived_path, monkeypatch):
    """A training file is opened once: nothing of a later moment gets in."""
    later = replace(lived, episodes=lived.episodes[:1])
    settings = training._settings

    def replaced(reader):
        save_training(later, lived_path, {"a": 1}, {}, 1)
        return settings(reader)

    monkeypatch.setattr(training, "_settings", replaced)
    kept = load_training(lived_path)
    assert (kept.settings["first_seed"], kept.compiled.episodes, kept.tick) == (7, lived.episodes, 2000)
    assert kept.state.keys() == living.state().keys()


def test_a_failed_save_of_a_training_leaves_the_old_file(lived, lived_path):
    before = lived_path.read_bytes()
    with pytest.raises(InputError, match="cannot be kept"):
        save_training(lived, lived_path, {}, {"v": np.array([object()])}, 1)
    with pytest.raises(ValueError, match="not JSON compliant"):
        save_training(lived, lived_path, {"a": float("nan")}, {}, 1)
    assert lived_path.read_bytes() == before
    assert [file.name for file in lived_path.parent.iterdir()] == [lived_path.name]


@pytest.mark.parametrize(
    ("sql", "message"),
    [
        ("UPDATE training SET value = '{'", "training: value of row 0 is no JSON"),
        ("UPDATE checkpoints SET tick = 1999", "checkpoints: tick is 1999, but meta tells the age 2000"),
        ("DELETE FROM checkpoints", "checkpoints: there is none to go on from"),
        ("UPDATE training SET value = x'00'", "training: value of row 0 is b.*; expected TEXT"),
        ("PRAGMA user_version = 1", "has format version 1, this release reads 3; compile or train it anew"),
    ],
)
def test_damaged_settings_are_an_error(lived_path, sql, message):
    with closing(sqlite3.connect(lived_path)) as database:
        database.execute(sql)
        database.commit()
    with pytest.raises(BrainFileError, match=message):
        load_training(lived_path)
