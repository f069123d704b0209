"""Toy synapse types from a temporary folder: random release, a reversal potential, every capability.

They share one folder, so that kernels are compiled for them once.
"""

from __future__ import annotations

import copy
import json
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from spikeworm_env.agents.recording_agent import RecordingAgent
from spikeworm_env.agents.spiking import SpikingAgent
from spikeworm_env.compiler import compile_recipe
from spikeworm_env.engine.brain import Brain
from spikeworm_env.engine.neurons import NEURON_TYPES
from spikeworm_env.engine.synapses import SYNAPSE_TYPES, _random
from spikeworm_env.errors import InputError
from spikeworm_env.exports import EXPORTS
from spikeworm_env.lesions.pruning import coincidence_information, disable_pruning, prunable, prune_at_random
from spikeworm_env.store import load_brain, save_brain

TOYS = {
    "releasing": '''
"""releasing: transmits a spike with probability p_release."""
from spikeworm_env.engine.synapses import Parameter, uniform

PARAMETERS = {"p_release": Parameter(0.3, "1", 0.0, 1.0, "probability of release at a source spike")}


def on_pre(syn, p, context):
    return syn.w if uniform(context) < p.p_release else 0.0
''',
    "reversing": '''
"""reversing: a current that is 0 where the target is at the reversal potential."""
from spikeworm_env.engine.synapses import Parameter

PARAMETERS = {"reversal": Parameter(-60.0, "mV", -200.0, 200.0, "potential at which no current flows")}


def on_pre(syn, p, context):
    return syn.w * (p.reversal - context.v[syn.target])
''',
    "able": '''
"""able: learns, prunes and is modulated, under names that no shipped type has."""
from spikeworm_env.engine.synapses import Parameter, Pruning

PARAMETERS = {
    "speed": Parameter(0.5, "1", 0.0, 10.0, "size of a step"),
    "least": Parameter(0.0, "model current", -100.0, 100.0, "least weight"),
    "most": Parameter(9.0, "model current", -100.0, 100.0, "greatest weight"),
    "cut": Parameter(0.2, "1", 0.0, 1.0, "rate below which synapses are pruned"),
    "group": Parameter(0, "index", 0, 1e6, "the modulator group", integer=True),
}
STATE = {"kept": 1, "tries": 0, "hits": 0}
PERSISTENT = ("kept", "tries", "hits")
LEARNING_RATE = "speed"
BOUNDS = ("least", "most")
NEEDS_MODULATOR = "group"


def half(hits, tries):
    return 0.5 * tries


PRUNES = Pruning("kept", "cut", ("hits", "tries"), half)


def on_pre(syn, p, context):
    if syn.kept == 0:
        return 0.0
    syn.tries += 1
    syn.hits += 1 if context.activity[int(p.group)] > 1.5 else 0
    syn.w = min(syn.w + context.plasticity * p.speed, p.most)
    return syn.w


def scheduled(synapses, params, age, first):
    for k in range(synapses.size):
        syn = synapses[k]
        if age % 500 == 0 and syn.tries > 0 and syn.hits < params[syn.row].cut * syn.tries:
            syn.kept = 0
            syn.w = 0.0
''',
}


@pytest.fixture(scope="module", autouse=True)
def toys(tmp_path_factory):
    """The toy types are registered in every test of this file."""
    folder = tmp_path_factory.mktemp("toys")
    for name, text in TOYS.items():
        (folder / f"{name}.py").write_text(text, encoding="utf-8")
    before = list(SYNAPSE_TYPES)
    with SYNAPSE_TYPES.including(folder):
        yield
    assert list(SYNAPSE_TYPES) == before


# ---- the random stream -----------------------------------------------------------------------------------
def split_mix(word):
    """SplitMix64 in whole numbers of Python."""
    mask = 2**64 - 1
    while True:
        word = (word + 0x9E3779B97F4A7C15) & mask
        z = ((word ^ (word >> 30)) * 0xBF58476D1CE4E5B9) & mask
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & mask
        yield z ^ (z >> 31)


def test_compiled_rules_draw_from_the_stream_in_the_order_of_the_synapses(nets):
    brain = releasing(nets, 11)
    stream = split_mix(int(brain.state()["random"][0]))
    numbers = np.array([[next(stream) >> 11 for _ in range(50)] for _ in range(40)]) / 2**53
    np.testing.assert_array_equal(releases(nets, brain, 40), (numbers < 0.3).sum(axis=1))


@pytest.mark.parametrize("word", [0, 1, 2**32 - 1, 2**63, 2**64 - 1, 0x0123456789ABCDEF])
def test_the_stream_is_split_mix_64(word):
    state = np.array([word], np.uint64)
    expected = split_mix(word)
    assert [int(_random.next_word(state)) for _ in range(50)] == [next(expected) for _ in range(50)]


