"""``spikeworm compile``, ``inspect`` and ``list``: recipes, blocks and brains, without running them."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from contextlib import nullcontext
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from spikeworm_env.cli import options
from spikeworm_env.cli.brain_figures import check_figures, draw_block, draw_brain
from spikeworm_env.cli.contents import (
    block_as_json,
    brain_as_json,
    print_activity,
    print_block,
    print_brain,
)
from spikeworm_env.cli.recorded import check_edges
from spikeworm_env.cli.screen import print_files, print_json, screen
from spikeworm_env.errors import BrainFileError, InputError, UnknownNameError

if TYPE_CHECKING:
    from spikeworm_env.compiler import CompiledBrain
    from spikeworm_env.compiler.block_schema import Block
    from spikeworm_env.trials.activity import Spikes


class Kind(StrEnum):
    """What can be listed."""

    ENVS = "envs"
    AGENTS = "agents"
    ASSAYS = "assays"
    BLOCKS = "blocks"
    RECIPES = "recipes"
    BRAINS = "brains"


def compile_command(
    recipe: Annotated[str, typer.Argument(help="The name of a recipe or the path of one.")],
    seed: Annotated[int, typer.Option("--seed", help="Of wiring and placement.")] = (
        options.DEFAULT_BRAIN_SEED
    ),
    out: Annotated[Path | None, typer.Option("--out", help="File; the zoo of brains if not given.")] = None,
) -> None:
    """Compile a recipe into a brain file."""
    from spikeworm_env.batch.brain_cache import cache_path
    from spikeworm_env.cli.outputs import check_file
    from spikeworm_env.compiler import compile_recipe
    from spikeworm_env.compiler.library import find_recipe
    from spikeworm_env.store import locked_file, save_brain

    file = cache_path(find_recipe(recipe), seed) if out is None else out
    check_file(file)
    compiled = compile_recipe(recipe, seed)
    # into the zoo any number may write the same brain; a file of one's own may be in training
    with nullcontext() if out is None else locked_file(file):
        save_brain(compiled, file)
    print_brain(compiled)
    print_files([file])


def inspect_command(
    what: Annotated[
        str, typer.Argument(help="A recipe, a brain file or a block.", metavar="RECIPE|BRAIN|BLOCK")
    ],
    seed: Annotated[int, typer.Option("--seed", help="To compile a recipe with.")] = (
        options.DEFAULT_BRAIN_SEED
    ),
    out: Annotated[
        Path | None, typer.Option("--out", help="Folder for pictures; none are drawn if not given.")
    ] = None,
    trial_seconds: Annotated[
        float | None,
        typer.Option("--trial-seconds", help="Let the brain live so long, and show how active it is."),
    ] = None,
    edges: Annotated[
        Path | None,
        typer.Option("--edges", help="File for a brain's synapses: .csv, or .h5 for SONATA."),
    ] = None,
    as_json: options.Json = False,
) -> None:
    """Show what a recipe, a brain file or a block consists of."""
    from spikeworm_env.compiler import CompiledBrain

    if out is not None:
        check_figures(out)
    if edges is not None:
        check_edges(edges)
    found = _brain_or_block(what, seed)
    if isinstance(found, CompiledBrain):
        _inspect_brain(found, out, trial_seconds, edges, as_json)
    elif trial_seconds is not None:
        raise InputError(f"--trial-seconds: {what} is a block; only a brain can be in a trial")
    elif edges is not None:
        raise InputError(f"--edges: {what} is a block; only a brain's network can be written")
    else:
        _inspect_block(found, out, as_json)


def _inspect_brain(
    compiled: CompiledBrain, out: Path | None, trial_seconds: float | None, edges: Path | None, as_json: bool
) -> None:
    from spikeworm_env.exports import write_network

    spikes = None if trial_seconds is None else _spikes(compiled, trial_seconds)
    files = [] if edges is None else write_network(compiled, edges)
    files += [] if out is None else draw_brain(compiled, out, spikes)
    if as_json:
        print_json(brain_as_json(compiled, spikes) | {"files": [str(file) for file in files]})
        return
    print_brain(compiled)
    if spikes is not None:
        print_activity(compiled, spikes)
    print_files(files)


def _inspect_block(block: Block, out: Path | None, as_json: bool) -> None:
    files = [] if out is None else draw_block(block, out)
    if as_json:
        print_json(block_as_json(block) | {"files": [str(file) for file in files]})
        return
    print_block(block)
    print_files(files)


def _spikes(compiled: CompiledBrain, seconds: float) -> Spikes:
    from spikeworm_env.trials.activity import trial_spikes
    from spikeworm_env.trials.task import find_trial

    return trial_spikes(compiled, find_trial("default").with_changes(duration_s=seconds))


def list_command(kind: Annotated[Kind, typer.Argument(help="What to list.")]) -> None:
    """List what there is by name."""
    rows = list(ROWS[kind]())
    if not rows:
        screen().print(f"no {kind.value} yet")
        return
    width = max(len(name) for name, _ in rows)
    for name, about in rows:
        screen().print(f"{name:{width}}  {about}".rstrip(), soft_wrap=True)


def _brain_or_block(what: str, seed: int) -> CompiledBrain | Block:
    from spikeworm_env.compiler import compile_recipe
    from spikeworm_env.compiler.blueprint import read_block
    from spikeworm_env.compiler.library import block_names, find_recipe, recipe_names
    from spikeworm_env.store import is_brain_file, load_brain

    if is_brain_file(what):
        return load_brain(what)
    if what in block_names() or _is_block_file(what):
        return read_block(what)
    try:
        recipe = find_recipe(what)
    except UnknownNameError:
        known = [*recipe_names(), *block_names()]
        raise UnknownNameError("recipe, block or brain file", what, known) from None
    return compile_recipe(recipe, seed)


def _is_block_file(what: str) -> bool:
    """Whether a path leads to a JSON file with terminals, which recipes do not have."""
    from spikeworm_env.compiler.jsonfile import read_json

    if not Path(what).is_file():
        return False
    data = read_json(Path(what)).data
    return isinstance(data, dict) and "terminals" in data


def _envs() -> Iterator[tuple[str, str]]:
    from spikeworm_env.envs import ENVIRONMENTS
    from spikeworm_env.trials.task import environment_class

    for name in ENVIRONMENTS:
        yield name, _first_line(environment_class(name))


def _agents() -> Iterator[tuple[str, str]]:
    from spikeworm_env.agents import AGENTS

    for name, made in AGENTS.items():
        yield name, _first_line(made)


def _assays() -> Iterator[tuple[str, str]]:
    from spikeworm_env.experiments.ablation.assays import ASSAYS

    for name, assay in ASSAYS.items():
        yield name, assay.about


def _blocks() -> Iterator[tuple[str, str]]:
    from spikeworm_env.compiler.blueprint import read_block
    from spikeworm_env.compiler.library import block_names

    for name, path in sorted(block_names().items()):
        yield name, read_block(path).description


def _recipes() -> Iterator[tuple[str, str]]:
    from spikeworm_env.compiler.blueprint import read_blueprint
    from spikeworm_env.compiler.library import recipe_names

    for name, path in sorted(recipe_names().items()):
        yield name, read_blueprint(path).recipe.description


def _brains() -> Iterator[tuple[str, str]]:
    from spikeworm_env.batch.brain_cache import cached_files
    from spikeworm_env.store import load_brain

    for file in cached_files():
        try:
            compiled = load_brain(file)
        except BrainFileError as error:
            yield file.stem, str(error)
        else:
            network = compiled.network
            count = len(compiled.episodes)
            lived = f"trained: {count} {'episode' if count == 1 else 'episodes'}, " if count else ""
            yield file.stem, f"{network.n_neurons} neurons, {network.n_synapses} synapses, {lived}{file}"


def _first_line(documented: object) -> str:
    return (inspect.getdoc(documented) or "").partition("\n")[0]


ROWS = {
    Kind.ENVS: _envs,
    Kind.AGENTS: _agents,
    Kind.ASSAYS: _assays,
    Kind.BLOCKS: _blocks,
    Kind.RECIPES: _recipes,
    Kind.BRAINS: _brains,
}
