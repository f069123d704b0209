"""Pages agree with the code: tables are equal, links resolve, examples run and print what the page shows."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from spikeworm_env import resources
from spikeworm_env.agents import AGENTS
from spikeworm_env.cli import app
from spikeworm_env.cli.commands.train import CONDITION
from spikeworm_env.compiler import block_schema, recipe_schema
from spikeworm_env.compiler import json_fields as fields
from spikeworm_env.compiler.receptors import CHANNELS
from spikeworm_env.compiler.recipe_source import read_block
from spikeworm_env.engine.neurons import NEURON_MODELS, NEURON_TYPES
from spikeworm_env.engine.synapses import SYNAPSE_TYPES, Parameter
from spikeworm_env.envs import ENVIRONMENTS
from spikeworm_env.experiments.ablation.assays import ASSAYS
from spikeworm_env.experiments.learning.conditions import CONDITIONS
from spikeworm_env.exports import EXPORTS, Content
from spikeworm_env.store.schema import TABLES
from spikeworm_env.trials.controls import CONTROLS
from spikeworm_env.trials.metrics import METRICS
from spikeworm_env.trials.task import TRIALS

ROOT = Path(__file__).parents[2]
PAGES = {page.relative_to(ROOT).as_posix(): page for page in [*ROOT.glob("docs/*.md"), ROOT / "README.md"]}
FENCE = re.compile(
    r"(?:^`(?P<file>[\w./]+)`:\n\n?)?^```(?P<language>\w*)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL
)
LINK = re.compile(r"\[[^\]]*\]\((?P<target>[^)\s]+)\)")

SCHEMAS: dict[str, type[BaseModel]] = {
    "The block": block_schema.Block,
    "Neurons of a block": block_schema.BlockNeuron,
    "Synapses of a block": block_schema.BlockSynapse,
    "Terminals": block_schema.Terminals,
    "The recipe": recipe_schema.Recipe,
    "Components": recipe_schema.Component,
    "Projections": recipe_schema.Projection,
    "Proximity": recipe_schema.Proximity,
    "Receptors": recipe_schema.ReceptorSpec,
    "Senses": recipe_schema.Sense,
    "Muscles": recipe_schema.Muscle,
    "Proprioception": recipe_schema.Proprioception,
    "Joints": recipe_schema.Joints,
    "Reward": recipe_schema.Reward,
}


@dataclass(frozen=True)
class Fence:
    """One fenced block of a page; ``file`` is the name in the line before it, if any."""

    file: str | None
    language: str
    text: str


def fences(page: Path) -> list[Fence]:
    return [Fence(**found.groupdict()) for found in FENCE.finditer(page.read_text(encoding="utf-8"))]


def rows(page: str, heading: str) -> list[list[str]]:
    """The cells of the first table under a heading of any level, without its header."""
    text = PAGES[f"docs/{page}"].read_text(encoding="utf-8")
    section = re.split(rf"^#+ {re.escape(heading)}$", text, flags=re.MULTILINE)[1]
    table = re.search(r"(?:^\|.*\|\n)+", section, re.MULTILINE)
    assert table is not None, f"{page}: no table under {heading!r}"
    return [
        [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in table[0].splitlines()[2:]
    ]


def names(page: str, heading: str) -> list[str]:
    return [row[0].strip("`") for row in rows(page, heading)]


# ---- tables -----------------------------------------------------------------------------------------------
def parameter_row(type_name: str, name: str, parameter: Parameter) -> list[str]:
    """The row of a parameter in the page."""
    choices = parameter.choices
    default = choices[int(parameter.default)] if choices else f"{parameter.default:g}"
    range_text = ", ".join(choices) if choices else f"{parameter.low:g} … {parameter.high:g}"
    return [f"`{type_name}`", f"`{name}`", default, parameter.unit, range_text, parameter.doc]


def test_page_lists_conditions_of_studies() -> None:
    assert names("studies.md", "Conditions") == list(CONDITIONS)


def test_page_lists_parameters_of_synapse_types():
    expected = [
        parameter_row(synapse_type.name, name, parameter)
        for synapse_type in SYNAPSE_TYPES.values()
        for name, parameter in synapse_type.parameters.items()
    ]
    assert rows("engine.md", "Parameters of the synapse types") == expected


def test_page_lists_synapse_types():
    assert names("engine.md", "The synapse types") == list(SYNAPSE_TYPES)


@pytest.mark.parametrize(
    ("heading", "folder"), [("Components", "components"), ("Sub-components", "sub_components")]
)
def test_page_lists_blocks(heading, folder):
    files = sorted((resources.shipped("blocks") / folder).glob("*.json"))
    assert rows("blocks.md", heading) == [block_row(read_block(file)) for file in files]


def block_row(block: block_schema.Block) -> list[str]:
    """The row of a block in the page."""
    types: dict[str, int] = {}
    for neuron in block.neurons:
        types[neuron.type] = types.get(neuron.type, 0) + neuron.count
    size = ", ".join(f"{count} {name}" for name, count in types.items())
    ports = [
        ", ".join(f"`{name}`" for name in named)
        for named in (block.terminals.inputs, block.terminals.outputs)
    ]
    return [f"`{block.name}`", size, *ports, block.description]


def test_page_lists_neuron_models_with_their_types():
    expected = [
        [f"`{model.name}`", ", ".join(f"`{name}`" for name in model.presets)]
        for model in NEURON_MODELS.values()
    ]
    assert [row[:2] for row in rows("engine.md", "Neuron models")] == expected


def test_page_lists_neuron_types():
    expected = [
        [
            f"`{name}`",
            f"`{known.model.name}`",
            ", ".join(f"{key} {value:g}" for key, value in known.parameters.items()),
            "+" if known.sign > 0 else "−",
            known.doc,
        ]
        for name, known in NEURON_TYPES.items()
    ]
    assert rows("engine.md", "Neuron types") == expected


def test_page_lists_parameters_of_neuron_models():
    expected = [
        parameter_row(model.name, name, parameter)
        for model in NEURON_MODELS.values()
        for name, parameter in model.parameters.items()
    ]
    assert rows("engine.md", "Parameters of the neuron models") == expected


@pytest.mark.parametrize("heading", SCHEMAS)
def test_page_lists_keys_of_blocks_and_recipes_with_defaults(heading):
    model = SCHEMAS[heading]
    shared = fields.SynapseSpec.model_fields if issubclass(model, fields.SynapseSpec) else {}
    expected = {
        field.alias or name: default_text(field)
        for name, field in model.model_fields.items()
        if name not in shared and name not in {"notes", "schema_"}
    }
    assert {row[0].strip("`"): row[1] for row in rows("recipes.md", heading)} == expected


def test_page_lists_keys_of_all_synapses_with_defaults():
    expected = {name: default_text(field) for name, field in fields.SynapseSpec.model_fields.items()}
    assert {row[0].strip("`"): row[1] for row in rows("recipes.md", "Keys of a synapse")} == expected


def default_text(field: Any) -> str:
    """A default as pages show it: as JSON; – if an absent key has no value."""
    if field.is_required():
        return "required"
    default = field.default
    if default is None or not isinstance(default, str | int | float | list | dict | tuple):
        return "–"
    if isinstance(default, float):
        return f"{default:g}"
    return json.dumps(default).replace(".0", "")


def test_page_lists_receptor_channels():
    assert names("recipes.md", "Channels") == list(CHANNELS)


def test_page_lists_environment_ids():
    assert names("environment.md", "The ids") == list(ENVIRONMENTS)


def test_page_lists_agents():
    assert names("agents.md", "The agents") == sorted(AGENTS)


def test_page_lists_conditions_of_training_with_their_options():
    assert names("learning.md", "Conditions") == list(CONDITIONS)
    offered = [row[1].strip("`") for row in rows("learning.md", "Conditions")]
    expected = {f"--reward {mode.value}": condition for mode, condition in CONDITION.items()}
    expected["--swap-sensors"] = "swapped"
    assert {
        option: name for option, name in zip(offered, CONDITIONS, strict=True) if option != "–"
    } == expected


def test_page_lists_tables_of_the_brain_file():
    described = {row[0].strip("`"): re.findall(r"`(\w+)`", row[1]) for row in rows("brains.md", "Tables")}
    assert described == {table: [column.name for column in columns] for table, columns in TABLES.items()}


def test_page_lists_assays():
    expected = []
    for name, assay in ASSAYS.items():
        measures = ", ".join(f"`{measure.name}` {measure.unit}".rstrip() for measure in assay.measures)
        expected.append([f"`{name}`", assay.about, measures])
    assert rows("evaluation.md", "Assays") == expected


def test_page_lists_trials():
    expected = []
    for name, trial in TRIALS.items():
        arena = trial.settings()
        position = arena["food_position"]
        food = "drawn by the seed" if position is None else f"at ({position[0]:g}, {position[1]:g})"
        lengths = (f"{arena[key]:g} BL" for key in ("start_distance", "sigma"))
        expected.append([f"`{name}`", f"`{trial.env_id}`", *lengths, f"{arena['duration_s']:g} s", food])
    assert rows("evaluation.md", "The trial") == expected


def test_page_lists_metrics():
    units = {name: "–" if metric.unit == "1" else metric.unit for name, metric in METRICS.items()}
    assert rows("evaluation.md", "Metrics") == [
        [f"`{name}`", units[name], metric.about] for name, metric in METRICS.items()
    ]


def test_page_lists_controls():
    expected = [[f"`{name}`", control.about] for name, control in CONTROLS.items()]
    assert rows("evaluation.md", "Controls") == expected


@pytest.mark.parametrize(
    ("heading", "content"), [("Recording formats", Content.RECORDING), ("Network formats", Content.NETWORK)]
)
def test_page_lists_exports(heading, content):
    assert rows("recordings.md", heading) == [
        [f"`{export.suffix}`", export.about, f"extra `{export.extra}`" if export.extra else "–"]
        for export in EXPORTS.values()
        if export.content is content
    ]


# ---- JSON of the command line -----------------------------------------------------------------------------
@pytest.fixture
def printed(tmp_path, monkeypatch, capfd):
    """``printed(command, …)``: what the command prints with ``--json``."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(resources, "brain_cache", lambda: tmp_path / "cache")

    def run(*arguments: str) -> Mapping[str, Any]:
        capfd.readouterr()
        assert app([*arguments, "--json"], standalone_mode=False) == 0
        return json.loads(capfd.readouterr().out)

    return run