def test_the_stream_starts_as_published():
    stream = split_mix(1234567)  # the reference sequence of Vigna's splitmix64.c
    assert [next(stream) for _ in range(3)] == [
        6457827717110365317,
        3203168211198807973,
        9817491932198370423,
    ]


def releasing(nets, seed, p_release=0.3, learning=True):
    """A brain in which neuron 0 has 50 random synapses to neuron 1."""
    synapses = [{"type": "releasing", "weight": 0.01, "p_release": p_release}] * 50
    return Brain(nets.network(["RS", "METER"], synapses), seed=seed, learning=learning)


def releases(nets, brain, ticks=400):
    """(ticks,) how many of the synapses release in each tick, in each of which the source fires."""
    currents = nets.metered(brain, {0: range(ticks)}, ticks + 1, meter=1)
    counts = currents[1:] / 0.01
    np.testing.assert_allclose(counts, np.round(counts), atol=1e-5)
    return np.round(counts).astype(int)


def test_release_has_the_probability_of_its_parameter_and_is_independent(nets):
    for p_release in (0.0, 0.3, 0.9, 1.0):
        found = releases(nets, releasing(nets, 1, p_release))
        sd = np.sqrt(p_release * (1 - p_release) / found.size / 50)
        assert abs(found.mean() / 50 - p_release) <= 4 * sd
        if 0 < p_release < 1:  # binomial: the variance of the counts, and no correlation from tick to tick
            assert found.var() == pytest.approx(50 * p_release * (1 - p_release), rel=0.3)
            assert abs(np.corrcoef(found[1:], found[:-1])[0, 1]) < 4 / np.sqrt(found.size)


def test_the_same_seed_gives_the_same_bits_and_another_seed_others(nets):
    one, same, other = (releases(nets, releasing(nets, seed), 100) for seed in (1, 1, 2))
    np.testing.assert_array_equal(one, same)
    assert (one != other).any()
    again = releasing(nets, 5)
    releases(nets, again, 30)
    again.reset(seed=1)
    np.testing.assert_array_equal(releases(nets, again, 100), one)


def test_the_stream_does_not_depend_on_noise_or_learning(nets):
    quiet = releasing(nets, 1)
    noisy = Brain(replace(quiet.network, noise=np.array([3.0, 0.0])), seed=1)
    still = releasing(nets, 1, learning=False)
    expected = releases(nets, quiet, 100)
    np.testing.assert_array_equal(releases(nets, noisy, 100), expected)
    np.testing.assert_array_equal(releases(nets, still, 100), expected)


def test_a_checkpoint_and_a_copy_continue_the_stream_bit_for_bit(nets):
    brain = releasing(nets, 7)
    releases(nets, brain, 33)
    saved, twin = brain.state(), copy.deepcopy(brain)
    assert saved["random"].dtype == np.uint64 and saved["random"].shape == (1,)
    brain.advance(50, np.array([1e6, -50.0]))
    twin.advance(50, np.array([1e6, -50.0]))
    restored = releasing(nets, 0)
    restored.restore(saved)
    restored.advance(50, np.array([1e6, -50.0]))
    for other in (twin, restored):
        for name, array in brain.state().items():
            np.testing.assert_array_equal(other.state()[name], array, err_msg=name)
    assert brain.state()["random"] != saved["random"]


@pytest.mark.parametrize("bad", [np.zeros(2, np.uint64), np.zeros(1, np.int64), None])
def test_a_damaged_stream_is_refused(nets, bad):
    brain = releasing(nets, 7)
    state = brain.state() | {"random": bad}
    with pytest.raises(InputError, match="state random is"):
        brain.restore(state)


# ---- the target's voltage --------------------------------------------------------------------------------
@pytest.mark.parametrize("v", [-90.0, -75.0, -60.0, -50.0])
def test_a_current_reverses_at_its_reversal_potential(nets, v):
    synapse = {"type": "reversing", "weight": 0.1, "delay": 1, "reversal": -60.0}
    brain = Brain(nets.network(["RS", "METER"], [synapse]))
    state = brain.state()
    state["neurons.v"] = np.array([-65.0, v])
    brain.restore(state)
    brain.tick(np.array([1e6, 0.0]))  # the source fires
    target = float(brain.v[1])  # after the tick in which it does
    brain.tick()
    assert nets.current_into(target, float(brain.v[1])) == pytest.approx(0.1 * (-60.0 - target), abs=1e-9)


