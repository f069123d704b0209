"""``spikeworm compile``: a recipe into a brain file."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path
from typing import Annotated

import typer

from spikeworm_env.cli import completion, options
from spikeworm_env.cli.brain_tables import print_brain
from spikeworm_env.cli.command import Command
from spikeworm_env.cli.outputs import check_file
from spikeworm_env.cli.screen import print_files, print_json
from spikeworm_env.cli.written import check_brain_file


def compile_command(
    *,
    name: Annotated[
        str,
        typer.Argument(
            help="The name of a recipe or the path of one.",
            metavar="RECIPE|FILE",
            autocompletion=completion.recipes,
        ),
    ],
    brain_seed: options.BrainSeed = options.DEFAULT_BRAIN_SEED,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="FILE", help="Brain file; in the cache of brains if not given."),
    ] = None,
    force: options.Force = False,
    as_json: options.Json = False,
) -> None:
    """Compile a recipe into a brain file; print what it consists of and where the file is."""
    from spikeworm_env.batch.brain_cache import cache_path, source_hash_of
    from spikeworm_env.compiler import compile_recipe
    from spikeworm_env.reports.brain_json import brain_json
    from spikeworm_env.store import locked_file, save_brain

    file = cache_path(name, brain_seed) if out is None else out
    check_file(file)
    compiled = compile_recipe(name, brain_seed)
    # several processes may write the same brain into the cache; a file of --out may be in training
    with nullcontext() if out is None else locked_file(file):
        check_brain_file(file, source_hash_of(compiled.meta), force=force, cached=out is None)
        save_brain(compiled, file)
    if as_json:
        print_json(brain_json(compiled) | {"files": [str(file)]})
        return
    print_brain(compiled)
    print_files([file])


COMMAND = Command(
    "compile",
    compile_command,
    order=60,
    examples={
        "compile crawler_v1": "A recipe into the cache of brains",
        "compile my_recipe.json --brain-seed 7 --out my_brain.db": "A recipe of your own into a file",
    },
)
