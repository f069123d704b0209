"""The file of a brain in training: the brain, what it is trained by, and the state to go on from."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from spikeworm_env.compiler.brain import CompiledBrain
from spikeworm_env.errors import BrainFileError
from spikeworm_env.store.brain_file import write_brain
from spikeworm_env.store.checkpoint import write_checkpoint
from spikeworm_env.store.columns import TableReader, check_format, write_table
from spikeworm_env.store.files import reading, replacing


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


def load_training(path: str | Path) -> dict[str, Any] | None:
    """The settings of the training in a brain file; None if it was not trained.

    Raises:
        BrainFileError: not a brain file, or settings that are damaged.
    """
    path = Path(path)
    with reading(path) as database:
        check_format(database, path)
        table = TableReader(database, path).read("training")
    settings = {}
    for row, (name, text) in enumerate(zip(table["setting"], table["value"], strict=True)):
        try:
            settings[name] = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise BrainFileError(f"{path}: training: value of row {row} is no JSON") from error
    return settings or None
