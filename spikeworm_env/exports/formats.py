"""Which file a name asks for, and whether it could be written."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

from spikeworm_env.errors import InputError
from spikeworm_env.files import check_replaceable

Content = TypeVar("Content")


@dataclass(frozen=True)
class Format(Generic[Content]):
    """One kind of file.

    Attributes:
        write: writes content to a path; whole or not at all.
        needs: the library that it is written with, or None.
        companions: files that it comes with, each what follows the stem of its name.
    """

    write: Callable[[Content, Path], None]
    needs: str | None = None
    companions: tuple[str, ...] = ()

    def files(self, path: Path) -> list[Path]:
        """All files that are written for ``path``, itself first."""
        return [path, *(path.with_name(f"{path.stem}{rest}") for rest in self.companions)]


def format_of(path: Path, formats: Mapping[str, Format[Content]]) -> Format[Content]:
    """The format that the ending of ``path`` stands for, after a check that it could be written.

    Raises:
        InputError: another ending, a library that is missing, or a file that could not be written.
    """
    if path.suffix not in formats:
        raise InputError(
            f"{path}: cannot write {path.suffix or 'a name without ending'!r}; expected {', '.join(formats)}"
        )
    found = formats[path.suffix]
    if found.needs is not None:
        try:
            importlib.import_module(found.needs)
        except ImportError as error:
            raise InputError(
                f"{path}: {path.suffix} needs {found.needs}: pip install spikeworm[neuro]"
            ) from error
    for file in found.files(path):
        check_replaceable(file)
    return found
