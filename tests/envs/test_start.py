"""The start of an episode."""

from __future__ import annotations

import math

import gymnasium
import numpy as np
import pytest
from scipy import stats

from spikeworm_env.envs.placement import WALL_MARGIN_BL, arcs_about
from spikeworm_env.errors import InputError


def make(**arguments):
    return gymnasium.make("SpikeWorm/Chemotaxis-v0", disable_env_checker=True, **arguments).unwrapped


def starts(env, seeds=200, options=None):
    infos = [env.reset(seed=seed, options=options)[1] for seed in range(seeds)]
    return infos, np.array([info["position"] for info in infos]), np.array([info["food"] for info in infos])


ENVIRONMENTS = {
    "default": {},
    "far": {"start_distance": 20.0, "sigma": 12.0},
    "classic": {"start_distance": 20.0, "food_position": (15.0, 0.0)},
    "across": {"start_distance": 53.0},
    "small": {"arena_radius": 5.0, "start_distance": 1.0},
    "three foods": {"n_foods": 3},
    "one of three given": {"n_foods": 3, "food_position": (5.0, 5.0)},
    "all given": {
        "n_foods": 3,
        "food_position": [(5.0, 5.0), (-5.0, 8.0), (0.0, -3.0)],
        "start_distance": 7.0,
    },
    "crowded": {"n_foods": 20, "start_distance": 24.0},
    "food at the wall": {"food_position": (0.0, 30.0)},
    "food in the middle": {"food_position": (0.0, 0.0)},
}


@pytest.mark.parametrize("arena", ENVIRONMENTS)
def test_start_distance_is_exact_for_every_seed_and_all_is_well_inside(arena):
    arguments = ENVIRONMENTS[arena]
    env = make(**arguments)
    infos, positions, foods = starts(env)
    wanted, room = arguments.get("start_distance", 12.0), arguments.get("arena_radius", 30.0) - WALL_MARGIN_BL
    nearest = np.hypot(*(foods - positions[:, None]).transpose(2, 0, 1)).min(axis=1)
    assert np.abs(nearest - wanted).max() < 1e-12
    assert np.abs([info["start_distance"] - wanted for info in infos]).max() < 1e-12
    assert np.hypot(*positions.T).max() < room + 1e-12
    if "food_position" not in arguments:
        assert np.hypot(*foods.transpose(2, 0, 1)).max() < room
    assert foods.shape == (200, arguments.get("n_foods", 1), 2)
    assert len({tuple(position) for position in positions}) == 200


def test_given_food_is_at_its_position():
    _, _, foods = starts(make(**ENVIRONMENTS["classic"]), seeds=5)
    np.testing.assert_array_equal(foods, np.broadcast_to((15.0, 0.0), (5, 1, 2)))
    _, _, foods = starts(make(**ENVIRONMENTS["one of three given"]), seeds=5)
    np.testing.assert_array_equal(foods[:, 0], np.broadcast_to((5.0, 5.0), (5, 2)))


def test_heading_and_bearing_are_uniform():
    infos, positions, foods = starts(make(), seeds=400)
    headings = np.array([info["heading_rad"] for info in infos])
    assert stats.kstest(headings, stats.uniform(-math.pi, 2 * math.pi).cdf).pvalue > 0.01
    offsets = foods[:, 0] - positions
    towards_food = np.angle(np.exp(1j * (np.arctan2(*offsets.T[::-1]) - headings)))
    assert stats.kstest(towards_food, stats.uniform(-math.pi, 2 * math.pi).cdf).pvalue > 0.01


def test_all_open_arcs_about_given_foods_are_used():
    """Against trying: points of the circles that are inside and not nearer to another food."""
    centres, distance, room = np.array(((5.0, 5.0), (-5.0, 8.0), (0.0, -3.0), (20.0, 0.0))), 9.0, 22.0
    angles = np.linspace(0, 2 * math.pi, 100_001)
    open_share = 0.0
    for i, centre in enumerate(centres):
        points = centre + distance * np.stack((np.cos(angles), np.sin(angles)), axis=1)
        free = np.hypot(*points.T) <= room
        for j, other in enumerate(centres):
            if j != i:
                free &= np.hypot(*(points - other).T) >= distance
        open_share += free.mean()
    arcs = arcs_about(centres, distance, room)
    assert sum(width for *_, width in arcs) / (2 * math.pi) == pytest.approx(open_share, abs=1e-3)


