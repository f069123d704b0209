"""Foraging: foods are eaten and regrow."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

NAME = "SpikeWorm/Foraging-v0"
STILL = np.zeros((2, 24), np.float32)
FOODS = [(0.2, 0.0), (9.0, 0.0)]
ON_FOOD = {"position": (0.0, 0.0), "heading_rad": 0.0, "food": FOODS}


def hold_still(env, seconds):
    return [env.step(STILL) for _ in range(round(seconds * 100))]


def test_food_within_reach_is_eaten_exponentially(make):
    env = make(NAME, n_foods=2, eat_s=4.0)
    _, start = env.reset(options=ON_FOOD)
    assert start["eaten"] == 0
    np.testing.assert_array_equal(start["stock"], [1.0, 1.0])
    steps = hold_still(env, 3.0)
    info = steps[-1][4]
    assert info["stock"][0] == pytest.approx(math.exp(-3 / 4), rel=1e-9)
    assert info["stock"][1] == 1.0
    assert info["eaten"] == pytest.approx(1 - math.exp(-3 / 4), rel=1e-9)
    assert sum(step[1] for step in steps) == pytest.approx(info["eaten"], rel=1e-9)
    assert sum(step[4]["reward_terms"]["eaten"] for step in steps) == pytest.approx(info["eaten"], rel=1e-9)


def test_peak_follows_the_stock(make):
    env = make(NAME, n_foods=2, food_peak=2.0, sigma=1.0)
    _, start = env.reset(options=ON_FOOD)
    info = hold_still(env, 3.0)[-1][4]
    far = 2.0 * math.exp(-0.5 * 81)
    expected = info["stock"][0] * 2.0 * math.exp(-0.5 * 0.2**2) + far
    assert info["concentration"] == pytest.approx(expected, rel=1e-9)
    assert info["concentration"] < start["concentration"]


def test_food_out_of_reach_regrows_and_the_sum_eaten_stays(make):
    env = make(NAME, n_foods=2, eat_s=1.0, regrow_s=10.0)
    env.reset(options=ON_FOOD)
    eaten = hold_still(env, 5.0)[-1][4]
    state = env.get_state()
    worm = state.worm.copy()
    for part in ("head", "centre"):
        worm[part][0] += (0.0, 2.0)
    env.set_state(replace(state, worm=worm))
    info = hold_still(env, 7.0)[-1][4]
    left = eaten["stock"][0]
    assert info["stock"][0] == pytest.approx(1 - (1 - left) * math.exp(-0.7), rel=1e-9)
    assert info["eaten"] == eaten["eaten"]


def test_worm_eats_within_reach_only(make):
    for distance, eats in ((0.999, True), (1.001, False)):
        env = make(NAME, n_foods=1, reach=1.0)
        env.reset(options={"position": (0.0, 0.0), "heading_rad": 0.0, "food": (distance, 0.0)})
        assert (env.step(STILL)[4]["eaten"] > 0) == eats


def test_reset_fills_every_food(make):
    env = make(NAME, n_foods=2)
    env.reset(options=ON_FOOD)
    hold_still(env, 1.0)
    _, info = env.reset()
    np.testing.assert_array_equal(info["stock"], [1.0, 1.0])
    assert info["eaten"] == 0


@pytest.mark.parametrize("arguments", [{"eat_s": 0.0}, {"regrow_s": -1.0}, {"reach": "far"}], ids=str)
def test_own_argument_out_of_range_is_an_error(make, arguments):
    with pytest.raises(ValueError, match=f"^{next(iter(arguments))} is .*; expected "):
        make(NAME, **arguments)
