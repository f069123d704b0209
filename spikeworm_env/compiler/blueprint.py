"""A recipe with its blocks, read and found free of problems."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from spikeworm_env.compiler.block_check import block_problems
from spikeworm_env.compiler.block_schema import Block
from spikeworm_env.compiler.draft import Draft, draft
from spikeworm_env.compiler.jsonfile import JsonFile, read_json
from spikeworm_env.compiler.library import block_names, find_block, find_recipe
from spikeworm_env.compiler.recipe_check import RecipeCheck
from spikeworm_env.compiler.recipe_schema import Recipe
from spikeworm_env.errors import RecipeError


@dataclass(frozen=True)
class Blueprint:
    """All that a compiler needs to know.

    Attributes:
        recipe: the recipe.
        file: the file that it was read from.
        blocks: the blocks that it uses, by name.
        block_hashes: SHA-256 of each of them, by name.
    """

    recipe: Recipe
    file: JsonFile
    blocks: Mapping[str, Block]
    block_hashes: Mapping[str, str]


def read_block(block: str | Path) -> Block:
    """Read a block by name or path.

    Raises:
        UnknownNameError, InputError: there is none.
        RecipeError: it has problems; all of them are listed.
    """
    path = find_block(block)
    made, problems, _ = _try_block(path)
    if made is None or problems:
        raise RecipeError(path.name, problems)
    return made


def read_blueprint(recipe: str | Path) -> Blueprint:
    """Read a recipe by name or path, with the blocks that it uses.

    Raises:
        UnknownNameError, InputError: there is none.
        RecipeError: the recipe or a block of it has problems; all of them are listed.
    """
    path = find_recipe(recipe)
    file = read_json(path)
    sketch = draft(Recipe, file)
    problems = list(sketch.problems)
    known = block_names(beside=path)
    blocks: dict[str, Block | None] = dict.fromkeys(known)
    hashes = {}
    for name in _blocks_used(sketch):
        if name in known:
            blocks[name], block_faults, hashes[name] = _try_block(known[name])
            problems += [f"block {name!r}: {fault}" for fault in block_faults]
            if block_faults:
                blocks[name] = None
    problems += RecipeCheck(sketch, blocks).problems()
    if sketch.value is None or problems:
        raise RecipeError(file.where, problems)
    used = {name: block for name, block in blocks.items() if block is not None}
    return Blueprint(sketch.value, file, used, hashes)


def _blocks_used(sketch: Draft[Recipe]) -> list[str]:
    """Names in the order of first use."""
    components = sketch.value.components if sketch.value else []
    return list(dict.fromkeys(component.block for component in components))


def _try_block(path: Path) -> tuple[Block | None, list[str], str]:
    """(block or None, problems, hash)"""
    try:
        file = read_json(path)
    except RecipeError as error:
        return None, [f"{error.where}: {problem}" for problem in error.problems], ""
    sketch = draft(Block, file)
    return sketch.value, [*sketch.problems, *block_problems(sketch, path.stem)], file.hash