def test_page_lists_keys_of_run(printed):
    found = printed("run", "crawl", "--seconds", "0.1", "--render", "none")
    assert names("evaluation.md", "Keys of run") == list(found)
    assert set(found["controls"]) == {"blind", "oracle"}


def test_page_lists_keys_of_compare(printed):
    found = printed("compare", "crawl", "--trials", "1", "--seconds", "0.1", "--jobs", "1")
    assert names("evaluation.md", "Keys of compare") == list(found)
    assert names("evaluation.md", "Keys of a row") == list(found["agents"]["crawl"])
    assert set(found["agents"]["crawl"]["ci_time"]) == {"mean", "low", "high", "iqm"}


def test_page_lists_keys_of_ablate(printed):
    found = printed(
        "ablate",
        "crawler_v1",
        "--lesion",
        "pirouette",
        "--assays",
        "tail_touch",
        "--trials",
        "1",
        "--jobs",
        "1",
    )
    assert names("evaluation.md", "Keys of ablate") == list(found)
    assert names("evaluation.md", "Keys of an effect") == list(found["effects"][0])


# ---- kinds, links and examples ----------------------------------------------------------------------------
TITLE = r"(?:# [^\n]+|[^\n]+\n=+)"  # of a Markdown or an rst page
KIND = re.compile(rf"\A{TITLE}\n\n\*(Tutorial|How-to|Reference|Explanation)\b[^*\n]*\*\n")
STATING = sorted([*ROOT.glob("docs/*.md"), *ROOT.glob("docs/api/*.rst")])


