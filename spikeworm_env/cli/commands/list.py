"""``spikeworm list``: the names that other commands accept, with a line about each."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from spikeworm_env.cli import options
from spikeworm_env.cli.command import Command
from spikeworm_env.cli.optional import optional_output
from spikeworm_env.cli.screen import print_json, print_text


class Kind(StrEnum):
    """What can be listed."""

    ENVS = "envs"
    AGENTS = "agents"
    METRICS = "metrics"
    CONTROLS = "controls"
    ASSAYS = "assays"
    TRIALS = "trials"
    LESIONS = "lesions"
    INTERVENTIONS = "interventions"
    NEURONS = "neurons"
    SYNAPSES = "synapses"
    EXPORTS = "exports"
    FIGURES = "figures"
    BLOCKS = "blocks"
    RECIPES = "recipes"
    BRAINS = "brains"


def list_command(
    kind: Annotated[Kind, typer.Argument(help=f"What to list: {', '.join(Kind)}.", metavar="KIND")],
    as_json: options.Json = False,
) -> None:
    """List the parts of one kind, such as environments, agents, metrics, recipes or compiled brains."""
    rows = list(ROWS[kind]())
    if as_json:
        print_json({kind.value: [{"name": name, "about": about} for name, about in rows]})
        return
    if not rows:
        print_text(f"no {kind.value} yet")
        return
    width = max(len(name) for name, _ in rows)
    for name, about in rows:
        print_text(about, f"{name:{width}}  ")


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


def _metrics() -> Iterator[tuple[str, str]]:
    from spikeworm_env.trials.metrics import METRICS

    for name, metric in METRICS.items():
        yield name, metric.about if metric.unit == "1" else f"{metric.about} ({metric.unit})"


def _controls() -> Iterator[tuple[str, str]]:
    from spikeworm_env.trials.controls import CONTROLS

    for name, control in CONTROLS.items():
        yield name, control.about


def _trials() -> Iterator[tuple[str, str]]:
    from spikeworm_env.trials.task import LABELS, TRIALS

    for name, trial in TRIALS.items():
        given = (LABELS[setting].format(value) for setting, value in trial.env_arguments().items())
        yield name, ", ".join((trial.env_id, *given))


def _lesions() -> Iterator[tuple[str, str]]:
    from spikeworm_env.lesions import LESIONS

    for name, lesion in LESIONS.items():
        yield name, lesion.description


def _interventions() -> Iterator[tuple[str, str]]:
    from spikeworm_env.interventions import INTERVENTIONS

    for name, intervention in INTERVENTIONS.items():
        yield name, _first_line(intervention)


def _neurons() -> Iterator[tuple[str, str]]:
    from spikeworm_env.engine.neurons import NEURON_TYPES

    for name, neuron in NEURON_TYPES.items():
        sign = "excitatory" if neuron.sign > 0 else "inhibitory"
        yield name, f"{sign}, model {neuron.model.name}: {neuron.doc}"


def _synapses() -> Iterator[tuple[str, str]]:
    from spikeworm_env.engine.synapses import SYNAPSE_TYPES

    for name, synapse in SYNAPSE_TYPES.items():
        yield name, synapse.doc.partition("\n")[0].removeprefix(f"{name}: ")


def _exports() -> Iterator[tuple[str, str]]:
    from spikeworm_env.exports import EXPORTS

    for name, export in EXPORTS.items():
        yield name, f"{export.suffix}: {export.about}"


def _figures() -> Iterator[tuple[str, str]]:
    from spikeworm_env.reports.figures import FIGURES

    for name, figure in FIGURES.items():
        yield name, f"{figure.file}, of {figure.needs.value}: {figure.about}"


def _blocks() -> Iterator[tuple[str, str]]:
    from spikeworm_env.compiler.library import block_names
    from spikeworm_env.compiler.recipe_source import read_block

    for name, path in sorted(block_names().items()):
        yield name, _description(path, lambda file: read_block(file).description)


def _recipes() -> Iterator[tuple[str, str]]:
    from spikeworm_env.compiler.library import recipe_names
    from spikeworm_env.compiler.recipe_source import read_recipe

    for name, path in sorted(recipe_names().items()):
        yield name, _description(path, lambda file: read_recipe(file).recipe.description)


def _description(file: Path, read: Callable[[Path], str]) -> str:
    """The description in a file; that of one which cannot be read is empty, with a notice."""
    with optional_output(f"the description of {file.name}"):
        return read(file)
    return ""


def _brains() -> Iterator[tuple[str, str]]:
    from spikeworm_env.batch.brain_cache import cached_files, describe_file

    for file in cached_files():
        yield file.stem, describe_file(file)


def _first_line(documented: object) -> str:
    return (inspect.getdoc(documented) or "").partition("\n")[0]


ROWS = {
    Kind.ENVS: _envs,
    Kind.AGENTS: _agents,
    Kind.METRICS: _metrics,
    Kind.CONTROLS: _controls,
    Kind.ASSAYS: _assays,
    Kind.TRIALS: _trials,
    Kind.LESIONS: _lesions,
    Kind.INTERVENTIONS: _interventions,
    Kind.NEURONS: _neurons,
    Kind.SYNAPSES: _synapses,
    Kind.EXPORTS: _exports,
    Kind.FIGURES: _figures,
    Kind.BLOCKS: _blocks,
    Kind.RECIPES: _recipes,
    Kind.BRAINS: _brains,
}

COMMAND = Command(
    "list",
    list_command,
    order=80,
    examples={
        "list recipes": "Brains that can be run and compiled",
        "list neurons": "Types of neurons that blocks use",
        "list metrics --json": "What is measured, for a program",
    },
)
