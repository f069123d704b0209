"""Snapshots."""

from __future__ import annotations

import pickle
from dataclasses import replace

import gymnasium
import numpy as np
import pytest

from spikeworm_env.envs import ENVIRONMENTS
from spikeworm_env.errors import InputError
from spikeworm_env.world.worm import WORM

CHEMOTAXIS = "SpikeWorm/Chemotaxis-v0"
GENERATOR = np.random.PCG64(0).state


def make(name=CHEMOTAXIS, **arguments):
    return gymnasium.make(name, disable_env_checker=True, **arguments).unwrapped


def exact(value):
    """The same with arrays as their bytes, to be compared to the last bit."""
    if isinstance(value, dict):
        return {key: exact(part) for key, part in value.items()}
    return value.tobytes() if isinstance(value, np.ndarray) else value


def play(env, seed, steps=40):
    width, shape = (0.05, (2, 24)) if env.action_space.shape == (2, 24) else (1.0, env.action_space.shape)
    actions = np.random.default_rng(seed).uniform(0, width, (steps, *shape))
    return [[exact(part) for part in env.step(action)] for action in actions]


def prepared(name=CHEMOTAXIS, **arguments):
    env = make(name, arena_radius=10.0, start_distance=2.0, **arguments)
    env.reset(seed=5)
    play(env, 0)
    return env


@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_restored_state_continues_bit_for_bit(name):
    env = prepared(name, noise=0.01)
    state = env.get_state()
    future, next_start = play(env, 1), env.reset()[1]
    env.set_state(state)
    assert play(env, 1) == future
    np.testing.assert_array_equal(
        env.reset()[1]["position"], next_start["position"]
    )  # the random stream continues


def test_state_carries_over_to_another_environment_and_through_pickle():
    env, other = prepared(), make(arena_radius=10.0, start_distance=2.0)
    other.set_state(pickle.loads(pickle.dumps(env.get_state())))
    assert play(other, 1) == play(env, 1)


def test_set_state_returns_observation_and_info_of_that_state():
    env = prepared()
    state = env.get_state()
    observation, _, _, _, info = env.step(np.zeros((2, 24), np.float32))
    env.set_state(env.get_state())
    back, told = env.set_state(env.get_state())
    np.testing.assert_array_equal(back, observation)
    assert told.pop("reward_terms") == {"approach": 0.0, "wall": 0.0}
    for key, value in told.items():
        np.testing.assert_array_equal(value, info[key])
    assert env.set_state(state)[1]["tick"] == 400


def test_snapshot_is_not_changed_by_later_steps():
    env = prepared()
    state = env.get_state()
    before = state.worm.tobytes()
    play(env, 1)
    assert state.worm.tobytes() == before
    env.set_state(state)
    play(env, 1)
    assert state.worm.tobytes() == before


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"n_foods": 2}, "n_foods=2"),
        ({"duration_s": 0.1}, "expected at most 100"),
        (
            {"arena_radius": 7.0},
            r"state: \(arena_radius, drag_ratio\) is \(10.0, 40.0\); expected \(7.0, 40.0\)",
        ),
        ({"drag_ratio": 2.0}, r"expected \(10.0, 2.0\)"),
    ],
)
def test_state_of_an_environment_with_other_arguments_is_an_error(arguments, message):
    state = prepared().get_state()
    with pytest.raises(InputError, match=message):
        make(**{"arena_radius": 10.0, "start_distance": 1.0, **arguments}).set_state(state)


@pytest.mark.parametrize(
    ("spoiled", "said"),
    [
        ({"env_class": "OtherEnv"}, "env_class is 'OtherEnv'; expected ChemotaxisEnv"),
        ({"worm": np.zeros(1)}, "another version"),
        ({"worm": None}, "worm is of another version"),
        ({"sources": None}, "sources is of another version"),
        ({"worm": np.zeros(2, WORM)}, r"worm has the shape \(2,\); expected \(1,\)"),
        ({"env_state": np.zeros(3)}, "another version"),
        ({"sources": np.zeros((1, 6))}, "another version"),
        ({"np_random": np.random.MT19937(0).state}, "np_random is not a state of PCG64"),
        ({"np_random": {"bit_generator": "PCG64"}}, "np_random is not a state of PCG64"),
        ({"np_random": None}, "np_random is not a state of PCG64"),
        ({"np_random": {**GENERATOR, "has_uint32": 10**400}}, "np_random is not a state of PCG64"),
        (
            {"np_random": {**GENERATOR, "state": {"state": 2**200, "inc": 1}}},
            "np_random is not a state of PCG64",
        ),
        ({"np_random": {**GENERATOR, "state": {"state": -1, "inc": 1}}}, "np_random is not a state of PCG64"),
    ],
)
def test_a_bad_state_is_an_error_and_changes_nothing(spoiled, said):
    env, twin = prepared(), prepared()
    with pytest.raises(InputError, match=said):
        env.set_state(replace(twin.get_state(), **spoiled))
    assert play(env, 1) == play(twin, 1)
    assert env.np_random.random() == twin.np_random.random()


@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_every_number_of_a_state_is_checked_and_a_refused_one_changes_nothing(name):
    env, twin = make(name), make(name)
    for each in (env, twin):
        each.reset(seed=5)
    state = twin.get_state()
    for part in ("worm", "sources", "env_state"):
        records = getattr(state, part)
        for field in records.dtype.names:
            hostile = (np.nan, np.inf, -1e300) if records[field].dtype.kind == "f" else (-1, 2**62)
            for value in hostile:
                spoiled = records.copy()
                spoiled[field][-1] = value
                with pytest.raises(InputError, match=f"^state: {field}( of {part})? is "):
                    env.set_state(replace(state, **{part: spoiled}))
        for shape in ((0,), (len(records) + 1,), (len(records), 1), ()):
            with pytest.raises(InputError, match=f"^state: {part} has the shape"):
                env.set_state(replace(state, **{part: np.resize(records, shape)}))
    assert play(env, 1) == play(twin, 1)


def test_sources_without_food_are_an_error():
    env = prepared()
    sources = env.get_state().sources.copy()
    sources["food"] = 0
    with pytest.raises(InputError, match="sources has no food"):
        env.set_state(replace(env.get_state(), sources=sources))


def test_a_marker_that_is_no_source_is_an_error():
    env = make("SpikeWorm/Reversal-v0")
    env.reset(seed=1)
    env_state = env.get_state().env_state.copy()
    env_state["marker"] = 2
    with pytest.raises(InputError, match="marker of env_state is 2; expected a number from 0 to 1"):
        env.set_state(replace(env.get_state(), env_state=env_state))


def test_what_is_no_state_is_an_error():
    with pytest.raises(InputError, match="expected the result of get_state"):
        make().set_state({"worm": 1})


def test_state_at_the_end_of_an_episode_needs_a_reset():
    env = make(duration_s=0.01)
    env.reset(seed=0)
    env.step(np.zeros((2, 24)))
    env.set_state(env.get_state())
    with pytest.raises(gymnasium.error.ResetNeeded):
        env.step(np.zeros((2, 24)))
