"""A toy neuron model from a temporary folder, from recipe to page; and files that declare something wrong."""

from __future__ import annotations

import json
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from spikeworm_env.compiler import compile_recipe
from spikeworm_env.engine.brain import Brain
from spikeworm_env.engine.neurons import NEURON_MODELS, NEURON_TYPES
from spikeworm_env.errors import InputError, RecipeError
from spikeworm_env.exports import EXPORTS
from spikeworm_env.store import load_brain, save_brain

RESTING = '''
"""resting: integrates without leak, fires at a threshold, then rests for some ticks."""
from spikeworm_env.engine.neurons import Preset
from spikeworm_env.engine.parameters import Parameter

PARAMETERS = {
    "start": Parameter(-70.0, "mV", -200.0, 0.0, "membrane potential at first and after a spike"),
    "rest": Parameter(4.0, "ms", 0.0, 100.0, "time without integration after a spike", integer=True),
}
STATE = {"v": lambda start: start, "left": 0.0, "spikes": 0.0}
PRESETS = {
    "resting": Preset({}, 1, "rests for 4 ms"),
    "resting_long": Preset({"rest": 9.0}, -1, "rests for 9 ms, inhibitory"),
}


def step(v, left, spikes, current):
    v += current if left <= 0.0 else 0.0
    return v, left - 1.0, spikes


def fired(v):
    return v >= -50.0


def reset(start, rest, spikes):
    return start, rest, spikes + 1.0
'''
BLOCK = {
    "name": "pair",
    "description": "Cells of two models.",
    "neurons": [
        {"id": "slow", "type": "resting_long", "count": 2, "background": 6.0, "position": [0, 0, 0]},
        {"id": "known", "type": "RS", "background": 10.0, "position": [5, 0, 0]},
        {
            "id": "quick",
            "type": "resting",
            "background": 6.0,
            "parameters": {"rest": 0.0},
            "position": [9, 0, 0],
        },
    ],
    "synapses": [{"from": "known", "to": "quick", "weight": 0.5}],
    "terminals": {"inputs": {"all_in": ["slow", "quick"]}, "outputs": {"quick_out": ["quick"]}},
}
RECIPE = {
    "name": "toy_model",
    "description": "Cells of a toy neuron model.",
    "components": [{"id": "cells", "block": "pair", "count": 3}],
    "proximity": [
        {
            "from": ["cells"], "to": ["cells"], "radius": 100.0, "length": 1e6, "probability": 1.0,
            "excitatory": {"type": "fixed", "weight": 0.01}, "inhibitory": {"type": "fixed", "weight": -0.01},
        }
    ],
    "muscles": [{"from": "cells.quick_out", "side": "dorsal", "segments": [0, 2], "gain": 0.1}],
}  # fmt: skip


@pytest.fixture
def toy(tmp_path_factory):
    """The toy model is registered while a test uses this."""
    folder = tmp_path_factory.mktemp("models")
    (folder / "resting.py").write_text(RESTING, encoding="utf-8")
    before = list(NEURON_MODELS)
    with NEURON_MODELS.including(folder):
        yield
    assert list(NEURON_MODELS) == before and "resting" not in NEURON_TYPES


def write(folder: Path, block: dict, recipe: dict = RECIPE) -> Path:
    (folder / "blocks").mkdir(exist_ok=True)
    (folder / "blocks" / f"{block['name']}.json").write_text(json.dumps(block), encoding="utf-8")
    (folder / "toy_model.json").write_text(json.dumps(recipe), encoding="utf-8")
    return folder / "toy_model.json"


def test_recipe_compiler_file_engine_export_and_page_follow_from_the_declaration(toy, tmp_path, monkeypatch):
    compiled = compile_recipe(write(tmp_path, BLOCK))
    network = compiled.network
    assert network.neuron_type.tolist() == ["resting_long", "resting_long", "RS", "resting"] * 3
    assert [model.name for model in network.neuron_models] == ["izhikevich", "resting"]
    near = compiled.made_by("proximity")
    inhibits = np.array([NEURON_TYPES[name].sign < 0 for name in network.neuron_type])[network.source[near]]
    np.testing.assert_array_equal(network.weight[near], np.where(inhibits, -0.01, 0.01))
    assert inhibits.any() and not inhibits.all()

    save_brain(compiled, tmp_path / "toy.db")
    loaded = load_brain(tmp_path / "toy.db").network
    assert loaded.neuron_classes == network.neuron_classes

    brain = Brain(network, seed=3)
    fired = [brain.tick() for _ in range(200)]
    state = brain.state()
    toys = network.neuron_model == "resting"
    counts = np.bincount(np.concatenate(fired), minlength=network.n_neurons)
    np.testing.assert_array_equal(state["neurons.resting.spikes"], counts[toys])
    rests = [network.neuron_classes[k].parameters["rest"] for k in network.neuron_class[toys]]
    assert rests == [9.0, 9.0, 0.0] * 3
    expected = [200 / (4 + rest) for rest in rests]  # 4 steps of about 6 mV from −70 to −50
    np.testing.assert_allclose(counts[toys], expected, rtol=0.15)

    other = Brain(loaded, seed=3)
    other.advance(120)
    middle = other.state()
    other.advance(80)
    assert all((other.state()[name] == state[name]).all() for name in state if name.startswith("neurons."))
    other.restore(middle)
    other.advance(80)
    assert all((other.state()[name] == state[name]).all() for name in state if name.startswith("neurons."))

    if find_spec("h5py") is not None:
        EXPORTS["network_h5"].write(compiled, tmp_path / "net.h5")
        assert "spikeworm:resting" in (tmp_path / "net_node_types.csv").read_text(encoding="utf-8")

    monkeypatch.syspath_prepend(str(Path(__file__).parents[2] / "docs"))
    page = pytest.importorskip("site_pages.synapses", reason="needs the extra docs")
    shown = {name: NEURON_TYPES[name] for name in ("RS", "resting", "resting_long")}  # kernels that are there
    for name, parts in (("NEURON_MODELS", {"resting": shown["resting"].model}), ("NEURON_TYPES", shown)):
        monkeypatch.setattr(page, name, parts)
    monkeypatch.setattr(page, "SYNAPSE_TYPES", {})
    page.write(page.Folder(tmp_path))
    assert "## resting\n\nIntegrates without leak" in (tmp_path / "synapses.md").read_text(encoding="utf-8")
    assert (tmp_path / "resting.png").stat().st_size > 1000


