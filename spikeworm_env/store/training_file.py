"""The file of a brain in training: the brain, the training settings, and the state for resuming."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from spikeworm_env.compiler.compiled_brain import CompiledBrain
from spikeworm_env.errors import BrainFileError, shown
from spikeworm_env.store.brain_file import brain_in, write_brain
from spikeworm_env.store.checkpoint import checkpoint_in, write_checkpoint
from spikeworm_env.store.columns import TableReader, check_format, write_table
from spikeworm_env.store.sqlite_files import reading, replacing


@dataclass(frozen=True, eq=False)
class StoredTraining:
    """The contents of a training file, all of one tick.

    Attributes:
        settings: JSON types by name: all settings that the training depends on.
        compiled: the brain.
        state: arrays by name, for resuming.
        tick: age of the brain.
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
    """Write a brain file with its training and a checkpoint, completely or not at all.

    Args:
        compiled: the brain.
        path: the file; it replaces an older one.
        settings: JSON types by name: all settings that the training depends on.
        state: arrays by name, as for a checkpoint.
        tick: age of the brain.

    Raises:
        InputError: the file cannot be written; nothing has changed.
    """
    with replacing(Path(path)) as database:
        write_brain(database, compiled)
        write_checkpoint(database, state, tick)
        texts = [json.dumps(value, allow_nan=False) for value in settings.values()]
        write_table(database, "training_settings", [list(settings), texts])


def load_training(path: str | Path) -> StoredTraining | None:
    """The training in a brain file, all of one version of the file; None if the brain was not trained.

    Raises:
        BrainFileError: not a brain file, or one that is damaged or whose parts are of different ticks.
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
        raise reader.fail("checkpoints", "there is none to resume from")
    experience = compiled.network.experience
    age = None if experience is None else experience.age
    if checkpoint.tick != age:
        raise reader.fail("checkpoints", f"tick is {checkpoint.tick}, but meta has the age {age}")
    return StoredTraining(settings, compiled, checkpoint.unpacked(path), checkpoint.tick)


def _settings(reader: TableReader) -> dict[str, Any]:
    table = reader.read("training_settings")
    settings = {}
    for row, (name, text) in enumerate(zip(table["setting"], table["value"], strict=True)):
        if not name.isprintable():
            raise reader.fail("training_settings", f"setting of row {row} is {shown(name)}; expected a name")
        try:
            settings[name] = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise BrainFileError(
                f"{reader.path}: training_settings: value of row {row} is no JSON"
            ) from error
    return settings
