"""Writing through a symbolic link, and onto what is no file."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from spikeworm_env.errors import InputError
from spikeworm_env.files import check_replaceable, replacing, write_text


def test_a_link_stays_a_link_and_its_target_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "disk").mkdir()
    target, link = tmp_path / "disk" / "real.txt", tmp_path / "link.txt"
    target.write_text("old")
    link.symlink_to(Path("disk") / "real.txt")
    write_text(link, "new")
    assert link.is_symlink() and os.readlink(link) == os.path.join("disk", "real.txt")
    assert target.read_text() == "new"
    assert sorted(file.name for file in tmp_path.rglob("*")) == ["disk", "link.txt", "real.txt"]


def test_a_link_to_nothing_gets_its_target(tmp_path: Path) -> None:
    (tmp_path / "link.txt").symlink_to(tmp_path / "real.txt")
    write_text(tmp_path / "link.txt", "new")
    assert (tmp_path / "link.txt").is_symlink() and (tmp_path / "real.txt").read_text() == "new"


def test_a_failed_writing_leaves_link_and_target(tmp_path: Path) -> None:
    (tmp_path / "real.txt").write_text("old")
    (tmp_path / "link.txt").symlink_to(tmp_path / "real.txt")
    with pytest.raises(ZeroDivisionError), replacing(tmp_path / "link.txt") as passing:
        passing.write_text("half")
        raise ZeroDivisionError
    assert (tmp_path / "link.txt").is_symlink() and (tmp_path / "real.txt").read_text() == "old"
    assert len(list(tmp_path.iterdir())) == 2


def test_a_circle_of_links_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a").symlink_to(tmp_path / "b")
    (tmp_path / "b").symlink_to(tmp_path / "a")
    with pytest.raises(InputError, match="leads in a circle"):
        write_text(tmp_path / "a", "new")
    assert (tmp_path / "a").is_symlink() and (tmp_path / "b").is_symlink()


def test_a_pipe_is_refused_and_stays(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(InputError, match="is a device"):
        check_replaceable(tmp_path / "pipe")
    assert (tmp_path / "pipe").exists()
