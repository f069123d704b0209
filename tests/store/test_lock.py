"""One run at a time writes a file or a folder, and a lock ends with its process."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from spikeworm_env.errors import InputError
from spikeworm_env.store import lock as lock_module
from spikeworm_env.store import locked_file, locked_folder


def names(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.iterdir())


LOCKS = {"file": locked_file, "folder": locked_folder}


@pytest.mark.parametrize("kind", LOCKS)
def test_a_lock_of_another_process_ends_when_it_is_killed(
    kind: str, held_elsewhere: Callable, tmp_path: Path
) -> None:
    what = tmp_path / "brain.db"
    with held_elsewhere(what, kind) as process:
        for _ in range(2):  # being refused takes nothing away from the holder
            with pytest.raises(InputError, match=r"brain\.db is in use by another run$"), LOCKS[kind](what):
                pytest.fail("two hold it")
        process.kill()
        process.wait()
        left = [tmp_path / ".brain.db.lock", what / ".spikeworm.lock"][kind == "folder"]
        assert left.exists()
        with LOCKS[kind](what):
            assert left.exists()
    assert names(tmp_path) == (["brain.db"] if kind == "folder" else [])  # the killed one made the folder


@pytest.mark.parametrize("kind", LOCKS)
def test_a_lock_excludes_a_second_one_of_the_same_process(kind: str, tmp_path: Path) -> None:
    with LOCKS[kind](tmp_path / "out"):
        with pytest.raises(InputError, match="is in use"), LOCKS[kind](tmp_path / "out"):
            pytest.fail("two hold it")
        with LOCKS[kind](tmp_path / "other"):
            pass
    with LOCKS[kind](tmp_path / "out"):
        pass


@pytest.mark.parametrize("kind", LOCKS)
def test_a_released_lock_leaves_no_file_and_no_empty_folder(kind: str, tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt), LOCKS[kind](tmp_path / "a" / "b" / "c"):
        assert (tmp_path / "a" / "b").is_dir()
        raise KeyboardInterrupt
    assert names(tmp_path) == []


def test_existing_and_filled_folders_stay(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with locked_folder(tmp_path / "empty"):
        pass
    with locked_folder(tmp_path / "new" / "deep"):
        (tmp_path / "new" / "deep" / "results").write_text("mine")
    assert names(tmp_path) == ["empty", "new"]
    assert names(tmp_path / "new" / "deep") == ["results"]


def test_all_paths_to_a_folder_share_one_lock(tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "there")
    with (
        locked_folder(tmp_path / "there"),
        pytest.raises(InputError, match="is in use"),
        locked_folder(tmp_path / "link"),
    ):
        pytest.fail("two hold it")


def test_a_lock_that_cannot_be_made_is_an_error_of_one_line(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("mine")
    for lock in (locked_folder(tmp_path / "taken"), locked_file(tmp_path / "taken" / "brain.db")):
        with pytest.raises(InputError, match=r"^cannot write .*taken"), lock:
            pytest.fail("it was locked")
    assert names(tmp_path) == ["taken"]


def test_a_file_system_without_locks_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def none_available(handle: int) -> None:
        raise OSError(38, "Function not implemented")

    monkeypatch.setattr(lock_module, "_lock", none_available)
    with (
        pytest.raises(
            InputError, match=r"^cannot lock .*brain\.db: Function not implemented; expected a file sys"
        ),
        locked_file(tmp_path / "brain.db"),
    ):
        pytest.fail("it was locked")


@pytest.mark.skipif(sys.platform == "win32", reason="a file that is open is not taken away there")
@pytest.mark.parametrize("after", ["nothing", "another's lock"])
def test_a_lock_on_a_deleted_lock_file_is_not_valid(
    after: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The previous run ends and removes its lock file between opening and locking it here."""
    file, lock = tmp_path / "brain.db", lock_module._lock
    others: list = []

    def too_late(handle: int) -> None:
        monkeypatch.setattr(lock_module, "_lock", lock)
        (tmp_path / ".brain.db.lock").unlink()
        if after == "another's lock":
            others.append(locked_file(file))
            others[0].__enter__()
        lock(handle)

    monkeypatch.setattr(lock_module, "_lock", too_late)
    if after == "nothing":
        with locked_file(file):
            assert names(tmp_path) == [".brain.db.lock"]
    else:
        with pytest.raises(InputError, match="is in use"), locked_file(file):
            pytest.fail("two hold it")
        others[0].__exit__(None, None, None)
    assert names(tmp_path) == []


def test_a_folder_deleted_while_it_is_locked_is_made_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: Callable = os.open

    def gone(*args: object) -> int:
        monkeypatch.setattr(os, "open", opened)
        (tmp_path / "out").rmdir()
        return opened(*args)

    monkeypatch.setattr(os, "open", gone)
    with locked_folder(tmp_path / "out"):
        assert names(tmp_path / "out") == [".spikeworm.lock"]
