"""The file of a brain in training: the brain, what it is trained by, and the state to go on from."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from spikeworm_env.compiler.brain import CompiledBrain
from spikeworm_env.errors import BrainFileError
from spikeworm_env.store.brain_file import brain_in, write_brain
from spikeworm_env.store.checkpoint import checkpoint_in, write_checkpoint
from spikeworm_env.store.columns import TableReader, check_format, write_table
from spikeworm_env.store.sqlite_files import reading, replacing


@dataclass(frozen=True, eq=False)
class KeptTraining:
    """What the file of a training holds, all of one moment.

    Attributes:
        settings: JSON types by name: everything that the training depends on.
        compiled: the brain as it was.
        state: arrays by name, to go on from.
        tick: the brain's age then.
    """

    settings: Mapping[str, Any]
    compiled: CompiledBrain
    state: Mapping[str, NDArray]
    tick: int


def save_training(
    compiled: CompiledBrain,
    path: str | Path,
    settings: Mapping[str, Any],
    state: Mapping[str, NDArray],
    tick: int,
) -> None:
    """Write a brain file with its training and a checkpoint; a kill leaves the old or the new one whole.

    Args:
        compiled: the brain as it is now.
        path: the file; it replaces an older one.
        settings: JSON types by name: everything that the training depends on.
        state: arrays by name, as for a checkpoint.
        tick: the brain's age.

    Raises:
        InputError: the file cannot be written; nothing has changed.
    """
    with replacing(Path(path)) as database:
        write_brain(database, compiled)
        write_checkpoint(database, state, tick)
        texts = [json.dumps(value, allow_nan=False) for value in settings.values()]
        write_table(database, "training", [list(settings), texts])


def load_training(path: str | Path) -> KeptTraining | None:
    """The training in a brain file, whoever replaces the file meanwhile; None if the brain was not trained.

    Raises:
        BrainFileError: not a brain file, or one that is damaged or whose parts are of different moments.
    """
    path = Path(path)
    with reading(path) as database:
        check_format(database, path)
        reader = TableReader(database, path)
        settings = _settings(reader)
        if not settings:
            return None
        compiled, checkpoint = brain_in(reader), checkpoint_in(database, path)
    if checkpoint is None:
        raise reader.fail("checkpoints", "there is none to go on from")
    experience = compiled.network.experience
    age = None if experience is None else experience.age
    if checkpoint.tick != age:
        raise reader.fail("checkpoints", f"tick is {checkpoint.tick}, but meta tells the age {age}")
    return KeptTraining(settings, compiled, checkpoint.unpacked(path), checkpoint.tick)


def _settings(reader: TableReader) -> dict[str, Any]:
    table = reader.read("training")
    settings = {}
    for row, (name, text) in enumerate(zip(table["setting"], table["value"], strict=True)):
        try:
            settings[name] = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise BrainFileError(f"{reader.path}: training: value of row {row} is no JSON") from error
    return settings
