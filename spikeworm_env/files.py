"""Files appear whole or not at all: the one home of atomic writing.

Files and folders that are not finished carry the process that made them in their names. A process killed in
between leaves them, and the next one that writes to the same folder removes them.
"""

from __future__ import annotations

import csv
import errno
import hashlib
import io
import json
import os
import platform
import re
import secrets
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, nullcontext, suppress
from functools import cache
from pathlib import Path
from typing import Any

from spikeworm_env.errors import InputError
from spikeworm_env.plain_text import PLAIN_ERRORS, readable

PART = re.compile(r"\..+\.(?P<origin>[0-9a-f]{8})-(?P<pid>\d+)-[0-9a-f]{8}\.part(\.[^.]+)?")
TEMPORARY_FOLDER = re.compile(r"spikeworm-(?P<origin>[0-9a-f]{8})-(?P<pid>\d+)-.+")
MAX_SHORT_BYTES = 160  # of a name that further words are added to; file systems hold 255
STEM = 40  # characters of a file's name in that of its temporary file; a name has at most 255 bytes
NOT_FLUSHED = (errno.EINVAL, errno.ENOTSUP, errno.EBADF)  # a folder, on some file systems


@contextmanager
def replacing(path: Path, *, make_folder: bool = False, name_errors: bool = True) -> Iterator[Path]:
    """Give a temporary path beside ``path``; it takes that name when the block ends, and goes if it fails.

    File and folder are flushed to the disk. A kill at any moment leaves the old or the new file whole, and at
    worst the temporary one beside it. A symbolic link stays one: the file that it leads to is replaced.

    Args:
        path: the file to write.
        make_folder: whether its folder is made if it is missing.
        name_errors: whether an `OSError` of the block becomes an `InputError` that names the file.

    Raises:
        InputError: see `check_replaceable`. Any other error of the block passes as it is.
    """
    path = _link_target(path)
    if make_folder:
        with writing(path):
            make_folders(path.parent)
    check_replaceable(path)
    _remove_of_dead_processes(path.parent.absolute(), PART)
    temporary = _beside(path)
    try:
        with writing(path) if name_errors else nullcontext():
            yield temporary
        with writing(path):
            _flush_to_disk(temporary)
            os.replace(temporary, path)
            _flush_to_disk(path.parent)
    finally:
        with suppress(OSError):
            temporary.unlink()


def make_folders(folder: Path) -> None:
    """Make a folder and those above it, if missing; each is on the disk when this returns."""
    missing = [each for each in (folder, *folder.parents) if not each.exists()]
    folder.mkdir(parents=True, exist_ok=True)
    for each in missing:
        _flush_to_disk(each.parent)


@contextmanager
def temporary_folder() -> Iterator[Path]:
    """An empty folder in that for temporary files; it is removed when the block ends.

    Raises:
        InputError: it cannot be made.
    """
    with new_temporary_folder() as folder:
        yield Path(folder)


def new_temporary_folder(parent: str | None = None) -> tempfile.TemporaryDirectory[str]:
    """An empty folder, which is removed with the object or the process.

    Args:
        parent: where it is made; None for the folder for temporary files.

    Raises:
        InputError: it cannot be made.
    """
    try:
        parent = parent or tempfile.gettempdir()
    except OSError as error:  # none of several may be written to
        raise InputError(f"cannot write a temporary file: {error.strerror}") from error
    _remove_of_dead_processes(Path(parent), TEMPORARY_FOLDER)
    with writing(Path(parent)):
        return tempfile.TemporaryDirectory(
            prefix=f"spikeworm-{_origin()}-{os.getpid()}-", dir=parent, ignore_cleanup_errors=True
        )


def write_text(path: Path, text: str) -> None:
    r"""Replace a text file; its folder is made if needed, and bytes that are not UTF-8 become ``\xff``.

    Raises:
        InputError: it cannot be written.
    """
    with replacing(path, make_folder=True) as temporary:
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


def json_types(content: Mapping[str, Any]) -> dict[str, Any]:
    """The content as it is when it was read from JSON: lists for tuples, texts for keys."""
    return json.loads(json.dumps(content, allow_nan=False))


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
        try:
            temporary.touch()
        finally:
            temporary.unlink(missing_ok=True)


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


def short_name(name: str) -> str:
    """The first part of a name of a file; one of more than 160 bytes is cut and ends with its hash."""
    encoded = os.fsencode(name)
    if len(encoded) <= MAX_SHORT_BYTES:
        return name
    digest = hashlib.sha256(encoded).hexdigest()[:12]
    return f"{encoded[: MAX_SHORT_BYTES - 13].decode('utf-8', 'ignore')}-{digest}"


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
    process = f"{_origin()}-{os.getpid()}-{secrets.token_hex(4)}"
    return path.with_name(f".{path.stem[:STEM]}.{process}.part{path.suffix}")


@cache
def _origin() -> str:
    """Eight hexadecimal digits for where a process number means the same process: machine and container."""
    name = platform.node()
    with suppress(OSError):  # Linux
        name += os.readlink("/proc/self/ns/pid")
    return hashlib.sha256(name.encode()).hexdigest()[:8]


@cache  # once per process
def _remove_of_dead_processes(folder: Path, pattern: re.Pattern[str]) -> None:
    """Remove files and folders of a folder whose names say that they are of a process that has ended."""
    with suppress(OSError):
        for path in folder.iterdir():
            found = pattern.fullmatch(path.name)
            if found and found["origin"] == _origin() and not _is_alive(int(found["pid"])):
                with suppress(OSError):  # another user's, or another process removes it too
                    shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()


def _is_alive(pid: int) -> bool:
    if os.name == "nt":  # a signal of number 0 would end it there
        return True
    try:
        os.kill(pid, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        pass
    return True


def _flush_to_disk(path: Path) -> None:
    is_folder = path.is_dir()
    with suppress(PermissionError):  # a folder cannot be opened on Windows
        handle = os.open(path, os.O_RDONLY if is_folder else os.O_RDWR)
        try:
            os.fsync(handle)
        except OSError as error:
            if not is_folder or error.errno not in NOT_FLUSHED:
                raise
        finally:
            os.close(handle)
