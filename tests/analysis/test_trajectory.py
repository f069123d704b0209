"""Principal components against SVD, and of activity with a known shape."""

from __future__ import annotations

import numpy as np
import pytest

from spikeworm_env.analysis import FiringRates, SpikeTrains, firing_rates, population_trajectory
from spikeworm_env.errors import InputError


def rates(values: np.ndarray) -> FiringRates:
    m, n = values.shape
    names = np.array([str(k) for k in range(n)])
    return FiringRates(np.arange(m) * 0.05, values, np.arange(n), names, 0.1)


@pytest.mark.parametrize("shape", [(300, 12), (40, 100)])
def test_components_are_those_of_a_singular_value_decomposition(rng, shape):
    values = rng.normal(size=shape) @ np.diag(rng.uniform(1, 5, shape[1])) + 7
    values[:, 1] += 2 * values[:, 0]
    found = population_trajectory(rates(values), components=3)
    z = (values - values.mean(axis=0)) / values.std(axis=0)
    u, s, vt = np.linalg.svd(z, full_matrices=False)
    assert found.explained == pytest.approx(s[:3] ** 2 / (s**2).sum())
    for k in range(3):
        sign = np.sign(found.loadings[:, k] @ vt[k])
        assert found.loadings[:, k] == pytest.approx(sign * vt[k], abs=1e-8)
        assert found.scores[:, k] == pytest.approx(sign * u[:, k] * s[k], abs=1e-7)
        assert found.loadings[np.abs(found.loadings[:, k]).argmax(), k] > 0


def test_a_travelling_wave_is_a_circle_in_two_components():
    time = np.arange(800)[:, None] * 0.05
    phase = np.linspace(0, 2 * np.pi, 20, endpoint=False)
    found = population_trajectory(rates(5 + 3 * np.cos(2 * np.pi * 0.5 * time - phase)), components=2)
    assert found.explained == pytest.approx([0.5, 0.5], abs=1e-6)
    assert np.hypot(*found.scores.T) == pytest.approx(np.hypot(*found.scores[0]), rel=1e-6)


def test_components_of_the_derivative_leave_a_slow_drift_to_the_last():
    """A ramp in all neurons, and an oscillation whose derivative alternates in sign between neurons."""
    time = np.arange(800) * 0.05
    sides = np.where(np.arange(10) % 2, 1.0, -1.0)
    values = 10 * time[:, None] + sides * 30 * np.sin(2 * np.pi * time)[:, None]
    activity = population_trajectory(rates(values), components=1)
    derivative = population_trajectory(rates(values), of="derivative", components=1)
    assert np.abs(np.corrcoef(activity.scores[:, 0], time)[0, 1]) > 0.99
    assert np.abs(np.corrcoef(derivative.scores[:, 0], np.sin(2 * np.pi * time))[0, 1]) > 0.99


def test_neurons_that_never_change_are_left_out(rng):
    values = rng.normal(size=(50, 4))
    values[:, 2] = 3.0
    found = population_trajectory(rates(values), components=2)
    assert found.ids.tolist() == [0, 1, 3]
    assert found.labels.tolist() == ["0", "1", "3"]


def test_the_trajectory_of_a_trial_is_that_of_its_smoothed_rates(trial):
    found = population_trajectory(trial, "head", components=3, kernel_s=0.2, every_s=0.1)
    same = population_trajectory(firing_rates(trial, "head", kernel_s=0.2, every_s=0.1))
    np.testing.assert_array_equal(found.scores, same.scores)
    assert found.scores.shape == (121, 3)
    assert (np.diff(found.explained) <= 0).all() and found.explained.sum() <= 1


def test_what_has_no_components_is_refused(rng):
    silent = SpikeTrains.of([[], []], stop_s=5.0)
    with pytest.raises(InputError, match="0 neurons whose activity changes"):
        population_trajectory(silent)
    some = rates(rng.normal(size=(50, 4)))
    with pytest.raises(InputError, match="components is 5"):
        population_trajectory(some, components=5)
    with pytest.raises(InputError, match="of is"):
        population_trajectory(some, of="derivatives")
    with pytest.raises(InputError, match="neurons"):
        population_trajectory(some, [0])
