"""Imaged calcium: the published response to one spike, superposition before the Hill curve, noise."""

from __future__ import annotations

import numpy as np
import pytest

from spikeworm_env.analysis import INDICATORS, SpikeTrains, calcium
from spikeworm_env.errors import InputError, UnknownNameError

PUBLISHED = {"gcamp6s": (0.179, 0.550, 0.23), "gcamp6f": (0.045, 0.142, 0.19)}
"""Chen et al. 2013: time to peak and from there to half, s, and peak ΔF/F of one spike."""


def test_the_indicators_are_the_published_ones():
    assert set(INDICATORS) == set(PUBLISHED)


@pytest.mark.parametrize("name", PUBLISHED)
def test_one_spike_has_the_published_peak_rise_and_decay(name):
    """The Hill curve is nearly straight for one spike, so that fluorescence has the kinetics of calcium."""
    peak_s, half_s, height = PUBLISHED[name]
    found = calcium(SpikeTrains.of([[1.0]], stop_s=6.0), indicator=name, imaging_hz=1000, noise=0)
    trace, at = found.values[:, 0], found.values[:, 0].argmax()
    assert trace[:1001] == pytest.approx(0.0)
    assert trace[at] == pytest.approx(height, rel=1e-4)
    assert found.times_s[at] - 1.0 == pytest.approx(peak_s, abs=0.002)
    half = at + np.flatnonzero(trace[at:] < trace[at] / 2)[0]
    assert found.times_s[half] - found.times_s[at] == pytest.approx(half_s, rel=0.1)


def test_calcium_is_the_convolution_of_spikes_with_the_kernel(poisson):
    """By a sum over spikes for each frame, and the Hill curve after it."""
    spikes, kind = poisson(8.0, 20.0), INDICATORS["gcamp6s"]
    found = calcium(SpikeTrains.of([spikes], stop_s=20.0), imaging_hz=7, noise=0)
    decay, rise = kind.taus_s
    since = found.times_s[:, None] - spikes
    kernel = np.where(since >= 0, np.exp(-since / decay) - np.exp(-since / rise), 0.0)
    fine = np.arange(0, 2, 1e-5)
    peak = (np.exp(-fine / decay) - np.exp(-fine / rise)).max()
    added = kind.spike_nm * kernel.sum(axis=1) / peak
    hill = lambda nm: 1 + 62.2 * nm**2.9 / (144**2.9 + nm**2.9)  # noqa: E731
    assert found.values[:, 0] == pytest.approx(hill(50 + added) / hill(50) - 1, abs=1e-6)


def test_weak_activity_is_amplified_and_strong_activity_saturates():
    def peak(n: int) -> float:
        train = SpikeTrains.of([1 + np.arange(n) * 1e-4], stop_s=4.0)
        return float(calcium(train, imaging_hz=500, noise=0).values.max())

    one, five, thousand, more = (peak(n) for n in (1, 5, 1000, 4000))
    assert five > 6 * one
    assert more < 1.1 * thousand
    assert more < 63.2


def test_noise_has_the_stated_deviation_at_every_imaging_rate():
    silent = SpikeTrains.of([[]] * 20, stop_s=200.0)
    for hz in (2.0, 20.0):
        found = calcium(silent, imaging_hz=hz, noise=0.03).values
        assert found.std() == pytest.approx(0.03 * np.sqrt(hz), rel=0.03)
        level = np.median(np.abs(np.diff(found, axis=0))) / np.sqrt(hz)  # Rupprecht et al. 2021
        assert level == pytest.approx(0.03 * 0.954, rel=0.05)


def test_bright_frames_are_noisier_as_photons_are():
    busy = SpikeTrains.of([np.arange(0.001, 100, 0.05)], stop_s=100.0)
    clean = calcium(busy, noise=0).values[50:]
    noisy = calcium(busy, noise=0.05).values[50:]
    expected = 0.05 * np.sqrt(10 * (1 + clean.mean()))
    assert (noisy - clean).std() == pytest.approx(expected, rel=0.06)


def test_a_seed_gives_the_same_frames(trial):
    one, two, other = (calcium(trial, "head", seed=seed) for seed in (1, 1, 2))
    np.testing.assert_array_equal(one.values, two.values)
    assert not np.array_equal(one.values, other.values)
    assert one.values.shape == (121, 32)
    assert one.times_s[1] == pytest.approx(0.1)


def test_an_unknown_indicator_or_rate_is_refused(trial):
    with pytest.raises(UnknownNameError, match="gcamp6s"):
        calcium(trial, indicator="gcamp6")
    with pytest.raises(InputError, match="imaging_hz"):
        calcium(trial, imaging_hz=0)
    with pytest.raises(InputError, match="noise"):
        calcium(trial, noise=-1)
