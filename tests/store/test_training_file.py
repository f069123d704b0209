"""A training file has settings, brain and state, completely or not at all."""

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
    training_file,
)


def test_loading_returns_settings_brain_and_state(trained_path, trained, running):
    kept = load_training(trained_path)
    assert kept.settings == {
        "trial": "default",
        "first_seed": 7,
        "arena": {"sigma": 8.0, "food": None},
        "keep_state": False,
    }
    assert (kept.compiled.episodes, kept.compiled.evaluations) == (trained.episodes, trained.evaluations)
    assert kept.tick == checkpoint_tick(trained_path) == running.ticks == 2000
    for name, array in running.state().items():
        for loaded in (kept.state[name], load_checkpoint(trained_path)[name]):
            assert loaded.dtype == array.dtype and (loaded == array).all()


def test_a_brain_that_was_not_trained_has_no_training(brain_path, trained, tmp_path):
    assert load_training(brain_path) is None
    save_brain(trained, tmp_path / "trained.db")
    assert load_training(tmp_path / "trained.db") is None


def test_the_same_training_is_the_same_file(trained, running, tmp_path):
    for name in ("one", "other"):
        save_training(trained, tmp_path / name, {"a": 1}, running.state(), 5)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "other").read_bytes()


def test_a_separate_checkpoint_in_a_training_file_is_an_error(trained_path):
    before = trained_path.read_bytes()
    with pytest.raises(InputError, match=r"trained\.db holds a training, which has its own checkpoint"):
        save_checkpoint(trained_path, {"v": np.zeros(3)}, 9)
    assert trained_path.read_bytes() == before


def test_a_file_replaced_during_reading_gives_its_old_version(trained, running, trained_path, monkeypatch):
    """A training file is opened once: no later version is read."""
    later = replace(trained, episodes=trained.episodes[:1])
    settings = training_file._settings

    def replaced(reader):
        save_training(later, trained_path, {"a": 1}, {}, 1)
        return settings(reader)

    monkeypatch.setattr(training_file, "_settings", replaced)
    kept = load_training(trained_path)
    assert (kept.settings["first_seed"], kept.compiled.episodes, kept.tick) == (7, trained.episodes, 2000)
    assert kept.state.keys() == running.state().keys()


def test_a_failed_save_of_a_training_leaves_the_old_file(trained, trained_path):
    before = trained_path.read_bytes()
    with pytest.raises(InputError, match="cannot be stored"):
        save_training(trained, trained_path, {}, {"v": np.array([object()])}, 1)
    with pytest.raises(ValueError, match="not JSON compliant"):
        save_training(trained, trained_path, {"a": float("nan")}, {}, 1)
    assert trained_path.read_bytes() == before
    assert [file.name for file in trained_path.parent.iterdir()] == [trained_path.name]


@pytest.mark.parametrize(
    ("sql", "message"),
    [
        ("UPDATE training_settings SET value = '{'", "training_settings: value of row 0 is no JSON"),
        ("UPDATE checkpoints SET tick = 1999", "checkpoints: tick is 1999, but meta has the age 2000"),
        ("DELETE FROM checkpoints", "checkpoints: there is none to resume from"),
        (
            "UPDATE training_settings SET value = x'00'",
            "training_settings: value of row 0 is b.*; expected TEXT",
        ),
        ("PRAGMA user_version = 1", "format version is 1; expected 5 to 6; compile or train the brain again"),
    ],
)
def test_damaged_settings_are_an_error(trained_path, sql, message):
    with closing(sqlite3.connect(trained_path)) as database:
        database.execute(sql)
        database.commit()
    with pytest.raises(BrainFileError, match=message):
        load_training(trained_path)