# ---- from recipe to page ---------------------------------------------------------------------------------
CELLS = ("one", "two", "three")
BLOCK = {
    "name": "cell",
    "description": "A cell, its neighbour and their modulator.",
    "neurons": [
        {"id": name, "type": "RS", "background": 12.0, "noise": 2.0} for name in ("one", "two", "three")
    ],
    "synapses": [
        {
            "from": "one",
            "to": "two",
            "type": "able",
            "weight": 2.0,
            "weight_sd": 9.0,
            "modulator": "three_out",
        },
        {"from": "two", "to": "one", "type": "releasing", "weight": 3.0, "parameters": {"p_release": 0.5}},
    ],
    "terminals": {
        "inputs": {"one_in": ["one"]},
        "outputs": {"two_out": ["two"], "three_out": ["three"]},
    },
}
RECIPE = {
    "name": "toy_types",
    "description": "Two cells with toy synapse types.",
    "components": [{"id": "cells", "block": "cell", "count": 20}],
    "projections": [
        {
            "from": "cells.two_out",
            "to": "cells.one_in",
            "type": "able",
            "weight": -4.0,
            "parameters": {"speed": 0.0, "most": -1.0, "least": -6.0, "cut": 0.9},
            "modulator": "cells.three_out",
        },
        {"from": "cells.two_out", "to": "cells.one_in", "type": "reversing", "weight": 0.05},
    ],
    "muscles": [{"from": "cells.two_out", "side": "dorsal", "segments": [0, 1], "gain": 0.1}],
}


@pytest.fixture
def recipe(tmp_path: Path) -> Path:
    (tmp_path / "blocks").mkdir()
    (tmp_path / "blocks" / "cell.json").write_text(json.dumps(BLOCK), encoding="utf-8")
    (tmp_path / "toy_types.json").write_text(json.dumps(RECIPE), encoding="utf-8")
    return tmp_path / "toy_types.json"


def test_recipe_compiler_file_engine_export_and_page_follow_from_the_declarations(recipe, tmp_path):
    compiled = compile_recipe(recipe)
    network = compiled.network
    able = network.synapse_type == "able"
    inner = able & (network.weight > 0)
    assert 0.0 < network.weight[inner].min() < 2.0 and network.weight[inner].max() == 9.0  # clipped
    assert len(network.gates) == 21  # a group for each copy, and one for the projection
    assert compiled.learns and compiled.learns_without_reward and not compiled.learns_from_reward

    save_brain(compiled, tmp_path / "toy.db")
    loaded = load_brain(tmp_path / "toy.db")
    assert loaded.network.classes == network.classes

    brains = [Brain(each.network, seed=3) for each in (compiled, loaded)]
    for brain in brains:
        brain.advance(700)
    np.testing.assert_array_equal(brains[0].weights, brains[1].weights)
    trained = replace(compiled, network=brains[0].trained_network())
    assert (trained.network.weight[inner] > network.weight[inner]).any()
    states = trained.network.experience.persistent["able"]
    gone = trained.network.weight[able] == 0.0
    assert 0 < gone.sum() < able.sum() and (states["kept"] == 0).sum() == gone.sum()
    np.testing.assert_array_equal(prunable(network), np.flatnonzero(able))
    information = coincidence_information(trained.network)
    np.testing.assert_array_equal(information[able], 0.5 * states["tries"])
    assert np.isnan(information[~able]).all()
    save_brain(trained, tmp_path / "trained.db")
    again = load_brain(tmp_path / "trained.db").network.experience.persistent["able"]
    np.testing.assert_array_equal(again["kept"], states["kept"])

    unpruned = disable_pruning(compiled).network
    assert {each.parameters["cut"] for each in unpruned.classes if each.type == "able"} == {0.0}
    fewer = prune_at_random(trained.network, np.full(network.n_neurons, 30), np.random.default_rng(0))
    assert (fewer.weight[able] == 0.0).sum() > gone.sum()

    panel = RecordingAgent(SpikingAgent(compiled)).panel()
    assert [curve.name for curve in panel.weights] == ["cell"]  # the projection has a learning rate of 0

    EXPORTS["network_csv"].write(compiled, tmp_path / "net.csv")
    text = (tmp_path / "net.csv").read_text(encoding="utf-8")
    assert all(text.count(f",{name},") == (network.synapse_type == name).sum() for name in TOYS)
    if find_spec("h5py") is not None:
        EXPORTS["network_h5"].write(compiled, tmp_path / "net.h5")
        text = (tmp_path / "net_edge_types.csv").read_text(encoding="utf-8")
        assert all(word in text for word in (*TOYS, "p_release", "reversal", "speed"))


def test_the_sites_page_has_a_section_and_a_picture_of_each(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(str(Path(__file__).parents[2] / "docs"))
    page = pytest.importorskip("site_pages.synapses", reason="needs the extra docs")
    monkeypatch.setattr(page, "SYNAPSE_TYPES", {name: SYNAPSE_TYPES[name] for name in TOYS})
    monkeypatch.setattr(page, "NEURON_MODELS", {})  # one model, for which kernels are compiled already
    monkeypatch.setattr(page, "NEURON_TYPES", {"RS": NEURON_TYPES["RS"]})
    page.write(page.Folder(tmp_path))
    text = (tmp_path / "synapses.md").read_text(encoding="utf-8")
    for name in TOYS:
        assert f"## {name}" in text and (tmp_path / f"{name}.png").stat().st_size > 1000
    assert "Learns, prunes and is modulated, under names that no shipped type has." in text
