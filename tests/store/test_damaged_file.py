"""A damaged or foreign file is an error of one line that names the file and the fault."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from spikeworm_env.errors import BrainFileError
from spikeworm_env.store import load_brain
from tests.fixtures.brain_file_rows import concerns_rows, to_chunks, to_rows

FAULTS = [
    ("PRAGMA application_id = 1", "is not a brain file"),
    ("PRAGMA user_version = 99", "format version is 99; expected 5 to 6; compile or train the brain again"),
    ("DROP TABLE muscle_map", r"table muscle_map has columns \[\]"),
    ("ALTER TABLE neurons RENAME COLUMN noise TO alpha", "table neurons has columns"),
    ("ALTER TABLE neurons ADD COLUMN e REAL", "table neurons has columns"),
    (
        "UPDATE synapses SET source = 30 WHERE synapse = 4",
        "synapses: source of row 4 is 30; expected 0 to 29",
    ),
    ("UPDATE synapses SET target = -1", "synapses: target of row 0 is -1; expected 0 to 29"),
    ("UPDATE synapses SET class = 77 WHERE synapse = 2", "synapses: class of row 2 is 77; expected 0 to"),
    ("UPDATE synapses SET origin = 77", "synapses: origin of row 0 is 77; expected 0 to"),
    (
        "UPDATE synapses SET weight = 'heavy' WHERE synapse = 5",
        "synapses: weight of row 5 is 'heavy'; expected REAL",
    ),
    ("UPDATE synapses SET weight = 9e999", "synapses: weight of row 0 is inf; expected a finite number"),
    (
        "UPDATE synapses SET weight = 11 WHERE synapse = 0",
        r"weight: synapse 0 \(plastic\) is 11, outside \[0, 10\]",
    ),
    (
        "UPDATE synapses SET weight = x'00' WHERE synapse = 3",
        "synapses: weight of row 3 is b.*; expected REAL",
    ),
    ("UPDATE synapses SET delay = 0", "delay: synapse 0 is 0 ticks; expected 1 to 10000"),
    ("UPDATE synapses SET delay = 1.5", "synapses: delay of row 0 is 1.5; expected INTEGER"),
    ("DELETE FROM synapses WHERE synapse = 0", "synapses: synapse does not count 0, 1, 2"),
    (
        "UPDATE neurons SET background = 9e999 WHERE neuron = 7",
        "neurons: background of row 7 is inf; expected a finite number",
    ),
    (
        "UPDATE neuron_classes SET parameters = json_set(parameters, '$.a', 9e999)",
        "neuron_classes: parameters of row 0: Expecting value",
    ),
    ("UPDATE neurons SET class = 99 WHERE neuron = 7", "neurons: class of row 7 is 99"),
    ("UPDATE neurons SET noise = -1", "neurons: noise of row 0 is -1.0; expected at least 0"),
    ("UPDATE neuron_classes SET neuron_type = 'RZ'", r"neuron_classes\[0\]: unknown neuron type 'RZ'"),
    ("UPDATE neurons SET component = 9", "neurons: component of row 0 is 9; expected 0 to 1"),
    ("UPDATE neurons SET component = 1", "neurons: component does not follow the table of components"),
    ("UPDATE neurons SET copy = 1", "neurons: copy does not follow the table of components"),
    ("DELETE FROM neurons WHERE neuron = 29", "expected 0 to 28"),
    ("DELETE FROM neurons", "expected 0 to -1"),
    (
        "UPDATE components SET first = 3 WHERE component = 0",
        "components: left starts at neuron 3; expected 0",
    ),
    ("UPDATE components SET count = 4000000000000000", "components: right starts at neuron 15; expected 2"),
    (
        "UPDATE components SET count = 4 WHERE component = 1",
        "components: they have 35 neurons, but the table of neurons has 30 rows",
    ),
    ("UPDATE synapse_classes SET synapse_type = 'plastik'", "unknown synapse type 'plastik'"),
    ("UPDATE synapse_classes SET parameters = '{'", "synapse_classes: parameters of row 0: "),
    (
        "UPDATE synapse_classes SET parameters = '[]'",
        "parameters of row 0 are not an object of finite numbers",
    ),
    (
        "UPDATE synapse_classes SET parameters = '{\"w_min\": []}'",
        "parameters of row 0 are not an object of finite numbers",
    ),
    (
        "UPDATE synapse_classes SET parameters = '{\"w_min\": NaN}'",
        "of row 0 are not an object of finite numbers",
    ),
    (
        f"UPDATE synapse_classes SET parameters = '{{\"w_min\": {10**400}}}'",
        "of row 0 are not an object of finite numbers",
    ),
    (
        "DROP TABLE origins; CREATE VIEW origins AS WITH RECURSIVE r(origin, name) AS "
        "(SELECT 0, 'a' UNION ALL SELECT origin + 1, 'a' FROM r) SELECT origin, name FROM r",
        "origins is a view; expected a table",
    ),
    ("UPDATE synapse_classes SET parameters = '{}'", r"classes\[0\]: missing parameters"),
    ("UPDATE modulators SET neuron = 30", "modulators: neuron of row 0 is 30; expected 0 to 29"),
    ("DELETE FROM modulators", r"classes\[\d+\]: modulator [01], but there are 0 groups"),
    ("UPDATE modulators SET modulator = 5", "modulators: the group numbers are not 0, 1, 2 … in order"),
    (
        "UPDATE terminals SET neuron = 29 WHERE component = 0",
        "terminals: left.sensor_in has neurons of another",
    ),
    ("UPDATE terminals SET direction = 2", "terminals: direction of row 0 is 2; expected 0 to 1"),
    (
        "UPDATE terminals SET name = 'sensor_in' WHERE name = 'motor_out'",
        "the rows of left.sensor_in are not contiguous",
    ),
    ("UPDATE receptors SET source = 'noise'", "receptors: unknown channel 'noise' of odour"),
    ('UPDATE receptors SET stages = \'[{"kind": "square"}]\'', "receptors: stages of odour: "),
    ("UPDATE receptors SET stages = '7'", "receptors: stages of odour: "),
    ("UPDATE sensor_map SET receptor = 2", "sensor_map: receptor of row 0 is 2; expected 0 to 1"),
    ("UPDATE sensor_map SET max_current = 0", "sensor_map: max_current is not above 0 everywhere"),
    ("UPDATE muscle_map SET side = 2", "muscle_map: side of row 0 is 2; expected 0 to 1"),
    ("UPDATE muscle_map SET segment = 24", "muscle_map: segment of row 0 is 24; expected 0 to 23"),
    ("UPDATE muscle_map SET gain = -1", "muscle_map: gain of row 0 is -1.0; expected 0 to"),
    ("UPDATE proprioception_map SET last_joint = 24", "last_joint of row 0 is 24; expected 1 to 23"),
    ("UPDATE proprioception_map SET first_joint = 10", "first_joint is not below last_joint everywhere"),
    ("DELETE FROM meta WHERE key = 'seed'", "meta: key 'seed' is missing"),
    ("UPDATE meta SET value = 'x' WHERE key = 'seed'", "meta: seed is 'x'; expected a whole number"),
    (
        "UPDATE meta SET value = '[]' WHERE key = 'block_hashes'",
        "meta: block_hashes is not an object of texts",
    ),
    ("UPDATE meta SET value = '{\"mode\": 1}' WHERE key = 'reward'", "meta: 2 validation errors for Reward"),
]


ONLY_IN_ROWS = ("does not count", "RENAME", "ADD COLUMN")


def check(path: Path, sql: str, message: str) -> None:
    """Change a file and check that loading it is an error of one line.

    A statement on a packed table acts on its rows; then the fault is checked in this format version, if its
    columns can hold it, and in the version before.
    """
    if concerns_rows(sql):
        to_rows(path)
    with closing(sqlite3.connect(path)) as database:
        database.executescript(sql)
        database.commit()
    refused(path, message)
    only_in_rows = any(each in message or each in sql for each in ONLY_IN_ROWS)
    if concerns_rows(sql) and not only_in_rows and to_chunks(path):
        refused(path, message)


def refused(path: Path, message: str) -> None:
    with pytest.raises(BrainFileError, match=message) as caught:
        load_brain(path)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(("sql", "message"), FAULTS, ids=[fault[0] for fault in FAULTS])
def test_every_invalid_value_is_an_error(brain_path, sql, message):
    check(brain_path, sql, message)


TRAINING_FAULTS = [
    ("UPDATE meta SET value = '-1' WHERE key = 'age'", "meta: age is '-1'; expected ticks from 0 to"),
    ("UPDATE meta SET value = '1e3' WHERE key = 'age'", "meta: age is '1e3'; expected ticks from 0 to"),
    (f"UPDATE meta SET value = '{10**30}' WHERE key = 'age'", "meta: age is '10.*; expected ticks from 0 to"),
    (
        f"UPDATE meta SET value = '{'9' * 5000}' WHERE key = 'age'",
        "meta: age is '99.*; expected ticks from 0 to",
    ),
    (
        f"UPDATE meta SET value = '{2**53 + 1}' WHERE key = 'age'",
        "meta: age is '90.*; expected ticks from 0 to",
    ),
    ("DELETE FROM meta WHERE key = 'age'", "initial_weights: there are rows, but meta has no age"),
    (
        "UPDATE initial_weights SET initial_weight = 'x'",
        "initial_weights: initial_weight of row 0 is 'x'; expected REAL",
    ),
    (
        "UPDATE initial_weights SET initial_weight = 9e999",
        "initial_weights: initial_weight of row 0 is inf; expected a finite",
    ),
    (
        "UPDATE initial_weights SET initial_weight = -1",
        "initial_weights: initial_weight of row 0 is -1.0; expected 0 to 10",
    ),
    (
        "UPDATE initial_weights SET initial_weight = 10.5",
        "initial_weights: initial_weight of row 0 is 10.5; expected 0 to 10",
    ),
    ("UPDATE synapses SET weight = 10.5 WHERE synapse = 0", r"synapse 0 .* is 10.5, outside \[0, 10\]"),
    ("UPDATE initial_weights SET synapse = -1", "initial_weights: synapse of row 0 is -1; expected 0 to"),
    (
        "UPDATE initial_weights SET synapse = 0",
        "initial_weights: synapse of row 1 is 0; expected them in order",
    ),
    ("UPDATE persistent SET value = -1", "persistent: value of row 0 is -1; expected 0 to 2147483647"),
    (
        "UPDATE persistent SET value = 2147483648",
        "persistent: value of row 0 is 2147483648; expected 0 to 21",
    ),
    ("UPDATE persistent SET value = 0.5", "persistent: value of row 0 is 0.5; expected INTEGER"),
    (
        "UPDATE persistent SET value = 2 WHERE state = 'alive'",
        r"persistent: synapse \d+: alive is more than 1",
    ),
    (
        "UPDATE persistent SET value = 0 WHERE state = 'alive'",
        r"synapse \d+: it is pruned, but has a weight",
    ),
    (
        "UPDATE persistent SET value = 99999 WHERE state = 'coincidences'",
        r"persistent: synapse \d+: coincidences are more than source_spikes",
    ),
    (
        "UPDATE persistent SET state = 'dead' WHERE state = 'alive'",
        "state 'dead'; expected synapse .* 'alive'",
    ),
    ("UPDATE persistent SET synapse = 0", r"persistent: row 0 is of synapse 0, .*; expected synapse \d+"),
    ("DELETE FROM persistent WHERE state = 'alive'", r"persistent: there are \d+ rows; expected \d+"),
    ("UPDATE episodes SET episode = 2", "episodes: episode of row 0 is 2; expected 1"),
    ("UPDATE episodes SET episode = 0", "episodes: episode of row 0 is 0; expected at least 1"),
    ("UPDATE episodes SET condition = ''", "episodes: condition of row 0 is empty"),
    ("UPDATE episodes SET trial = x'00'", "episodes: trial of row 0 is b.*; expected TEXT"),
    ("UPDATE episodes SET seed = -1", "episodes: seed of row 0 is -1; expected at least 0"),
    (
        "UPDATE episodes SET age = 999 WHERE episode = 1",
        "episodes: age of row 0 is 999; expected at least 1000",
    ),
    (
        "UPDATE episodes SET age = 1999 WHERE episode = 2",
        "episodes: age of row 1 is 1999; expected at least 2000",
    ),
    ("UPDATE episodes SET age = 0", "episodes: age of row 0 is 0; expected at least 1"),
    (
        "UPDATE meta SET value = '1999' WHERE key = 'age'",
        "episodes: the last ends at age 2000, but meta has the age 1999",
    ),
    ("UPDATE episodes SET ticks = 0", "episodes: ticks of row 0 is 0; expected at least 1"),
    ("UPDATE episodes SET ci_net = 9e999", "episodes: ci_net of row 0 is inf; expected a finite number"),
    ("UPDATE episodes SET n_deliveries = -1", "episodes: n_deliveries of row 0 is -1; expected at least 0"),
    ("UPDATE episodes SET rpe_sum = 'much'", "episodes: rpe_sum of row 0 is 'much'; expected REAL"),
    (
        "UPDATE episodes SET largest_change = -1",
        "episodes: largest_change of row 0 is -1.0; expected at least 0",
    ),
    ("UPDATE evaluations SET episode = 3", "evaluations: episode of row 0 is 3; expected 0 to 2"),
    ("UPDATE evaluations SET training = 0", "evaluations: training of row 0 is 0; expected at least 1"),
    (
        "UPDATE evaluations SET training = 3 WHERE episode = 0",
        "evaluations: training of row 1 is less than the one before",
    ),
    ("UPDATE evaluations SET seconds = -1", "evaluations: seconds of row 0 is -1.0; expected at least 0"),
    ("UPDATE evaluations SET frame_skip = 0", "evaluations: frame_skip of row 0 is 0; expected at least 1"),
    ("UPDATE evaluations SET arena = '{'", "evaluations: arena of row 0 is no JSON object"),
    (
        "UPDATE evaluations SET arena = '[]' WHERE episode = 2",
        "evaluations: arena of row 1 is no JSON object",
    ),
    ("UPDATE evaluations SET learning = 2", "evaluations: learning of row 0 is 2; expected 0 to 1"),
    (
        "INSERT INTO evaluations SELECT * FROM evaluations WHERE episode = 2",
        "evaluations: row 2 repeats the trial of an earlier row",
    ),
    (
        "UPDATE evaluations SET ci_time = -9e999",
        "evaluations: ci_time of row 0 is -inf; expected a finite number",
    ),
]


@pytest.mark.parametrize(("sql", "message"), TRAINING_FAULTS, ids=[fault[0] for fault in TRAINING_FAULTS])
def test_every_invalid_value_of_a_training_history_is_an_error(trained_path, sql, message):
    check(trained_path, sql, message)


CHUNK_FAULTS = [
    (
        "UPDATE synapses SET weight = x''",
        r"synapses: chunk 0: weight has 0 bytes; expected [\d,]+, 8 for each of",
    ),
    ("UPDATE synapses SET source = x''", "synapses: chunk 0: source has 0 bytes; expected 1 to 65,536 rows"),
    (
        "UPDATE synapses SET target = substr(target, 2)",
        r"synapses: chunk 0: target has [\d,]+ bytes; expected [\d,]+, 4 for each of",
    ),
    (
        "UPDATE synapses SET delay = CAST(delay || x'00' AS BLOB)",
        "synapses: chunk 0: delay has .* 2 for each of",
    ),
    ("UPDATE synapses SET delay = 'soon'", "synapses: chunk 0: delay is 'soon'; expected BLOB"),
    ("UPDATE synapses SET weight = 1.5", "synapses: chunk 0: weight is 1.5; expected BLOB"),
    ("UPDATE synapses SET chunk = 1", "synapses: chunk does not count 0, 1, 2"),
    (
        "UPDATE synapses SET source = zeroblob(100000000)",
        "synapses: a value from row 0 on is too long",
    ),
    (
        "UPDATE synapses SET source = zeroblob(4 * 65537)",
        "synapses: chunk 0: source has 262,148 bytes; expected 1 to 65,536 rows",
    ),
    (
        "UPDATE synapses SET weight = "
        "CAST(substr(weight, 1, 8) || x'000000000000f87f' || substr(weight, 17) AS BLOB)",
        "synapses: weight of row 1 is nan; expected a finite number",
    ),
    ("UPDATE neurons SET x = zeroblob(length(x) - 8)", r"neurons: chunk 0: x has 232 bytes; expected 240, 8"),
    (
        "UPDATE neurons SET label = zeroblob(4)",
        "neurons: chunk 0: label has 4 bytes; expected 120, 4 for each of 30",
    ),
    ("DELETE FROM names", "neurons: label of row 0 is 0; expected 0 to -1"),
    (
        "UPDATE names SET text = 'two words' WHERE name = 1",
        "names: text of row 1 is 'two words'; expected a name",
    ),
    ("UPDATE names SET text = 3.5", "names: text of row 0 is '3.5'; expected a name"),
    ("UPDATE terminals SET name = x'01'", "terminals: chunk 0: name has 1 bytes; expected"),
]


@pytest.mark.parametrize(("sql", "message"), CHUNK_FAULTS, ids=[fault[0][:60] for fault in CHUNK_FAULTS])
def test_a_damaged_chunk_is_an_error_that_names_table_and_column(brain_path, sql, message):
    with closing(sqlite3.connect(brain_path)) as database:
        database.execute(sql)
        database.commit()
    refused(brain_path, message)


@pytest.mark.parametrize(
    "content", [b"", b"not a database at all, but long enough to have a header" * 20, b"SQLite format 3\0"]
)
def test_a_file_that_is_no_database_is_an_error(tmp_path, content):
    path = tmp_path / "worm.db"
    path.write_bytes(content)
    with pytest.raises(BrainFileError, match=r"worm\.db is not a brain file"):
        load_brain(path)


def test_a_folder_is_no_brain_file(tmp_path):
    with pytest.raises(BrainFileError, match="no brain file"):
        load_brain(tmp_path)


def test_another_database_is_an_error(tmp_path):
    path = tmp_path / "other.db"
    with closing(sqlite3.connect(path)) as database:
        database.execute("CREATE TABLE neurons (id)")
        database.commit()
    with pytest.raises(BrainFileError, match=r"other\.db is not a brain file"):
        load_brain(path)


def test_a_truncated_brain_file_is_an_error(brain_path):
    whole = brain_path.read_bytes()
    for share in (0.2, 0.5, 0.9):
        brain_path.write_bytes(whole[: int(share * len(whole))])
        with pytest.raises(BrainFileError):
            load_brain(brain_path)


def test_random_damage_is_harmless_or_a_brain_file_error(brain_path, tmp_path):
    rng = np.random.default_rng(11)
    whole = np.frombuffer(brain_path.read_bytes(), np.uint8)
    path = tmp_path / "damaged.db"
    refused = 0
    for _ in range(150):
        damaged = whole.copy()
        places = rng.integers(0, whole.size, rng.integers(1, 60))
        damaged[places] = rng.integers(0, 256, places.size)
        path.write_bytes(damaged.tobytes())
        try:
            load_brain(path)
        except BrainFileError as error:
            assert "\n" not in str(error)
            refused += 1
    assert refused > 50
    shutil.copyfile(brain_path, path)
    load_brain(path)
