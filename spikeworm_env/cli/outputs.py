"""The files that a command writes: all of them when it is done or interrupted, none when it fails."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from spikeworm_env.checks import file_path
from spikeworm_env.cli.optional import optional_output
from spikeworm_env.cli.written import NOT_REPEATABLE, check_not_in_the_way, listed
from spikeworm_env.errors import InputError
from spikeworm_env.files import make_folders, replacing, temporary_folder, writing


class Outputs:
    """Files that are written into a temporary folder first.

    Attributes:
        folder: their folder in the end.
        temporary: their folder until `publish`.
        made_by: what made them, see `cli.written`.
    """

    def __init__(self, folder: Path, temporary: Path, made_by: str) -> None:
        self.folder, self.temporary, self.made_by = folder, temporary, made_by

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
        target = self.folder / file.name
        # first a copy beside its target: a rename is atomic only within one file system
        with listed([target], self.made_by), replacing(target) as passing:
            shutil.copyfile(file, passing)
        file.unlink()
        return target


@contextmanager
def outputs(
    folder: Path, made_by: str = NOT_REPEATABLE, *, names: Iterable[str] = (), force: bool = False
) -> Iterator[Outputs]:
    """A temporary folder for files of ``folder``; it is removed when the block ends, even by an error.

    Args:
        folder: where the files go.
        made_by: `settings_hash` of the command.
        names: of the files that may be written.
        force: whether they may replace files that other settings or other hands made.

    Raises:
        InputError: the folder could not be made or written to, or a file is in the way.
    """
    check_folder(folder)
    check_not_in_the_way("--out", (folder / name for name in names), made_by, force)
    with temporary_folder() as temporary:
        yield Outputs(folder, temporary, made_by)


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
        InputError: it is a file, lies in a file, may not be written to, or its name is too long.
    """
    file_path("--out", folder)
    nearest = next((each for each in (folder, *folder.parents) if each.exists()), folder)
    nearest = nearest.absolute() if nearest == Path() else nearest  # a dot says little
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

    file_path("--out", file)
    if not file.is_dir() and not is_replaceable(file):
        raise InputError(f"--out: {file} is a file of another kind; expected a brain file or a new one")
    if file.is_dir():
        raise InputError(f"--out: {file} is a folder; expected a file")
    check_folder(file.parent)
