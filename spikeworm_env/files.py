"""A file appears whole or not at all."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from spikeworm_env.errors import InputError


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Give a temporary path beside ``path``; it takes that name when the block ends, and goes if it fails.

    Raises:
        InputError: see `check_replaceable`.
    """
    check_replaceable(path)
    temporary = _beside(path)
    try:
        yield temporary
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


def check_replaceable(path: Path) -> None:
    """Make sure that a file of that name could be written; nothing is left behind.

    Raises:
        InputError: the folder is missing or may not be written to, or ``path`` is a folder.
    """
    if not path.parent.is_dir():
        raise InputError(f"{path}: no folder {str(path.parent)!r}")
    if not os.access(path.parent, os.W_OK):
        raise InputError(f"{path}: the folder may not be written to")
    if path.is_dir():
        raise InputError(f"{path}: is a folder; expected the name of a file")
    temporary = _beside(path)
    try:  # what the permissions say is not all: a disk may be read-only
        temporary.touch()
    except OSError as error:
        raise InputError(f"{path}: cannot be written: {error.strerror}") from error
    temporary.unlink()


def _beside(path: Path) -> Path:
    """A name that nothing else bears, of the same ending: libraries go by it."""
    return path.with_name(f".{path.stem}.{secrets.token_hex(4)}.part{path.suffix}")