@pytest.mark.parametrize("page", STATING, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_page_states_its_kind_under_its_title(page):
    """``*Reference: all keys of a recipe.*`` or just ``*Reference.*``; the front page lists the others."""
    assert page.name == "index.md" or KIND.match(page.read_text(encoding="utf-8"))


def links() -> Iterator[tuple[str, str]]:
    for name, page in PAGES.items():
        text = re.sub(r"^```.*?^```$", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
        for found in LINK.finditer(text):
            if not re.match(r"[a-z]+:", found["target"]):
                yield name, found["target"]


def anchors(page: Path) -> set[str]:
    """The anchors that GitHub and MyST give to the headings of a page."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize(("page", "target"), list(links()))
def test_link_resolves(page, target):
    path, _, anchor = target.partition("#")
    goal = (PAGES[page].parent / path).resolve() if path else PAGES[page]
    assert goal.exists()
    assert not anchor or anchor in anchors(goal)


def shown_output(example: Fence, after: Fence | None) -> str:
    """The output of an example according to its page: a text block after it, else comments."""
    if after is not None and after.language == "text":
        return after.text
    comments = re.findall(r"^(?:print\(.*)?\)  # (.+)$", example.text, re.MULTILINE)
    return "".join(f"{comment}\n" for comment in comments)


@pytest.mark.parametrize("name", PAGES)
def test_examples_run_and_print_what_the_page_shows(name, tmp_path, monkeypatch, capsys):
    """Examples of a page share a namespace and a folder with the JSON files shown on the page."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(resources, "brain_cache", lambda: tmp_path / "cache")
    namespace: dict[str, Any] = {"__name__": "__main__"}
    page = fences(PAGES[name])
    for fence, after in zip_longest(page, page[1:]):
        if fence.file and fence.language == "json":
            file = tmp_path / fence.file
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(fence.text, encoding="utf-8")
        elif fence.language == "python":
            exec(compile(fence.text, name, "exec", dont_inherit=True), namespace)
            assert capsys.readouterr().out == shown_output(fence, after)
