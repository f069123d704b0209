"""Files appear whole or not at all: the one home of atomic writing."""

from __future__ import annotations

import csv
import io
import json
import os
import secrets
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from spikeworm_env.errors import InputError
from spikeworm_env.plain_text import PLAIN_ERRORS, readable


@contextmanager
def replacing(path: Path, *, make_folder: bool = False) -> Iterator[Path]:
    """Give a temporary path beside ``path``; it takes that name when the block ends, and goes if it fails.

    A kill at any moment leaves the old or the new file whole, and at worst the temporary one beside it. A
    symbolic link stays one: the file that it leads to is replaced.

    Args:
        path: the file to write.
        make_folder: whether its folder is made if it is missing.

    Raises:
        InputError: see `check_replaceable`. An error of the block itself passes as it is.
    """
    path = _link_target(path)
    with writing(path):
        if make_folder:
            path.parent.mkdir(parents=True, exist_ok=True)
    check_replaceable(path)
    temporary = _beside(path)
    try:
        yield temporary
        with writing(path):
            _flush_to_disk(temporary)
            os.replace(temporary, path)
            _flush_to_disk(path.parent)
    finally:
        with suppress(OSError):
            temporary.unlink()


def write_text(path: Path, text: str) -> None:
    r"""Replace a text file; its folder is made if needed, and bytes that are not UTF-8 become ``\xff``.

    Raises:
        InputError: it cannot be written.
    """
    with replacing(path, make_folder=True) as temporary, writing(path):
        temporary.write_text(text, encoding="utf-8", errors=PLAIN_ERRORS, newline="")


def csv_text(rows: Iterable[Mapping[str, Any]]) -> str:
    """Rows of the same keys as CSV with a header; empty without rows."""
    text = io.StringIO()
    writer: csv.DictWriter | None = None
    for row in rows:
        if writer is None:
            writer = csv.DictWriter(text, list(row), lineterminator="\n")
            writer.writeheader()
        writer.writerow(row)
    return text.getvalue()


def json_text(content: Mapping[str, Any]) -> str:
    r"""JSON in ASCII for any strict parser: no NaN, and bytes that are not UTF-8 as ``\xff``."""
    return json.dumps(_readable(content), indent=2, allow_nan=False)


def _readable(content: Any) -> Any:
    match content:
        case str():
            return readable(content)
        case Mapping():
            return {_readable(key): _readable(value) for key, value in content.items()}
        case list() | tuple():
            return [_readable(each) for each in content]
    return content


def check_replaceable(path: Path) -> None:
    """Check that a file of that name could be written; nothing is left behind.

    Raises:
        InputError: the folder is missing or may not be written to, or ``path`` is a folder, a device or a
            symbolic link that leads in a circle.
    """
    path = _link_target(path)
    if not path.parent.is_dir():
        raise InputError(f"cannot write {path}: no folder {str(path.parent)!r}")
    if not os.access(path.parent, os.W_OK):
        raise InputError(f"cannot write {path}: the folder may not be written to")
    if path.is_dir():
        raise InputError(f"cannot write {path}: is a folder; expected the name of a file")
    if path.exists() and not path.is_file():
        raise InputError(f"cannot write {path}: is a device; expected the name of a file")
    temporary = _beside(path)
    with writing(path):  # permissions do not show everything: a disk may be read-only
        temporary.touch()
    temporary.unlink()


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Turn what the system refuses while a file is written into one line.

    Raises:
        InputError: in place of an `OSError`.
    """
    try:
        yield
    except OSError as error:
        raise InputError(f"cannot write {path}: {error.strerror or error}") from error


def _link_target(path: Path) -> Path:
    """Where a symbolic link leads, which need not exist; any other path as it is."""
    if not path.is_symlink():
        return path
    target = Path(os.path.realpath(path))
    if target.is_symlink():
        raise InputError(f"cannot write {path}: is a symbolic link that leads in a circle")
    return target


def _beside(path: Path) -> Path:
    """A name that no other file has, of the same suffix: libraries go by it."""
    return path.with_name(f".{path.stem}.{os.getpid()}-{secrets.token_hex(4)}.part{path.suffix}")


def _flush_to_disk(path: Path) -> None:
    with suppress(PermissionError):  # a folder cannot be opened on Windows
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
