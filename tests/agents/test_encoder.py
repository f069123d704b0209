"""The encoder: amplitudes of the sound, currents into the given neurons, and errors of bad input."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.io import wavfile

from spikeworm_env.agents.encoder import Encoder, Sound
from spikeworm_env.errors import InputError

RATE = 16_000


# ---- sound ---------------------------------------------------------------------------------------
@pytest.mark.parametrize("dtype", ["uint8", "int16", "int32", "float32", "float64"])
def test_a_wav_file_of_any_sample_width_gives_the_written_tone(tmp_path, dtype):
    tone = Sound.tone(440, 0.1, 0.5)
    scale = {"uint8": 128, "int16": 2**15, "int32": 2**31}.get(dtype, 1)
    middle = 128 if dtype == "uint8" else 0
    wavfile.write(tmp_path / "tone.wav", RATE, (tone.samples * scale + middle).astype(dtype))
    read = Sound.read(tmp_path / "tone.wav")
    assert read.rate == RATE
    np.testing.assert_allclose(
        read.samples, tone.samples, atol=1.01 / min(scale, 2**15) if scale > 1 else 1e-6
    )


def test_stereo_is_averaged(tmp_path):
    left, right = Sound.tone(300, 0.05).samples, Sound.tone(900, 0.05).samples
    wavfile.write(tmp_path / "two.wav", RATE, np.column_stack([left, right]))
    np.testing.assert_allclose(Sound.read(tmp_path / "two.wav").samples, (left + right) / 2)


@pytest.mark.parametrize("content", [b"", b"RIFF", b"no sound at all, only words and more words"])
def test_a_file_that_is_no_wav_file_is_an_input_error(tmp_path, content):
    (tmp_path / "bad.wav").write_bytes(content)
    with pytest.raises(InputError, match=r"bad\.wav: cannot be read"):
        Sound.read(tmp_path / "bad.wav")


def test_a_missing_truncated_or_empty_file_is_an_input_error(tmp_path):
    with pytest.raises(InputError, match="cannot be read"):
        Sound.read(tmp_path / "none.wav")
    wavfile.write(tmp_path / "whole.wav", RATE, Sound.tone(440, 0.1).samples)
    whole = (tmp_path / "whole.wav").read_bytes()
    for length in range(4, len(whole), 397):
        (tmp_path / "cut.wav").write_bytes(whole[:length])
        with pytest.raises(InputError):
            Sound.read(tmp_path / "cut.wav")
    wavfile.write(tmp_path / "empty.wav", RATE, np.empty(0, dtype=np.int16))
    with pytest.raises(InputError):
        Sound.read(tmp_path / "empty.wav")


@pytest.mark.parametrize("rate", [0, -1, np.nan, np.inf, "fast", None, True])
def test_a_wrong_rate_is_an_input_error(rate):
    with pytest.raises(InputError, match="rate is"):
        Sound(np.ones(100), rate)


@pytest.mark.parametrize("samples", [[], [[1.0, 2.0]], [1.0, np.nan], [np.inf], ["a"], 1.0])
def test_samples_of_a_wrong_shape_or_type_are_an_input_error(samples):
    with pytest.raises(InputError, match="samples"):
        Sound(samples, RATE)


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"frequency": 0}, "frequency"),
        ({"frequency": 8001}, "frequency"),
        ({"seconds": 0}, "seconds"),
        ({"seconds": 1e-9}, "samples"),
        ({"amplitude": -1}, "amplitude"),
        ({"amplitude": np.nan}, "amplitude"),
        ({"rate": 0}, "rate"),
    ],
)
def test_a_tone_out_of_range_is_an_input_error(wrong, named):
    with pytest.raises(InputError, match=named):
        Sound.tone(**{"frequency": 440, "seconds": 0.1, **wrong})


# ---- bands ---------------------------------------------------------------------------------------
def test_bands_are_of_equal_width_in_log_frequency():
    np.testing.assert_allclose(Encoder(bands=6, low=100, high=6400).edges, 100 * 2.0 ** np.arange(7))


@pytest.mark.parametrize("band", range(6))
@pytest.mark.parametrize("rate", [16_000, 44_100, 22_050])
def test_a_tone_gives_its_amplitude_in_its_band(band, rate):
    encoder = Encoder(bands=6, low=100, high=6400)
    tone = Sound.tone(float(encoder.edges[band]) * 1.5, 0.3, 0.7, rate)
    found = encoder.amplitudes(tone)
    assert found.shape == (300, 6)
    inside = found[50:-50]
    np.testing.assert_allclose(inside[:, band], 0.7, rtol=0.05)
    assert (np.delete(inside, band, axis=1) < 0.15 * 0.7).all()


def test_a_single_band_spans_all_frequencies():
    np.testing.assert_allclose(Encoder(bands=1, low=100, high=6400).edges, [100, 6400])


def test_the_current_of_a_tone_has_its_time_course():
    tone, silence = Sound.tone(600, 0.2).samples, np.zeros(RATE // 5)
    found = Encoder().amplitudes(Sound(np.concatenate([silence, tone, silence]), RATE)).max(axis=1)
    assert found.shape == (600,)
    assert (found[:170] < 1e-9).all() and (found[430:] < 1e-9).all()
    assert (found[230:370] > 0.9).all()
    assert found[200] == pytest.approx(0.5**0.5, abs=0.02)  # half of the window, so half of the power


def test_silence_gives_zero_and_a_sound_shorter_than_the_window_is_encoded():
    assert (Encoder().amplitudes(Sound(np.zeros(RATE), RATE)) == 0).all()
    assert Encoder().amplitudes(Sound.tone(1000, 0.01)).shape == (10, 8)


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"bands": 0}, "bands"),
        ({"bands": 2.5}, "bands"),
        ({"bands": True}, "bands"),
        ({"low": 0}, "low"),
        ({"low": 6400}, "low"),
        ({"low": 7000}, "low"),
        ({"high": np.nan}, "high"),
        ({"window": 0}, "window"),
        ({"hop": 0}, "hop"),
        ({"hop": 41}, "hop"),
        ({"gain": np.nan}, "gain"),
        ({"offset": np.inf}, "offset"),
        ({"limit": 0}, "limit"),
        ({"limit": "high"}, "limit"),
    ],
)
def test_a_setting_out_of_range_is_an_input_error(wrong, named):
    with pytest.raises(InputError, match=f"^{named} is"):
        Encoder(**wrong)


@pytest.mark.parametrize(
    ("encoder", "sound", "named"),
    [
        (Encoder(), Sound(np.ones(8000), 8000), "high is"),
        (Encoder(bands=100), Sound(np.ones(RATE), RATE), "too narrow"),
        (Encoder(), Sound(np.ones(15), RATE), "at least 1 ms"),
        (Encoder(hop=0.01), Sound(np.ones(RATE), RATE), "hop"),
    ],
)
def test_a_sound_out_of_the_encoders_range_is_an_input_error(encoder, sound, named):
    with pytest.raises(InputError, match=named):
        encoder.amplitudes(sound)


# ---- currents ------------------------------------------------------------------------------------
def test_channels_go_to_their_neurons_with_gain_offset_and_limit():
    values = np.array([[0.0, 1.0], [2.0, -3.0]])
    currents = Encoder(gain=2, offset=1, limit=4).channels(values, [[0, 3], [1]], 5)
    assert currents.dtype == np.float64
    assert currents.tolist() == [[1, 3, 0, 1, 0], [4, -4, 0, 4, 0]]


def test_a_neuron_of_two_channels_receives_their_sum_and_a_channel_may_have_none():
    assert Encoder(gain=1).channels([[1.0, 2.0, 4.0]], [[1], [0, 1], []], 2).tolist() == [[2, 3]]


def test_a_sound_goes_to_the_neurons_of_its_band():
    encoder = Encoder(bands=6, low=100, high=6400, gain=10)
    currents = encoder.encode(Sound.tone(600, 0.2), np.arange(6)[:, None], 8)
    np.testing.assert_array_equal(currents[:, :6], 10 * encoder.amplitudes(Sound.tone(600, 0.2)))
    assert (currents[:, 6:] == 0).all()


@pytest.mark.parametrize(
    ("values", "ids", "n", "named"),
    [
        ([1.0], [[0]], 2, "values"),
        (np.empty((0, 1)), [[0]], 2, "values"),
        ([[np.nan]], [[0]], 2, "values"),
        ([["a"]], [[0]], 2, "values"),
        ([[1.0]], [], 2, r"ids is \[\]"),
        ([[1.0]], [[0], [1]], 2, r"ids is \[\[0\], \[1\]\]"),
        ([[1.0]], [[2]], 2, "outside"),
        ([[1.0]], [[-1]], 2, "outside"),
        ([[1.0]], [[0, 0]], 2, "twice"),
        ([[1.0]], [[0.5]], 2, "whole"),
        ([[1.0]], [[[0], [0, 1]]], 2, "ids"),
        ([[1.0]], [[0]], 0, "n is"),
    ],
)
def test_channels_of_a_wrong_shape_are_an_input_error(values, ids, n, named):
    with pytest.raises(InputError, match=named):
        Encoder().channels(values, ids, n)
