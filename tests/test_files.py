"""Files that a killed process left half made are removed by the next one, and no others."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from spikeworm_env import files
from spikeworm_env.errors import InputError
from spikeworm_env.files import new_temporary_folder, replacing, short_name, temporary_folder, write_text

DIES = """
import os, sys, tempfile
from pathlib import Path
from spikeworm_env.files import new_temporary_folder, replacing
tempfile.tempdir = sys.argv[1]
with replacing(Path(sys.argv[1]) / "table.csv") as part:
    part.write_text("half")
    folder = new_temporary_folder()
    Path(folder.name, "video.mp4").write_text("half")
    os._exit(1)
"""


@pytest.fixture
def fresh(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder for temporary files, which this process has not looked at yet."""
    files._remove_of_dead_processes.cache_clear()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def names(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.iterdir())


def test_what_a_killed_process_left_is_removed_by_the_next(fresh: Path) -> None:
    subprocess.run([sys.executable, "-c", DIES, str(fresh)], check=False)
    assert len(names(fresh)) == 2
    (fresh / ".mine.part.csv").write_text("not of this kind")
    write_text(fresh / "other.csv", "")
    assert len(names(fresh)) == 3
    with temporary_folder():
        pass
    assert names(fresh) == [".mine.part.csv", "other.csv"]


def test_what_a_living_process_or_another_machine_makes_stays(
    fresh: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with replacing(fresh / "a.csv") as part, new_temporary_folder() as folder:
        part.write_text("half")
        monkeypatch.setattr(files, "_origin", lambda: "0" * 8)
        files._remove_of_dead_processes.cache_clear()
        dead = [part.with_name(part.name.replace(f"-{os.getpid()}-", "-4194305-")), fresh / "spikeworm-x"]
        for path in dead:
            path.touch()
        write_text(fresh / "b.csv", "")
        with temporary_folder():
            assert Path(folder).is_dir() and part.exists() and all(path.exists() for path in dead)


def test_a_long_name_can_be_written(tmp_path: Path) -> None:
    name = "ä" * 120 + ".csv"
    write_text(tmp_path / name, "x")
    assert names(tmp_path) == [name]


def test_file_and_folder_are_flushed_around_the_rename(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps: list[str] = []
    flush, replace = os.fsync, os.replace

    def fsync(handle: int) -> None:
        steps.append("folder" if os.path.isdir(f"/dev/fd/{handle}") else "file")
        flush(handle)

    monkeypatch.setattr(os, "fsync", fsync)
    monkeypatch.setattr(os, "replace", lambda *paths: (steps.append("rename"), replace(*paths)))
    write_text(tmp_path / "new" / "deep" / "a.txt", "x")
    assert steps == ["folder", "folder", "file", "rename", "folder"]


def test_a_folder_that_cannot_be_flushed_will_do_and_a_file_will_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fsync(handle: int) -> None:
        if os.path.isdir(f"/dev/fd/{handle}") or refuses_files:
            raise OSError(errno.EINVAL, "Invalid argument")

    monkeypatch.setattr(os, "fsync", fsync)
    refuses_files = False
    write_text(tmp_path / "a.txt", "old")
    refuses_files = True
    with pytest.raises(InputError, match=r"^cannot write .*a\.txt: Invalid argument$"):
        write_text(tmp_path / "a.txt", "new")
    assert (tmp_path / "a.txt").read_text() == "old"
    assert names(tmp_path) == ["a.txt"]


def test_a_machine_without_a_folder_for_temporary_files_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    def none() -> str:
        raise FileNotFoundError(errno.ENOENT, "No usable temporary directory found in ['/tmp']")

    monkeypatch.setattr(tempfile, "gettempdir", none)
    with pytest.raises(InputError, match=r"^cannot write a temporary file: No usable"), temporary_folder():
        pytest.fail("there is one")


@pytest.mark.parametrize("letter", ["x", "é"])
def test_a_long_name_is_cut_to_160_bytes_and_differs_from_others_of_its_beginning(letter):
    long, other = short_name(letter * 250), short_name(letter * 251)
    assert max(len(long.encode()), len(other.encode())) <= 160 and long != other
    assert long.startswith(letter * 50)
    assert short_name(letter * 60) == letter * 60
