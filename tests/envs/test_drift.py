"""Drift: the food moves."""

from __future__ import annotations

import math

import numpy as np
import pytest

NAME = "SpikeWorm/Drift-v0"
STILL = np.zeros((2, 24), np.float32)


def test_food_moves_straight_at_its_speed(make):
    env = make(NAME, drift_speed=0.2)
    options = {"position": (0.0, 0.0), "food": (5.0, 0.0), "drift_heading_rad": 0.6}
    env.reset(options=options)
    for step in range(1, 201):
        *_, info = env.step(STILL)
        moved = 0.2 * 0.01 * step
        expected = (5.0 + moved * math.cos(0.6), moved * math.sin(0.6))
        np.testing.assert_allclose(info["food"][0], expected, atol=1e-12)
        np.testing.assert_allclose(info["food_velocity"][0], (0.2 * math.cos(0.6), 0.2 * math.sin(0.6)))
        assert info["distance"] == pytest.approx(math.dist(info["position"], info["food"][0]), rel=1e-12)


def test_concentration_moves_with_the_food(make):
    env = make(NAME, sigma=2.0)
    env.reset(options={"position": (0.0, 0.0), "food": (5.0, 0.0), "drift_heading_rad": math.pi})
    for _ in range(100):
        *_, info = env.step(STILL)
        expected = math.exp(-0.5 * (info["distance"] / 2.0) ** 2)
        assert info["concentration"] == pytest.approx(expected, rel=1e-12)
        assert info["reward_terms"]["approach"] > 0  # the food comes to the worm


def test_food_is_reflected_inside_the_arena_and_keeps_its_speed(make):
    env = make(NAME, arena_radius=8.0, start_distance=2.0, drift_speed=5.0, n_foods=3, frame_skip=1)
    env.reset(seed=0)
    turned = 0
    heading = None
    for _ in range(5000):
        *_, info = env.step(STILL)
        assert np.hypot(*info["food"].T).max() < 5.0 + 5.0 * 1e-3
        np.testing.assert_allclose(np.hypot(*info["food_velocity"].T), 5.0, rtol=1e-9)
        turned += heading is not None and not np.allclose(heading, info["food_velocity"])
        heading = info["food_velocity"]
    assert turned > 10


def test_angle_of_reflection_is_the_angle_of_incidence(make):
    env = make(NAME, arena_radius=8.0, start_distance=2.0, drift_speed=1.0, frame_skip=1)
    env.reset(options={"position": (0.0, 0.0), "food": (4.0, 2.995), "drift_heading_rad": 0.0})
    while (info := env.step(STILL)[4])["food_velocity"][0, 0] == 1.0:
        place = info["food"][0]
    normal = place / np.hypot(*place)
    before = np.array((1.0, 0.0))
    np.testing.assert_allclose(info["food_velocity"][0], before - 2 * (before @ normal) * normal, atol=1e-2)


def test_headings_are_uniform_and_each_food_has_its_own(make):
    env = make(NAME, n_foods=4)
    velocities = np.array([env.reset(seed=seed)[1]["food_velocity"] for seed in range(100)])
    angles = np.arctan2(velocities[..., 1], velocities[..., 0])
    np.testing.assert_allclose(np.histogram(angles, 4, (-math.pi, math.pi))[0], 100, atol=35)
    assert np.ptp(angles, axis=1).min() > 0


def test_speed_0_is_chemotaxis(make, gentle):
    still, plain = make(NAME, drift_speed=0.0), make("SpikeWorm/Chemotaxis-v0")
    still.reset(seed=2)
    plain.reset(seed=2)
    for action in gentle(plain, 50):
        np.testing.assert_array_equal(still.step(action)[0], plain.step(action)[0])


@pytest.mark.parametrize("speed", [-0.1, 11, "fast", None])
def test_speed_out_of_range_is_an_error(make, speed):
    with pytest.raises(ValueError, match=r"^drift_speed is .*; expected a number from 0 to 10 BL/s"):
        make(NAME, drift_speed=speed)
