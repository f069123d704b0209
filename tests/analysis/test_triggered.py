"""Spike-triggered averages against averaging by hand."""

from __future__ import annotations

import numpy as np
import pytest

from spikeworm_env.analysis import Signal, SpikeTrains, spike_triggered_average
from spikeworm_env.errors import InputError


@pytest.fixture
def noise(rng):
    """A minute of smoothed noise, 20 Hz."""
    values = np.convolve(rng.normal(size=1301), np.ones(100) / 10, "valid")
    return Signal("noise", "1", np.arange(values.size) * 0.05, values)


def test_the_average_is_the_mean_of_interpolated_windows(noise, poisson):
    spikes = poisson(5.0, 60.0)
    trains = SpikeTrains.of([spikes], stop_s=60.0)
    found = spike_triggered_average(trains, None, noise, before_s=1.0, after_s=0.5)
    lags = np.arange(-20, 11) * 0.05
    covered = spikes[(spikes >= 1.0) & (spikes <= noise.times_s[-1] - 0.5)]
    expected = np.mean([np.interp(t + lags, noise.times_s, noise.values) for t in covered], axis=0)
    assert found.lags_s == pytest.approx(lags)
    assert found.mean == pytest.approx(expected)
    assert found.n_spikes == covered.size


def test_spikes_where_the_signal_peaks_show_the_peak(noise):
    peaks = noise.times_s[np.flatnonzero(noise.values > 1.5)]
    peaks = peaks[(peaks > 1) & (peaks < 58)]
    found = spike_triggered_average(SpikeTrains.of([peaks], stop_s=60.0), None, noise)
    middle = found.mean.size // 2
    assert found.mean[middle] > found.high[middle]
    assert found.lags_s[np.abs(found.mean).argmax()] == pytest.approx(0.0, abs=0.15)


def test_the_shuffled_interval_holds_most_lags_of_spikes_that_ignore_the_signal(rng):
    outside = []
    for _ in range(40):
        values = np.convolve(rng.normal(size=1240), np.ones(40), "valid")
        slow = Signal("slow", "1", np.arange(values.size) * 0.05, values)
        bursts = (rng.uniform(1, 58, 30)[:, None] + np.arange(5) * 0.01).ravel()
        trains = SpikeTrains.of([bursts], stop_s=60.0)
        found = spike_triggered_average(trains, None, slow, seed=int(rng.integers(100)))
        outside.append(((found.mean < found.low) | (found.mean > found.high)).mean())
    assert 0.0 < np.mean(outside) < 0.12


def test_several_sources_weigh_by_their_spikes():
    """Ten spikes at 1 and thirty at 5 average to 4."""
    times = np.arange(201) * 0.05
    flat = [Signal("flat", "1", times, np.full(201, value)) for value in (1.0, 5.0)]
    trains = [SpikeTrains.of([np.linspace(2, 8, n)], stop_s=10.0) for n in (10, 30)]
    found = spike_triggered_average(trains, None, flat, before_s=0.5, after_s=0.5)
    assert found.n_spikes == 40
    assert found.mean == pytest.approx(4.0)
    assert found.expected == pytest.approx(4.0)


def test_a_signal_of_a_trial_is_found_by_name(trial):
    found = spike_triggered_average(trial, "head", "head_bending", before_s=0.5)
    assert (found.name, found.unit) == ("head_bending", "rad")
    times, _ = trial.recording.spikes("head")
    covered = times[(times >= 0.5) & (times <= 11.0)]
    bending = trial.posture[:, :6].mean(axis=1)
    expected = np.mean(np.interp(covered - 0.25, trial.times_s, bending))
    assert found.n_spikes == covered.size
    assert found.mean[5] == pytest.approx(expected)


@pytest.mark.parametrize(
    ("of", "options", "said"),
    [
        ("sped", {}, "speed"),
        ("bearing", {}, "bearing is circular"),
        (7, {}, "of is 7"),
        ("speed", {"before_s": 6.0}, "before_s"),
        ("speed", {"shuffles": 0}, "shuffles"),
        (["speed", "heading"], {}, "2 signals; expected 1"),
    ],
)
def test_arguments_out_of_range_are_refused(trial, of, options, said):
    with pytest.raises(InputError, match=said):
        spike_triggered_average(trial, "head", of, **options)


def test_an_average_of_no_spikes_is_refused(noise):
    with pytest.raises(InputError, match="no spike"):
        spike_triggered_average(SpikeTrains.of([[0.1]], stop_s=60.0), None, noise)
