"""Tuning curves against counting by hand, and their intervals against known rates."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from spikeworm_env.analysis import Signal, SpikeTrains, tuning_curve
from spikeworm_env.errors import InputError


def wave(seconds: float, period_s: float = 4.0, circular: bool = False) -> Signal:
    """A saw tooth from −π to π."""
    times = np.arange(round(seconds * 20)) * 0.05
    return Signal("phase", "rad", times, (times / period_s % 1 - 0.5) * 2 * np.pi, circular)


def test_rates_are_spikes_over_occupancy(poisson):
    signal, trains = wave(40.0), SpikeTrains.of([poisson(20.0, 39.9), poisson(5.0, 39.9)], stop_s=40.0)
    edges = [-np.pi, -1.0, 0.5, 2.0]
    found = tuning_curve(trains, None, signal, bins=edges)
    for b, (low, high) in enumerate(itertools.pairwise(edges)):
        inside = (signal.values >= low) & (signal.values < high)
        assert found.occupancy_s[b] == pytest.approx(inside.sum() * 0.05)
        for k in range(2):
            nearest = np.clip(np.floor(trains.train(k) / 0.05 + 0.5).astype(int), 0, signal.values.size)
            within = nearest < signal.values.size
            spikes = inside[nearest[within]].sum()
            assert found.rate_hz[k, b] == pytest.approx(spikes / found.occupancy_s[b])


def test_bins_have_equal_occupancy_and_those_of_angles_equal_width(rng):
    values = rng.exponential(size=2000)
    trains = SpikeTrains.of([[]], stop_s=100.0)
    skewed = tuning_curve(trains, None, Signal("own", "1", np.arange(2000) * 0.05, values), bins=8)
    assert skewed.occupancy_s == pytest.approx(12.5, abs=0.11)
    assert skewed.occupancy_s.sum() == pytest.approx(100.0)
    angle = tuning_curve(trains, None, wave(100.0, circular=True), bins=8)
    assert angle.edges == pytest.approx(np.linspace(-np.pi, np.pi, 9))


def test_a_neuron_that_follows_a_signal_has_its_curve(rng):
    """Rate 10 (1 + cos phase) Hz, from a Poisson process of 20 Hz by thinning."""
    signal = wave(600.0, circular=True)
    candidates = np.sort(rng.uniform(0, 599.9, rng.poisson(20 * 599.9)))
    phase = np.interp(candidates, signal.times_s, np.unwrap(signal.values))
    spikes = candidates[rng.random(candidates.size) < (1 + np.cos(phase)) / 2]
    found = tuning_curve(SpikeTrains.of([spikes], stop_s=600.0), None, signal, bins=12)
    expected = 10 * (1 + np.cos(found.middles))
    assert found.rate_hz[0] == pytest.approx(expected, abs=2.0)
    assert ((found.low_hz[0] - 0.7 <= expected) & (expected <= found.high_hz[0] + 0.7)).all()


def test_the_interval_holds_the_rate_in_about_95_percent(rng):
    """Bursts of five spikes, for which an interval for single spikes would hold it in about 60%."""
    held = []
    for k in range(150):
        signal = wave(200.0)
        starts = rng.uniform(0, 199, rng.poisson(2.0 * 199))
        trains = SpikeTrains.of([(starts[:, None] + np.arange(5) * 0.01).ravel()], stop_s=200.0)
        found = tuning_curve(trains, None, signal, bins=4, seed=k)
        held.append((found.low_hz <= 10 * 199 / 200) & (found.high_hz >= 10 * 199 / 200))
    assert 0.88 < np.mean(held) < 0.98


def test_few_blocks_give_no_interval(poisson):
    trains = SpikeTrains.of([poisson(20.0, 39.0)], stop_s=40.0)
    few = tuning_curve(trains, None, wave(40.0), block_s=5.0)
    assert np.isnan(few.low_hz).all() and np.isfinite(few.rate_hz).all()
    several = tuning_curve([trains, trains], None, wave(40.0), block_s=5.0)
    assert np.isfinite(several.low_hz).all()
    np.testing.assert_allclose(several.rate_hz, few.rate_hz)
    assert several.occupancy_s == pytest.approx(2 * few.occupancy_s)


def test_a_bin_that_is_never_visited_has_no_rate(poisson):
    found = tuning_curve(
        SpikeTrains.of([poisson(20.0, 99.0)], stop_s=100.0), None, wave(100.0), bins=[-4, -3.5, 0, 3.5]
    )
    assert np.isnan(found.rate_hz[0, 0]) and np.isnan(found.low_hz[0, 0])
    assert np.isfinite(found.rate_hz[0, 1:]).all() and np.isfinite(found.low_hz[0, 1:]).all()


def test_a_constant_signal_has_one_bin(poisson):
    times = np.arange(400) * 0.05
    found = tuning_curve(
        SpikeTrains.of([poisson(20.0, 19.9)], stop_s=20.0), None, Signal("flat", "1", times, 0 * times)
    )
    assert found.rate_hz.shape == (1, 1)


@pytest.mark.parametrize("name", ["concentration", "concentration_change", "bearing"])
def test_odour_and_bearing_of_a_trial_are_found_by_name(trial, name):
    found = tuning_curve(trial, "klinotaxis", name, bins=4)
    assert found.rate_hz.shape == (10, 4)
    assert found.occupancy_s.sum() == pytest.approx(trial.even_samples * 0.05)
    spikes = np.nansum(found.rate_hz * found.occupancy_s)
    assert spikes == pytest.approx(trial.recording.spikes("klinotaxis")[0].size)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"bins": 0}, "bins is 0"),
        ({"bins": [1.0]}, "bins"),
        ({"bins": [1.0, 0.0]}, "ascending"),
        ({"bins": "a"}, "bins"),
        ({"block_s": 0.0}, "block_s"),
    ],
)
def test_arguments_out_of_range_are_refused(trial, options, said):
    with pytest.raises(InputError, match=said):
        tuning_curve(trial, "klinotaxis", "concentration", **options)
