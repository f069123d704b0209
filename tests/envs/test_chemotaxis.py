"""The environment's step and reset."""

from __future__ import annotations

import gymnasium
import numpy as np
import pytest

from spikeworm_env.envs.spaces import LAYOUT
from spikeworm_env.errors import ActionError
from spikeworm_env.world.gait import Gait


def make(**arguments):
    return gymnasium.make("SpikeWorm/Chemotaxis-v0", disable_env_checker=True, **arguments).unwrapped


def actions(seed, n, high=0.03):
    return np.random.default_rng(seed).uniform(0, high, (n, 2, 24)).astype(np.float32)


def run(env, seed=0, steps=50, **reset):
    """All that the environment returns, flattened to arrays."""
    observation, info = env.reset(seed=seed, **reset)
    rows = [(observation, 0.0, info)]
    for action in actions(seed, steps):
        observation, reward, _, _, info = env.step(action)
        rows.append((observation, reward, info))
    return rows


def assert_same(left, right):
    for (a, reward_a, info_a), (b, reward_b, info_b) in zip(left, right, strict=True):
        np.testing.assert_array_equal(a, b)
        assert reward_a == reward_b
        assert info_a.keys() == info_b.keys()
        for key, value in info_a.items():
            np.testing.assert_array_equal(value, info_b[key])


def test_same_seed_gives_the_same_episode():
    env = make()
    assert_same(run(env, seed=3), run(make(), seed=3))
    assert_same(run(env, seed=3), run(make(), seed=3))  # and after an episode


def test_another_seed_gives_another_arena():
    first, second = (make().reset(seed=seed)[1] for seed in (0, 1))
    assert not np.allclose(first["food"], second["food"])
    assert not np.allclose(first["position"], second["position"])
    assert first["heading_rad"] != second["heading_rad"]


def test_reset_without_a_seed_continues_the_random_stream():
    env, again = make(), make()
    first = [episode.reset(seed=0)[1]["position"] for episode in (env, again)]
    second = [episode.reset()[1]["position"] for episode in (env, again)]
    np.testing.assert_array_equal(second[0], second[1])
    assert not np.allclose(first[0], second[0])


def test_observations_stay_within_their_space_under_any_action():
    env = make(arena_radius=5.0, start_distance=1.5, sigma=1.0, n_foods=2, food_peak=0.1)
    rng = np.random.default_rng(0)
    for seed in range(3):
        env.reset(seed=seed)
        for _ in range(300):
            action = rng.choice([0.0, 1.0], (2, 24)) if rng.random() < 0.5 else rng.uniform(0, 0.05, (2, 24))
            observation, *_ = env.step(action)
            assert env.observation_space.contains(observation)


def test_reward_is_the_sum_of_its_terms_and_approach_sums_to_the_change():
    env = make()
    _, info = env.reset(seed=0)
    start, total = info["concentration"], 0.0
    gait = Gait()
    for _ in range(500):
        _, reward, _, _, info = env.step(gait.step(0.0))
        assert reward == sum(info["reward_terms"].values())
        total += info["reward_terms"]["approach"]
    assert total == pytest.approx(info["concentration"] - start, abs=1e-12)
    assert info["concentration"] != start


def test_wall_costs_only_while_it_is_touched():
    env = make(arena_radius=5.0, start_distance=2.0)
    gait = Gait()
    env.reset(seed=0, options={"position": (3.9, 0.0), "heading_rad": 0.0, "food": (0.0, 0.0)})
    terms, touched = [], []
    for _ in range(1000):
        observation, _, _, _, info = env.step(gait.step(0.0))
        terms.append(info["reward_terms"]["wall"])
        touched.append(max(observation[LAYOUT["head_touch"]][0], observation[LAYOUT["tail_touch"]][0]) > 0)
    assert terms[0] == 0.0
    assert min(terms) == pytest.approx(-0.1 * 0.01)  # the whole of a step of 10 ms
    assert all(term < 0 for term, touch in zip(terms, touched, strict=True) if touch)
    assert 0 < sum(touched) < 1000


BAD_ACTIONS = {
    "nan": np.full((2, 24), np.nan, np.float32),
    "inf": np.where(np.arange(48).reshape(2, 24) == 30, np.inf, 0.0),
    "shape": np.zeros((24, 2), np.float32),
    "flat": np.zeros(48, np.float32),
    "row": np.zeros(24, np.float32),
    "integers": np.zeros((2, 24), np.int64),
    "flags": np.zeros((2, 24), bool),
    "objects": np.full((2, 24), None),
    "complex": np.zeros((2, 24), np.complex64),
    "text": "forward",
    "none": None,
    "ragged": [[0.0] * 24, [0.0] * 23],
}


@pytest.mark.parametrize("name", BAD_ACTIONS)
def test_bad_action_is_an_error_and_changes_nothing(name):
    env = make()
    env.reset(seed=0)
    env.step(actions(0, 1)[0])
    before = env.get_state()
    with pytest.raises(ActionError, match="action"):
        env.step(BAD_ACTIONS[name])
    after = env.get_state()
    assert before.worm.tobytes() == after.worm.tobytes()
    assert before.np_random == after.np_random
    clean = make()
    clean.reset(seed=0)
    clean.step(actions(0, 1)[0])
    np.testing.assert_array_equal(env.step(actions(1, 1)[0])[0], clean.step(actions(1, 1)[0])[0])


