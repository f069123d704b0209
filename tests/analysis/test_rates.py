"""Firing rates and interspike intervals against formulas and known processes."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import ndimage, stats

from spikeworm_env.analysis import SpikeTrains, firing_rates, interspike_intervals
from spikeworm_env.errors import InputError


def test_the_rate_about_one_spike_is_the_normal_density():
    found = firing_rates(SpikeTrains.of([[5.013]], stop_s=10.0), kernel_s=0.2, every_s=0.01)
    expected = stats.norm.pdf(found.times_s, 5.013, 0.2)
    assert found.values[:, 0] == pytest.approx(expected, abs=1e-5)
    assert found.values.sum() * 0.01 == pytest.approx(1.0, rel=1e-5)


def test_rates_agree_with_a_filter_of_scipy_on_counts(poisson):
    """Spikes on a grid of 1 ms, as the engine's are; far from the ends, where SciPy's filter has others."""
    spikes = np.unique(np.round(poisson(20.0, 10.0), 3))
    spikes = spikes[spikes < 10.0]
    found = firing_rates(SpikeTrains.of([spikes], stop_s=10.0), kernel_s=0.1, every_s=0.05)
    counts = np.bincount(np.rint(spikes * 1000).astype(int), minlength=10_001)
    expected = 1000 * ndimage.gaussian_filter1d(counts.astype(float), 100, mode="constant", truncate=8)[::50]
    inner = slice(20, -20)
    assert found.values[inner, 0] == pytest.approx(expected[inner], abs=1e-3)


def test_a_regular_train_has_its_rate_up_to_the_ends():
    found = firing_rates(SpikeTrains.of([np.arange(0.005, 10, 0.01)], stop_s=10.0), kernel_s=0.3)
    assert found.values[:, 0] == pytest.approx(100.0, rel=1e-4)
    assert (found.times_s[0], found.times_s[-1]) == (0.0, 10.0)


def test_the_population_is_the_mean_over_neurons(poisson):
    trains = SpikeTrains.of([poisson(10.0, 50.0), poisson(30.0, 50.0), []], stop_s=50.0)
    found = firing_rates(trains)
    assert found.values.shape == (1001, 3)
    assert found.population == pytest.approx(found.values.sum(axis=1) / 3)
    assert found.population.mean() == pytest.approx(trains.mean_rates_hz.mean(), rel=0.02)


def test_rates_of_a_part_of_the_window_start_there(poisson):
    trains = SpikeTrains.of([poisson(50.0, 10.0)], stop_s=10.0)
    part = firing_rates(trains.between(2.0, 8.0), kernel_s=0.1)
    whole = firing_rates(trains, kernel_s=0.1)
    assert (part.times_s[0], part.times_s[-1]) == (2.0, 8.0)
    np.testing.assert_allclose(part.values[20:-20], whole.values[60:-60], atol=1e-3)


@pytest.mark.parametrize("argument", [{"kernel_s": 0.0}, {"kernel_s": "a"}, {"every_s": 0.0001}])
def test_a_kernel_or_interval_below_a_tick_is_refused(argument):
    with pytest.raises(InputError, match=next(iter(argument))):
        firing_rates(SpikeTrains.of([[]], stop_s=1.0), **argument)


# ---- intervals --------------------------------------------------------------------------------------------
def test_intervals_are_differences_within_each_neuron():
    found = interspike_intervals(SpikeTrains.of([[0.1, 0.3, 0.6], [0.2], [], [0.25, 0.75]], stop_s=1.0))
    assert found.of(0) == pytest.approx([0.2, 0.3])
    assert found.of(1).size == found.of(2).size == 0
    assert found.of(3) == pytest.approx([0.5])
    assert found.mean_s == pytest.approx([0.25, np.nan, np.nan, 0.5], nan_ok=True)
    assert found.cv == pytest.approx([0.05 / 0.25, np.nan, np.nan, np.nan], nan_ok=True)
    assert found.cv2 == pytest.approx([0.2 / 0.5, np.nan, np.nan, np.nan], nan_ok=True)


@pytest.mark.parametrize("shape", [0.5, 1.0, 4.0, 16.0])
def test_gamma_trains_have_their_cv_and_cv2(rng, shape):
    """CV = 1/√k. Of two gamma intervals, a / (a + b) is Beta(k, k), so that CV2 = 2 E|1 − 2 Beta(k, k)|."""
    times = np.cumsum(rng.gamma(shape, 0.1 / shape, size=40_000))
    found = interspike_intervals(SpikeTrains.of([times], stop_s=times[-1] + 1))
    x = np.linspace(0, 1, 200_001)[1:-1]
    density = stats.beta.pdf(x, shape, shape)
    cv2 = 2 * (np.abs(1 - 2 * x) * density).sum() / density.sum()
    assert found.cv[0] == pytest.approx(1 / np.sqrt(shape), rel=0.03)
    assert found.cv[0] == pytest.approx(stats.variation(np.diff(times)))
    assert found.cv2[0] == pytest.approx(cv2, rel=0.03)
    assert found.mean_s[0] == pytest.approx(0.1, rel=0.03)


def test_a_slow_change_of_rate_raises_cv_and_not_cv2(rng):
    gaps = rng.gamma(4.0, 0.25, size=20_000) * np.repeat([0.02, 0.2], 10_000)
    found = interspike_intervals(SpikeTrains.of([np.cumsum(gaps)], stop_s=gaps.sum() + 1))
    steady = interspike_intervals(SpikeTrains.of([np.cumsum(gaps[:10_000])], stop_s=gaps[:10_000].sum() + 1))
    assert found.cv[0] > steady.cv[0] + 0.3
    assert found.cv2[0] == pytest.approx(steady.cv2[0], abs=0.02)


def test_two_spikes_at_once_have_an_interval_of_zero():
    found = interspike_intervals(SpikeTrains.of([[0.5, 0.5, 0.5]], stop_s=1.0))
    assert found.intervals_s.tolist() == [0.0, 0.0]
    assert np.isnan(found.cv[0]) and found.cv2[0] == 0.0
