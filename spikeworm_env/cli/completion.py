"""What a shell offers for an argument when the Tab key is pressed; ``spikeworm --install-completion``.

Each function takes the beginning of a word. A fault while names are read offers nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import wraps
from pathlib import Path
from typing import Any

from spikeworm_env import resources

MOST_FILES = 200  # of one folder that are offered

Completer = Callable[[str], list[str]]


def _completer(names: Callable[[str], Iterable[str]]) -> Completer:
    """Offer the names that begin as the word does, each once; none if they cannot be read."""

    @wraps(names)
    def complete(incomplete: str) -> list[str]:
        try:
            return [name for name in dict.fromkeys(names(incomplete)) if name.startswith(incomplete)]
        except Exception:  # a shell that waits for names must not get a traceback between them
            return []

    return complete


@_completer
def agents_and_brains(incomplete: str) -> Iterator[str]:
    """Names of agents and recipes, and files of brains and recipes."""
    yield from agents()
    yield from brains(incomplete)


@_completer
def brains(incomplete: str) -> Iterator[str]:
    """Names of recipes, and files of brains and recipes, those in the cache among them."""
    yield from recipes(incomplete)
    yield from _files(incomplete, ".db")
    here = Path.cwd()
    for file in sorted(resources.brain_cache().glob("*.db")):
        yield str(file.relative_to(here) if file.is_relative_to(here) else file)


@_completer
def recipes(incomplete: str) -> Iterator[str]:
    """Names of recipes, and JSON files."""
    yield from resources.json_files(resources.shipped("recipes"))
    yield from _files(incomplete, ".json")


@_completer
def brains_and_blocks(incomplete: str) -> Iterator[str]:
    """Names of recipes and blocks, and files of brains, recipes and blocks."""
    yield from brains(incomplete)
    for folder in resources.BLOCK_FOLDERS:
        yield from resources.json_files(resources.shipped("blocks") / folder)


def agents() -> Iterator[str]:
    """Names of agents, from the text of their files: to import them takes a second."""
    for file in sorted((resources.PACKAGE / "agents").glob("[!_]*.py")):
        text = file.read_text(encoding="utf-8")
        if re.search(r"^AGENT = ", text, re.MULTILINE):
            yield from re.findall(r'^    name\b[^=\n]*= "(\w+)"', text, re.MULTILINE)


def components(ctx: Any, incomplete: str) -> list[str]:
    """Names of the components of the recipe that is already typed."""
    try:
        from spikeworm_env.compiler.recipe_source import read_recipe

        typed = ctx.params["name"] or ctx.args[0]  # the parser keeps words before an option without a value
        found = read_recipe(typed).recipe.components
        return [each.id for each in found if each.id.startswith(incomplete)]
    except Exception:  # see `_completer`
        return []


@_completer
def trials(incomplete: str) -> Iterable[str]:
    """Named trials."""
    from spikeworm_env.trials.task import TRIALS

    return TRIALS


@_completer
def controls(incomplete: str) -> Iterator[str]:
    """Controls of `compare`, the last of a list with commas."""
    from spikeworm_env.trials.controls import CONTROLS

    return _after_commas(incomplete, ("all", "none", *CONTROLS.module_names()))


@_completer
def controls_of_run(incomplete: str) -> Iterator[str]:
    """Controls of `run`, the last of a list with commas."""
    return _after_commas(incomplete, ("all", "none", "blind", "without_protocol", "oracle"))


@_completer
def assays(incomplete: str) -> Iterator[str]:
    """Assays of `ablate`, the last of a list with commas."""
    from spikeworm_env.experiments.ablation.assays import ASSAYS

    return _after_commas(incomplete, ("all", *ASSAYS.module_names()))


@_completer
def themes(incomplete: str) -> Iterable[str]:
    """Colours of pictures."""
    return ("dark", "light")


@_completer
def backends(incomplete: str) -> Iterable[str]:
    """Kinds of workers."""
    from spikeworm_env.batch.workers import BACKENDS

    return BACKENDS


def _after_commas(incomplete: str, names: Iterable[str]) -> Iterator[str]:
    before, comma, _ = incomplete.rpartition(",")
    yield from (f"{before}{comma}{name}" for name in names)


def _files(incomplete: str, suffix: str) -> Iterator[str]:
    """Files with the suffix in the folder that the word names so far; folders are left to the shell."""
    folder = incomplete[: incomplete.rfind("/") + 1]
    found = sorted(file.name for file in Path(folder or ".").glob(f"*{suffix}"))
    yield from (f"{folder}{name}" for name in found[:MOST_FILES])
