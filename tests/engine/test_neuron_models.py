"""Contract of neuron models: each registered model computes its own rules, alone and among others."""

from __future__ import annotations

import numba
import numpy as np
import pytest

from spikeworm_env.engine.brain import Brain
from spikeworm_env.engine.neurons import NEURON_MODELS, NEURON_TYPES, NeuronModel, arguments_of

TICKS = 300


@pytest.fixture(params=NEURON_MODELS)
def model(request) -> NeuronModel:
    return NEURON_MODELS[request.param]


def currents(n: int, ticks: int = TICKS) -> np.ndarray:
    """(ticks, n) currents that make neurons fire, and that inhibit them."""
    return np.random.default_rng(1).uniform(-10.0, 30.0, (ticks, n))


def voltages(brain: Brain, inputs: np.ndarray) -> np.ndarray:
    """(ticks, n) membrane potentials at the end of each tick."""
    found = np.empty(inputs.shape)
    for t, current in enumerate(inputs):
        brain.tick(current)
        found[t] = brain.v
    return found


@pytest.fixture(scope="module")
def everyone(nets) -> tuple[list[str], np.ndarray, np.ndarray]:
    """(types, currents, membrane potentials) of two neurons of every type, run together."""
    names = [*NEURON_TYPES, *NEURON_TYPES]
    inputs = currents(len(names))
    return names, inputs, voltages(Brain(nets.network(names)), inputs)


def test_docstring_begins_with_the_name(model):
    assert model.doc.startswith(f"{model.name}: ")


def test_neuron_type_is_found_by_its_name(model):
    for name, preset in model.presets.items():
        known = NEURON_TYPES[name]
        assert (known.model, known.sign, known.doc) == (model, preset.sign, preset.doc)
        assert list(known.parameters) == list(model.parameters)


def test_engine_computes_the_rules_of_the_file_bit_for_bit(everyone, model):
    """The rules are compiled here one by one and called for one neuron at a time."""
    names, inputs, found = everyone
    rules = {name: (numba.njit(rule), arguments_of(rule)) for name, rule in model.rules.items()}

    def call(name: str, values: dict[str, float]):
        rule, arguments = rules[name]
        return rule(*(values[key] for key in arguments))

    for neuron, name in enumerate(names):
        if name not in model.presets:
            continue
        parameters = dict(NEURON_TYPES[name].parameters)
        state = model.start(parameters)
        for t in range(TICKS):
            after = call("step", {**state, **parameters, "current": inputs[t, neuron]})
            state = dict(zip(state, after, strict=True))
            if model.fires and call("fired", {**state, **parameters}):
                state = dict(zip(state, call("reset", {**state, **parameters}), strict=True))
            assert state["v"] == found[t, neuron], (name, t)


def test_neurons_compute_the_same_in_every_order(nets, everyone):
    """Neurons of a model lie in runs of consecutive ids; the runs change with the order."""
    names, inputs, found = everyone
    order = np.random.default_rng(2).permutation(len(names))
    shuffled = voltages(Brain(nets.network([names[k] for k in order])), inputs[:, order])
    np.testing.assert_array_equal(shuffled, found[:, order])


def test_restored_state_continues_bit_for_bit(nets, everyone):
    names, inputs, found = everyone
    brain, other = (Brain(nets.network(names)) for _ in range(2))
    voltages(brain, inputs[:100])
    other.restore(brain.state())
    np.testing.assert_array_equal(voltages(other, inputs[100:]), found[100:])


def test_strong_current_fires_neurons_of_models_that_fire_and_no_others(nets):
    names = list(NEURON_TYPES)
    counts = Brain(nets.network(names)).advance(TICKS, np.full(len(names), 100.0))
    assert (counts > 0).tolist() == [NEURON_TYPES[name].model.fires for name in names]
