"""Waveforms: pure functions of the tick, in whatever blocks they are asked for."""

from __future__ import annotations

import hashlib

import numpy as np
import pytest

import spikeworm_env as sw
from spikeworm_env.errors import InputError
from spikeworm_env.interventions._waveforms import Samples

WAVEFORMS = (
    sw.Pulses(5, 20),
    sw.Pulses(1, 333.3),
    sw.Ramp(0.5, 1, 3),
    sw.Noise(2, 1, seed=4),
    Samples(np.linspace(0, 1, 700)),
    Samples(np.arange(1400).reshape(700, 2)),
)


@pytest.mark.parametrize("waveform", WAVEFORMS, ids=lambda each: each.text)
def test_values_do_not_depend_on_the_blocks_in_which_they_are_asked_for(waveform):
    whole = waveform.values(0, 1000, 2)
    parts = [waveform.values(first, 37, 2) for first in range(0, 1000, 37)]
    assert np.array_equal(np.concatenate(parts)[:1000], whole)


def test_pulses_begin_with_the_nearest_tick_and_last_their_width():
    pulses = sw.Pulses(width_ms=5, rate_hz=20).values(0, 1000, 1)
    assert np.array_equal(np.flatnonzero(pulses), (np.arange(0, 1000, 50)[:, None] + np.arange(5)).ravel())
    starts = np.flatnonzero(sw.Pulses(1, 3).values(0, 3000, 1))
    assert starts.tolist() == [0, 333, 667, 1000, 1333, 1667, 2000, 2333, 2667]
    assert sw.Pulses(1, 1000).values(0, 100, 1).all()


def test_a_ramp_goes_from_its_first_to_its_last_value_and_stays():
    ramp = sw.Ramp(duration_s=0.01, first=1, last=-1).values(0, 15, 1)
    assert ramp[:11] == pytest.approx(np.linspace(1, -1, 11))
    assert (ramp[10:] == -1).all()


def test_noise_has_its_moments_its_own_stream_and_the_same_bits_everywhere():
    noise = sw.Noise(sd=2, mean=1, seed=4).values(0, 20_000, 2)
    assert noise.mean() == pytest.approx(1, abs=0.05)
    assert noise.std() == pytest.approx(2, abs=0.05)
    assert abs(np.corrcoef(noise.T)[0, 1]) < 0.05
    other = sw.Noise(sd=2, mean=1, seed=5).values(0, 20_000, 2)
    assert abs(np.corrcoef(noise[:, 0], other[:, 0])[0, 1]) < 0.05
    digest = hashlib.sha256(sw.Noise(seed=4).values(100, 500, 3).astype("<f8").tobytes()).hexdigest()
    assert digest == "429092d82e18fecfc72f189090226cfc35be17cb0b3671edeb946484c567618d"


def test_an_array_is_0_after_its_end():
    assert Samples([1, 2]).values(1, 3, 1).tolist() == [2, 0, 0]


@pytest.mark.parametrize(
    "wrong",
    [[], [[]], [1, "a"], [float("nan")], [[1], [1, 2]], np.zeros((1, 1, 1)), [1e10]],
)
def test_what_is_no_array_of_finite_numbers_is_refused(wrong):
    with pytest.raises(InputError, match="rows"):
        Samples(wrong)
