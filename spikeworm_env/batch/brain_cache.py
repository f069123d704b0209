"""Compiled brains: made when first needed, made anew when their recipe has changed."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from spikeworm_env import resources
from spikeworm_env.compiler import CompiledBrain, compile_recipe
from spikeworm_env.compiler.blueprint import read_blueprint
from spikeworm_env.compiler.compile import COMPILER_VERSION
from spikeworm_env.compiler.library import find_recipe
from spikeworm_env.errors import BrainFileError
from spikeworm_env.store import BRAIN_SUFFIX, load_brain, save_brain


@dataclass(frozen=True)
class CachedBrain:
    """A brain in the zoo, or on its way there.

    Attributes:
        path: its file.
        fresh: the compiled brain that the file is still to be written from; None if the file is up to date.
    """

    path: Path
    fresh: CompiledBrain | None

    def keep(self) -> Path:
        """Write the file if it is not up to date; where it is.

        Raises:
            InputError: the zoo cannot be written to.
        """
        if self.fresh is not None:
            save_brain(self.fresh, self.path)
        return self.path


def cache_path(recipe: str | Path, seed: int) -> Path:
    """Where the brain of a recipe, given by name or path, and a seed is kept."""
    return resources.brain_cache() / f"{Path(recipe).stem}_s{seed}{BRAIN_SUFFIX}"


def cached_brain(recipe: str | Path, seed: int) -> CachedBrain:
    """The brain of a recipe and a seed, compiled if the zoo has none or an outdated one; nothing is written.

    Raises:
        UnknownNameError, RecipeError, InputError: no such recipe, or one with problems.
    """
    blueprint = read_blueprint(recipe)
    path = cache_path(find_recipe(recipe), seed)
    wanted = (blueprint.file.hash, dict(blueprint.block_hashes), seed, COMPILER_VERSION)
    up_to_date = _provenance(path) == wanted
    return CachedBrain(path, None if up_to_date else compile_recipe(recipe, seed))


def cached_files() -> list[Path]:
    """Every brain file in the zoo."""
    return sorted(resources.brain_cache().glob(f"*{BRAIN_SUFFIX}"))


def _provenance(path: Path) -> tuple[str, dict[str, str], int, int] | None:
    """What a brain file was compiled from; None for one that is not there, damaged or of another version."""
    try:
        meta = load_brain(path).meta
    except BrainFileError:
        return None
    return meta.recipe_hash, dict(meta.block_hashes), meta.seed, meta.compiler_version
