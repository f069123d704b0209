"""Steering: the gait generator between action and muscles."""

from __future__ import annotations

import math

import numpy as np
import pytest

from spikeworm_env.world.gait import FREQUENCY_HZ, Gait

NAME = "SpikeWorm/Steering-v0"
START = {"position": (0.0, 0.0), "heading_rad": 0.0, "food": (9.0, 4.0)}


def test_it_is_chemotaxis_driven_by_the_gait(make):
    steered, driven = make(NAME), make("SpikeWorm/Chemotaxis-v0")
    steered.reset(seed=0, options=START)
    driven.reset(seed=0, options=START)
    gait = Gait(10)
    gait.reset(steered.get_state().env_state["phase_rad"][0])
    for turn, drive in np.random.default_rng(0).uniform(-1.5, 1.5, (300, 2)):
        seen, reward, *_, info = steered.step(np.array((turn, drive)))
        other, other_reward, *_, other_info = driven.step(gait.step(turn, drive))
        np.testing.assert_allclose(seen, other, atol=1e-6)
        np.testing.assert_allclose(info["position"], other_info["position"], atol=1e-6)
        assert reward == pytest.approx(other_reward, abs=1e-6)


def crawl(env, turn, drive, seconds=6.0):
    """Displacement of the drag centre along the first heading, and change of heading over whole cycles."""
    env.reset(seed=0, options=START)
    start, turned, headings = env.drag_centre, 0.0, []
    for _ in range(round(seconds * 100)):
        *_, info = env.step(np.array((turn, drive), np.float32))
        headings.append(info["heading_rad"])
    cycle = round(100 / FREQUENCY_HZ)
    unwrapped = np.unwrap(headings)
    turned = unwrapped[-cycle:].mean() - unwrapped[:cycle].mean()
    return (env.drag_centre - start)[0], turned


def test_drive_sets_speed_and_direction(make):
    env = make(NAME)
    full, half, still, back = (crawl(env, 0.0, drive)[0] for drive in (1.0, 0.5, 0.0, -1.0))
    assert full > 1.3
    assert full > half > 0.5
    assert abs(still) < 0.1
    assert back < -1.0


def test_turn_is_to_the_right_when_positive(make):
    env = make(NAME)
    right, left = crawl(env, 0.5, 1.0)[1], crawl(env, -0.5, 1.0)[1]
    assert right < -1.0
    assert left > 1.0


def test_phase_is_drawn_uniformly_and_the_start_is_that_of_chemotaxis(make):
    steered, driven = make(NAME), make("SpikeWorm/Chemotaxis-v0")
    phases = []
    for seed in range(100):
        info, other = steered.reset(seed=seed)[1], driven.reset(seed=seed)[1]
        np.testing.assert_array_equal(info["position"], other["position"])
        np.testing.assert_array_equal(info["food"], other["food"])
        phases.append(steered.get_state().env_state["phase_rad"][0])
    assert min(phases) >= 0
    assert max(phases) < 2 * math.pi
    np.testing.assert_allclose(np.histogram(phases, 4, (0, 2 * math.pi))[0], 25, atol=13)