def test_options_set_the_start():
    options = {"position": (1.0, -2.0), "heading_rad": 0.5, "food": [(3.0, 4.0)]}
    _, info = make().reset(seed=0, options=options)
    np.testing.assert_array_equal(info["position"], (1.0, -2.0))
    np.testing.assert_array_equal(info["food"], [(3.0, 4.0)])
    assert info["heading_rad"] == pytest.approx(0.5)
    assert info["start_distance"] == pytest.approx(math.hypot(2.0, 6.0))


def test_a_given_position_is_at_least_a_body_length_from_the_wall():
    env = make(arena_radius=30.0)
    _, info = env.reset(seed=0, options={"position": (29.0, 0.0)})
    np.testing.assert_array_equal(info["position"], (29.0, 0.0))
    with pytest.raises(InputError, match="position"):
        env.reset(seed=0, options={"position": (29.001, 0.0)})


def test_a_start_on_the_very_edge_of_the_room_counts_as_inside():
    middle = np.zeros((1, 2))
    assert arcs_about(middle, 9.0, 9.0) == [(0.0, 0.0, 0.0, 2 * math.pi)]
    assert arcs_about(middle, 9.001, 9.0) == []


def test_given_position_draws_the_food_at_the_start_distance():
    _, positions, foods = starts(make(n_foods=2), options={"position": (10.0, 0.0)})
    nearest = np.hypot(*(foods - positions[:, None]).transpose(2, 0, 1)).min(axis=1)
    assert np.abs(nearest - 12.0).max() < 1e-12
    assert np.ptp(foods[:, 0], axis=0).min() > 5


def test_given_food_draws_the_start_at_the_start_distance():
    infos, positions, _ = starts(make(), options={"food": (20.0, 0.0)})
    assert np.abs(np.hypot(*(positions - (20.0, 0.0)).T) - 12.0).max() < 1e-12
    assert len({info["heading_rad"] for info in infos}) == 200


BAD_OPTIONS = [
    ({"postion": (0, 0)}, "did you mean 'position'"),
    ({"position": (29.5, 0.0)}, "position"),  # the body would be in the wall
    ({"position": (math.nan, 0.0)}, "position"),
    ({"position": 3.0}, "position"),
    ({"position": [(0, 0), (1, 1)]}, "position"),
    ({"position": (0.0, 0.0), "food": (0.0, 0.0)}, "position"),
    ({"food": (31.0, 0.0)}, "food"),
    ({"food": [(1.0, 0.0), (2.0, 0.0)]}, "n_foods=1"),
    ({"food": "near"}, "food"),
    ({"heading_rad": math.inf}, "heading_rad"),
    ({"heading_rad": "north"}, "heading_rad"),
]


@pytest.mark.parametrize(("options", "said"), BAD_OPTIONS)
def test_an_option_out_of_range_is_an_error(options, said):
    with pytest.raises(InputError, match=said):
        make().reset(seed=0, options=options)


BAD_ARGUMENTS = [
    {"start_distance": 0},
    {"start_distance": -1.0},
    {"start_distance": math.nan},
    {"start_distance": "far"},
    {"start_distance": 54.0},
    {"start_distance": 48.0, "food_position": (15.0, 0.0)},
    {"start_distance": 25.0, "n_foods": 2},
    {"sigma": 0.0},
    {"sigma": True},
    {"n_foods": 0},
    {"n_foods": 1.5},
    {"n_foods": True},
    {"food_peak": -1.0},
    {"food_position": (31.0, 0.0)},
    {"food_position": (1.0, 2.0, 3.0)},
    {"food_position": [(1.0, 2.0), (3.0, 4.0)]},
    {"food_position": []},
    {"duration_s": 0.0},
    {"duration_s": math.inf},
    {"frame_skip": 0},
    {"frame_skip": 2.5},
    {"arena_radius": 4.0},
    {"drag_ratio": 0.5},
    {"render_size": 10},
    {"render_size": "big"},
]


@pytest.mark.parametrize("arguments", BAD_ARGUMENTS, ids=str)
def test_an_argument_out_of_range_is_an_error_that_names_it(arguments):
    name = next(iter(arguments))
    with pytest.raises(InputError, match=rf"^{name} is .*; expected "):
        make(**arguments)
