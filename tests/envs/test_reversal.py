"""Reversal: two odours, of which one marks the food."""

from __future__ import annotations

import math

import numpy as np
import pytest

NAME = "SpikeWorm/Reversal-v0"
STILL = np.zeros((2, 24), np.float32)


def test_food_and_decoy_are_equally_far_and_45_degrees_apart(make):
    env = make(NAME)
    for seed in range(200):
        _, info = env.reset(seed=seed)
        food, decoy = (info[name].reshape(2) - info["position"] for name in ("food", "decoy"))
        assert np.hypot(*food) == pytest.approx(12.0, abs=1e-12)
        assert np.hypot(*decoy) == pytest.approx(12.0, abs=1e-12)
        assert food @ decoy / 144 < math.cos(math.pi / 4) + 1e-9
        assert np.hypot(*info["decoy"]) <= 27.0 + 1e-9


@pytest.mark.parametrize("marker", [0, 1])
def test_each_odour_has_its_channels(make, gentle, marker):
    env = make(NAME, sigma=3.0, food_peak=0.5, swap_s=None)
    seen, info = env.reset(seed=0, options={"marker": marker, "position": (0.0, 0.0)})
    adapted = None
    for action in [STILL, *gentle(env, 100)]:
        places = (info["food"][0], info["decoy"])
        heading = info["heading_rad"]
        left = 0.04 * np.array((-math.sin(heading), math.cos(heading)))
        for odour, suffix in enumerate(("", "_b")):
            source = places[0] if odour == marker else places[1]
            for side, offset in (("", 0.0), ("_left", 1.0), ("_right", -1.0)):
                place = info["position"] + offset * left
                expected = 0.5 * math.exp(-0.5 * (math.dist(place, source) / 3.0) ** 2)
                measured = seen[env.layout[f"concentration{side}{suffix}"]][0]
                assert measured == pytest.approx(expected, rel=1e-5)
        adapted = seen if adapted is None else adapted
        seen, *_, info = env.step(action)
    assert seen[env.layout["adapted_change_b"]][0] != 0


def test_second_odour_adapts_as_the_first_does(make, gentle):
    """With the roles of the odours exchanged, their channels are exchanged."""
    envs = [make(NAME, swap_s=None) for _ in range(2)]
    for marker, env in enumerate(envs):
        env.reset(seed=4, options={"marker": marker})
    for action in gentle(envs[0], 100):
        one, other = (env.step(action) for env in envs)
        np.testing.assert_array_equal(one[0][:4], other[0][77:])
        np.testing.assert_array_equal(one[0][77:], other[0][:4])
        assert one[1] == pytest.approx(other[1], abs=1e-15)
        for name in ("distance", "ci_time", "ci_swap"):
            assert one[4][name] == other[4][name]


def test_food_changes_places_once_at_swap_s(make, gentle):
    env = make(NAME, swap_s=0.505, start_distance=3.0, frame_skip=10)
    _, start = env.reset(seed=0)
    for step, action in enumerate(gentle(env, 200)):
        *_, info = env.step(action)
        swapped = step >= 50
        assert info["marker"] == int(swapped)
        np.testing.assert_array_equal(info["food"][0], start["decoy"] if swapped else start["food"][0])
        np.testing.assert_array_equal(info["decoy"], start["food"][0] if swapped else start["decoy"])
        assert info["distance"] == pytest.approx(math.dist(info["position"], info["food"][0]), rel=1e-12)


def test_approach_is_rewarded_by_the_odour_that_marks_the_food(make, gentle):
    env = make(NAME, swap_s=1.0, start_distance=3.0, sigma=2.0)
    seen, _ = env.reset(seed=0)
    concentrations, rewards = [seen[[0, 77]].astype(float)], []
    for action in gentle(env, 200):
        seen, reward, *_ = env.step(action)
        concentrations.append(seen[[0, 77]].astype(float))
        rewards.append(reward)
    first, second = np.array(concentrations).T
    assert sum(rewards[:100]) == pytest.approx(first[100] - first[0], abs=1e-6)
    assert sum(rewards[100:]) == pytest.approx(second[200] - second[100], abs=1e-6)


def test_ci_swap_counts_the_ticks_since_the_swap(make, gentle):
    env = make(NAME, swap_s=1.0, start_distance=3.0, frame_skip=1, duration_s=10.0)
    env.reset(seed=0)
    distances = []
    for tick, action in enumerate(gentle(env, 2000), start=1):
        *_, info = env.step(action)
        distances = [info["distance"]] if tick == 1001 else [*distances, info["distance"]]
        if tick % 250 == 0:
            assert info["ci_swap"] == pytest.approx(1 - np.mean(distances) / distances[0], abs=1e-12)


def test_odours_swap_every_swap_episodes_after_a_seeded_reset(make):
    env = make(NAME, swap_s=None, swap_episodes=3)
    markers = [env.reset(seed=1)[1]["marker"], *(env.reset()[1]["marker"] for _ in range(8))]
    assert markers == [0, 0, 0, 1, 1, 1, 0, 0, 0]
    info = env.reset(seed=1)[1]  # a seed starts the count anew
    assert (info["marker"], info["episode_number"]) == (0, 0)
    assert env.reset(options={"marker": 1})[1]["marker"] == 1
    assert env.reset()[1]["episode_number"] == 2


def test_snapshot_holds_the_number_of_the_episode(make):
    env, other = make(NAME, swap_episodes=2), make(NAME, swap_episodes=2)
    env.reset(seed=0)
    env.reset()
    other.set_state(env.get_state())
    info, twin = env.reset()[1], other.reset()[1]
    assert (info["marker"], info["episode_number"]) == (twin["marker"], twin["episode_number"]) == (1, 2)


@pytest.mark.parametrize(
    "arguments",
    [
        {"swap_s": 0.0},
        {"swap_s": "late"},
        {"swap_episodes": 0},
        {"swap_episodes": 1.5},
        {"n_foods": 2},
        {"start_distance": 25.0},
    ],
    ids=str,
)
def test_own_argument_out_of_range_is_an_error(make, arguments):
    with pytest.raises(ValueError, match=f"^{next(iter(arguments))} is .*; expected "):
        make(NAME, **arguments)


def test_option_out_of_range_is_an_error(make):
    with pytest.raises(ValueError, match=r"^marker is 2; expected a whole number from 0 to 1"):
        make(NAME).reset(options={"marker": 2})
    with pytest.raises(ValueError, match=r"^position is .*; expected a place from which another"):
        make(NAME).reset(options={"position": (28.9, 0.0), "food": (28.8, 1.0)})
