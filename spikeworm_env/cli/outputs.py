"""The files that a command writes: all of them when it is done or interrupted, none when it fails."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from spikeworm_env.cli.optional import optional_output
from spikeworm_env.errors import InputError
from spikeworm_env.files import make_folders, replacing, temporary_folder, writing


class Outputs:
    """Files that are written into a temporary folder first.

    Attributes:
        folder: their folder in the end.
        temporary: their folder until `publish`.
    """

    def __init__(self, folder: Path, temporary: Path) -> None:
        self.folder, self.temporary = folder, temporary

    def publish(self) -> list[Path]:
        """Move every file into the folder, each in one step; their paths.

        Raises:
            InputError: the folder cannot be made.
        """
        self._make_folder()
        return [self._publish(file) for file in sorted(self.temporary.iterdir())]

    def publish_optional(self) -> list[Path]:
        """Move the files into the folder that can be moved; a notice names each of the others."""
        published = []
        for file in sorted(self.temporary.iterdir()):
            with optional_output(str(self.folder / file.name)):
                self._make_folder()
                published.append(self._publish(file))
        return published

    def _make_folder(self) -> None:
        with writing(self.folder):
            make_folders(self.folder)

    def _publish(self, file: Path) -> Path:
        # first a copy beside its target: a rename is atomic only within one file system
        with replacing(self.folder / file.name) as passing:
            shutil.copyfile(file, passing)
        file.unlink()
        return self.folder / file.name


@contextmanager
def outputs(folder: Path) -> Iterator[Outputs]:
    """A temporary folder for files of ``folder``; it is removed when the block ends, even by an error.

    Raises:
        InputError: the folder could not be made or written to.
    """
    check_folder(folder)
    with temporary_folder() as temporary:
        yield Outputs(folder, temporary)


@contextmanager
def locked(folder: Path | None) -> Iterator[None]:
    """Hold the folder of ``--out``, if one is given, so that no other run writes into it.

    Raises:
        InputError: another run holds it, or it cannot be written to.
    """
    if folder is None:
        yield
        return
    from spikeworm_env.store import locked_folder

    check_folder(folder)
    with locked_folder(folder):
        yield


def check_folder(folder: Path) -> None:
    """Check that files can be written into a folder, which need not exist yet.

    Raises:
        InputError: it is a file, lies in a file, or may not be written to.
    """
    nearest = folder.absolute()
    while not nearest.exists() and nearest != nearest.parent:
        nearest = nearest.parent
    if not nearest.is_dir():
        raise InputError(f"--out: {nearest} is not a folder; expected a folder")
    if not os.access(nearest, os.W_OK | os.X_OK):
        raise InputError(f"--out: {nearest} is not writable; expected a folder that is")


def check_file(file: Path) -> None:
    """Check that a brain file can be written.

    Raises:
        InputError: it is a folder or a device, a file of another kind, or its folder cannot be written to.
    """
    from spikeworm_env.store import is_replaceable

    if not file.is_dir() and not is_replaceable(file):
        raise InputError(f"--out: {file} is a file of another kind; expected a brain file or a new one")
    if file.is_dir():
        raise InputError(f"--out: {file} is a folder; expected a file")
    check_folder(file.parent)
