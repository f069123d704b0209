"""A results file returns stored results bit for bit, and is refused where it belongs to another run."""

from __future__ import annotations

import io
import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from spikeworm_env.errors import InputError
from spikeworm_env.store import results as results_module
from spikeworm_env.store.results import MAX_RECORD, Record, key_text, results_file

SETTINGS = {"agents": ["crawl"], "trial.duration_s": 2.0, "frame_skip": 1, "food": None}
KEY = {"agent": "crawl", "brain_file": "", "seed": 7}
RECORD = Record({"ci": 0.1 + 0.2, "success": True, "time": None}, {"path": np.array([[0.1, np.pi]])})


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A results file with one result in it."""
    path = tmp_path / "deep" / "results.db"
    with results_file(path, SETTINGS) as file:
        assert file.records() == {}
        file.add(KEY, RECORD)
    return path


def test_stored_results_are_read_bit_for_bit(path: Path) -> None:
    with results_file(path, SETTINGS) as file:
        ((key, record),) = file.records().items()
    assert key == key_text(KEY)
    assert record.figures == RECORD.figures
    np.testing.assert_array_equal(record.arrays["path"], RECORD.arrays["path"])
    assert record.arrays["path"].dtype == np.float64


def test_a_result_is_on_the_disk_before_the_file_is_closed(path: Path) -> None:
    with results_file(path, SETTINGS) as file:
        file.add({**KEY, "seed": 8}, RECORD)
        left = path.parent / "after_a_crash.db"
        for beside in path.parent.glob("results.db*"):
            shutil.copy(beside, beside.with_name(beside.name.replace("results", "after_a_crash")))
    with results_file(left, SETTINGS) as file:
        assert list(file.records()) == [key_text({**KEY, "seed": seed}) for seed in (7, 8)]


def test_a_result_is_on_the_disk_before_the_next_is_written(path: Path) -> None:
    with results_file(path, SETTINGS) as file:
        (synchronous,) = file._database.execute("PRAGMA synchronous").fetchone()
        assert synchronous == 2  # FULL: loss of power loses none


def test_nothing_is_left_beside_it(path: Path) -> None:
    assert [file.name for file in path.parent.iterdir()] == ["results.db"]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"frame_skip": 10}, "frame_skip is 1 there and 10 here"),
        ({"trial.duration_s": 3.0}, "trial.duration_s is 2.0 there and 3.0 here"),
        ({"agents": ["crawl", "random"]}, r'agents is \["crawl"\] there and \["crawl", "random"\] here'),
        ({"food": [15.0, 0.0]}, r"food is null there and \[15.0, 0.0\] here"),
        ({"jitter": 0.1}, "jitter is nothing there and 0.1 here"),
    ],
)
def test_other_settings_are_refused_and_named(path: Path, changes: dict, message: str) -> None:
    before = path.read_bytes()
    with (
        pytest.raises(InputError, match=f"holds other results: {message}; give another folder"),
        results_file(path, {**SETTINGS, **changes}),
    ):
        pytest.fail("it opened")
    assert path.read_bytes() == before


def test_a_file_in_use_is_refused_and_loses_nothing(path: Path) -> None:
    refusal = pytest.raises(InputError, match=r"results\.db is in use by another run$")
    with results_file(path, SETTINGS) as file:
        with refusal, results_file(path, SETTINGS):
            pytest.fail("it opened")
        file.add({**KEY, "seed": 8}, RECORD)
    with results_file(path, SETTINGS) as file:
        assert len(file.records()) == 2


def test_a_program_that_reads_a_file_neither_waits_nor_holds_up_the_run(path: Path) -> None:
    """Whether its transaction began before the run or during it, and however long it lasts."""

    def count(database: sqlite3.Connection) -> int:
        return database.execute("SELECT count(*) FROM results").fetchone()[0]

    with closing(sqlite3.connect(path, timeout=0)) as before:
        before.execute("BEGIN")
        assert count(before) == 1
        with results_file(path, SETTINGS) as file:
            file.add({**KEY, "seed": 8}, RECORD)
            with closing(sqlite3.connect(path, timeout=0)) as meanwhile:
                meanwhile.execute("BEGIN")
                assert count(meanwhile) == 2
                file.add({**KEY, "seed": 9}, RECORD)
                assert (count(before), count(meanwhile)) == (1, 2)
    with closing(sqlite3.connect(path, timeout=0)) as after:
        after.execute("BEGIN")
        assert count(after) == 3


def test_a_file_can_be_copied_while_a_run_writes_it_and_read_where_nothing_can_be_written(
    path: Path, tmp_path: Path
) -> None:
    def rows(file: Path) -> int:
        with closing(sqlite3.connect(f"file:{file}?immutable=1", uri=True)) as database:  # no log beside it
            return database.execute("SELECT count(*) FROM results").fetchone()[0]

    with results_file(path, SETTINGS) as file:
        file.add({**KEY, "seed": 8}, RECORD)
        copy = Path(shutil.copy(path, tmp_path / "copy.db"))
    assert rows(copy) == rows(path) == 2
    assert [each.name for each in path.parent.glob(f"*{path.name}*")] == [path.name]
    assert path.read_bytes()[18:20] == b"\1\1"  # a log of its own: readers need write nothing


def test_a_file_system_without_a_log_will_do(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def connect(path: Path) -> sqlite3.Connection:
        return sqlite3.connect(f"file:{path}?vfs=unix-dotfile", uri=True, isolation_level=None)

    for name, fake in (("_connect", connect), ("_is_shared", lambda path: True)):
        with monkeypatch.context() as patch:
            patch.setattr(results_module, name, fake)
            with results_file(path, SETTINGS) as file:
                file.add({**KEY, "by": name}, RECORD)
                assert file._database.execute("PRAGMA journal_mode").fetchone() == ("delete",)
    with results_file(path, SETTINGS) as file:
        assert len(file.records()) == 3


def test_file_systems_shared_between_machines_are_known_by_their_kind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mounts = "/dev/a / ext4 rw 0 0\nhost:/x {0}/far nfs4 rw 0 0\ntmpfs {0}/far/near\\040by tmpfs rw 0 0\n"
    monkeypatch.setattr(Path, "read_text", lambda *_, **__: mounts.format(tmp_path))
    shared = {
        name: results_module._is_shared(tmp_path / name / "results.db")
        for name in (".", "far", "far/off", "farther", "far/near by")
    }
    assert shared == {".": False, "far": True, "far/off": True, "farther": False, "far/near by": False}


def test_a_file_that_another_program_keeps_locked_is_an_error(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(results_module, "WAIT_S", 0.01)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        with (
            pytest.raises(
                InputError, match=r"results\.db is locked by another program, for more than 0\.01 s$"
            ),
            results_file(path, SETTINGS),
        ):
            pytest.fail("it opened")


def test_an_error_of_the_run_itself_is_not_one_of_the_file(path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="mine"), results_file(path, SETTINGS):
        raise FileNotFoundError("mine")


def test_a_refused_file_can_be_opened_afterwards(path: Path) -> None:
    with pytest.raises(InputError, match="give another folder"), results_file(path, {"agents": ["random"]}):
        pytest.fail("it opened")
    with results_file(path, SETTINGS) as file:
        assert len(file.records()) == 1


def test_a_key_is_the_same_for_every_order_of_its_names() -> None:
    assert key_text(KEY) == key_text(dict(reversed(KEY.items())))
    assert key_text(KEY) != key_text({**KEY, "seed": 8})


CUT_OFF = """
import os, sys
from pathlib import Path
import numpy as np
from spikeworm_env.store import results as results_module
from spikeworm_env.store.results import Record, results_file
with results_file(Path(sys.argv[1]), {"frame_skip": 1}) as file:
    file.add({"seed": 0}, Record({"ci": 0.5}, {}))
    file._database.execute("PRAGMA cache_spill = 1")
    file._database.execute("PRAGMA cache_size = 2")
    file._database.execute("BEGIN")
    file.add({"seed": 1}, Record({}, {"path": np.random.default_rng(0).random(100_000)}))
    print(Path(f"{sys.argv[1]}-wal").stat().st_size > 100_000)
    os._exit(1)
