"""Loading returns exactly the saved brain, and the same brain gives the same file."""

from __future__ import annotations

import hashlib
import os
import re
import sqlite3
import stat
from contextlib import closing
from dataclasses import fields, is_dataclass, replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from spikeworm_env.compiler import compile_recipe
from spikeworm_env.engine.brain import Brain
from spikeworm_env.engine.network import pruned
from spikeworm_env.errors import BrainFileError, InputError
from spikeworm_env.lesions.pruning import prunable
from spikeworm_env.lesions.weight_noise import add_weight_noise
from spikeworm_env.store import (
    brain_file,
    checkpoint_tick,
    load_brain,
    load_brain_and_digest,
    load_training,
    packed,
    save_brain,
    save_checkpoint,
    save_training,
)
from spikeworm_env.store.schema import TABLES
from tests.fixtures.brain_file_rows import to_rows


def differences(one, other, where: str = "brain") -> list[str]:
    """Where two brains differ, in value, type or shape."""
    if type(one) is not type(other) and not (isinstance(one, np.ndarray) and isinstance(other, np.ndarray)):
        return [f"{where}: {type(one).__name__} is not {type(other).__name__}"]
    if isinstance(one, np.ndarray):
        same = one.shape == other.shape and one.dtype.kind == other.dtype.kind and (one == other).all()
        return [] if same else [where]
    if isinstance(one, dict):
        same_keys = list(one) == list(other)
        return (
            [where]
            if not same_keys
            else [d for k in one for d in differences(one[k], other[k], f"{where}.{k}")]
        )
    if isinstance(one, tuple):
        same_size = len(one) == len(other)
        return (
            [where]
            if not same_size
            else [d for a, b in zip(one, other, strict=True) for d in differences(a, b, where)]
        )
    if is_dataclass(one):
        return [
            d
            for field in fields(one)
            for d in differences(
                getattr(one, field.name), getattr(other, field.name), f"{where}.{field.name}"
            )
        ]
    return [] if one == other else [where]


def dump(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as database:
        return list(database.iterdump())


def column(database: sqlite3.Connection, table: str, name: str) -> np.ndarray:
    """A packed column, by the dtype that the schema states."""
    (sql,) = database.execute("SELECT sql FROM sqlite_master WHERE name = ?", (table,)).fetchone()
    dtype = re.search(rf"\b{name} BLOB.*-- (<\w\d)", sql)[1]
    rows = database.execute(f"SELECT {name} FROM {table} ORDER BY chunk")
    return np.concatenate([np.frombuffer(content, dtype) for (content,) in rows])


def test_loading_returns_the_saved_brain(compiled, brain_path):
    assert differences(compiled, load_brain(brain_path)) == []


def test_the_training_history_is_loaded_too(trained, trained_path, tmp_path):
    assert trained.network.experience.age == 2000
    assert (trained.network.weight != trained.network.experience.initial_weight).sum() > 5
    assert 0 < pruned(trained.network).sum() < prunable(trained.network).size
    assert differences(trained, load_brain(trained_path)) == []
    save_brain(load_brain(trained_path), tmp_path / "again.db")
    assert differences(trained, load_brain(tmp_path / "again.db")) == []


def test_a_loaded_brain_continues_like_the_saved_one(trained, trained_path):
    states = []
    for network in (trained.network, load_brain(trained_path).network):
        brain = Brain(network, seed=5)
        brain.advance(700, np.full(brain.n_neurons, 8.0))
        states.append(brain.state())
    assert all(array.tobytes() == states[1][name].tobytes() for name, array in states[0].items())


def test_a_lesioned_brain_is_stored_and_stays_lesioned(trained, tmp_path):
    """Synapses of all types, with their initial weights and pruning marks."""
    brain = Brain(trained.network, seed=5)
    lesioned = np.arange(0, trained.network.n_synapses, 3)
    brain.lesion(lesioned)
    brain.advance(700, np.full(brain.n_neurons, 8.0))
    grown = replace(trained, network=brain.trained_network())
    save_brain(grown, tmp_path / "lesioned.db")
    loaded = load_brain(tmp_path / "lesioned.db")
    assert differences(grown, loaded) == []
    again = Brain(loaded.network, seed=5)
    again.advance(700, np.full(brain.n_neurons, 8.0))
    assert not again.weights[lesioned].any() and np.delete(again.weights, lesioned).mean() > 1.0


def test_packed_columns_give_what_was_learned(trained, trained_path):
    with closing(sqlite3.connect(trained_path)) as database:
        names = dict(database.execute("SELECT text, name FROM names"))
        weight, changed = (
            column(database, "synapses", "weight"),
            column(database, "initial_weights", "synapse"),
        )
        moved = np.abs(weight[changed] - column(database, "initial_weights", "initial_weight")).sum()
        alive = column(database, "persistent", "state") == names["alive"]
        gone = (column(database, "persistent", "value")[alive] == 0).sum()
        (best,) = database.execute("SELECT episode FROM episodes ORDER BY ci_net DESC").fetchone()
    network = trained.network
    assert moved == pytest.approx(np.abs(network.weight - network.experience.initial_weight).sum())
    assert (gone, best) == (pruned(network).sum(), 2)


def test_an_untrained_brain_has_empty_training_tables(compiled, brain_path):
    assert load_brain(brain_path).network.experience is None
    with closing(sqlite3.connect(brain_path)) as database:
        for table in ("initial_weights", "persistent", "episodes", "evaluations", "training_settings"):
            assert database.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,)
        assert "age" not in dict(database.execute("SELECT key, value FROM meta"))


