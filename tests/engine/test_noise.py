"""Noise: uniform, of the given spread, independent of neuron and tick, and only where it is asked for."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from spikeworm_env.engine.brain import Brain


def noise_into(nets, sd, n=40, ticks=2000, seed=0):
    """(ticks, n) noise current that METERs receive."""
    brain = Brain(nets.network(["METER"] * n, noise=sd), seed=seed)
    found = np.empty((ticks, n))
    for row in found:
        before = brain.v.copy()
        brain.tick()
        row[:] = [nets.current_into(a, b) for a, b in zip(before, brain.v, strict=True)]
    return found


@pytest.fixture(scope="module")
def sample(nets):
    return noise_into(nets, 2.0)


def test_noise_is_uniform_with_the_given_standard_deviation(sample):
    assert sample.mean() == pytest.approx(0.0, abs=0.03)  # 4 standard errors
    assert sample.std() == pytest.approx(2.0, rel=0.01)
    half_width = 2.0 * np.sqrt(3.0)
    assert np.abs(sample).max() <= half_width * (1 + 1e-4)
    deciles = np.quantile(sample, np.arange(1, 10) / 10)
    np.testing.assert_allclose(deciles, half_width * (np.arange(1, 10) / 5 - 1), atol=0.06)


def test_noise_is_independent_of_neuron_and_tick(sample):
    between_neurons = np.corrcoef(sample.T)[np.triu_indices(sample.shape[1], 1)]
    assert np.abs(between_neurons).max() < 5 / np.sqrt(len(sample))
    for lag in (1, 2, 64, 128):
        assert abs(np.corrcoef(sample[:-lag].ravel(), sample[lag:].ravel())[0, 1]) < 0.02


def test_only_neurons_with_noise_get_any(nets):
    net = nets.network(["METER"] * 3)
    brain, quiet = Brain(replace(net, noise=np.array([0.0, 1.0, 0.0]))), Brain(net)
    for _ in range(100):
        brain.tick()
        quiet.tick()
    assert (brain.v == quiet.v).tolist() == [True, False, True]


def test_the_same_seed_gives_the_same_run_and_another_seed_another(nets):
    net = nets.random_network(2, noise=2.0)
    one, same, other = (nets.run_with_random_input(Brain(net, seed=seed), 200, 0) for seed in (4, 4, 5))
    np.testing.assert_array_equal(one, same)
    assert one.shape != other.shape or (one != other).any()
