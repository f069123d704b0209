"""The brain before its training: compiled from a recipe, or read from a brain file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from spikeworm_env import resources
from spikeworm_env.agents import find_agent
from spikeworm_env.agents.sources import Source
from spikeworm_env.batch.brain_cache import source_hash_of
from spikeworm_env.batch.sources import brain_source_file
from spikeworm_env.compiler import CompiledBrain, compile_recipe
from spikeworm_env.compiler.library import find_recipe
from spikeworm_env.errors import InputError
from spikeworm_env.files import short_name
from spikeworm_env.store import BRAIN_SUFFIX, is_brain_file, load_brain_and_digest

TRAINED, AGAIN = "_trained", "_on"  # at the end of the name of a file


@dataclass(frozen=True)
class StartingBrain:
    """A brain before its training.

    Attributes:
        name: of the recipe, or the stem of the brain file.
        compiled: the brain.
        fingerprint: SHA-256 of all that the brain was made from, or of its file.
        file_name: the default name of the trained brain's file.
    """

    name: str
    compiled: CompiledBrain
    fingerprint: str
    file_name: str

    @property
    def file(self) -> Path:
        """The default file of the trained brain.

        Raises:
            InputError: see `resources.brain_cache`.
        """
        return resources.brain_cache() / self.file_name


def find_starting_brain(what: Source, seed: int) -> StartingBrain:
    """The brain of a recipe, by name or path, or of a brain file.

    Args:
        what: a recipe, a brain or an agent with one, as a name, a file or in memory.
        seed: what a recipe is compiled with.

    Raises:
        UnknownNameError, RecipeError, BrainFileError, InputError: no such brain, or one that cannot learn.
    """
    what = brain_source_file(what)
    if find_agent(what) is not None:
        raise InputError(f"{what:.60} has no brain to train; give a recipe or a brain file")
    if is_brain_file(what):
        (compiled, fingerprint), name = load_brain_and_digest(what), Path(what).stem
        file_name = f"{short_name(name)}{AGAIN if name.endswith(TRAINED) else TRAINED}{BRAIN_SUFFIX}"
    else:
        recipe = find_recipe(what)
        compiled, name = compile_recipe(recipe, seed), recipe.stem
        fingerprint = source_hash_of(compiled.meta)
        file_name = f"{short_name(name)}_s{seed}{TRAINED}{BRAIN_SUFFIX}"
    if not compiled.learns:
        raise InputError(f"{name} cannot be trained: none of its synapses learns")
    return StartingBrain(name, compiled, fingerprint, file_name)
