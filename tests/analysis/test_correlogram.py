"""Cross-correlograms against counting by hand, and of known processes."""

from __future__ import annotations

import numpy as np
import pytest

from spikeworm_env.analysis import SpikeTrains, cross_correlogram
from spikeworm_env.errors import InputError


def by_hand(a, b, bin_s, half, own=False):
    """Pairs by lag, one by one."""
    counts = np.zeros(2 * half + 1, dtype=int)
    for i, s in enumerate(a):
        for j, t in enumerate(b):
            k = int(np.floor((t - s) / bin_s + 0.5 + 1e-6))
            if abs(k) <= half and not (own and i == j):
                counts[k + half] += 1
    return counts


def test_counts_are_those_of_all_pairs(poisson):
    a, b = np.round(poisson(30.0, 10.0), 3), np.round(poisson(20.0, 10.0), 3)
    trains = SpikeTrains.of([a[a < 10], b[b < 10]], stop_s=10.0)
    found = cross_correlogram(trains, [0], [1], bin_s=0.004, max_lag_s=0.1, baseline="none")
    assert found.lags_s == pytest.approx(np.arange(-25, 26) * 0.004)
    np.testing.assert_array_equal(found.counts, by_hand(trains.train(0), trains.train(1), 0.004, 25))
    own = cross_correlogram(trains, [0], bin_s=0.004, max_lag_s=0.1, baseline="none")
    np.testing.assert_array_equal(own.counts, by_hand(trains.train(0), trains.train(0), 0.004, 25, own=True))


def test_groups_sum_over_their_pairs(poisson):
    trains = SpikeTrains.of([poisson(20.0, 10.0) for _ in range(4)], stop_s=10.0)
    options = {"bin_s": 0.01, "max_lag_s": 0.1, "baseline": "none"}
    together = cross_correlogram(trains, [0, 1], [1, 2, 3], **options)
    apart = sum(cross_correlogram(trains, [a], [b], **options).counts for a in (0, 1) for b in (1, 2, 3))
    np.testing.assert_array_equal(together.counts, apart)


def test_independent_poisson_trains_have_the_rate_of_b_at_every_lag(poisson):
    """Up to the ends of the recording, which cut off long lags: 25% of the pairs at a quarter of it."""
    trains = SpikeTrains.of([poisson(400.0, 20.0), poisson(40.0, 20.0)], stop_s=20.0)
    found = cross_correlogram(trains, [0], [1], bin_s=0.5, max_lag_s=4.5, shuffles=20)
    rate = trains.mean_rates_hz[1]
    assert found.rate_hz == pytest.approx(rate, rel=0.06)
    assert found.expected_hz == pytest.approx(rate, rel=0.04)
    assert found.counts[0] < 0.9 * found.counts[9]


def test_a_delayed_copy_has_its_peak_at_the_delay(poisson):
    a = poisson(10.0, 60.0)
    b = a[a < 59.9] + 0.035
    trains = SpikeTrains.of([a, b], stop_s=60.0)
    found = cross_correlogram(trains, [0], [1], bin_s=0.01, max_lag_s=0.1)
    peak = found.rate_hz.argmax()
    assert found.lags_s[peak] == pytest.approx(0.04)
    assert found.rate_hz[peak] > 5 * found.high_hz[peak]
    others = np.delete(np.arange(21), peak)
    inside = (found.rate_hz >= found.low_hz) & (found.rate_hz <= found.high_hz)
    assert inside[others].mean() > 0.7


def test_the_shuffled_interval_holds_most_lags_of_independent_trains(rng):
    """Bursts, for which an interval for single Poisson spikes would be too narrow."""
    outside = []
    for _ in range(30):
        a, b = ((rng.uniform(0, 39, 60)[:, None] + np.arange(5) * 0.004).ravel() for _ in range(2))
        trains = SpikeTrains.of([a, b], stop_s=40.0)
        found = cross_correlogram(trains, [0], [1], bin_s=0.01, max_lag_s=0.1, seed=int(rng.integers(100)))
        outside.append((found.rate_hz < found.low_hz) | (found.rate_hz > found.high_hz))
    assert 0.01 < np.mean(outside) < 0.09


def test_the_shift_predictor_keeps_what_the_stimulus_explains(rng):
    """Two neurons, each driven by the same stimulus and not by the other: the predictor explains the peak."""
    trials = []
    for _ in range(40):
        times = np.arange(10) * 0.4 + 0.2  # of the stimulus, in every trial
        trials.append(SpikeTrains.of([times + rng.normal(0, 0.02, 10), times + rng.normal(0, 0.02, 10)], 4.2))
    shift = cross_correlogram(trials, [0], [1], bin_s=0.02, max_lag_s=0.1, baseline="shift_predictor")
    shuffled = cross_correlogram(trials, [0], [1], bin_s=0.02, max_lag_s=0.1)
    middle = 5
    assert shift.rate_hz[middle] == pytest.approx(shift.expected_hz[middle], rel=0.2)
    assert shuffled.rate_hz[middle] > 3 * shuffled.expected_hz[middle]
    assert np.isnan(shift.low_hz).all()


def test_the_shift_predictor_does_not_explain_a_connection(rng):
    trials = []
    for _ in range(20):
        a = np.sort(rng.uniform(0, 9.9, 50))
        trials.append(SpikeTrains.of([a, a + 0.04], 10.0))
    found = cross_correlogram(trials, [0], [1], bin_s=0.02, max_lag_s=0.1, baseline="shift_predictor")
    peak = found.rate_hz.argmax()
    assert found.lags_s[peak] == pytest.approx(0.04)
    assert found.expected_hz[peak] == pytest.approx(5.0, rel=0.3)


def test_a_seed_gives_the_same_shuffles(trial):
    one, two, other = (
        cross_correlogram(trial, "klinotaxis", "head", max_lag_s=0.05, shuffles=3, seed=seed).expected_hz
        for seed in (1, 1, 2)
    )
    np.testing.assert_array_equal(one, two)
    assert not np.array_equal(one, other)


def test_without_spikes_the_rate_is_unknown():
    found = cross_correlogram(SpikeTrains.of([[], [0.5]], stop_s=4.0), [0], [1])
    assert found.counts.sum() == 0
    assert np.isnan(found.rate_hz).all() and np.isnan(found.expected_hz).all()


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"max_lag_s": 2.0}, "max_lag_s is 2; expected at most a quarter"),
        ({"baseline": "shift_predictor"}, "at least two trials"),
        ({"baseline": "shufle"}, "baseline"),
        ({"bin_s": 0.0}, "bin_s"),
        ({"max_lag_s": 0.5, "bin_s": 0.00001}, "bin_s"),
        ({"shuffles": 0}, "shuffles"),
        ({"seed": -1}, "seed"),
    ],
)
def test_arguments_out_of_range_are_refused(options, said):
    trains = SpikeTrains.of([[0.5], [0.7]], stop_s=4.0)
    with pytest.raises(InputError, match=said):
        cross_correlogram(trains, [0], [1], **options)


def test_a_shift_predictor_of_unequal_trials_is_refused():
    trials = [SpikeTrains.of([[0.5]], stop_s=stop) for stop in (4.0, 5.0)]
    with pytest.raises(InputError, match="unequal length"):
        cross_correlogram(trials, [0], baseline="shift_predictor")
