"""What holds for every synapse type, so that a new one is tested by existing."""

from __future__ import annotations

import numpy as np
import pytest

from spikeworm_env.engine.brain import Brain
from spikeworm_env.engine.synapse_records import synapse_dtype
from spikeworm_env.engine.synapses import SYNAPSE_TYPES, resolve_parameters

EVENT_DRIVEN = [name for name, kind in SYNAPSE_TYPES.items() if not kind.continuous]
BOUNDED = [name for name, kind in SYNAPSE_TYPES.items() if kind.bounds]


def brain_of(nets, name, n=20, m=200, learning=True, **own):
    """A random network of one type alone; weights over all of their bounds, a fifth of them inhibitory."""
    rng = np.random.default_rng(0)
    synapses = [
        {
            "type": name,
            "source": rng.integers(n),
            "target": rng.integers(n),
            "weight": rng.uniform(0.1, 9.9) * rng.choice([1, 1, 1, 1, -1]),
            "delay": rng.integers(1, 30),
            **own,
        }
        for _ in range(m)
    ]
    net = nets.network(n, synapses, background=5.0, modulators=[range(n)])
    return Brain(net, learning=learning)


def test_the_types_are_the_documented_ones():
    assert list(SYNAPSE_TYPES) == [
        "depressing",
        "developmental",
        "facilitating",
        "fixed",
        "gap_junction",
        "gated",
        "graded_synapse",
        "plastic",
        "reward_plastic",
    ]


@pytest.mark.parametrize("name", SYNAPSE_TYPES)
def test_a_synapse_type_declares_all_its_parts(name):
    kind = SYNAPSE_TYPES[name]
    assert kind.doc.startswith(f"{name}: ") and "| symbol | meaning | unit |" in kind.doc
    assert bool(kind.decay_tables) == (kind.rule("decay") is not None)


@pytest.mark.parametrize("name", EVENT_DRIVEN)
def test_a_spike_delivers_a_current_of_the_weights_sign(nets, name):
    for weight in (2.0, -2.0):
        synapse = {"type": name, "weight": weight, "delay": 5}
        brain = Brain(nets.network(["RS", "METER"], [synapse], modulators=[[0]]))
        currents = nets.metered(brain, {0: [3]}, 12, meter=1)
        assert currents[8] * weight > 0
        assert np.abs(np.delete(currents, 8)).max() < 1e-9


@pytest.mark.parametrize("name", EVENT_DRIVEN)
def test_without_learning_no_weight_changes(nets, name):
    brain = brain_of(nets, name, learning=False)
    before = brain.weights
    nets.run_with_random_input(brain, 500, seed=0)
    np.testing.assert_array_equal(brain.weights, before)


@pytest.mark.parametrize("name", BOUNDED)
def test_learning_moves_weights_within_their_bounds_and_keeps_their_sign(nets, name):
    brain = brain_of(nets, name, learning_rate=2.0)
    before = brain.weights
    nets.run_with_random_input(brain, 500, seed=0)
    after = brain.weights
    assert (after != before).any()
    assert (np.sign(after) * np.sign(before) >= 0).all() and np.abs(after).max() <= 10.0


@pytest.mark.parametrize("name", [name for name in EVENT_DRIVEN if SYNAPSE_TYPES[name].state])
def test_short_term_plasticity_continues_without_learning(nets, name):
    """Learning or not, spikes leave the same marks; only weights, and what follows from them, may differ."""
    own = {"weight": 0.0 if SYNAPSE_TYPES[name].bounds else 1.0}
    rng = np.random.default_rng(0)
    trains = {i: np.flatnonzero(rng.random(150) < 0.2) for i in (0, 1)}
    states = []
    for learning in (True, False):
        brain = Brain(nets.network(2, [{"type": name, **own}], modulators=[[0]]), learning=learning)
        nets.run(brain, trains, 150)
        states.append(brain.synapse_state(name))
    fresh = Brain(nets.network(2, [{"type": name, **own}], modulators=[[0]])).synapse_state(name)
    for field in SYNAPSE_TYPES[name].state:
        assert states[0][field] == states[1][field], field
    assert any(states[1][field] != fresh[field] for field in SYNAPSE_TYPES[name].state)


@pytest.mark.parametrize("name", ["plastic", "gated", "developmental"])
def test_spikes_from_before_learning_was_switched_on_count_once_it_is(nets, name):
    own = {"learning_rate": 0.1} | ({"gate_threshold": 0.0} if name == "gated" else {})
    brain = Brain(nets.network(2, [{"type": name, "weight": 5.0, **own}], modulators=[[0]]), learning=False)
    nets.run(brain, {0: [4], 1: []}, 5)
    brain.learning = True
    nets.run(brain, {0: [], 1: [5]}, 6)
    assert brain.weights[0] == pytest.approx(5.0 + 0.1 * np.exp(-6 / 20.0) * 0.5, rel=1e-12)


def test_eligibility_is_marked_without_learning_but_no_reward_acts(nets):
    brain = Brain(nets.network(2, [{"type": "reward_plastic", "weight": 5.0}]), learning=False)
    nets.run(brain, {0: [4], 1: [4]}, 5)
    brain.deliver_reward(1.0)
    assert brain.weights[0] == 5.0
    brain.learning = True
    brain.deliver_reward(1.0)
    assert brain.weights[0] == pytest.approx(5.0 + 0.01 * 0.5, rel=1e-12)


def test_synapse_state_comes_in_the_networks_order(nets):
    net = nets.random_network(6)
    brain = Brain(net)
    for name in EVENT_DRIVEN:
        state = brain.synapse_state(name)
        kinds = net.synapse_type
        np.testing.assert_array_equal(state["synapse"], np.flatnonzero(kinds == name))
        np.testing.assert_array_equal(state["w"], net.weight[state["synapse"]])
    np.testing.assert_array_equal(brain.weights, net.weight)


def test_two_parameter_sets_of_one_type_are_separate(nets):
    synapses = [{"type": "plastic", "weight": 5.0, "learning_rate": rate} for rate in (0.1, 0.3)]
    brain = Brain(nets.network(2, synapses))
    nets.run(brain, {0: [5], 1: [5]}, 6)
    np.testing.assert_allclose(brain.weights - 5.0, [0.05, 0.15], rtol=1e-12)
    assert resolve_parameters("plastic")["learning_rate"] == 0.01


def test_no_synapse_record_is_a_prefix_of_another():
    """Numba would take the longer for the shorter where they share a rule, and warn at each compile."""
    records = {name: synapse_dtype(kind).descr for name, kind in SYNAPSE_TYPES.items() if kind.state}
    for name, fields in records.items():
        for other, longer in records.items():
            assert len(longer) <= len(fields) or longer[: len(fields)] != fields, (name, other)
