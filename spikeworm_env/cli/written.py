"""No work is destroyed: a file that the same command could not make again is replaced with ``--force`` alone.

A brain file says itself what it holds, and so does ``results.db``. Pictures, videos, recordings and tables of
synapses do not; a hidden file in their folder lists what commands have written there: the settings that made
each file, and its content. A file that is not listed, was changed since, or was made by other settings is in
the way.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from spikeworm_env.errors import BrainFileError, InputError
from spikeworm_env.files import write_text

LISTED = ".spikeworm.json"
MOST_BYTES = 4_000_000  # of it; a longer one lists nothing
BEING_WRITTEN = "being written"  # in place of a content
NOT_REPEATABLE = ""  # in place of settings: what a person did by hand is not made again by any command
HINT = "give another name, or --force to replace it"
TAG_LENGTH = 60  # characters of a name that say what settings differ from the defaults


def settings_hash(**settings: Any) -> str:
    """SHA-256 of all that the content of a file depends on, as JSON types."""
    return hashlib.sha256(json.dumps(settings, sort_keys=True, default=str).encode()).hexdigest()


def check_not_in_the_way(option: str, files: Iterable[Path], made_by: str, force: bool) -> None:
    """Check, before anything is computed, that every file is new or would be made again.

    Args:
        option: that names the files, such as ``--out``.
        files: those that will be written.
        made_by: `settings_hash` of this command.
        force: whether files that are in the way may be replaced.

    Raises:
        InputError: one is in the way.
    """
    for file in files if not force else ():
        if not file.is_file():
            continue
        if _listed(file.parent).get(file.name) not in ([made_by, _content(file)], [made_by, BEING_WRITTEN]):
            raise InputError(f"{option}: {file} exists, and other settings or other hands made it; {HINT}")


def check_new(files: Iterable[Path], force: bool, option: str = "--out") -> None:
    """Refuse files that are there, unless they may be replaced.

    Raises:
        InputError: one is there.
    """
    for file in files if not force else ():
        if file.exists():
            raise InputError(f"{option}: {file} exists; {HINT}")


@contextmanager
def listed(files: Iterable[Path], made_by: str) -> Iterator[None]:
    """List the files that the block writes; where the list cannot be written they will be in the way.

    They are listed before the block too, so that what it leaves when the process is killed or the disk is
    full is not in the way of the same command.
    """
    files = list(files) if made_by != NOT_REPEATABLE else []
    for file in files:
        _note(file, made_by, BEING_WRITTEN)
    yield
    for file in files:
        if file.is_file():
            _note(file, made_by, _content(file))


def _note(file: Path, made_by: str, content: str) -> None:
    with suppress(InputError, OSError):
        there = {
            name: found
            for name, found in _listed(file.parent).items()
            if BEING_WRITTEN in found or _is_there(file, name)
        }
        there[file.name] = [made_by, content]
        write_text(file.parent / LISTED, json.dumps(there, indent=1, sort_keys=True) + "\n")


def check_results_folder(folder: Path, names: Iterable[str], force: bool) -> None:
    """Check that the tables and figures in a folder belong to the results there, which make them again.

    Raises:
        InputError: there are some, and no results.
    """
    from spikeworm_env.batch.runner import RESULTS_FILE

    if not force and not (folder / RESULTS_FILE).exists():
        for name in names:
            if (folder / name).exists():
                raise InputError(f"--out: {folder / name} exists without {RESULTS_FILE}; {HINT}")


def check_brain_file(file: Path, source: str, *, force: bool, cached: bool = False) -> None:
    """Check that a brain file is new, or holds the brain as compiled from these sources.

    Args:
        file: the file.
        source: see `batch.brain_cache.source_hash`.
        force: whether another brain may be replaced.
        cached: whether it is a file of the cache, where what cannot be read is written anew.

    Raises:
        InputError: it holds another brain, a trained or changed one, or none that can be read.
    """
    from spikeworm_env.batch.brain_cache import source_hash_of
    from spikeworm_env.compiler.edits import brain_conditions
    from spikeworm_env.store import load_brain

    if force or not file.exists():
        return
    try:
        compiled = load_brain(file)
    except BrainFileError as error:
        if cached:
            return
        raise InputError(f"--out: {file} holds no brain that can be read; {HINT}") from error
    conditions = brain_conditions(compiled)
    if conditions:
        raise InputError(f"--out: {file} holds a brain {'; '.join(conditions)}; {HINT}")
    if source_hash_of(compiled.meta) != source:
        meta = compiled.meta
        raise InputError(f"--out: {file} holds another brain, {meta.recipe_name} of seed {meta.seed}; {HINT}")


def tagged(name: str, tags: Iterable[str]) -> str:
    """A name of a file or folder with what differs from the defaults, in words or, if long, as a hash."""
    words = ["".join(each for each in tag if each.isalnum() or each in "._-") for tag in tags]
    text = "_".join(words)
    if len(text) > TAG_LENGTH:
        text = hashlib.sha256(text.encode()).hexdigest()[:12]
    return f"{name}_{text}" if text else name


def _listed(folder: Path) -> Mapping[str, list[Any]]:
    path = folder / LISTED
    try:
        if not path.is_file() or path.stat().st_size > MOST_BYTES:  # to open a named pipe would wait
            return {}
        listed = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    if not isinstance(listed, dict):
        return {}
    return {name: found for name, found in listed.items() if isinstance(found, list)}


def _is_there(file: Path, name: str) -> bool:
    with suppress(OSError, ValueError):
        return (file.parent / name).is_file()
    return False


def _content(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()
