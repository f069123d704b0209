"""Speed and wave frequency recover what a made-up worm was given."""

from __future__ import annotations

import math

import numpy as np
import pytest

from spikeworm_env.trials.kinematics import net_speed, wave_frequency

SAMPLE_S = 0.05


def straight_track(speed: float, seconds: float, swing: float = 0.0, frequency: float = 0.5) -> np.ndarray:
    time = np.arange(0, seconds + SAMPLE_S / 2, SAMPLE_S)
    return np.column_stack([speed * time, swing * np.sin(2 * np.pi * frequency * time)])


@pytest.mark.parametrize("speed", [0.0, 0.1, 0.26])
def test_speed_of_a_straight_track_is_its_speed(speed: float) -> None:
    assert net_speed(straight_track(speed, 30), SAMPLE_S) == pytest.approx(speed, abs=1e-12)


def test_swing_of_the_wave_does_not_count_as_speed() -> None:
    track = straight_track(0.2, 60, swing=0.1, frequency=0.5)
    path_length = np.hypot(*np.diff(track, axis=0).T).sum() / 60
    assert net_speed(track, SAMPLE_S) == pytest.approx(0.2, rel=0.01)
    assert path_length > 1.2 * 0.2  # the measure it replaces would flatter the worm


def test_speed_of_a_circle_much_wider_than_a_window_is_its_speed() -> None:
    time = np.arange(0, 60, SAMPLE_S)
    track = 5.0 * np.column_stack([np.cos(0.26 * time / 5), np.sin(0.26 * time / 5)])
    assert net_speed(track, SAMPLE_S) == pytest.approx(0.26, rel=0.005)


def test_track_shorter_than_a_window_is_one_window() -> None:
    assert net_speed(straight_track(0.3, 1), SAMPLE_S) == pytest.approx(0.3)
    assert math.isnan(net_speed(straight_track(0.3, 0), SAMPLE_S))


@pytest.mark.parametrize("frequency", [0.31, 0.5, 0.77, 2.03])
def test_frequency_of_a_travelling_wave_is_recovered(frequency: float) -> None:
    time = np.arange(0, 90, SAMPLE_S)[:, None]
    phase = np.linspace(0, 3, 23)[None, :]
    angles = 0.1 + 0.3 * np.sin(2 * np.pi * frequency * time - phase)
    assert wave_frequency(angles, SAMPLE_S) == pytest.approx(frequency, rel=0.01)


def test_frequency_survives_noise_and_a_false_start() -> None:
    rng = np.random.default_rng(1)
    time = np.arange(0, 60, SAMPLE_S)[:, None]
    angles = 0.3 * np.sin(2 * np.pi * 0.6 * time - np.linspace(0, 3, 23)) + rng.normal(0, 0.2, (1200, 23))
    angles[: round(2 / SAMPLE_S)] = 50 * np.sin(2 * np.pi * 5 * time[: round(2 / SAMPLE_S)])
    assert wave_frequency(angles, SAMPLE_S) == pytest.approx(0.6, rel=0.01)


@pytest.mark.parametrize("angles", [np.zeros((500, 23)), np.full((500, 23), 0.37), np.ones((41, 23))])
def test_still_body_and_short_trial_have_no_frequency(angles: np.ndarray) -> None:
    assert math.isnan(wave_frequency(angles, SAMPLE_S))


def test_slow_steering_is_not_the_wave() -> None:
    time = np.arange(0, 90, SAMPLE_S)[:, None]
    steering = 0.6 * np.sin(2 * np.pi * 0.02 * time) + 0.5 * (time > 45)
    angles = steering + 0.2 * np.sin(2 * np.pi * 0.7 * time - np.linspace(0, 3, 23))
    assert wave_frequency(angles, SAMPLE_S) == pytest.approx(0.7, rel=0.01)
