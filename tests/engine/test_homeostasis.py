"""Homeostasis: the summed weight of a neuron's synapses is normalized, over sources or over targets."""

from __future__ import annotations

import numpy as np
import pytest

from spikeworm_env.engine.brain import Brain
from spikeworm_env.engine.synapses import SYNAPSE_TYPES

WITH_HOMEOSTASIS = [name for name, kind in SYNAPSE_TYPES.items() if "target_weight_sum" in kind.parameters]
ENDS = ("source", "target")


def brain_of(nets, name, normalize_over, *, seed=0, sign=1, learning=True, **own):
    rng = np.random.default_rng(seed)
    bounds = {"w_min": 0.0, "w_max": 30.0} if sign > 0 else {"w_min": -30.0, "w_max": 0.0}
    synapses = [
        {
            "type": name,
            "source": rng.integers(10),
            "target": rng.integers(10),
            "weight": sign * rng.uniform(1.0, 9.0),
            "learning_rate": 0.5,
            "normalize_over": normalize_over,
            **bounds,
            **own,
        }
        for _ in range(100)
    ]
    return Brain(nets.network(10, synapses, background=5.0), learning=learning)


def sums(brain, normalize_over):
    return np.bincount(getattr(brain.network, normalize_over), np.abs(brain.weights), minlength=10)


def test_ungated_types_that_learn_have_homeostasis():
    assert WITH_HOMEOSTASIS == ["developmental", "plastic", "reward_plastic"]


@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize("normalize_over", ENDS)
@pytest.mark.parametrize("name", WITH_HOMEOSTASIS)
def test_weight_sums_are_normalized_at_every_interval(nets, name, normalize_over, sign):
    brain = brain_of(nets, name, normalize_over, sign=sign, target_weight_sum=40.0, normalize_interval=50)
    brain.run(49)
    assert np.abs(sums(brain, normalize_over) - 40.0).min() > 0.1
    brain.run(1)
    np.testing.assert_allclose(sums(brain, normalize_over), 40.0, rtol=1e-12)
    brain.run(700)
    np.testing.assert_allclose(sums(brain, normalize_over), 40.0, rtol=1e-12)
    assert (np.sign(brain.weights) == sign).all()


@pytest.mark.parametrize("normalize_over", ENDS)
def test_normalization_keeps_the_proportions_of_weights(nets, normalize_over):
    brain = brain_of(
        nets, "plastic", normalize_over, target_weight_sum=20.0, normalize_interval=1, learning_rate=0.0
    )
    before, end = brain.weights, getattr(brain.network, normalize_over)
    expected = before * 20.0 / np.bincount(end, before)[end]
    brain.run(1)
    np.testing.assert_allclose(brain.weights, expected, rtol=1e-12)


def test_normalization_respects_bounds(nets):
    brain = brain_of(
        nets, "plastic", "source", target_weight_sum=1e6, normalize_interval=1, learning_rate=0.0
    )
    brain.run(1)
    np.testing.assert_array_equal(brain.weights, 30.0)


@pytest.mark.parametrize("name", WITH_HOMEOSTASIS)
def test_no_normalization_by_default_or_without_learning(nets, name):
    for own in ({}, {"target_weight_sum": 40.0, "learning": False}):
        brain = brain_of(nets, name, "source", **{"learning_rate": 0.0, **own})
        before = brain.weights
        brain.run(400)
        np.testing.assert_array_equal(brain.weights, before)


def test_each_parameter_set_is_normalized_separately(nets):
    synapses = [
        {"type": "plastic", "source": 0, "target": target, "weight": 5.0, "target_weight_sum": kept}
        for target, kept in ((1, 8.0), (1, 8.0), (2, 3.0), (2, 0.0))
    ]
    brain = Brain(nets.network(3, synapses))
    brain.run(200)
    np.testing.assert_allclose(brain.weights, [4.0, 4.0, 3.0, 5.0], rtol=1e-12)


@pytest.mark.parametrize(("low", "high"), [(0.0, 30.0), (1.0, 30.0), (-30.0, -1.0)])
def test_pruned_synapses_stay_at_zero_and_the_others_share_the_sum(nets, low, high):
    """Source 0 fires just before the target, source 1 never: its synapse is pruned, 0 in bounds or not."""
    sign = 1.0 if high > 0 else -1.0
    synapses = [
        {
            "type": "developmental",
            "source": source,
            "target": 2,
            "weight": 5.0 * sign,
            "w_min": low,
            "w_max": high,
            "learning_rate": 0.0,
            "critical_period": 400,
            "eval_interval": 400,
            "min_source_spikes": 3,
            "prune_reference": "target_max",
            "pruning_threshold": 0.5,
            "target_weight_sum": 9.0,
            "normalize_over": "target",
        }
        for source in (0, 1)
    ]
    brain = Brain(nets.network(3, synapses))
    nets.run(brain, {0: range(5, 400, 60), 1: range(35, 400, 60), 2: range(6, 400, 60)}, 400)
    np.testing.assert_allclose(brain.weights, [9.0 * sign, 0.0], rtol=1e-12)
    brain.run(600)
    np.testing.assert_allclose(brain.weights, [9.0 * sign, 0.0], rtol=1e-12)


def test_a_trained_network_continues_from_its_weights(nets):
    own = {
        "target_weight_sum": 40.0,
        "prune_reference": "target_max",
        "pruning_threshold": 0.8,
        "critical_period": 600,
        "eval_interval": 200,
        "min_source_spikes": 3,
    }
    brain = brain_of(nets, "developmental", "target", **own)
    brain.run(700)
    grown = brain.trained_network()
    again = Brain(grown)
    assert again.ticks == 700 and not again.synapse_state("developmental")["alive"].all()
    for field in ("w", "source_spikes", "target_spikes", "coincidences", "alive"):
        np.testing.assert_array_equal(
            again.synapse_state("developmental")[field], brain.synapse_state("developmental")[field]
        )
    np.testing.assert_array_equal(grown.experience.initial_weight, brain.network.weight)
    np.testing.assert_array_equal(again.trained_network().experience.initial_weight, brain.network.weight)
    brain.reset(seed=5)
    again.reset(seed=5)
    for one in (brain, again):
        one.run(300)
    np.testing.assert_array_equal(again.weights, brain.weights)
