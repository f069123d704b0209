"""Brains in memory as files, so that other processes can read them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any, Final

from spikeworm_env.compiler import CompiledBrain, compile_recipe
from spikeworm_env.compiler.edits import brain_conditions, compiled_from
from spikeworm_env.engine.brain import Brain
from spikeworm_env.errors import InputError, shown
from spikeworm_env.files import new_temporary_folder, short_name
from spikeworm_env.plain_text import readable
from spikeworm_env.store import BRAIN_SUFFIX, save_brain

Source = str | Path | Mapping[str, Any] | CompiledBrain | Brain
"""An agent's name, the name or file of a recipe, a brain file, or a recipe or brain in memory."""
SOURCES: Final = (str, Path, Mapping, CompiledBrain, Brain)
EXPECTED: Final = "a name, a path, a recipe as a dict, or a compiled or living brain"


_NUMBERS = count()  # of the subfolders: one for each source
_temporary_folder = cache(new_temporary_folder)


def source_file(source: Source) -> str:
    """A name or path that means the same in every process; see `source_files`."""
    return source_files([source])[0]


def source_files(sources: Sequence[Source]) -> list[str]:
    """Names and paths as they are; brains and recipes in memory as files in a temporary folder.

    A file is named after its recipe, with ``_edited`` for a brain that was changed since it was compiled or
    trained, and with a number if another has the name. The folder is removed when the process ends.

    Raises:
        InputError: one is something else, or a living brain was made from a network alone.
        RecipeError: a recipe in memory is not valid.
    """
    for source in sources:
        if not isinstance(source, SOURCES):
            raise InputError(f"agent is {shown(source)}; expected {EXPECTED}")
    taken = {Path(str(each)).stem for each in sources if isinstance(each, str | Path)}
    return [str(each) if isinstance(each, str | Path) else str(_written(each, taken)) for each in sources]


def _written(source: Mapping[str, Any] | CompiledBrain | Brain, taken: set[str]) -> Path:
    folder = Path(_temporary_folder().name) / str(next(_NUMBERS))
    folder.mkdir()
    if isinstance(source, Mapping):
        name = compile_recipe(source).meta.recipe_name  # refuses one that is not valid
        file = folder / f"{_free(name, taken)}.json"
        file.write_text(json.dumps(source), encoding="utf-8")
        return file
    compiled = compiled_from(source) if isinstance(source, Brain) else source
    edited = "_edited" if brain_conditions(compiled) else ""
    file = folder / f"{_free(compiled.meta.recipe_name + edited, taken)}{BRAIN_SUFFIX}"
    save_brain(compiled, file)
    return file


def _free(name: str, taken: set[str]) -> str:
    name = short_name(readable(name))
    numbers = (f"{name}_{k}" for k in range(2, len(taken) + 3))
    free = next(each for each in (name, *numbers) if each not in taken)
    taken.add(free)
    return free
