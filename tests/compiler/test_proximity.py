"""Proximity wiring obeys distance, sign, protection and its limits."""

from __future__ import annotations

import numpy as np
import pytest

from spikeworm_env.compiler import CompiledBrain

MIXED = {
    "name": "mixed",
    "description": "One excitatory and one inhibitory cell, one that may be protected.",
    "neurons": [
        {"id": "excite", "type": "RS", "position": [0, 0, 0]},
        {"id": "inhibit", "type": "LTS", "position": [0, 0, 0]},
        {"id": "motor", "type": "RS", "position": [0, 0, 0]},
    ],
    "terminals": {"inputs": {"motor_in": ["motor"]}, "outputs": {}},
}
RULE = {
    "probability": 1.0,
    "length": 1e6,
    "radius": 45.0,
    "excitatory": {"weight": 0.5, "delay": 3},
    "inhibitory": {"weight": -1.5},
}


@pytest.fixture
def scattered(build):
    """Compile 60 copies in a cloud, and 20 in another, under one changed rule."""

    def scattered(**changes) -> CompiledBrain:
        return build(
            extra_blocks={"mixed": MIXED},
            components=[
                {"id": "cloud", "block": "mixed", "count": 60, "scatter": 15.0},
                {"id": "far", "block": "mixed", "count": 20, "position": [90, 0, 0]},
            ],
            proximity=[{**RULE, **changes}],
        )

    return scattered


def pairs(compiled: CompiledBrain) -> set[tuple[int, int]]:
    return set(zip(compiled.network.source.tolist(), compiled.network.target.tolist(), strict=True))


def distances(compiled: CompiledBrain) -> np.ndarray:
    ends = compiled.position[compiled.network.source] - compiled.position[compiled.network.target]
    return np.linalg.norm(ends, axis=1)


def test_certain_wiring_is_every_pair_within_the_radius_but_those_of_one_copy(scattered):
    compiled = scattered()
    place, n = compiled.position, compiled.network.n_neurons
    copy = compiled.component * 1000 + compiled.copy
    expected = {
        (i, j)
        for i in range(n)
        for j in range(n)
        if copy[i] != copy[j] and np.sqrt(((place[i] - place[j]) ** 2).sum()) <= 45.0
    }
    assert pairs(compiled) == expected
    assert len(expected) == compiled.network.n_synapses


def test_inhibitory_sources_make_inhibitory_synapses_and_all_others_excitatory_ones(scattered):
    network = scattered().network
    inhibitory = network.neuron_type[network.source] == "LTS"
    assert set(network.weight[inhibitory]) == {-1.5}
    assert set(network.weight[~inhibitory]) == {0.5}
    assert set(network.delay[inhibitory]) == {1}
    assert set(network.delay[~inhibitory]) == {3}


def test_a_sign_without_a_specification_makes_no_synapse(scattered):
    network = scattered(excitatory=None).network
    assert network.n_synapses > 0
    assert set(network.neuron_type[network.source]) == {"LTS"}


def test_protected_terminals_receive_nothing_but_may_send(scattered):
    compiled = scattered(protected=["cloud.motor_in", "far.motor_in"])
    motors = np.concatenate([compiled.inputs["cloud.motor_in"], compiled.inputs["far.motor_in"]])
    assert not np.isin(compiled.network.target, motors).any()
    assert np.isin(compiled.network.source, motors).any()


def test_only_the_named_components_are_wired(scattered):
    compiled = scattered(**{"from": ["far"], "to": ["cloud"], "radius": 200.0})
    network = compiled.network
    assert set(compiled.component[network.source]) == {1}
    assert set(compiled.component[network.target]) == {0}


def test_probability_falls_exponentially_with_distance(build):
    compiled = build(
        extra_blocks={"mixed": MIXED},
        components=[{"id": "cloud", "block": "mixed", "count": 400, "scatter": 60.0}],
        proximity=[{**RULE, "probability": 0.8, "length": 40.0, "radius": 150.0}],
    )
    place = compiled.position
    apart = compiled.copy[:, None] != compiled.copy
    between = np.linalg.norm(place[:, None] - place, axis=-1)[apart]
    edges = np.array([0, 20, 40, 60, 80, 100, 120, 150])
    candidates, _ = np.histogram(between, edges)
    made, _ = np.histogram(distances(compiled), edges)
    for k in range(len(edges) - 1):
        inside = between[(between >= edges[k]) & (between < edges[k + 1])]
        expected = 0.8 * np.exp(-inside / 40.0)
        spread = 5 * np.sqrt((expected * (1 - expected)).sum()) / candidates[k]
        assert made[k] / candidates[k] == pytest.approx(expected.mean(), abs=spread)
    assert distances(compiled).max() <= 150.0


@pytest.mark.parametrize(("key", "end"), [("max_inputs", "target"), ("max_outputs", "source")])
def test_limits_keep_a_random_choice(scattered, key, end):
    free, limited = scattered(), scattered(**{key: 4})
    counts = np.bincount(getattr(limited.network, end), minlength=240)
    unlimited = np.bincount(getattr(free.network, end), minlength=240)
    assert (counts == np.minimum(unlimited, 4)).all()
    assert pairs(limited) < pairs(free)


def test_both_limits_hold_together(scattered):
    network = scattered(max_inputs=6, max_outputs=5).network
    assert np.bincount(network.target).max() <= 6
    assert np.bincount(network.source).max() <= 5
