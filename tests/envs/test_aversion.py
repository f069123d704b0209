"""Aversion: a repellent beside the food."""

from __future__ import annotations

import math

import numpy as np
import pytest

NAME = "SpikeWorm/Aversion-v0"
STILL = np.zeros((2, 24), np.float32)


def test_repellent_lies_at_its_distance_from_the_first_food_and_inside(make):
    env = make(NAME, repellent_distance=5.0, n_foods=2)
    infos = [env.reset(seed=seed)[1] for seed in range(200)]
    apart = [math.dist(info["repellent"], info["food"][0]) for info in infos]
    np.testing.assert_allclose(apart, 5.0, atol=1e-12)
    assert max(np.hypot(*info["repellent"]) for info in infos) <= 27.0 + 1e-12
    directions = np.array([info["repellent"] - info["food"][0] for info in infos])
    counts = np.histogram(np.arctan2(directions[:, 1], directions[:, 0]), 4, (-math.pi, math.pi))[0]
    np.testing.assert_allclose(counts, 50, atol=22)


def test_repellent_has_a_negative_concentration_and_is_no_food(make):
    env = make(NAME, repellent_peak=0.7, repellent_sigma=2.0, sigma=3.0)
    _, info = env.reset(options={"position": (0.0, 0.0), "food": (4.0, 0.0), "repellent": (0.0, 1.0)})
    expected = math.exp(-0.5 * (4 / 3) ** 2) - 0.7 * math.exp(-0.5 * (1 / 2) ** 2)
    assert info["concentration"] == pytest.approx(expected, rel=1e-12)
    assert info["distance"] == 4.0
    np.testing.assert_array_equal(info["food"], [(4.0, 0.0)])
    assert env.observation_space.low[0] == np.float32(-0.7)


def test_harm_and_avoid_index_integrate_the_concentration_of_the_repellent(make):
    env = make(NAME, repellent_sigma=2.0)
    _, start = env.reset(options={"position": (0.0, 0.0), "food": (9.0, 0.0), "repellent": (0.0, 1.0)})
    assert start["avoid_index"] == 1.0
    strength = math.exp(-0.5 * 0.25)
    steps = [env.step(STILL) for _ in range(200)]
    assert steps[-1][4]["avoid_index"] == pytest.approx(1 - strength, rel=1e-9)
    assert sum(step[4]["reward_terms"]["harm"] for step in steps) == pytest.approx(-0.1 * 2.0 * strength)
    assert sum(step[1] for step in steps) == pytest.approx(-0.1 * 2.0 * strength)


def test_approach_sums_to_the_change_of_the_summed_concentration(make, gentle):
    env = make(NAME, start_distance=3.0)
    _, start = env.reset(seed=0)
    steps = [env.step(action) for action in gentle(env, 200)]
    total = sum(step[4]["reward_terms"]["approach"] for step in steps)
    assert total == pytest.approx(steps[-1][4]["concentration"] - start["concentration"], abs=1e-12)


@pytest.mark.parametrize(
    "arguments",
    [
        {"repellent_peak": 0.0},
        {"repellent_sigma": -1.0},
        {"repellent_distance": 0.0},
        {"repellent_distance": 27.5},
        {"repellent_distance": 2.0, "food_position": (30.0, 0.0)},
    ],
    ids=str,
)
def test_own_argument_out_of_range_is_an_error(make, arguments):
    with pytest.raises(ValueError, match=f"^{next(iter(arguments))} is .*; expected "):
        make(NAME, **arguments)


@pytest.mark.parametrize("where", [(31.0, 0.0), "here", [(0.0, 0.0), (1.0, 1.0)], (math.nan, 0.0)])
def test_repellent_out_of_range_is_an_error(make, where):
    with pytest.raises(ValueError, match=r"^repellent is .*; expected "):
        make(NAME).reset(options={"repellent": where})
