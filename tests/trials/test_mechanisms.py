"""Metrics of mechanism on paths whose turns are known."""

from __future__ import annotations

import math

import numpy as np
import pytest

from spikeworm_env.trials.metrics.population_index import control_position, ended_in
from spikeworm_env.trials.metrics.straightness import path_straightness
from spikeworm_env.trials.metrics.turning import reversals_per_min, sharp_turns_per_min
from spikeworm_env.trials.metrics.weathervane import BEARINGS_RAD, weathervane
from spikeworm_env.trials.result import INDICES, TrialResult

SAMPLE_S, SPEED, FAR = 0.05, 0.25, (1000.0, 0.0)


def walked(centre: np.ndarray, heading: np.ndarray, food: tuple[float, float] = FAR) -> TrialResult:
    """A rod of one body length whose middle is at ``centre`` (m, 2)."""
    m = len(centre)
    head = centre + 0.5 * np.column_stack([np.cos(heading), np.sin(heading)])
    return TrialResult(
        **{"agent": "rod", "trial": "made up", "seed": 0, "ticks": round((m - 1) * SAMPLE_S * 1000)},
        **dict.fromkeys(INDICES, 0.0),
        **{"success": False, "time_to_reach_s": None, "min_distance": 1.0, "start_distance": 12.0},
        **{"wave_frequency_hz": None, "speed_bl_per_s": None, "ticks_per_second": 1.0, "eaten": None},
        **{"sample_s": SAMPLE_S, "path": head, "centre": centre, "heading": heading},
        **{"posture": np.zeros((m, 23)), "concentration": np.zeros(m), "food": np.array([[*food, 1.0, 8.0]])},
        food_path=np.tile(np.array(food), (m, 1, 1)),
    )


def driven(rate, seconds: float, first: float = 0.0, forwards=lambda t: 1.0) -> TrialResult:
    """A rod that turns at ``rate(heading, t)`` rad/s."""
    angle, place, headings, places = first, np.zeros(2), [], []
    for k in range(round(seconds / SAMPLE_S) + 1):
        headings.append(angle)
        places.append(place.copy())
        ahead = np.array([math.cos(angle), math.sin(angle)])
        place += forwards(k * SAMPLE_S) * SPEED * SAMPLE_S * ahead
        angle += rate(angle, k * SAMPLE_S) * SAMPLE_S
    return walked(np.array(places), np.array(headings))


def test_steering_by_the_sine_of_the_bearing_gives_that_curve() -> None:
    gain = 0.1  # food is far away at bearing 0, so that the bearing is minus the heading
    rates = []
    for first in np.linspace(-3.0, 3.0, 25):
        rates.append(weathervane(driven(lambda angle, _: -gain * math.sin(angle), 8.0, first)))
    np.testing.assert_allclose(np.nanmean(rates, axis=0), gain * np.sin(BEARINGS_RAD), atol=0.012)


def test_circling_gives_the_same_turning_rate_at_every_bearing() -> None:
    curve = weathervane(driven(lambda *_: 0.2, 63.0))
    np.testing.assert_allclose(curve, 0.2, atol=0.005)


def test_the_swing_of_the_wave_is_not_counted_as_steering() -> None:
    rng = np.random.default_rng(0)
    t = np.arange(0, 120, SAMPLE_S)
    centre = np.column_stack([0 * t, SPEED * t]) + rng.normal(0, 0.05, (t.size, 2))
    curve = weathervane(walked(centre, np.full(t.size, math.pi / 2)))
    assert np.nanmax(np.abs(curve[2:4])) < 0.02


def test_sharp_turns_are_counted_while_concentration_rises_or_falls() -> None:
    # away from food, an about-turn after 20 s, then towards it for 40 s
    there = driven(lambda _, t: math.pi / SAMPLE_S if abs(t - 20) < SAMPLE_S / 2 else 0.0, 60.0, math.pi)
    assert sharp_turns_per_min(there, rising=True) == 0
    assert sharp_turns_per_min(there, rising=False) == pytest.approx(60 / 18, rel=0.1)
    assert reversals_per_min(there, rising=False) == 0


def test_reversals_are_counted_while_concentration_rises_or_falls() -> None:
    back = driven(lambda *_: 0.0, 60.0, forwards=lambda t: -1.0 if 20 <= t < 23 else 1.0)
    assert reversals_per_min(back, rising=True) == pytest.approx(60 / 53, rel=0.1)
    assert reversals_per_min(back, rising=False) in (0.0, pytest.approx(math.nan, nan_ok=True))
    assert path_straightness(driven(lambda *_: 0.0, 30.0)) == pytest.approx(1.0)


def test_backward_locomotion_is_excluded_from_the_curve() -> None:
    """The worm circles to the left forwards, and turns twice as fast to the right backwards."""

    def backs(t: float) -> bool:
        return t % 20 >= 12

    to_and_fro = driven(
        lambda _, t: -0.2 if backs(t) else 0.1, 400.0, forwards=lambda t: -1.0 if backs(t) else 1.0
    )
    np.testing.assert_allclose(weathervane(to_and_fro), 0.1, atol=0.01)


def test_a_path_shorter_than_two_undulations_has_no_curve() -> None:
    short = driven(lambda *_: 0.0, 3.0)
    assert np.isnan(weathervane(short)).all()
    assert math.isnan(sharp_turns_per_min(short, rising=True))


@pytest.mark.parametrize(("x", "zone"), [(11.0, 1), (-11.0, -1), (0.0, 0), (8.0, 0)])
def test_the_population_index_is_1_at_food_and_minus_1_at_its_mirror_image(x: float, zone: int) -> None:
    centre = np.array([[-0.5, 0.0], [x - 0.5, 0.0]])
    assert ended_in(walked(centre, np.zeros(2), food=(12.0, 0.0))) == zone


def test_the_control_zone_is_as_far_as_food_and_inside_the_arena() -> None:
    start, food = np.array([20.0, 0.0]), np.array([9.0, 3.0])
    control, reach = control_position(start, food, 30.0), math.dist(start, food)
    assert math.dist(start, control) == pytest.approx(reach)
    assert np.hypot(*control) <= 30.0 - 0.25 * reach
    np.testing.assert_allclose(control_position(np.zeros(2), np.array([12.0, 0]), 30.0), [-12, 0], atol=1e-9)
