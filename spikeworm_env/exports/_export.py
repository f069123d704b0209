"""What an export declares."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any

from spikeworm_env.errors import InputError
from spikeworm_env.files import check_replaceable


class Content(Enum):
    """What is written: a `Recording` of one trial, or the network of a `CompiledBrain`."""

    RECORDING = "recording"
    NETWORK = "network"


@dataclass(frozen=True)
class Export:
    """One file format.

    Attributes:
        content: what is written.
        suffix: of the file's name, such as ``".csv"``.
        about: one line: the format and what is in it.
        write: writes content to a path, whole or not at all.
        library: the module that it is written with, or None.
        extra: the extra of this package that installs the library, for example ``"neuro"``.
        companions: files written beside the first, each what follows the stem of its name.
    """

    content: Content
    suffix: str
    about: str
    write: Callable[[Any, Path], None]
    library: str | None = None
    extra: str | None = None
    companions: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """Content and suffix, which is also the name of its file: ``"recording_nwb"``."""
        return f"{self.content.value}_{self.suffix.removeprefix('.')}"

    def files(self, path: Path) -> list[Path]:
        """All files that are written for ``path``, itself first."""
        return [path, *(path.with_name(f"{path.stem}{rest}") for rest in self.companions)]

    def check(self, path: Path) -> None:
        """Check that the library is installed and that all files could be written.

        Raises:
            InputError: they could not.
        """
        if self.library is not None:
            try:
                importlib.import_module(self.library)
            except ImportError as error:
                raise InputError(
                    f"{path}: {self.suffix} needs {self.library}: pip install spikeworm[{self.extra}]"
                ) from error
        for file in self.files(path):
            check_replaceable(file)
