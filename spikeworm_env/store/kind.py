"""Which files are brain files, without opening them as such."""

from __future__ import annotations

from pathlib import Path

BRAIN_SUFFIX = ".db"
SQLITE_HEADER = b"SQLite format 3\0"


def is_brain_file(path: str | Path) -> bool:
    """Whether a path is meant for a brain file: by its ending, or by what a file there begins with."""
    return Path(path).suffix == BRAIN_SUFFIX or holds_database(Path(path))


def is_replaceable(path: Path) -> bool:
    """Whether a brain file may be written here: nothing is there, or an ordinary file that is one itself."""
    return not path.exists() or (path.is_file() and is_brain_file(path))


def holds_database(path: Path) -> bool:
    """Whether a file is there and begins as SQLite files do."""
    try:
        with path.open("rb") as file:
            return file.read(len(SQLITE_HEADER)) == SQLITE_HEADER
    except OSError:
        return False
