"""The cache of compiled brains: compiled when first needed, and again when the recipe has changed.

The cache only saves time: a file that is damaged is written anew, and a brain whose file cannot be written is
kept in a temporary folder until the process ends.

A file is named after recipe, seed and a hash of what the brain is compiled from (recipe, blocks, seed and
version of the compiler): ``arena_v1_s42-1a2b3c4d.db``. The hash is over these sources rather than over the
compiled network, so that the name is available before anything is compiled.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from spikeworm_env import resources
from spikeworm_env.compiler import CompiledBrain, compile_recipe
from spikeworm_env.compiler.compile import COMPILER_VERSION
from spikeworm_env.compiler.compiled_brain import Meta
from spikeworm_env.compiler.edits import brain_conditions
from spikeworm_env.compiler.library import find_recipe, recipe_names
from spikeworm_env.compiler.recipe_source import RecipeSource, read_recipe
from spikeworm_env.errors import BrainFileError, InputError, SpikeWormError
from spikeworm_env.files import new_temporary_folder, short_name
from spikeworm_env.notices import notice
from spikeworm_env.store import BRAIN_SUFFIX, load_brain, save_brain

HASH_DIGITS = 8
SUBJECT = "brain cache"  # one notice about it in each process
MEMORY = "/dev/shm"  # a folder in memory, on Linux
CACHE_NAME = re.compile(rf".+_s\d+-[0-9a-f]{{{HASH_DIGITS}}}{re.escape(BRAIN_SUFFIX)}")


@dataclass(frozen=True)
class CachedBrain:
    """A brain whose file is in the cache, or can be written there.

    Attributes:
        path: its file.
        fresh: the compiled brain that is still to be written; None if the file is up to date.
    """

    path: Path
    fresh: CompiledBrain | None

    def write(self) -> Path:
        """Write the file if it is not up to date.

        Returns:
            The file: in a temporary folder of this process if the cache cannot be written to.
        """
        if self.fresh is None:
            return self.path
        try:
            self._check_old_file()
            save_brain(self.fresh, self.path)
        except (SpikeWormError, OSError) as error:
            notice(f"{error}; the compiled brain is kept in a temporary folder", subject=SUBJECT)
            return _save_elsewhere(self.fresh, self.path.name)
        return self.path

    def _check_old_file(self) -> None:
        """Refuse to replace a trained brain; nothing else of this name is worth keeping."""
        if self.path.exists():
            try:
                episodes = load_brain(self.path).episodes
            except BrainFileError as error:
                notice(f"{error}; the file is written anew", subject=SUBJECT)
            else:
                if episodes:
                    raise InputError(f"{self.path} is a trained brain")


def source_hash(recipe_hash: str, block_hashes: Mapping[str, str], seed: int, compiler_version: int) -> str:
    """SHA-256 of all that a brain is compiled from."""
    sources = [recipe_hash, dict(block_hashes), seed, compiler_version]
    return hashlib.sha256(json.dumps(sources, sort_keys=True).encode()).hexdigest()


def source_hash_of(meta: Meta) -> str:
    """`source_hash` of a compiled brain."""
    return source_hash(meta.recipe_hash, meta.block_hashes, meta.seed, meta.compiler_version)


def cache_path(recipe: str | Path, seed: int) -> Path:
    """The cache's file for the brain of a recipe, given by name or path, and a seed.

    Raises:
        UnknownNameError, RecipeError, InputError: no such recipe, one with problems, or see
            `resources.brain_cache`.
    """
    return resources.brain_cache() / _current(recipe, seed)[0]


def cached_brain(recipe: str | Path, seed: int) -> CachedBrain:
    """The brain of a recipe and a seed, compiled if the cache does not have it; nothing is written.

    Raises:
        UnknownNameError, RecipeError, InputError: no such recipe, or one with problems.
    """
    name, current = _current(recipe, seed)
    path = _folder() / name
    return CachedBrain(path, None if _holds_untrained(path, current) else compile_recipe(recipe, seed))


def cached_files() -> list[Path]:
    """Every brain file in the folder of the cache, trained brains among them."""
    return sorted(_folder().glob(f"*{BRAIN_SUFFIX}"))


def is_cache_file(file: Path) -> bool:
    """Whether a file has a place and a name that the cache uses for compiled brains."""
    return (
        CACHE_NAME.fullmatch(file.name) is not None
        and file.absolute().parent.resolve() == _folder().resolve()
    )


def describe_file(file: Path) -> str:
    """One line on a file of `cached_files`: size, training, whether it is out of date, and its path."""
    try:
        compiled = load_brain(file)
    except BrainFileError as error:
        return str(error)
    network, conditions = compiled.network, brain_conditions(compiled)
    parts = [f"{network.n_neurons} neurons", f"{network.n_synapses} synapses"]
    if conditions:
        parts += conditions
    elif (reason := _out_of_date(compiled.meta)) is not None:
        parts.append(reason)
    return ", ".join([*parts, str(file)])


def _out_of_date(meta: Meta) -> str | None:
    """Why the shipped recipe of this name no longer gives this brain; None if it does or is not shipped."""
    if meta.compiler_version != COMPILER_VERSION:
        return f"out of date: compiler version {meta.compiler_version}"
    shipped = recipe_names().get(meta.recipe_name)
    if shipped is None:
        return None
    try:
        current = _current_hash(read_recipe(shipped), meta.seed)
    except SpikeWormError:
        return "out of date: the shipped recipe has problems"
    return None if source_hash_of(meta) == current else "out of date: differs from the shipped recipe"


def _folder() -> Path:
    """The folder of the cache; a temporary one if the user has none."""
    try:
        return resources.brain_cache()
    except InputError as error:
        notice(f"{error}; compiled brains are kept in a temporary folder", subject=SUBJECT)
    try:
        return _temporary_folder()
    except OSError as error:
        raise InputError(f"no folder for compiled brains: {error}") from error


def _current(recipe: str | Path, seed: int) -> tuple[str, str]:
    """The name of the cache's file of a recipe as it is now, and the hash of its sources."""
    current = _current_hash(read_recipe(recipe), seed)
    return f"{short_name(find_recipe(recipe).stem)}_s{seed}-{current[:HASH_DIGITS]}{BRAIN_SUFFIX}", current


def _current_hash(source: RecipeSource, seed: int) -> str:
    return source_hash(source.file.hash, source.block_hashes, seed, COMPILER_VERSION)


def _holds_untrained(path: Path, content_hash: str) -> bool:
    """Whether a file is there, undamaged, with the untrained brain of these sources."""
    try:
        compiled = load_brain(path)
    except (BrainFileError, OSError):
        return False
    return not brain_conditions(compiled) and source_hash_of(compiled.meta) == content_hash


def _save_elsewhere(compiled: CompiledBrain, name: str) -> Path:
    """Write a brain to a temporary folder of this process: on disk, or in memory where the disk is full.

    Raises:
        InputError: no temporary folder can be written to.
    """
    problems = []
    for parent in (None, MEMORY):
        try:
            file = _temporary_folder(parent) / name
            save_brain(compiled, file)
        except (InputError, OSError) as error:
            problems.append(str(error))
        else:
            return file
    raise InputError(f"cannot write {name} to a temporary folder: {problems[0]}")


def _temporary_folder(parent: str | None = None) -> Path:
    """A folder in ``parent``, or where temporary files are, that is removed when the process ends."""
    return Path(_temporary_directory(parent).name)


_temporary_directory = cache(new_temporary_folder)
