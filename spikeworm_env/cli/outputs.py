"""The files that a command leaves: all of them when it is done, none when it fails."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from spikeworm_env.errors import InputError
from spikeworm_env.files import replacing


class Outputs:
    """Files in the making.

    Attributes:
        folder: where they will be.
        workshop: where they are until then.
    """

    def __init__(self, folder: Path, workshop: Path) -> None:
        self.folder, self.workshop = folder, workshop

    def publish(self) -> list[Path]:
        """Put every file of the workshop into the folder, each at one stroke; where they are now.

        Raises:
            InputError: the folder cannot be made.
        """
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise InputError(f"--out: cannot make the folder {self.folder}: {error.strerror}") from error
        published = []
        for file in sorted(self.workshop.iterdir()):
            # beside its target first: a rename is atomic only within one file system
            with replacing(self.folder / file.name) as passing:
                shutil.copyfile(file, passing)
            published.append(self.folder / file.name)
        return published


@contextmanager
def outputs(folder: Path) -> Iterator[Outputs]:
    """A workshop for files that are meant for ``folder``; it goes when the block ends, however it ends.

    Raises:
        InputError: the folder could not be made or written to.
    """
    check_folder(folder)
    with tempfile.TemporaryDirectory(prefix="spikeworm-") as workshop:
        yield Outputs(folder, Path(workshop))


@contextmanager
def claimed(folder: Path | None) -> Iterator[None]:
    """Be the only run that writes into the folder of ``--out``, if one is given.

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
    """Make sure that files could be put into a folder, which need not be there yet.

    Raises:
        InputError: it is a file, lies in a file, or may not be written to.
    """
    nearest = folder.absolute()
    while not nearest.exists() and nearest != nearest.parent:
        nearest = nearest.parent
    if not nearest.is_dir():
        raise InputError(f"--out: {nearest} is not a folder")
    if not os.access(nearest, os.W_OK | os.X_OK):
        raise InputError(f"--out: {nearest} may not be written to")


def check_file(file: Path) -> None:
    """Make sure that a brain file could be written.

    Raises:
        InputError: it is a folder or a device, a file of another kind, or its folder cannot be written to.
    """
    from spikeworm_env.store import is_replaceable

    if not file.is_dir() and not is_replaceable(file):
        raise InputError(f"--out: {file} is there and is not a brain file; it is not replaced")
    if file.is_dir():
        raise InputError(f"--out: {file} is a folder; give the name of a file")
    check_folder(file.parent)