def test_the_comparison_of_brains_detects_every_difference(compiled):
    weight = compiled.network.weight.copy()
    weight[-1] = np.nextafter(weight[-1], np.inf)
    other = replace(compiled, network=replace(compiled.network, weight=weight))
    assert differences(compiled, other) == ["brain.network.weight"]


finite = st.floats(-1e6, 1e6, allow_subnormal=True)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_every_valid_number_is_stored_exactly(compiled, tmp_path, data):
    def drawn(like: np.ndarray) -> np.ndarray:
        return data.draw(arrays.arrays(np.float64, like.shape, elements=finite))

    network = compiled.network
    changed = replace(
        compiled,
        network=replace(
            network,
            neuron_classes=tuple(
                replace(each, parameters={**each.parameters, "c": data.draw(finite)})
                for each in network.neuron_classes
            ),
            background=drawn(network.background),
        ),
        position=drawn(compiled.position),
        sensor_map=replace(compiled.sensor_map, gain=drawn(compiled.sensor_map.gain)),
        proprioception_map=replace(compiled.proprioception_map, gain=drawn(compiled.proprioception_map.gain)),
    )
    path = tmp_path / "any.db"
    save_brain(changed, path)
    assert differences(changed, load_brain(path)) == []


def test_a_brain_with_weight_noise_is_stored(compiled, tmp_path):
    jittered = add_weight_noise(compiled, 0.3, np.random.default_rng(5))
    save_brain(jittered, tmp_path / "jittered.db")
    assert differences(jittered, load_brain(tmp_path / "jittered.db")) == []


def test_the_same_recipe_and_seed_give_the_same_file(recipe_path, tmp_path):
    for name in ("one", "other"):
        save_brain(compile_recipe(recipe_path, seed=7), tmp_path / f"{name}.db")
    assert dump(tmp_path / "one.db") == dump(tmp_path / "other.db")
    assert (tmp_path / "one.db").read_bytes() == (tmp_path / "other.db").read_bytes()
    save_brain(compile_recipe(recipe_path, seed=8), tmp_path / "third.db")
    assert dump(tmp_path / "third.db") != dump(tmp_path / "one.db")


def test_a_loaded_brain_saves_to_the_same_file(brain_path, tmp_path):
    save_brain(load_brain(brain_path), tmp_path / "again.db")
    assert (tmp_path / "again.db").read_bytes() == brain_path.read_bytes()


def test_a_file_of_the_format_version_before_is_read(trained, trained_path, tmp_path):
    present = trained_path.read_bytes()
    to_rows(trained_path)
    with closing(sqlite3.connect(trained_path)) as database:
        assert database.execute("PRAGMA user_version").fetchone() == (5,)
        (count,) = database.execute("SELECT count(*) FROM synapses").fetchone()
    assert count == trained.network.n_synapses
    assert differences(trained, load_brain(trained_path)) == []
    stored = load_training(trained_path)
    save_training(stored.compiled, tmp_path / "again.db", stored.settings, stored.state, stored.tick)
    assert (tmp_path / "again.db").read_bytes() == present


def test_a_checkpoint_is_added_to_a_file_of_the_format_version_before(compiled, running, brain_path):
    to_rows(brain_path)
    save_checkpoint(brain_path, running.state(), running.ticks)
    assert checkpoint_tick(brain_path) == running.ticks
    assert differences(compiled, load_brain(brain_path)) == []


