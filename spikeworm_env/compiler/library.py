"""Finds the files of recipes and blocks by name."""

from __future__ import annotations

import os
from pathlib import Path

from spikeworm_env import resources
from spikeworm_env.checks import file_path, known_name
from spikeworm_env.errors import InputError


def recipe_names() -> dict[str, Path]:
    """Name → file of every shipped recipe."""
    return resources.json_files(resources.shipped("recipes"))


def block_names(beside: Path | None = None) -> dict[str, Path]:
    """Name → file of every shipped block and of those in the folder ``blocks`` beside a recipe.

    A block beside the recipe replaces a shipped block of the same name.

    Args:
        beside: the path of a recipe, or None for shipped blocks alone.
    """
    found: dict[str, Path] = {}
    for folder in resources.BLOCK_FOLDERS:
        found |= resources.json_files(resources.shipped("blocks") / folder)
    if beside is not None:
        found |= resources.json_files(beside.parent / "blocks")
    return found


def find_recipe(recipe: str | Path) -> Path:
    """The file of a recipe, given by name or path.

    Raises:
        UnknownNameError: no shipped recipe has this name.
        InputError: there is no file at this path.
    """
    return _find("recipe", recipe, recipe_names())


def find_block(block: str | Path) -> Path:
    """The file of a block, given by name or path; raises as ``find_recipe``."""
    return _find("block", block, block_names())


def _find(kind: str, wanted: str | Path, known: dict[str, Path]) -> Path:
    file = file_path(kind, wanted)
    if _is_path(wanted):
        if not file.is_file():
            raise InputError(f"no {kind} file {file}")
        return file
    return known[known_name(kind, wanted, known)]


def _is_path(wanted: str | Path) -> bool:
    if isinstance(wanted, Path):
        return True
    return wanted.endswith(".json") or any(mark in wanted for mark in (os.sep, "/"))
