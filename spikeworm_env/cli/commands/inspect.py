"""``spikeworm inspect``: what a recipe, a brain file or a block consists of."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer

from spikeworm_env.checks import file_path, known_name
from spikeworm_env.cli import completion, options
from spikeworm_env.cli.brain_tables import (
    block_as_json,
    component_as_json,
    print_activity,
    print_block,
    print_brain,
    print_component,
)
from spikeworm_env.cli.command import Command
from spikeworm_env.cli.figures import check_figures, draw_block, draw_brain, figure_files
from spikeworm_env.cli.outputs import locked
from spikeworm_env.cli.recordings import check_edges
from spikeworm_env.cli.screen import print_files, print_json
from spikeworm_env.cli.written import check_not_in_the_way, listed, settings_hash
from spikeworm_env.errors import InputError, UnknownNameError
from spikeworm_env.exports import Content

if TYPE_CHECKING:
    from spikeworm_env.compiler import CompiledBrain
    from spikeworm_env.compiler.block_schema import Block
    from spikeworm_env.reports.figures import Needs
    from spikeworm_env.trials.activity import Spikes


def inspect_command(
    *,
    name: Annotated[
        str,
        typer.Argument(
            help="A recipe, a brain file or a block, by name or path.",
            metavar="NAME|FILE",
            autocompletion=completion.brains_and_blocks,
        ),
    ],
    component: Annotated[
        str | None,
        typer.Option(
            "--component",
            metavar="NAME",
            autocompletion=completion.components,
            help="Show one component of a brain: neurons, parameters, terminals, connections with counts, "
            "signs and types; the whole brain if not given.",
        ),
    ] = None,
    brain_seed: options.BrainSeed = options.DEFAULT_BRAIN_SEED,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="FOLDER", help="Folder for figures; none are drawn if not given."),
    ] = None,
    trial_seconds: Annotated[
        float | None,
        typer.Option(
            "--trial-seconds",
            metavar="SECONDS",
            help="Run a brain in a trial of so many seconds, and show its activity; no trial if not given.",
        ),
    ] = None,
    edges: Annotated[
        Path | None,
        typer.Option("--edges", metavar="FILE", help=options.export_help(Content.NETWORK)),
    ] = None,
    force: options.Force = False,
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
        with locked(out):
            _inspect_brain(found, _Targets(out, edges, force), component, trial_seconds, as_json)
        return
    of_a_brain = {"--component": component, "--trial-seconds": trial_seconds, "--edges": edges}
    for option, value in of_a_brain.items():
        if value is not None:
            raise InputError(f"{option}: {name} is a block; expected a recipe or a brain file")
    with locked(out):
        _inspect_block(found, _Targets(out, None, force), as_json)


class _Targets(NamedTuple):
    """Where figures and synapses go, and whether they may replace others."""

    out: Path | None
    edges: Path | None
    force: bool

    def check(self, made_by: str, *needs: Needs) -> None:
        """Refuse files that are in the way, see `cli.written`."""
        if self.out is not None:
            files = [self.out / name for name in figure_files(*needs)]
            check_not_in_the_way("--out", files, made_by, self.force)
        check_not_in_the_way("--edges", self.edge_files(), made_by, self.force)

    def edge_files(self) -> Sequence[Path]:
        """The files of the synapses."""
        from spikeworm_env.exports import find_export

        return () if self.edges is None else find_export(Content.NETWORK, self.edges).files(self.edges)


def _inspect_brain(
    compiled: CompiledBrain,
    targets: _Targets,
    component: str | None,
    trial_seconds: float | None,
    as_json: bool,
) -> None:
    from spikeworm_env.compiler.edits import content_hash
    from spikeworm_env.exports import write_network
    from spikeworm_env.reports.figures import Needs

    if component is not None:
        known_name("component", component, [part.name for part in compiled.components])
    made_by = settings_hash(brain=content_hash(compiled), trial_seconds=trial_seconds)
    targets.check(made_by, Needs.BRAIN, Needs.SPIKES, Needs.TRAINED)
    out, edges = targets.out, targets.edges
    spikes = None if trial_seconds is None else _spikes(compiled, trial_seconds)
    if not as_json:
        if component is None:
            print_brain(compiled)
        else:
            print_component(compiled, component)
        if spikes is not None:
            print_activity(compiled, spikes)
    with listed(targets.edge_files(), made_by):
        files = [] if edges is None else write_network(compiled, edges)
    files += [] if out is None else draw_brain(compiled, out, spikes, made_by)
    if as_json:
        print_json(_as_json(compiled, component, spikes) | {"files": [str(file) for file in files]})
    else:
        print_files(files)


def _as_json(compiled: CompiledBrain, component: str | None, spikes: Spikes | None) -> dict[str, Any]:
    from spikeworm_env.reports.brain_json import activity_json, brain_json

    if component is None:
        return brain_json(compiled, spikes)
    return component_as_json(compiled, component) | {"activity": activity_json(compiled, spikes)}


def _inspect_block(block: Block, targets: _Targets, as_json: bool) -> None:
    from spikeworm_env.reports.figures import Needs

    out, made_by = targets.out, settings_hash(block=block.model_dump_json())
    targets.check(made_by, Needs.BLOCK)
    if not as_json:
        print_block(block)
    files = [] if out is None else draw_block(block, out, made_by)
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

    if is_brain_file(file_path("NAME|FILE", what)):
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


COMMAND = Command(
    "inspect",
    inspect_command,
    order=70,
    examples={
        "inspect crawler_v1": "The parts of a brain",
        "inspect crawler_v1 --component head": "One of them, with all that leads into it and out of it",
        "inspect crawler_v1 --out pictures --trial-seconds 5": "Pictures, with the spikes of a trial",
        "inspect klinotaxis_sensor": "A block",
    },
)