def test_a_parameter_of_a_block_is_checked_against_the_models(toy, tmp_path):
    neuron = {"id": "known", "type": "resting", "parameters": {"rest": 1.5}}
    block = {**BLOCK, "neurons": [*BLOCK["neurons"][:1], neuron, BLOCK["neurons"][2]]}
    with pytest.raises(
        RecipeError, match=r"neurons\[1\]\.parameters: resting: rest is 1.5; expected a whole number"
    ):
        compile_recipe(write(tmp_path, block))


GRADED = [{"id": "slow", "type": "graded", "count": 2}, *BLOCK["neurons"][1:2], {"id": "quick", "type": "RS"}]


def test_a_synapse_that_waits_for_spikes_of_a_graded_neuron_is_refused(tmp_path):
    waiting = [{"from": "slow", "to": "quick", "weight": 0.5}]
    block = {**BLOCK, "neurons": GRADED, "synapses": waiting}
    with pytest.raises(
        RecipeError, match=r"synapses\[0\]\.type: 'fixed' waits for spikes, but neuron 'slow'"
    ):
        compile_recipe(write(tmp_path, block, {**RECIPE, "proximity": []}))


def test_a_projection_or_muscle_that_waits_for_spikes_of_a_graded_neuron_is_refused(tmp_path):
    block = {
        **BLOCK,
        "neurons": GRADED,
        "synapses": [],
        "terminals": {**BLOCK["terminals"], "outputs": {"quick_out": ["slow"]}},
    }
    recipe = {
        **RECIPE,
        "proximity": [],
        "projections": [{"from": "cells.quick_out", "to": "cells.all_in", "weight": 1.0}],
    }
    with pytest.raises(RecipeError) as caught:
        compile_recipe(write(tmp_path, block, recipe))
    assert [problem.split(":")[0] for problem in caught.value.problems] == [
        "projections[0].from",
        "muscles[0].from",
    ]
    assert all("graded" in problem and "never fires" in problem for problem in caught.value.problems)


# ---- what is wrong with a file -----------------------------------------------------------------------------
FLAWS = {
    "no v": ('STATE = {"v": lambda start: start, ', 'STATE = {"w": 0.0, ', "STATE has .* expected 'v' first"),
    "two meanings": ('"left": 0.0', '"rest": 0.0', "PARAMETERS: 'rest' is a name of STATE"),
    "a start of a state": ("lambda start: start", "lambda left: left", "function of v takes 'left'"),
    "no step": ("def step", "def stop", "step is missing"),
    "fired alone": ("def reset", "def rest_of", "fired and reset: there is one of them"),
    "an unknown argument": ("def fired(v)", "def fired(v, threshold)", "fired takes 'threshold'; expected v"),
    "current in reset": ("def reset(start,", "def reset(current, start,", "reset takes 'current'"),
    "no presets": ("PRESETS = {", "PRESETS = {}\nOTHER = {", "PRESETS is empty"),
    "a sign of 0": ("Preset({}, 1,", "Preset({}, 0,", "PRESETS: resting is .* sign 1 or -1"),
    "an unknown parameter": ('{"rest": 9.0}', '{"rests": 9.0}', "unknown parameter 'rests' of neuron type"),
    "a value out of range": ('{"rest": 9.0}', '{"rest": 900.0}', "resting_long: rest is 900.0; expected"),
    "a preset of another model": ('"resting": Preset', '"RS": Preset', "preset 'RS' is one of izhikevich"),
}  # fmt: skip


@pytest.mark.parametrize("flaw", FLAWS)
def test_a_wrong_declaration_is_an_error_that_names_the_file_and_the_field(flaw, tmp_path):
    old, new, message = FLAWS[flaw]
    assert RESTING.count(old) == 1
    (tmp_path / "resting.py").write_text(RESTING.replace(old, new), encoding="utf-8")
    with pytest.raises(InputError, match=f"resting.*{message}"), NEURON_MODELS.including(tmp_path):
        list(NEURON_TYPES)
    assert "resting" not in NEURON_MODELS
