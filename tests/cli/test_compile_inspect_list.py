"""``spikeworm compile``, ``inspect``, ``list`` and the help texts."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import spikeworm_env
from spikeworm_env.agents import AGENTS
from spikeworm_env.cli.commands.list import Kind
from spikeworm_env.compiler.library import block_names, recipe_names
from spikeworm_env.engine.neurons import NEURON_TYPES
from spikeworm_env.engine.synapses import SYNAPSE_TYPES
from spikeworm_env.envs import ENVIRONMENTS
from spikeworm_env.interventions import INTERVENTIONS
from spikeworm_env.store import load_brain
from spikeworm_env.trials.task import TRIALS

LISTED = {
    Kind.ENVS: ENVIRONMENTS,
    Kind.AGENTS: AGENTS,
    Kind.BLOCKS: block_names(),
    Kind.RECIPES: recipe_names(),
    Kind.NEURONS: NEURON_TYPES,
    Kind.SYNAPSES: SYNAPSE_TYPES,
    Kind.TRIALS: TRIALS,
    Kind.INTERVENTIONS: INTERVENTIONS,
}


@pytest.mark.parametrize("kind", LISTED)
def test_list_has_every_name_with_what_it_is(kind: Kind, spikeworm: Callable) -> None:
    outcome = spikeworm("list", kind.value)
    lines = dict(line.split(maxsplit=1) for line in outcome.out.splitlines())
    assert outcome.code == 0
    assert set(lines) == set(LISTED[kind])
    assert all(len(about) > 10 for about in lines.values())


@pytest.mark.parametrize("kind", Kind)
def test_list_as_json_has_the_names_of_the_list(kind: Kind, spikeworm: Callable) -> None:
    shown, outcome = spikeworm("list", kind.value), spikeworm("list", kind.value, "--json")
    found = json.loads(outcome.out)
    assert (outcome.code, list(found)) == (0, [kind.value])
    lines = [f"{each['name']} {each['about']}".split() for each in found[kind.value]]
    assert lines == [line.split() for line in shown.out.splitlines() if line != "no brains yet"]


def test_list_of_brains_shows_the_cache(spikeworm: Callable, here: Path) -> None:
    assert spikeworm("list", "brains").out == "no brains yet\n"
    spikeworm("compile", "crawler_v1", "--brain-seed", 5)
    (here / "cache" / "broken.db").write_text("no brain")
    broken, compiled = spikeworm("list", "brains").out.splitlines()
    assert broken.startswith("broken ") and "not a brain file" in broken
    assert compiled.startswith("crawler_v1_s5-") and "neurons" in compiled


def test_compiled_file_holds_recipe_and_seed(spikeworm: Callable, here: Path) -> None:
    outcome = spikeworm("compile", "crawler_v1", "--brain-seed", 9, "--out", "deep/er/mine.db")
    assert outcome.code == 0 and "deep/er/mine.db" in outcome.out
    compiled = load_brain(here / "deep/er/mine.db")
    assert (compiled.meta.recipe_name, compiled.meta.seed) == ("crawler_v1", 9)
    assert f"{compiled.network.n_neurons} neurons" in outcome.out


@pytest.mark.parametrize("recipe", recipe_names())
def test_recipe_and_its_brain_look_the_same_inside(recipe: str, spikeworm: Callable, here: Path) -> None:
    spikeworm("compile", recipe, "--out", "mine.db")
    by_name, by_file = spikeworm("inspect", recipe), spikeworm("inspect", "mine.db")
    assert by_name.code == by_file.code == 0
    assert by_name.out == by_file.out
    for word in ("neurons", "synapses", "muscles", "seed 42"):
        assert word in by_name.out


@pytest.mark.parametrize("block", block_names())
def test_block_shows_neurons_and_terminals(block: str, spikeworm: Callable) -> None:
    by_name, by_path = spikeworm("inspect", block), spikeworm("inspect", block_names()[block])
    assert by_name == by_path
    assert by_name.code == 0
    assert f"block {block}" in by_name.out
    assert "out " in by_name.out


@pytest.mark.parametrize("recipe", recipe_names())
def test_compiling_shows_what_inspecting_shows(recipe: str, spikeworm: Callable) -> None:
    made, seen = spikeworm("compile", recipe, "--out", "mine.db"), spikeworm("inspect", recipe)
    assert made.out == f"{seen.out}mine.db\n"
    for word in ("layers:", "synapses by origin", "ratio"):
        assert word in made.out


def test_compile_as_json_is_what_inspect_shows_with_the_file(spikeworm: Callable, here: Path) -> None:
    outcome = spikeworm("compile", "crawler_v1", "--out", "mine.db", "--json")
    assert (outcome.code, outcome.err) == (0, "")
    found = json.loads(outcome.out)
    assert found.pop("files") == ["mine.db"] and (here / "mine.db").is_file()
    seen = json.loads(spikeworm("inspect", "crawler_v1", "--json").out)
    assert found == {key: value for key, value in seen.items() if key != "files"}


@pytest.mark.parametrize("what", [*recipe_names(), *block_names()])
def test_json_is_alone_on_stdout(what: str, spikeworm: Callable) -> None:
    outcome = spikeworm("inspect", what, "--json")
    assert (outcome.code, outcome.err) == (0, "")
    found = json.loads(outcome.out)
    assert found["neurons"] == sum(found["neuron_types"].values())
    assert what in (found.get("name"), found.get("block"))


def test_pictures_of_a_brain_and_of_its_trial(spikeworm: Callable, here: Path) -> None:
    outcome = spikeworm("inspect", "crawler_v1", "--out", "pictures", "--trial-seconds", 0.2)
    names = {"activity.png", "connectivity.png", "degrees.png", "layers.png", "wiring.png"}
    assert (outcome.code, {file.name for file in (here / "pictures").glob("*.png")}) == (0, names)
    assert "mean rate" in outcome.out
    assert all(f"pictures/{name}" in outcome.out for name in names)


def test_picture_of_a_block(spikeworm: Callable, here: Path) -> None:
    outcome = spikeworm("inspect", "pirouette_command", "--out", "pictures", "--json")
    assert json.loads(outcome.out)["files"] == ["pictures/circuit.png"]
    assert (here / "pictures" / "circuit.png").is_file()


def test_activity_is_in_the_json(spikeworm: Callable) -> None:
    found = json.loads(spikeworm("inspect", "crawler_v1", "--trial-seconds", 0.2, "--json").out)
    assert [part["component"] for part in found["activity"]] == [part["name"] for part in found["components"]]


@pytest.mark.parametrize("seconds", ["0", "-1", "nan", "inf"])
def test_a_trial_of_no_time_is_refused_and_leaves_nothing(
    seconds: str, spikeworm: Callable, here: Path
) -> None:
    outcome = spikeworm("inspect", "crawler_v1", "--trial-seconds", seconds, "--out", "pictures")
    assert outcome.code == 2 and outcome.err.count("\n") == 1
    assert not (here / "pictures").exists()


def test_a_block_cannot_be_in_a_trial(spikeworm: Callable) -> None:
    outcome = spikeworm("inspect", "pirouette_command", "--trial-seconds", 1)
    assert outcome.code == 2 and "is a block" in outcome.err


def test_a_component_shows_its_neurons_terminals_and_connections(spikeworm: Callable) -> None:
    outcome = spikeworm("inspect", "crawler_v1", "--component", "head")
    assert (outcome.code, outcome.err) == (0, "")
    for words in (
        "component head of brain crawler_v1",
        "32 neurons, ids 0 to 31",
        "32 RS: a 0.02, b 0.2, c -65, d 8",
        "in  dorsal_in: 16 neurons",
        "out motor_out_ventral: 16 neurons",
        "16 to dorsal segments 0 to 3",
    ):
        assert words in outcome.out
    (row,) = (line.split() for line in outcome.out.splitlines() if line.startswith(" klinotaxis"))
    assert row[:7] == ["klinotaxis", "in", "from", "320", "fixed", "excitatory", "no"]


def test_a_component_as_json_has_its_connections(spikeworm: Callable) -> None:
    found = json.loads(spikeworm("inspect", "crawler_v1", "--component", "klinotaxis", "--json").out)
    assert found["component"]["name"] == "klinotaxis" and found["files"] == []
    assert [(each["target"], each["synapses"]) for each in found["outgoing"]] == [("head", 320)]
    assert found["incoming"] == found["within"] == []
    whole = json.loads(spikeworm("inspect", "crawler_v1", "--json").out)["connections"]
    assert found["outgoing"] == [each for each in whole if each["source"] == "klinotaxis"]


@pytest.mark.parametrize(
    ("name", "component", "words"),
    [("crawler_v1", "haed", "did you mean 'head'"), ("pirouette_command", "head", "is a block")],
)
def test_a_component_that_is_not_there_is_one_line(
    name: str, component: str, words: str, spikeworm: Callable
) -> None:
    outcome = spikeworm("inspect", name, "--component", component)
    assert (outcome.code, outcome.out, outcome.err.count("\n")) == (2, "", 1)
    assert words in outcome.err


def test_bare_command_shows_help(spikeworm: Callable) -> None:
    outcome = spikeworm()
    assert (outcome.code, outcome.err) == (0, "")
    assert "compare" in outcome.out


def test_version_is_one_line(spikeworm: Callable) -> None:
    outcome = spikeworm("--version")
    assert outcome.code == 0
    assert outcome.out.startswith("spikeworm ") and outcome.out.count("\n") == 1


def test_help_loads_nothing_heavy(tmp_path: Path) -> None:
    code = (
        "import sys\nfrom spikeworm_env.cli import app\napp(['run', '--help'], standalone_mode=False)\n"
        "heavy = {'numpy', 'gymnasium', 'numba', 'scipy', 'pygame', 'matplotlib', 'loky', 'pydantic'}\n"
        "found = sorted(heavy & set(sys.modules))\n"
        "import gymnasium\n"
        "known = [name for name in gymnasium.registry if name.startswith('SpikeWorm/')]\n"
        "sys.exit(' '.join(found) if known else 'gymnasium imported later does not know the environments')"
    )
    root = str(Path(spikeworm_env.__file__).parents[1])
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": root},
        check=False,
    )
    assert done.stderr.strip() in ("", "pydantic")  # newer versions of typer bring pydantic themselves