"""


def test_a_write_that_is_cut_off_leaves_the_earlier_results(tmp_path: Path) -> None:
    path = tmp_path / "results.db"
    command = [sys.executable, "-c", CUT_OFF, str(path)]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ended.returncode == 1 and ended.stdout == "True\n", ended.stderr  # pages were in the log already
    with results_file(path, {"frame_skip": 1}) as file:
        assert list(file.records()) == ['{"seed": 0}']
        file.add({"seed": 2}, RECORD)
        assert list(file.records()) == ['{"seed": 0}', '{"seed": 2}']


def test_brain_file_is_refused_and_left_alone(brain_path: Path) -> None:
    before = brain_path.read_bytes()
    with (
        pytest.raises(InputError, match="exists and is no results file"),
        results_file(brain_path, SETTINGS),
    ):
        pytest.fail("it opened")
    assert brain_path.read_bytes() == before


def test_file_that_is_no_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "results.db"
    path.write_text("no database at all" * 100)
    with pytest.raises(InputError, match="is damaged or no results file"), results_file(path, SETTINGS):
        pytest.fail("it opened")
    assert path.read_text() == "no database at all" * 100


def test_file_of_a_later_format_is_refused(path: Path) -> None:
    with sqlite3.connect(path) as database:
        database.execute("PRAGMA user_version = 99")
    database.close()
    with pytest.raises(InputError, match="is of format 99"), results_file(path, SETTINGS):
        pytest.fail("it opened")


@pytest.mark.parametrize("column", ["figures", "arrays"])
def test_a_damaged_result_is_named(path: Path, column: str) -> None:
    with sqlite3.connect(path) as database:
        database.execute(f"UPDATE results SET {column} = ?", (b"PK",))
    database.close()
    with (
        results_file(path, SETTINGS) as file,
        pytest.raises(InputError, match=r'is damaged: the result \{.*"seed": 7\} cannot be read'),
    ):
        file.records()


def test_folder_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("mine")
    with (
        pytest.raises(InputError, match="cannot write"),
        results_file(tmp_path / "taken" / "results.db", SETTINGS),
    ):
        pytest.fail("it opened")


def test_a_second_result_of_one_key_is_refused(path: Path) -> None:
    with results_file(path, SETTINGS) as file, pytest.raises(InputError, match="cannot write"):
        file.add(KEY, RECORD)


def changed(path: Path, *statements: str, values: tuple = ()) -> None:
    with sqlite3.connect(path, isolation_level=None) as database:
        for statement in statements[:-1]:
            database.execute(statement)
        database.execute(statements[-1], values)
    database.close()


def unpacking_to(size: int) -> bytes:
    buffer = io.BytesIO()
    np.savez_compressed(buffer, path=np.zeros(size, np.uint8))
    return buffer.getvalue()


HOSTILE: dict[str, tuple[tuple[str, ...], tuple]] = {
    "a view of results": (
        ("ALTER TABLE results RENAME TO kept", "CREATE VIEW results AS SELECT * FROM kept"),
        (),
    ),
    "settings without end": (
        (
            "DROP TABLE settings",
            "CREATE VIEW settings AS WITH RECURSIVE r(name) AS (SELECT 'a' UNION ALL SELECT name FROM r) "
            "SELECT name, 'b' AS value FROM r",
        ),
        (),
    ),
    "a trigger": (("CREATE TRIGGER t AFTER INSERT ON results BEGIN DELETE FROM results; END",), ()),
    "an index": (("CREATE INDEX other ON results (figures)",), ()),
    "another column": (("ALTER TABLE results ADD COLUMN more TEXT DEFAULT 'x'",), ()),
    "settings of numbers": (("UPDATE settings SET value = x'00' WHERE name = 'food'",), ()),
    "a setting of a long name": (("INSERT INTO settings VALUES (?, '1')",), ("a" * 5_000_000,)),
    "a key of bytes": (("UPDATE results SET key = x'00'",), ()),
    "figures that are a list": (("UPDATE results SET figures = '[]'",), ()),
    "NaN": (("UPDATE results SET figures = '{\"ci\": NaN}'",), ()),
    "infinity": (("UPDATE results SET figures = '{\"ci\": -Infinity}'",), ()),
    "deep figures": (("UPDATE results SET figures = ?",), ("[" * 100_000,)),
    "figures of 5,000 digits": (("UPDATE results SET figures = ?",), (f'{{"ci": {"9" * 5_000}}}',)),
    "figures of bytes": (("UPDATE results SET figures = x'00'",), ()),
    "arrays of text": (("UPDATE results SET arrays = 'text'",), ()),
    "arrays that unpack to too much": (("UPDATE results SET arrays = ?",), (unpacking_to(MAX_RECORD + 1),)),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_results_file_is_one_error_that_names_it(name: str, path: Path) -> None:
    statements, values = HOSTILE[name]
    changed(path, *statements, values=values)
    before = path.read_bytes()
    with pytest.raises(InputError) as caught, results_file(path, SETTINGS) as file:
        file.records()
    assert str(path) in str(caught.value) and "\n" not in str(caught.value) and len(str(caught.value)) < 1_000
    assert path.read_bytes() == before and [each.name for each in path.parent.iterdir()] == ["results.db"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_named_pipe_is_no_results_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "results.db")
    with (
        pytest.raises(InputError, match="is no ordinary file"),
        results_file(tmp_path / "results.db", SETTINGS),
    ):
        pytest.fail("it opened")
