"""The laws of low Reynolds number, on bodies whose shape is given."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.special import j0

from tests.fixtures.prescribed_shape import advance_prescribed, rigid_motion

AGAR = 40.0
ISOTROPIC = 1.0


def travelling_wave(frequency_hz=1.0, amplitude=0.45, mirrored=False):
    """Joint angles of a wave that runs from head to tail, as a function of time."""
    sign = -1.0 if mirrored else 1.0
    place = np.arange(1, 24) / 24
    return lambda t: sign * amplitude * np.cos(2 * math.pi * (1.85 * place - frequency_hz * t))


def reciprocal_stroke(t):
    """Joint angles that go forth and back the same way."""
    return 0.45 * np.cos(2 * math.pi * 1.85 * np.arange(1, 24) / 24) * math.cos(2 * math.pi * t)


def drag_centre(pose, theta):
    """Mean of the links' midpoints."""
    angles = pose[2] + np.concatenate(([0.0], np.cumsum(theta)))
    links = np.stack((np.cos(angles), np.sin(angles)), axis=1) / len(angles)
    ends = pose[:2] + np.cumsum(links, axis=0)
    return (ends - 0.5 * links).mean(axis=0)


def swim(stroke, seconds, drag_ratio=AGAR, dt=1e-3, pose=(0.0, 0.0, 0.0)):
    """Head poses (m, 3) and drag centres (m, 2) from the start on."""
    pose, theta = np.array(pose, dtype=float), stroke(0.0)
    poses, centres = [pose.copy()], [drag_centre(pose, theta)]
    for k in range(round(seconds / dt)):
        theta_next = stroke((k + 1) * dt)
        advance_prescribed(pose, theta, theta_next, drag_ratio, dt)
        theta = theta_next
        poses.append(pose.copy())
        centres.append(drag_centre(pose, theta))
    return np.array(poses), np.array(centres)


def distance(centres):
    return math.dist(centres[0], centres[-1])


def test_reciprocal_stroke_returns_home():
    poses, _ = swim(reciprocal_stroke, 1.0)
    assert np.abs(poses[500] - poses[0]).max() > 1e-2  # it does move in between
    assert np.abs(poses[-1] - poses[0]).max() < 1e-12


def test_travelling_wave_does_not_return():
    _, centres = swim(travelling_wave(), 1.0)
    assert distance(centres) > 0.3


def test_worm_moves_against_its_wave():
    poses, centres = swim(travelling_wave(), 1.0)
    heading = -np.array((math.cos(poses[0, 2]), math.sin(poses[0, 2])))
    assert (centres[-1] - centres[0]) @ heading > 0.3


def test_isotropic_drag_never_moves_the_drag_centre():
    _, centres = swim(travelling_wave(0.71), 20.0, drag_ratio=ISOTROPIC)
    assert np.abs(centres - centres[0]).max() < 1e-5


def test_slower_stroke_goes_as_far_per_cycle():
    reached = [distance(swim(travelling_wave(1 / period), period)[1]) for period in (1.0, 2.0, 4.0)]
    assert np.ptp(reached) < 3e-5


def test_rotation_and_translation_carry_the_path_along():
    turn, shift = 0.7, np.array((3.0, -2.0))
    poses, _ = swim(travelling_wave(), 1.0)
    turned, _ = swim(travelling_wave(), 1.0, pose=(*shift, turn))
    c, s = math.cos(turn), math.sin(turn)
    assert np.abs(turned[:, :2] - (poses[:, :2] @ np.array(((c, s), (-s, c))) + shift)).max() < 2e-14
    assert np.abs(turned[:, 2] - poses[:, 2] - turn).max() < 2e-14


def test_mirrored_stroke_takes_the_mirrored_path():
    poses, _ = swim(travelling_wave(), 1.0)
    mirrored, _ = swim(travelling_wave(mirrored=True), 1.0)
    np.testing.assert_array_equal(mirrored, poses * (1.0, -1.0, -1.0))


def test_error_falls_with_the_square_of_the_time_step():
    finest = swim(travelling_wave(), 1.0, dt=1.25e-4)[0][-1]
    errors = [np.abs(swim(travelling_wave(), 1.0, dt=dt)[0][-1] - finest).max() for dt in (4e-3, 2e-3, 1e-3)]
    assert errors[0] < 2e-4
    assert errors[0] / errors[1] == pytest.approx(4, rel=0.1)
    assert errors[1] / errors[2] == pytest.approx(4, rel=0.1)


def slender_wave(n_links, amplitude, length):
    """A sinusoid of the tangent angle along the body: length of a wave in BL of arc, 1 Hz."""
    place = (np.arange(n_links) + 0.5) / n_links
    return lambda t: np.diff(amplitude * np.cos(2 * math.pi * (place / length - t)))


def test_speed_approaches_that_of_a_slender_sinusoid():
    """Gray & Hancock 1955: U = f alpha L (K - 1) beta / (1 + (K - 1) beta)."""
    amplitude, length = 1.0, 0.5
    alpha, beta = j0(amplitude), (1 - j0(2 * amplitude)) / 2  # <cos psi>, <sin^2 psi> along the arc
    expected = alpha * length * (AGAR - 1) * beta / (1 + (AGAR - 1) * beta)
    errors = []
    for n_links in (24, 48, 96):
        _, centres = swim(slender_wave(n_links, amplitude, length), 1.0, dt=2e-3)
        errors.append(1 - distance(centres) / expected)
    assert 0 < errors[0] < 0.08
    assert errors[0] > errors[1] > errors[2] > 0


@pytest.mark.parametrize("drag_ratio", [2.0, AGAR, 1e5])
@pytest.mark.parametrize("amplitude", [0.3, 0.9])
def test_crawl_never_outruns_its_wave(drag_ratio, amplitude):
    length = 0.5
    _, centres = swim(slender_wave(24, amplitude, length), 1.0, drag_ratio=drag_ratio, dt=2e-3)
    assert 0 < distance(centres) < j0(amplitude) * length


def test_straight_body_turns_about_its_middle():
    """A rigid rod that bends at its middle joint alone swings both halves alike."""
    theta, rate = np.zeros(23), np.zeros(23)
    rate[11] = 1.0
    _, vy, turn = rigid_motion(0.0, theta, rate, AGAR)
    assert turn == pytest.approx(-0.5)  # the head half goes one way, the tail half the other
    assert vy + turn * 0.25 == pytest.approx(0.0, abs=1e-12)  # the half's own middle stays where it is