def test_action_error_names_what_is_wrong():
    env = make()
    env.reset(seed=0)
    with pytest.raises(ActionError, match=r"action\[1, 6\] is inf"):
        env.step(BAD_ACTIONS["inf"])
    with pytest.raises(ActionError, match=r"shape is \(24,\); expected \(2, 24\)"):
        env.step(BAD_ACTIONS["row"])


def test_actions_of_any_floating_type_and_order_are_accepted_and_clipped():
    wild = np.random.default_rng(0).uniform(-1, 2, (2, 24)).astype(np.float16)
    expected = None
    readonly = wild.astype(np.float32)
    readonly.flags.writeable = False
    variants = [wild, readonly, np.asfortranarray(wild.astype(np.float64)), wild.astype(">f4"), wild.tolist()]
    for action in [wild.clip(0, 1), *variants]:
        env = make()
        env.reset(seed=0)
        kept = np.array(action)
        observation, *_ = env.step(action)
        np.testing.assert_array_equal(action, kept)  # the caller's array is unchanged
        expected = observation if expected is None else expected
        np.testing.assert_array_equal(observation, expected)


def test_time_does_not_depend_on_frame_skip():
    coarse, fine = make(frame_skip=10), make(frame_skip=1)
    coarse.reset(seed=0)
    fine.reset(seed=0)
    for action in actions(0, 30):
        observation, reward, _, _, info = coarse.step(action)
        steps = [fine.step(action) for _ in range(10)]
        np.testing.assert_array_equal(steps[-1][0], observation)
        assert sum(step[1] for step in steps) == pytest.approx(reward, abs=1e-14)
        for name in ("tick", "ci_time", "ci_net", "ci_clipped", "min_distance"):
            assert steps[-1][4][name] == info[name]


def test_episode_is_truncated_at_its_duration_and_never_terminated():
    env = make(duration_s=0.025, frame_skip=10)
    env.reset(seed=0)
    ends, ticks = [], []
    for action in actions(0, 3):
        _, _, terminated, truncated, info = env.step(action)
        ends.append((terminated, truncated))
        ticks.append(info["tick"])
    assert ticks == [10, 20, 25]  # the last step is shorter
    assert ends == [(False, False), (False, False), (False, True)]
    assert info["time_s"] == pytest.approx(0.025)
    with pytest.raises(gymnasium.error.ResetNeeded):
        env.step(actions(0, 1)[0])
    env.reset()
    env.step(actions(0, 1)[0])


def test_use_before_the_first_reset_is_an_error():
    for use in ("step", "get_state", "drag_centre"):
        env = make()
        with pytest.raises(gymnasium.error.ResetNeeded):
            env.step(
                actions(0, 1)[0]
            ) if use == "step" else env.get_state() if use == "get_state" else env.drag_centre


def test_indices_are_zero_at_the_start_and_follow_the_distance():
    env = make()
    _, info = env.reset(seed=0)
    assert [info[name] for name in ("ci_time", "ci_net", "ci_clipped", "tick")] == [0, 0, 0, 0]
    for action in actions(0, 100):
        _, _, _, _, info = env.step(action)
        distance = np.hypot(*(info["position"] - info["food"][0]))
        assert info["distance"] == pytest.approx(distance, rel=1e-12)
        assert info["ci_net"] == pytest.approx(1 - distance / info["start_distance"], abs=1e-12)
        assert info["success"] == (info["min_distance"] <= 1)


def test_success_is_coming_within_one_body_length():
    env = make()
    options = {"position": (0.0, 0.0), "heading_rad": 0.0, "food": (1.1, 0.0)}
    _, info = env.reset(seed=0, options=options)
    assert not info["success"]
    gait = Gait()
    for _ in range(300):
        _, _, _, _, info = env.step(gait.step(0.0))
    assert info["success"]
    assert info["min_distance"] < 1


def test_no_object_is_shared_between_steps():
    env = make()
    _, first = env.reset(seed=0)
    observation, _, _, _, second = env.step(actions(0, 1)[0])
    kept, kept_info = (
        observation.copy(),
        {key: np.copy(value) for key, value in second.items() if key != "reward_terms"},
    )
    other, _, _, _, third = env.step(actions(1, 1)[0])
    np.testing.assert_array_equal(observation, kept)
    for key, value in kept_info.items():
        np.testing.assert_array_equal(second[key], value)
    for key in ("position", "food"):
        second[key] += 1e6
        assert not np.shares_memory(second[key], third[key])
        assert not np.shares_memory(first[key], second[key])
    assert second["reward_terms"] is not third["reward_terms"]
    other[:] = 7
    np.testing.assert_array_equal(env.step(actions(2, 1)[0])[4]["food"], third["food"])


def test_drag_centre_is_half_a_body_behind_the_head_of_a_straight_worm():
    env = make()
    _, info = env.reset(seed=0)
    heading = np.array((np.cos(info["heading_rad"]), np.sin(info["heading_rad"])))
    np.testing.assert_allclose(info["position"] - env.drag_centre, 0.5 * heading, atol=1e-12)


def test_worm_cannot_move_at_a_drag_ratio_of_1():
    env = make(drag_ratio=1.0)
    env.reset(seed=0)
    start, gait = env.drag_centre, Gait()
    for _ in range(300):
        env.step(gait.step(0.5))
    assert np.abs(env.drag_centre - start).max() < 1e-12