def test_a_table_of_many_chunks_is_read_as_it_was_written(compiled, brain_path, monkeypatch):
    monkeypatch.setattr(packed, "CHUNK_ROWS", 7)
    save_brain(compiled, brain_path)
    with closing(sqlite3.connect(brain_path)) as database:
        (chunks,) = database.execute("SELECT count(*) FROM synapses").fetchone()
    assert chunks == -(-compiled.network.n_synapses // 7) > 3
    assert differences(compiled, load_brain(brain_path)) == []


@pytest.mark.parametrize(("column", "value"), [("delay", 70_000), ("source", 2**40), ("weight", np.inf)])
def test_a_value_that_a_file_cannot_hold_is_refused_on_writing(compiled, tmp_path, column, value):
    values = getattr(compiled.network, column).copy()
    values[3] = value
    broken = replace(compiled, network=replace(compiled.network, **{column: values}))
    with pytest.raises(
        InputError, match=rf"synapses: {column} of row 3 is {value}, which a file cannot hold"
    ):
        save_brain(broken, tmp_path / "broken.db")
    assert list(tmp_path.iterdir()) == []


def test_every_table_has_rows_that_plain_sql_reads(trained_path):
    with closing(sqlite3.connect(trained_path)) as database:
        counts = {table: database.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in TABLES}
        assert min(counts.values()) > 0, counts
        (sources,) = database.execute(
            "SELECT count(*) FROM sensor_map JOIN receptors USING (receptor) WHERE source = 'concentration'"
        ).fetchone()
        assert sources > 0
        (bound,) = database.execute(
            "SELECT json_extract(parameters, '$.w_max') FROM synapse_classes WHERE synapse_type = 'plastic'"
        ).fetchone()
        assert bound == 10
        assert dict(database.execute("SELECT key, value FROM meta"))["seed"] == "42"


def test_the_file_contains_comments_on_its_columns(brain_path):
    with closing(sqlite3.connect(brain_path)) as database:
        (sql,) = database.execute("SELECT sql FROM sqlite_master WHERE name = 'synapses'").fetchone()
    assert "ticks; 0 for gap junctions and graded synapses" in sql


def test_loading_changes_nothing_and_needs_no_write_permission(brain_path):
    before = brain_path.read_bytes()
    brain_path.chmod(stat.S_IRUSR)
    load_brain(brain_path)
    assert brain_path.read_bytes() == before
    assert [file.name for file in brain_path.parent.iterdir()] == [brain_path.name]


def test_saving_replaces_the_whole_file_and_leaves_no_other(compiled, brain_path):
    brain_path.write_bytes(b"something else")
    save_brain(compiled, brain_path)
    assert differences(compiled, load_brain(brain_path)) == []
    assert [file.name for file in brain_path.parent.iterdir()] == [brain_path.name]


def test_missing_folders_are_created(compiled, tmp_path):
    save_brain(compiled, str(tmp_path / "a" / "b" / "worm.db"))
    assert load_brain(str(tmp_path / "a" / "b" / "worm.db")).meta == compiled.meta


def test_a_failed_save_leaves_the_old_file_and_no_other(compiled, brain_path):
    before = brain_path.read_bytes()
    gain = np.full(compiled.sensor_map.gain.size, np.nan)  # SQLite takes NaN for NULL
    broken = replace(compiled, sensor_map=replace(compiled.sensor_map, gain=gain))
    with pytest.raises(InputError, match=r"cannot write .*NOT NULL constraint failed: sensor_map\.gain"):
        save_brain(broken, brain_path)
    assert brain_path.read_bytes() == before
    assert [file.name for file in brain_path.parent.iterdir()] == [brain_path.name]


def test_an_unwritable_path_is_an_error_that_names_it(compiled, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match=r"cannot write .*worm\.db: "):
        save_brain(compiled, tmp_path / "file" / "worm.db")
    (tmp_path / "folder").mkdir()
    with pytest.raises(InputError, match=r"cannot write .*folder: is a folder"):
        save_brain(compiled, tmp_path / "folder")
    assert sorted(os.listdir(tmp_path)) == ["file", "folder"]


def test_a_missing_file_is_an_error_that_names_it(tmp_path):
    for load in (load_brain, load_brain_and_digest):
        with pytest.raises(BrainFileError, match=r"no brain file .*none\.db"):
            load(tmp_path / "none.db")


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_brain_and_its_digest_come_from_one_version_of_the_file(
    when, compiled, trained, brain_path, monkeypatch
):
    """Even if a training replaces the file between the two."""

    def replaced(path):
        monkeypatch.setattr(brain_file, "load_brain", load_brain)
        found = load_brain(path) if when == "after" else None
        save_brain(trained, path)
        return found or load_brain(path)

    monkeypatch.setattr(brain_file, "load_brain", replaced)
    found, digest = load_brain_and_digest(brain_path)
    assert found.episodes == trained.episodes
    assert digest == hashlib.sha256(brain_path.read_bytes()).hexdigest()
