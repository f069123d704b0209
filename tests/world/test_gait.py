"""The gait without neurons."""

from __future__ import annotations

import math

import numpy as np
import pytest

from spikeworm_env.errors import InputError
from spikeworm_env.world.arena import make_foods
from spikeworm_env.world.gait import FREQUENCY_HZ, Gait
from tests.fixtures.worm_in_arena import WormInArena

FOODS = make_foods(np.array([(50.0, 0.0)]), 1.0, 8.0)
CYCLE_S = 1 / FREQUENCY_HZ


def crawl(turn, drive=1.0, cycles=8):
    """Speed (BL/s) along the path and mean rate of turning (rad/s), both averaged over cycles."""
    arena, gait = WormInArena(FOODS, radius=1000.0), Gait(4)
    centres, angles = [], []
    for _ in range(round(cycles * CYCLE_S / 4e-3)):
        arena.advance(gait.step(turn, drive).astype(np.float64), 4)
        centres.append(arena.worms["centre"][0].copy())
        angles.append(arena.worms["phi0"][0])
    cycle = round(CYCLE_S / 4e-3)
    window = np.ones(cycle) / cycle
    smooth = np.stack([np.convolve(c, window, "valid") for c in np.transpose(centres)], axis=1)[cycle:]
    turned = np.convolve(angles, window, "valid")[cycle:]
    path = np.hypot(*np.diff(smooth, axis=0).T).sum()
    seconds = 4e-3 * (len(turned) - 1)
    return path / seconds, (turned[-1] - turned[0]) / seconds


def test_full_drive_crawls_straight_at_the_speed_of_the_spiking_gait():
    speed, turning = crawl(0.0)
    assert speed == pytest.approx(0.26, abs=0.01)
    assert abs(turning) < 0.01


def test_turn_steers_to_the_right_in_a_circle_of_less_than_a_body_length():
    speed, turning = crawl(1.0)
    assert turning < 0  # clockwise
    assert speed / -turning < 1.0
    assert speed > 0.15


def test_turn_is_symmetric():
    (right_speed, right), (left_speed, left) = crawl(0.5), crawl(-0.5)
    assert left == pytest.approx(-right, rel=0.02)
    assert left_speed == pytest.approx(right_speed, rel=0.02)


def test_drive_sets_the_speed():
    speeds = [crawl(0.0, drive, cycles=12)[0] for drive in (0.3, 0.6, 1.0)]
    assert speeds == pytest.approx([0.3 * speeds[2], 0.6 * speeds[2], speeds[2]], rel=0.1)


def test_a_wave_that_runs_backwards_retraces_itself():
    gait = Gait()
    forth = [gait.step(0.2, drive) for drive in (0.3, 0.7, 1.0)]
    back = [gait.step(0.2, -drive) for drive in (1.0, 0.7, 0.3)]
    np.testing.assert_allclose(back, forth[::-1], atol=1e-8)


def test_shares_are_those_of_the_documented_wave():
    gait = Gait(10)
    gait.reset(0.4)
    wave = np.sin(0.4 + math.pi * 0.71 * 0.01 - 2 * math.pi * 1.85 * np.arange(24) / 24) + 0.3 * 0.5
    expected = 0.0112 * np.maximum((wave, -wave), 0.0)
    np.testing.assert_allclose(gait.step(0.5), expected, atol=1e-8)


def test_no_drive_means_no_motion():
    gait = Gait()
    gait.step(0.0, 1.0)
    np.testing.assert_array_equal(gait.step(0.2, 0.0), gait.step(0.2, 0.0))


def test_shares_lie_in_0_to_1_and_one_side_of_a_segment_is_0():
    for phase in np.linspace(0, 2 * math.pi, 50):
        gait = Gait()
        gait.reset(phase)
        action = gait.step(0.7)
        assert action.shape == (2, 24)
        assert action.dtype == np.float32
        assert action.min() >= 0
        assert action.max() <= 1
        assert not (action.min(axis=0) > 0).any()


def test_commands_beyond_their_range_are_clipped():
    for sign in (1.0, -1.0):
        fast, full = Gait(), Gait()
        np.testing.assert_array_equal(fast.step(5.0 * sign, 3.0 * sign), full.step(sign, sign))
        assert fast.phase_rad == full.phase_rad


@pytest.mark.parametrize("frame_skip", [0, -1, 1.5, "10", None])
def test_frame_skip_that_is_no_number_of_ticks_is_an_error(frame_skip):
    with pytest.raises(InputError, match="frame_skip"):
        Gait(frame_skip)
