"""Exports to formats of the field: one file a format, found by its ``EXPORT`` and named CONTENT_SUFFIX.

``--record FILE`` writes the recording of a trial, ``inspect --edges FILE`` the network of a brain; the suffix
of the file chooses the format. A new file here is a new suffix of these options.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from spikeworm_env.checks import file_path
from spikeworm_env.errors import InputError, shown
from spikeworm_env.exports._export import Content, Export
from spikeworm_env.registry import Registry

if TYPE_CHECKING:
    from spikeworm_env.compiler import CompiledBrain
    from spikeworm_env.trials.recording import Recording

__all__ = [
    "EXPORTS",
    "Content",
    "Export",
    "find_export",
    "suffixes",
    "write_network",
    "write_recording",
]

EXPORTS: Registry[Export] = Registry(__name__, "EXPORT", kind="export", of=Export)


def suffixes(content: Content) -> list[str]:
    """The suffixes that content can be written to, without importing any format."""
    begin = f"{content.value}_"
    return [f".{name.removeprefix(begin)}" for name in EXPORTS.module_names() if name.startswith(begin)]


def find_export(content: Content, path: str | Path) -> Export:
    """The format that the suffix of a path stands for, after a check that it could be written.

    Raises:
        InputError: an unknown suffix, a missing library, or a file that could not be written.
    """
    path = file_path("path", path)
    for export in EXPORTS.values():
        if export.content is content and export.suffix == path.suffix:
            export.check(path)
            return export
    known = ", ".join(suffixes(content))
    raise InputError(f"{path}: suffix is {shown(path.suffix)}; expected {known} for a {content.value}")


def write_recording(recording: Recording, path: str | Path) -> list[Path]:
    """Write a recording in the format of the suffix; the files written.

    Raises:
        InputError: see `find_export`.
    """
    return _write(Content.RECORDING, recording, path)


def write_network(compiled: CompiledBrain, path: str | Path) -> list[Path]:
    """Write the network of a brain in the format of the suffix; the files written, ``path`` first.

    Raises:
        InputError: see `find_export`.
    """
    return _write(Content.NETWORK, compiled, path)


def _write(content: Content, thing: Recording | CompiledBrain, path: str | Path) -> list[Path]:
    from spikeworm_env.compiler import CompiledBrain
    from spikeworm_env.trials.recording import Recording

    kind = Recording if content is Content.RECORDING else CompiledBrain
    if not isinstance(thing, kind):
        raise InputError(f"{content.value} is {shown(thing)}; expected a {kind.__name__}")
    path = file_path("path", path)
    export = find_export(content, path)
    export.write(thing, path)
    return export.files(path)
