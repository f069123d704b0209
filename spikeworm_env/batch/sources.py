"""Brains in memory as files, and agents as bytes, so that other processes can read them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any

from spikeworm_env.agents.protocol import Agent
from spikeworm_env.agents.sources import Source, check_source, compiled_in_memory, spiking_agent_in
from spikeworm_env.compiler import CompiledBrain
from spikeworm_env.compiler.edits import brain_conditions
from spikeworm_env.errors import InputError
from spikeworm_env.files import new_temporary_folder, short_name
from spikeworm_env.plain_text import readable
from spikeworm_env.store import BRAIN_SUFFIX, save_brain

_NUMBERS = count()  # of the subfolders: one for each source
_temporary_folder = cache(new_temporary_folder)


def brain_source_file(source: Source) -> str:
    """A name or path of what has a brain, which means the same in every process; see `source_files`.

    An agent that has a brain stands for the brain with its present weights; no option of the agent counts.

    Raises:
        InputError: see `source_files`; or an agent has no brain.
    """
    check_source(source, "brain")
    (file,) = source_files([source])
    if isinstance(file, str):
        return file
    spiking = spiking_agent_in(file)
    if spiking is None:
        raise InputError(f"{file.name} has no brain; expected an agent with one, a recipe or a brain")
    return brain_source_file(spiking.brain)


def source_files(sources: Sequence[Source]) -> list[str | Agent]:
    """Names, paths and agents as they are; brains and recipes in memory as files in a temporary folder.

    A file is named after its recipe, with ``_edited`` for a brain that was changed since it was compiled or
    trained, and with a number if another has the name. The folder is removed when the process ends.

    Raises:
        InputError: one is something else, or a living brain was made from a network alone.
        RecipeError: a recipe in memory is not valid.
    """
    for source in sources:
        check_source(source)
    taken = {Path(str(each)).stem for each in sources if isinstance(each, str | Path)}
    return [_as_file(each, taken) for each in sources]


def _as_file(source: Source, taken: set[str]) -> str | Agent:
    if isinstance(source, str | Path):
        return str(source)
    compiled = compiled_in_memory(source)
    if compiled is None:
        return source  # type: ignore[return-value]  # an agent
    return str(_written(source if isinstance(source, Mapping) else compiled, compiled, taken))


def _written(source: Mapping[str, Any] | CompiledBrain, compiled: CompiledBrain, taken: set[str]) -> Path:
    folder = Path(_temporary_folder().name) / str(next(_NUMBERS))
    folder.mkdir()
    name = compiled.meta.recipe_name
    if isinstance(source, Mapping):
        file = folder / f"{_free(name, taken)}.json"
        file.write_text(json.dumps(source), encoding="utf-8")
        return file
    edited = "_edited" if brain_conditions(compiled) else ""
    file = folder / f"{_free(name + edited, taken)}{BRAIN_SUFFIX}"
    save_brain(compiled, file)
    return file


def _free(name: str, taken: set[str]) -> str:
    name = short_name(readable(name))
    numbers = (f"{name}_{k}" for k in range(2, len(taken) + 3))
    free = next(each for each in (name, *numbers) if each not in taken)
    taken.add(free)
    return free
