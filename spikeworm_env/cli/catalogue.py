"""``spikeworm compile``, ``inspect`` and ``list``: recipes, blocks and brains, without running them."""

from __future__ import annotations

import inspect
from collections import Counter
from collections.abc import Iterator, Mapping
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from spikeworm_env.cli import options
from spikeworm_env.cli.screen import print_table, screen
from spikeworm_env.errors import BrainFileError, UnknownNameError

if TYPE_CHECKING:
    from spikeworm_env.compiler import CompiledBrain
    from spikeworm_env.compiler.block_schema import Block


class Kind(StrEnum):
    """What can be listed."""

    ENVS = "envs"
    AGENTS = "agents"
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
    from spikeworm_env.cli.outputs import check_file
    from spikeworm_env.compiler import compile_recipe
    from spikeworm_env.compiler.library import find_recipe
    from spikeworm_env.experiments.zoo import zoo_path
    from spikeworm_env.store import save_brain

    file = zoo_path(find_recipe(recipe), seed) if out is None else out
    check_file(file)
    compiled = compile_recipe(recipe, seed)
    save_brain(compiled, file)
    network = compiled.network
    screen().print(f"{network.n_neurons} neurons, {network.n_synapses} synapses")
    screen().print(str(file), soft_wrap=True)


def inspect_command(
    what: Annotated[
        str, typer.Argument(help="A recipe, a brain file or a block.", metavar="RECIPE|BRAIN|BLOCK")
    ],
    seed: Annotated[int, typer.Option("--seed", help="To compile a recipe with.")] = (
        options.DEFAULT_BRAIN_SEED
    ),
) -> None:
    """Show what a recipe, a brain file or a block consists of."""
    from spikeworm_env.compiler import compile_recipe
    from spikeworm_env.compiler.blueprint import read_block
    from spikeworm_env.compiler.library import block_names, find_recipe, recipe_names
    from spikeworm_env.store import is_brain_file, load_brain

    if is_brain_file(what):
        _print_brain(load_brain(what))
    elif what in block_names() or _is_block_file(what):
        _print_block(read_block(what))
    else:
        try:
            recipe = find_recipe(what)
        except UnknownNameError:
            known = [*recipe_names(), *block_names()]
            raise UnknownNameError("recipe, block or brain file", what, known) from None
        _print_brain(compile_recipe(recipe, seed))


def list_command(kind: Annotated[Kind, typer.Argument(help="What to list.")]) -> None:
    """List what there is by name."""
    rows = list(ROWS[kind]())
    if not rows:
        screen().print(f"no {kind.value} yet")
        return
    width = max(len(name) for name, _ in rows)
    for name, about in rows:
        screen().print(f"{name:{width}}  {about}".rstrip(), soft_wrap=True)


def _is_block_file(what: str) -> bool:
    """Whether a path leads to a JSON file with terminals, which recipes do not have."""
    from spikeworm_env.compiler.jsonfile import read_json

    if not Path(what).is_file():
        return False
    data = read_json(Path(what)).data
    return isinstance(data, dict) and "terminals" in data


def _print_block(block: Block) -> None:
    lines = screen()
    lines.print(f"block {block.name}: {block.description}", soft_wrap=True)
    types: Counter[str] = Counter()
    for neuron in block.neurons:
        types[neuron.type] += neuron.count
    lines.print(f"{types.total()} neurons: {_counted(types)}")
    lines.print(f"synapses between: {_counted(Counter(synapse.type for synapse in block.synapses))}")
    for direction, ports in (("in", block.terminals.inputs), ("out", block.terminals.outputs)):
        for name, neurons in ports.items():
            lines.print(f"{direction:3} {name}: {', '.join(neurons)}", soft_wrap=True)


def _print_brain(compiled: CompiledBrain) -> None:
    from spikeworm_env.compiler import summary

    found, meta, lines = summary(compiled), compiled.meta, screen()
    print_table(
        f"brain {found.name}",
        ["component", "block", "layer", "copies", "neurons"],
        (
            [part.name, part.block, part.layer or "–", str(part.count), str(part.count * part.size)]
            for part in found.components
        ),
    )
    lines.print(f"seed {meta.seed}, recipe {meta.recipe_hash[:12]}")
    lines.print(f"{found.neurons} neurons: {_counted(found.neuron_types)}")
    lines.print(f"{found.synapses} synapses: {_counted(found.synapse_types)}")
    lines.print(
        f"connections: {found.sensor_rows} from senses, {found.proprioception_rows} from joints, "
        f"{found.muscle_rows} to muscles"
    )
    for warning in found.warnings:
        lines.print(f"warning: {warning}", soft_wrap=True)


def _counted(numbers: Mapping[str, int]) -> str:
    return ", ".join(f"{count} {name}" for name, count in numbers.items()) or "none"


def _envs() -> Iterator[tuple[str, str]]:
    from spikeworm_env.envs import ENVIRONMENTS
    from spikeworm_env.experiments.trials import environment_class

    for name in ENVIRONMENTS:
        yield name, _first_line(environment_class(name))


def _agents() -> Iterator[tuple[str, str]]:
    from spikeworm_env.agents import AGENTS

    for name, made in AGENTS.items():
        yield name, _first_line(made)


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
    from spikeworm_env.experiments.zoo import zoo_files
    from spikeworm_env.store import load_brain

    for file in zoo_files():
        try:
            network = load_brain(file).network
        except BrainFileError as error:
            yield file.stem, str(error)
        else:
            yield file.stem, f"{network.n_neurons} neurons, {network.n_synapses} synapses, {file}"


def _first_line(documented: object) -> str:
    return (inspect.getdoc(documented) or "").partition("\n")[0]


ROWS = {
    Kind.ENVS: _envs,
    Kind.AGENTS: _agents,
    Kind.BLOCKS: _blocks,
    Kind.RECIPES: _recipes,
    Kind.BRAINS: _brains,
}
