"""Reads recipes and blocks by name or path, and checks them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from spikeworm_env.compiler.block_check import block_problems
from spikeworm_env.compiler.block_schema import Block
from spikeworm_env.compiler.json_parsing import JsonFile, Parsed, json_in_memory, parse, read_json
from spikeworm_env.compiler.library import block_names, find_block, find_recipe
from spikeworm_env.compiler.recipe_check import RecipeCheck
from spikeworm_env.compiler.recipe_schema import Recipe
from spikeworm_env.errors import MAX_PROBLEMS, RecipeError


@dataclass(frozen=True)
class RecipeSource:
    """A checked recipe with its blocks: the input of the compiler.

    Attributes:
        recipe: the recipe.
        file: the file of the recipe.
        blocks: block name → block, for the blocks that the recipe uses.
        block_hashes: block name → SHA-256 of its JSON content.
    """

    recipe: Recipe
    file: JsonFile
    blocks: Mapping[str, Block]
    block_hashes: Mapping[str, str]


def read_block(block: str | Path) -> Block:
    """Read and check a block.

    Args:
        block: the name of a shipped block, or the path of a JSON file.

    Raises:
        UnknownNameError: no shipped block has this name.
        InputError: there is no file at this path.
        RecipeError: the block is not valid; the message lists every problem.
    """
    path = find_block(block)
    made, problems, _ = _try_block(path)
    if made is None or problems:
        raise RecipeError(path.name, problems)
    return made


def read_recipe(recipe: str | Path | Mapping[str, Any]) -> RecipeSource:
    """Read and check a recipe and the blocks that it uses.

    Args:
        recipe: the name of a shipped recipe, the path of a JSON file, or the content of one.

    Raises:
        UnknownNameError: no shipped recipe has this name.
        InputError: there is no file at this path.
        RecipeError: the recipe or one of its blocks is not valid; the message lists every problem.
    """
    if isinstance(recipe, Mapping):
        file, known = json_in_memory(recipe, "recipe"), block_names()
    else:
        path = find_recipe(recipe)
        file, known = read_json(path), block_names(beside=path)
    parsed = parse(Recipe, file)
    problems = list(parsed.problems)
    blocks: dict[str, Block | None] = dict.fromkeys(known)
    hashes = {}
    for name in _blocks_used(parsed):
        if name in known:
            blocks[name], block_problem_list, hashes[name] = _try_block(known[name])
            problems += [f"block {name!r}: {problem}" for problem in block_problem_list]
            if block_problem_list:
                blocks[name] = None
    problems += islice(RecipeCheck(parsed, blocks).problems(), MAX_PROBLEMS)
    if parsed.value is None or problems:
        raise RecipeError(file.where, problems)
    used = {name: block for name, block in blocks.items() if block is not None}
    return RecipeSource(parsed.value, file, used, hashes)


def _blocks_used(parsed: Parsed[Recipe]) -> list[str]:
    """Block names, in the order of first use."""
    components = parsed.value.components if parsed.value else []
    return list(dict.fromkeys(component.block for component in components))


def _try_block(path: Path) -> tuple[Block | None, list[str], str]:
    """(block or None, problems, SHA-256 of its JSON content)."""
    try:
        file = read_json(path)
    except RecipeError as error:
        return None, [f"{error.where}: {problem}" for problem in error.problems], ""
    parsed = parse(Block, file)
    problems = islice(block_problems(parsed, path.stem), MAX_PROBLEMS)
    return parsed.value, [*parsed.problems, *problems], file.hash
