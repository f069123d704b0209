"""Spike trains and signals of a trial, and of arrays."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import spikeworm_env as sw
from spikeworm_env.analysis import SIGNALS, Signal, SpikeTrains, signal, signals, spike_trains
from spikeworm_env.errors import InputError, UnknownNameError
from spikeworm_env.trials.task import Trial


def test_trains_of_a_trial_are_the_recorded_spikes_of_the_named_neurons(trial, compiled):
    trains = spike_trains(trial, "head")
    times, neurons = trial.recording.spikes("head")
    np.testing.assert_array_equal(trains.times_s, times)
    np.testing.assert_array_equal(trains.neurons, neurons)
    np.testing.assert_array_equal(trains.ids, compiled.ids("head"))
    assert trains.stop_s == trial.recording.seconds == 12.0
    assert set(np.char.partition(trains.labels, ".")[:, 0]) == {"head"}
    some = int(neurons[0])
    assert compiled.ids(trains.labels[trains.ids == some].item()).tolist().count(some) == 1
    np.testing.assert_array_equal(spike_trains(trial.recording, "head").times_s, times)


def test_a_neuron_without_spikes_has_a_rate_of_zero():
    trains = SpikeTrains.of([[0.5, 0.1], [], [0.9]], stop_s=2.0)
    assert trains.counts.tolist() == [2, 0, 1]
    assert trains.mean_rates_hz.tolist() == [1.0, 0.0, 0.5]
    assert trains.train(0).tolist() == [0.1, 0.5]


def test_a_part_of_the_window_has_its_spikes_and_length():
    trains = SpikeTrains.of([[0.1, 0.5, 1.5]], stop_s=2.0).between(0.5, 1.5)
    assert trains.times_s.tolist() == [0.5]
    assert trains.mean_rates_hz.tolist() == [1.0]


def test_selected_neurons_keep_their_ids_and_labels():
    trains = SpikeTrains.of([[0.1], [0.2], [0.3]], stop_s=1.0).select([2, 0])
    assert trains.ids.tolist() == [0, 2]
    assert trains.labels.tolist() == ["0", "2"]
    assert trains.columns.tolist() == [0, 1]


def test_what_has_no_spikes_is_refused_with_what_to_do(trial, compiled):
    unrecorded = sw.run_trial(compiled, Trial("short", duration_s=0.1))
    with pytest.raises(InputError, match="record='spikes'"):
        spike_trains(unrecorded)
    voltages = sw.run_trial(compiled, Trial("short", duration_s=0.1), record="v:head")
    with pytest.raises(InputError, match="spikes are not recorded"):
        spike_trains(voltages)
    with pytest.raises(UnknownNameError, match="klinotaxis"):
        spike_trains(trial, "klinotaxs")
    with pytest.raises(InputError, match="source is 3"):
        spike_trains(3)


@pytest.mark.parametrize(
    ("trains", "stop", "said"),
    [
        ([[0.1, 2.0]], 2.0, "outside the window"),
        ([[-0.1]], 2.0, "outside the window"),
        ([[np.nan]], 2.0, r"trains\[0\]"),
        ([[0.1], "a"], 2.0, r"trains\[1\]"),
        (7, 2.0, "trains are 7"),
        ([[]], 0.0, "stop_s is 0"),
    ],
)
def test_arrays_that_are_no_trains_are_refused(trains, stop, said):
    with pytest.raises(InputError, match=said):
        SpikeTrains.of(trains, stop_s=stop)


# ---- signals ----------------------------------------------------------------------------------------------
def circling(trial, radius: float = 2.0, turn: float = 0.5):
    """The trial with a worm that circles to the left about the origin, its food far away along x."""
    m = trial.even_samples
    angle = turn * np.arange(m) * trial.sample_s
    centre = radius * np.column_stack([np.cos(angle), np.sin(angle)])
    ahead = np.column_stack([-np.sin(angle), np.cos(angle)])
    return replace(
        trial,
        centre=centre,
        path=centre + 0.5 * ahead,
        heading=((angle + np.pi / 2 + np.pi) % (2 * np.pi) - np.pi).astype(np.float32),
        food_path=np.tile(np.array([1e9, 0.0]), (m, 1, 1)),
        posture=np.tile(np.arange(23) / 23, (m, 1)),
        concentration=np.arange(m) * 0.01,
    )


def test_signals_of_a_worm_on_a_circle_are_those_of_geometry(trial):
    worm = circling(trial)
    inner = slice(20, -20)
    assert signal(worm, "speed").values[inner] == pytest.approx(1.0, rel=1e-2)
    assert signal(worm, "velocity").values[inner] == pytest.approx(1.0, rel=1e-2)
    assert signal(worm, "heading_change").values == pytest.approx(0.5, abs=1e-3)
    assert np.diff(signal(worm, "heading").values) == pytest.approx(0.5 * worm.sample_s, abs=1e-5)
    bearing = signal(worm, "bearing").values
    assert np.cos(bearing) == pytest.approx(np.cos(worm.heading), abs=1e-5)  # food along x, heading from x
    assert np.sin(bearing) == pytest.approx(-np.sin(worm.heading), abs=1e-5)
    assert signal(worm, "distance").values == pytest.approx(1e9, rel=1e-6)
    assert signal(worm, "head_bending").values == pytest.approx(np.mean(np.arange(6) / 23))
    assert signal(worm, "curvature").values == pytest.approx(np.mean(np.arange(23) / 23) * 24)
    assert signal(worm, "concentration_change").values == pytest.approx(0.01 / worm.sample_s)


def test_a_worm_that_backs_away_has_a_negative_velocity(trial):
    worm = circling(trial)
    reversed_worm = replace(worm, path=2 * worm.centre - worm.path)
    assert signal(reversed_worm, "velocity").values[20:-20] == pytest.approx(-1.0, rel=1e-2)
    assert (signal(reversed_worm, "speed").values[20:-20] > 0).all()


def test_the_concentration_of_a_trial_is_that_of_its_food_at_the_head(trial):
    (x, y, peak, sigma), *rest = trial.food
    assert not rest
    away = np.hypot(trial.path[:, 0] - x, trial.path[:, 1] - y)
    expected = peak * np.exp(-(away**2) / (2 * sigma**2))
    assert trial.concentration == pytest.approx(expected, rel=1e-5)


def test_every_signal_has_a_value_at_every_even_sample(trial):
    found = signals(trial)
    assert list(found) == list(SIGNALS)
    for name, each in found.items():
        assert each.values.shape == each.times_s.shape == (trial.even_samples,)
        assert np.isfinite(each.values).all(), name
        assert each.unit


@pytest.mark.parametrize(
    ("times", "values", "said"),
    [
        ([0, 1, 3], [0, 1, 2], "even"),
        ([0, 1], [0, 1, 2], "shape"),
        ([0], [0], "shape"),
        ([1, 0], [0, 1], "even"),
        (["a", "b"], [0, 1], "times_s"),
    ],
)
def test_uneven_signals_are_refused(times, values, said):
    with pytest.raises(InputError, match=said):
        Signal("own", "1", times, values)


def test_an_unknown_signal_is_refused_with_a_near_name(trial):
    with pytest.raises(UnknownNameError, match="speed"):
        signal(trial, "sped")
