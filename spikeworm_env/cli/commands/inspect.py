"""``spikeworm inspect``: what a recipe, a brain file or a block consists of."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from spikeworm_env.cli import options
from spikeworm_env.cli.brain_tables import (
    block_as_json,
    brain_as_json,
    print_activity,
    print_block,
    print_brain,
)
from spikeworm_env.cli.command import Command
from spikeworm_env.cli.figures import check_figures, draw_block, draw_brain
from spikeworm_env.cli.recordings import check_edges
from spikeworm_env.cli.screen import print_files, print_json
from spikeworm_env.errors import InputError, UnknownNameError
from spikeworm_env.exports import Content

if TYPE_CHECKING:
    from spikeworm_env.compiler import CompiledBrain
    from spikeworm_env.compiler.block_schema import Block
    from spikeworm_env.trials.activity import Spikes


def inspect_command(
    *,
    name: Annotated[
        str,
        typer.Argument(help="A recipe, a brain file or a block, by name or path.", metavar="NAME|FILE"),
    ],
    brain_seed: options.BrainSeed = options.DEFAULT_BRAIN_SEED,
    out: Annotated[
        Path | None, typer.Option("--out", help="Folder for figures; none are drawn if not given.")
    ] = None,
    trial_seconds: Annotated[
        float | None,
        typer.Option(
            "--trial-seconds", help="Run a brain in a trial of so many seconds, and show its activity."
        ),
    ] = None,
    edges: Annotated[
        Path | None,
        typer.Option("--edges", help=options.export_help(Content.NETWORK)),
    ] = None,
    as_json: options.Json = False,
) -> None:
    """Show what a recipe, a brain file or a block consists of."""
    from spikeworm_env.compiler import CompiledBrain

    if out is not None:
        check_figures(out)
    if edges is not None:
        check_edges(edges)
    found = _brain_or_block(name, brain_seed)
    if isinstance(found, CompiledBrain):
        _inspect_brain(found, out, trial_seconds, edges, as_json)
    elif trial_seconds is not None:
        raise InputError(f"--trial-seconds: {name} is a block; expected a recipe or a brain file")
    elif edges is not None:
        raise InputError(f"--edges: {name} is a block; expected a recipe or a brain file")
    else:
        _inspect_block(found, out, as_json)


def _inspect_brain(
    compiled: CompiledBrain, out: Path | None, trial_seconds: float | None, edges: Path | None, as_json: bool
) -> None:
    from spikeworm_env.exports import write_network

    spikes = None if trial_seconds is None else _spikes(compiled, trial_seconds)
    if not as_json:
        print_brain(compiled)
        if spikes is not None:
            print_activity(compiled, spikes)
    files = [] if edges is None else write_network(compiled, edges)
    files += [] if out is None else draw_brain(compiled, out, spikes)
    if as_json:
        print_json(brain_as_json(compiled, spikes) | {"files": [str(file) for file in files]})
    else:
        print_files(files)


def _inspect_block(block: Block, out: Path | None, as_json: bool) -> None:
    if not as_json:
        print_block(block)
    files = [] if out is None else draw_block(block, out)
    if as_json:
        print_json(block_as_json(block) | {"files": [str(file) for file in files]})
    else:
        print_files(files)


def _spikes(compiled: CompiledBrain, seconds: float) -> Spikes:
    from spikeworm_env.trials.activity import trial_spikes
    from spikeworm_env.trials.task import find_trial

    return trial_spikes(compiled, find_trial("default").with_changes(duration_s=seconds))


def _brain_or_block(what: str, brain_seed: int) -> CompiledBrain | Block:
    from spikeworm_env.compiler import compile_recipe
    from spikeworm_env.compiler.library import block_names, find_recipe, recipe_names
    from spikeworm_env.compiler.recipe_source import read_block
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
    return compile_recipe(recipe, brain_seed)


def _is_block_file(what: str) -> bool:
    """Whether a path leads to a JSON file with terminals, which recipes do not have."""
    from spikeworm_env.compiler.json_parsing import read_json

    if not Path(what).is_file():
        return False
    data = read_json(Path(what)).data
    return isinstance(data, dict) and "terminals" in data


COMMAND = Command("inspect", inspect_command, order=70)
