"""A training is kept with its brain and the state to go on from, all of it or nothing."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import numpy as np
import pytest

from spikeworm_env.errors import BrainFileError, InputError
from spikeworm_env.store import (
    checkpoint_tick,
    load_brain,
    load_checkpoint,
    load_training,
    save_brain,
    save_checkpoint,
    save_training,
)


def test_settings_and_state_come_back(lived_path, living):
    assert load_training(lived_path) == {
        "trial": "default",
        "first_seed": 7,
        "dish": {"sigma": 8.0, "food": None},
        "keep_state": False,
    }
    assert checkpoint_tick(lived_path) == living.ticks == 2000
    for name, array in living.state().items():
        loaded = load_checkpoint(lived_path)[name]
        assert loaded.dtype == array.dtype and (loaded == array).all()


def test_a_brain_that_was_not_trained_has_no_training(brain_path, lived, tmp_path):
    assert load_training(brain_path) is None
    save_brain(lived, tmp_path / "lived.db")
    assert load_training(tmp_path / "lived.db") is None


def test_the_same_training_is_the_same_file(lived, living, tmp_path):
    for name in ("one", "other"):
        save_training(lived, tmp_path / name, {"a": 1}, living.state(), 5)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "other").read_bytes()


def test_a_later_checkpoint_leaves_training_and_history_alone(lived, lived_path):
    before = load_training(lived_path)
    save_checkpoint(lived_path, {"v": np.zeros(3)}, 9)
    assert load_training(lived_path) == before
    assert load_brain(lived_path).lives == lived.lives


def test_what_cannot_be_kept_leaves_the_old_file(lived, lived_path):
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
        ("UPDATE training SET value = x'00'", "training: value of row 0 is b.*; expected TEXT"),
        ("PRAGMA user_version = 1", "has format version 1, this release reads 2; compile it anew"),
    ],
)
def test_damaged_settings_are_refused(lived_path, sql, message):
    with closing(sqlite3.connect(lived_path)) as database:
        database.execute(sql)
        database.commit()
    with pytest.raises(BrainFileError, match=message):
        load_training(lived_path)
